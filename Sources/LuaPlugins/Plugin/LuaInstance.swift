import LuaRuntime
import PluginCore
import Synchronization

/// A plugin's Lua state with its functions.
final class LuaInstance: @unchecked Sendable {
    // Sendable: all but `identity`, `uses` and `version` is touched inside of the gate of the seat that it serves in, or served in when it
    // was superseded; before that by who makes it alone (InstanceMaker, LuaPlugin.initialize, takeOver), and at its end by who has claimed
    // it from SupersededInstances, once nobody else can reach it. `version` is set by who makes it, and not after it serves.
    let state: LuaState
    let functions: [String: LuaFunction]
    /// What the plugin's functions get first; made by `initialize`.
    var context: LuaTable?
    /// What each entry may spend; set with the context.
    var limits: PluginLimits
    /// Which of the plugin's versions it is of: how many had served before. Does not change once it serves.
    var version = 0
    /// May be asked from anywhere.
    let identity: LuaStateIdentity
    private var usage: PluginUsage?
    private let uses = Mutex(Uses())

    private struct Uses {
        var count = 0
        var whenUnused: (@Sendable () -> Void)?
    }

    init(state: LuaState, manifest: Manifest, limits: PluginLimits) {
        self.state = state
        self.limits = limits
        functions = manifest.functions
        identity = state.identity!  // it is open
    }

    // MARK: Who needs it, from any thread

    /// A call waits in it, or an iterator of it is there, which another version does not replace.
    func beginUse() { uses.withLock { $0.count += 1 } }

    func endUse() {
        let action: (@Sendable () -> Void)? = uses.withLock { uses in
            uses.count -= 1
            guard uses.count == 0 else { return nil }
            return uses.whenUnused
        }
        action?()
    }

    /// Calls `action` each time that nobody uses the instance any longer, and now if nobody does.
    func whenUnused(_ action: @escaping @Sendable () -> Void) {
        let isUnused = uses.withLock { uses in
            uses.whenUnused = action
            return uses.count == 0
        }
        if isUnused { action() }
    }

    /// What the plugin has used; what it had used when it was closed.
    var used: PluginUsage {
        usage ?? PluginUsage(cpuTime: state.cpuTime, memory: state.memoryUsed, memoryPeak: state.memoryPeak)
    }

    func close() {
        usage = PluginUsage(cpuTime: state.cpuTime, memory: 0, memoryPeak: state.memoryPeak)
        context = nil
        uses.withLock { $0.whenUnused = nil }
        state.close()
    }
}

/// What a plugin has used of its host.
public struct PluginUsage: Sendable, Equatable {
    /// Of all calls; zero unless the policy has `accountsCPUTime`.
    public var cpuTime: Duration
    /// Bytes that Lua holds now.
    public var memory: Int
    /// The most bytes that Lua held.
    public var memoryPeak: Int

    public init(cpuTime: Duration = .zero, memory: Int = 0, memoryPeak: Int = 0) {
        self.cpuTime = cpuTime
        self.memory = memory
        self.memoryPeak = memoryPeak
    }

    /// Adds what another instance has used; the sum of two peaks, which may have been at different times.
    mutating func add(_ other: PluginUsage) {
        cpuTime += other.cpuTime
        memory += other.memory
        memoryPeak += other.memoryPeak
    }
}
