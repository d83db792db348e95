import Synchronization

/// Where a plugin is in its life.
public enum PluginState: String, Sendable, Codable {
    /// Read and checked, not initialized yet.
    case loaded
    case initializing
    case running
    /// Running, but calls are refused since too many in a row failed.
    case quarantined
    /// `initialize` or something it depends on failed.
    case failed
    case cleaningUp
    /// Cleaned up and gone from the manager.
    case closed
}

/// The state of one plugin and whether it is turned on, read at each call without a lock.
package final class PluginStatus: Sendable {
    private static let states: [PluginState] = [.loaded, .initializing, .running, .failed, .cleaningUp, .closed]
    private let raw = Atomic<Int>(0)
    private let enabled = Atomic<Bool>(true)
    private let failure = Mutex<PluginError?>(nil)
    package let quarantine: Quarantine

    package init(quarantine: Quarantine = Quarantine(policy: nil)) { self.quarantine = quarantine }

    package var state: PluginState {
        get { Self.states[raw.load(ordering: .acquiring)] }
        set { raw.store(Self.states.firstIndex(of: newValue)!, ordering: .releasing) }
    }

    package var isEnabled: Bool {
        get { enabled.load(ordering: .relaxed) }
        set { enabled.store(newValue, ordering: .relaxed) }
    }

    /// Why the plugin is in the state `failed`.
    package var error: PluginError? {
        get { failure.withLock { $0 } }
        set { failure.withLock { $0 = newValue } }
    }

    /// As hosts see it.
    package var publicState: PluginState { state == .running && quarantine.isActive ? .quarantined : state }

    /// Throws unless an operation may be called now. Who is let in reports to ``quarantine`` how the call ended.
    package func admit(_ operation: String, of metadata: PluginMetadata) throws {
        let state = state
        guard state == .running, isEnabled else {
            let problem: PluginProblem = state == .running ? .disabled : .notRunning(state, because: error?.message)
            throw PluginError(problem, plugin: metadata, operation: operation)
        }
        if let problem = quarantine.refusal() { throw PluginError(problem, plugin: metadata, operation: operation) }
    }
}
