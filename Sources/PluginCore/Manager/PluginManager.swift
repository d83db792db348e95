public import Logging
import Synchronization

/// Loads plugins, runs them through their lives, and calls them.
///
/// ```swift
/// let manager = PluginManager()
/// try await manager.load("plugins/plugin_words.lua")
/// try await manager.initialize()
/// let result = try await manager.call("words", "process", ["some words"])
/// try await manager.cleanup()
/// ```
///
/// A plugin is first registered or loaded, then initialized together with what it depends on, then called. Every
/// method may be called from any task. Changes to the set of plugins are made one after another; calls never wait
/// for them. From inside a plugin's own `initialize` or `cleanup` they are refused with an error.
public final class PluginManager: Sendable {
    /// Counts and times everything that the plugins do.
    public let monitor: PluginMonitor
    /// The store behind `ctx.store`, if the host has one.
    public let store: (any PluginStore)?
    /// What reads plugins. A host adds loaders of its own.
    public let loader: UnifiedLoader
    /// Makes plugins in Swift by name; one of the loaders.
    public let factories: PluginFactories
    let logger: Logger
    let now: @Sendable () -> Int64
    let state: Mutex<State>
    private let lifecycle = CallGate()

    struct State {
        var entries: [String: PluginEntry] = [:]
        /// Names in the order of registration.
        var registered: [String] = []
        /// Names in the order of initialization.
        var initialized: [String] = []
        var policy: PluginPolicy
        var policies: [String: PluginPolicy] = [:]

        /// The policy that a plugin gets: of values for all plugins each takes those that it declares.
        func policy(for plugin: any Plugin) -> PluginPolicy {
            if let own = policies[plugin.metadata.name] { return own }
            var policy = policy
            policy.config = policy.config.filter { plugin.declaration.config.properties[$0.key] != nil }
            return policy
        }
    }

    /// A manager with loaders of its own. `PluginManager()` of the package's umbrella has the one for Lua.
    ///
    /// - Parameters:
    ///   - loaders: what makes plugins of files, asked in this order, each under its type's name.
    ///   - policy: holds for every plugin that ``setPolicy(_:for:)`` names no other for.
    ///   - monitor: where everything is counted.
    ///   - store: what `ctx.store` writes to.
    ///   - logger: where failures, and what plugins print, are written.
    public convenience init(
        loaders: [any PluginLoader], policy: PluginPolicy = PluginPolicy(), monitor: PluginMonitor = PluginMonitor(),
        store: (any PluginStore)? = nil, logger: Logger = Logger(label: "perilune")
    ) {
        self.init(namedLoaders: loaders.map { ("\(type(of: $0))", $0) }, policy: policy, monitor: monitor, store: store, logger: logger)
    }

    /// - Parameter now: the time in nanoseconds, which quarantine goes by.
    package init(
        namedLoaders loaders: [(name: String, loader: any PluginLoader)], policy: PluginPolicy = PluginPolicy(), monitor: PluginMonitor = PluginMonitor(),
        store: (any PluginStore)? = nil, logger: Logger = Logger(label: "perilune"), now: @escaping @Sendable () -> Int64 = { Quarantine.time }
    ) {
        self.now = now
        factories = PluginFactories()
        loader = UnifiedLoader([("swift", factories)] + loaders)
        self.monitor = monitor
        self.store = store
        self.logger = logger
        state = Mutex(State(policy: policy))
    }

    // MARK: Policy

    /// The policy that holds for a plugin of that name.
    public func policy(for name: String? = nil) -> PluginPolicy {
        state.withLock { state in name.flatMap { state.policies[$0] } ?? state.policy }
    }

    /// Sets the whole policy of one plugin, in which nothing of the general one is left. Takes effect when that plugin is
    /// next loaded, registered or reloaded; what it says of quarantine when it is loaded or registered.
    public func setPolicy(_ policy: PluginPolicy, for name: String) {
        state.withLock { $0.policies[name] = policy }
    }

