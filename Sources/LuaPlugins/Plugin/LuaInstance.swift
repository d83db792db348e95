import LuaRuntime
import PluginCore

/// A plugin's Lua state with its functions.
final class LuaInstance {
    let state: LuaState
    let functions: [String: LuaFunction]
    /// What the plugin's functions get first; made by `initialize`.
    var context: LuaTable?
    private var usage: PluginUsage?

    init(state: LuaState, manifest: Manifest) {
        self.state = state
        functions = manifest.functions
    }

    /// What the plugin has used; what it had used when it was closed.
    var used: PluginUsage {
        usage ?? PluginUsage(cpuTime: state.cpuTime, memory: state.memoryUsed, memoryPeak: state.memoryPeak)
    }

    func close() {
        usage = PluginUsage(cpuTime: state.cpuTime, memory: 0, memoryPeak: state.memoryPeak)
        context = nil
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
