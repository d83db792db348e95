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
    private static let states: [PluginState] = [.running, .loaded, .initializing, .failed, .cleaningUp, .closed]
    /// The state's number and whether the plugin is turned off: 0 while calls may go on.
    private let word = Atomic<UInt8>(1)
    private static let turnedOff: UInt8 = 128
    private let failure = Mutex<Failure?>(nil)

    /// An error takes a few hundred bytes, and few plugins have one.
    private final class Failure: Sendable {
        let error: PluginError
        init(_ error: PluginError) { self.error = error }
    }

    package let quarantine: Quarantine

    package init(quarantine: Quarantine = Quarantine(policy: nil)) { self.quarantine = quarantine }

    package var state: PluginState {
        get { Self.states[Int(word.load(ordering: .acquiring) & ~Self.turnedOff)] }
        set {
            let number = UInt8(Self.states.firstIndex(of: newValue)!)
            var word = word.load(ordering: .relaxed)
            while true {
                let (exchanged, original) = self.word.weakCompareExchange(
                    expected: word, desired: word & Self.turnedOff | number, ordering: .acquiringAndReleasing)
                if exchanged { return }
                word = original
            }
        }
    }

    package var isEnabled: Bool {
        get { word.load(ordering: .relaxed) & Self.turnedOff == 0 }
        set {
            if newValue {
                word.bitwiseAnd(~Self.turnedOff, ordering: .relaxed)
            } else {
                word.bitwiseOr(Self.turnedOff, ordering: .relaxed)
            }
        }
    }

    /// Whether the plugin is running and turned on. Quarantine aside.
    package var isOpen: Bool { word.load(ordering: .acquiring) == 0 }

    /// Why the plugin is in the state `failed`.
    package var error: PluginError? {
        get { failure.withLock { $0 }?.error }
        set { failure.withLock { $0 = newValue.map(Failure.init) } }
    }

    /// As hosts see it.
    package var publicState: PluginState { state == .running && quarantine.isActive ? .quarantined : state }

    /// Whether any call may go on, quarantine included; a relaxed and an acquiring load.
    package var isUnrestricted: Bool { isOpen && !quarantine.isActive }

    /// Throws unless an operation may be called now. Who is let in reports to ``quarantine`` how the call ended.
    ///
    /// - Returns: whether the call is the quarantine's trial.
    package func admit(_ operation: String, of metadata: @autoclosure () -> PluginMetadata) throws -> Bool {
        isUnrestricted ? false : try admitSlowly(operation, of: metadata())
    }

    private func admitSlowly(_ operation: String, of metadata: PluginMetadata) throws -> Bool {
        let state = state
        guard state == .running, isEnabled else {
            let problem: PluginProblem = state == .running ? .disabled : .notRunning(state, because: error?.message)
            throw PluginError(problem, plugin: metadata, operation: operation)
        }
        switch quarantine.admission() {
        case .ordinary: return false
        case .trial: return true
        case .refused(let problem): throw PluginError(problem, plugin: metadata, operation: operation)
        }
    }
}
