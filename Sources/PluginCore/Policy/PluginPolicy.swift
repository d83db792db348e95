public import Foundation

/// What a host allows a plugin: one value for all plugins, overridden for one where need be.
///
/// ```swift
/// var policy = PluginPolicy()
/// policy.limits.memory = 16 * 1024 * 1024
/// policy.grants = [.store, .read("data/*.txt")]
/// ```
public struct PluginPolicy: Sendable, Equatable {
    public enum Trust: Sendable {
        /// Only the sandbox's allow-list can be reached.
        case sandboxed
        /// All of Lua's libraries, files and processes included: for scripts as trusted as the host.
        case trusted
    }

    public var limits: PluginLimits
    /// What plugins may have of what they ask for.
    public var grants: PluginPermissions
    public var trust: Trust
    /// Modules that every plugin can `require`, by name, as Lua text.
    public var sharedModules: [String: String]
    /// Configuration values, laid over the plugin's defaults. Of the values for all plugins each takes those that it
    /// declares; in a policy of its own an unknown key is an error.
    public var config: [String: DynamicValue]
    /// The folder that relative `read` and `write` globs start from; the plugin's own folder when `nil`.
    public var root: String?
    /// When a plugin that keeps failing is no longer called; `nil` is never.
    public var quarantine: QuarantinePolicy?
    /// How new versions of the plugin take the place of old ones.
    public var reload: ReloadPolicy
    /// Whether CPU time is added up for each plugin, at two system calls for each call.
    public var accountsCPUTime: Bool

    public init(
        limits: PluginLimits = PluginLimits(), grants: PluginPermissions = [], trust: Trust = .sandboxed,
        sharedModules: [String: String] = [:], config: [String: DynamicValue] = [:], root: String? = nil,
        quarantine: QuarantinePolicy? = QuarantinePolicy(), reload: ReloadPolicy = ReloadPolicy(), accountsCPUTime: Bool = false
    ) {
        self.limits = limits
        self.grants = grants
        self.trust = trust
        self.sharedModules = sharedModules
        self.config = config
        self.root = root
        self.quarantine = quarantine
        self.reload = reload
        self.accountsCPUTime = accountsCPUTime
    }
}

/// What a plugin may spend. CPU and wall time count for one entry from the host (a call, a pull of an iterator,
/// `initialize`, `cleanup`), memory for the plugin as a whole.
public struct PluginLimits: Sendable, Equatable {
    /// `nil` is no limit.
    public var cpu: Duration?
    /// Time from start to end, waits included; `nil` is no limit.
    public var wall: Duration?
    /// Bytes; `nil` is no limit.
    public var memory: Int?
    /// VM instructions of one entry, counted in place of `cpu` and `wall`: a script that is ended is ended at the same
    /// instruction in every run, and Lua runs at less than half its speed. `nil`, the default, limits time.
    public var instructions: Int?
    /// CPU time that a script's own text may spend before its table is read.
    public var metadata: Duration?
    /// Calls that may wait for a busy plugin; the next one is refused.
    public var waitingCalls: Int
    /// Calls that may be under way in a plugin, of which one runs and the others wait for asynchronous functions of the host.
    /// Beyond them callers wait as they do for a busy plugin.
    public var callsInFlight: Int
    /// Instances of a script that declares itself parallel, each with limits of its own.
    public var instances: Int

    public init(
        cpu: Duration? = .milliseconds(1000), wall: Duration? = .milliseconds(10_000), memory: Int? = 64 * 1024 * 1024,
        instructions: Int? = nil, metadata: Duration? = .milliseconds(250), waitingCalls: Int = 1024, callsInFlight: Int = 1024,
        instances: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        self.cpu = cpu
        self.wall = wall
        self.memory = memory
        self.instructions = instructions
        self.metadata = metadata
        self.waitingCalls = waitingCalls
        self.callsInFlight = callsInFlight
        self.instances = instances
    }

    /// These limits, lowered to what a plugin declares. A plugin cannot raise them.
    public func lowered(to declared: DeclaredLimits) -> PluginLimits {
        var limits = self
        limits.cpu = [cpu, declared.cpu].compactMap { $0 }.min()
        limits.wall = [wall, declared.wall].compactMap { $0 }.min()
        limits.memory = [memory, declared.memory].compactMap { $0 }.min()
        return limits
    }
}

/// The limits that a plugin sets itself, as `limits = { cpu_ms = 50, wall_ms = 500, memory_mb = 16 }`.
public struct DeclaredLimits: Sendable, Equatable {
    public var cpu: Duration?
    public var wall: Duration?
    /// Bytes.
    public var memory: Int?

    public init(cpu: Duration? = nil, wall: Duration? = nil, memory: Int? = nil) {
        self.cpu = cpu
        self.wall = wall
        self.memory = memory
    }
}