    /// Changes the policy of one plugin, which is the general one until then: what the change leaves alone stays as strict
    /// as it was. Takes effect as that of ``setPolicy(_:for:)``.
    ///
    /// ```swift
    /// manager.updatePolicy(for: "words") { $0.config["minimum"] = 4 }
    /// ```
    public func updatePolicy(for name: String, _ change: (inout PluginPolicy) -> Void) {
        state.withLock { state in
            var policy = state.policies[name] ?? state.policy
            change(&policy)
            state.policies[name] = policy
        }
    }

    /// Turns a plugin off or on. While it is off its calls throw ``PluginError/Code/disabled``; it keeps its state.
    public func setEnabled(_ isEnabled: Bool, for name: String) throws {
        try entry(name).status.isEnabled = isEnabled
    }

    /// Lets calls of a quarantined plugin through again, as if it had never failed.
    public func resetQuarantine(of name: String) throws { try entry(name).status.quarantine.release() }

    // MARK: Looking up

    /// The plugin of that name.
    ///
    /// - Throws: ``PluginError`` of code `not_found` with the nearest name there is.
    public func plugin(named name: String) throws -> any Plugin { try entry(name).plugin }

    /// Whether there is a plugin of that name, where it is in its life, and whether it is turned on.
    public func status(of name: String) throws -> (state: PluginState, isEnabled: Bool) {
        let status = try entry(name).status
        return (status.publicState, status.isEnabled)
    }

    /// The plugins of a type in the order of registration.
    public func plugins(ofType type: PluginType) -> [any Plugin] { plugins.filter { $0.metadata.pluginType == type } }

    /// All plugins in the order of registration.
    public var plugins: [any Plugin] {
        state.withLock { state in state.registered.compactMap { state.entries[$0]?.plugin } }
    }

    func entry(_ name: String) throws -> PluginEntry {
        let (entry, names) = state.withLock { ($0.entries[name], $0.registered) }
        guard let entry else { throw PluginError(.notFound(nearest: nearestName(to: name, among: names)), name: name) }
        return entry
    }

    // MARK: Calling

    /// Calls an operation by name with plain values and gives all that it returned.
    ///
    /// - Throws: ``PluginError``.
    public func call(
        _ name: String, _ operation: String, _ arguments: [DynamicValue] = [], options: CallOptions = CallOptions()
    ) async throws -> [DynamicValue] {
        let entry = try entry(name)
        return try await entry.perform(operation) { try await entry.invoke(operation, arguments, options) }
    }

    // MARK: Changing the set of plugins

    /// A change of one manager's set of plugins. A task that a plugin starts inside of it may outlive it.
    private final class Change: Sendable {
        let manager: ObjectIdentifier
        let isUnderWay = Atomic<Bool>(true)
        init(of manager: PluginManager) { self.manager = ObjectIdentifier(manager) }
    }

    /// The changes that the task is inside of: of this manager, and of others whose plugins use this one.
    @TaskLocal private static var changes: [Change] = []

    /// Throws from inside a change of this manager, which would wait for itself.
    func refuseReentry(_ action: String) throws {
        let id = ObjectIdentifier(self)
        if Self.changes.contains(where: { $0.manager == id && $0.isUnderWay.load(ordering: .acquiring) }) {
            throw PluginError(.reentrantLifecycle(action))
        }
    }

    /// Runs a change of the set of plugins after those under way.
    func exclusively<R>(_ action: String, _ body: () async throws -> R) async throws -> R {
        try refuseReentry(action)
        do {
            try await lifecycle.enter()
        } catch {
            throw PluginError(.cancelled)
        }
        defer { lifecycle.leave() }
        return try await asChange(body)
    }

    /// Runs what must not wait for a change of the set of plugins: each refuses it with an error.
    func asChange<R>(_ body: () async throws -> R) async rethrows -> R {
        let change = Change(of: self)
        defer { change.isUnderWay.store(false, ordering: .releasing) }
        return try await Self.$changes.withValue(Self.changes + [change]) { try await body() }
    }
}
