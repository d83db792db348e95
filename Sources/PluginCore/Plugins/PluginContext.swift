public import Logging

/// What a plugin gets from its host when it is initialized.
public struct PluginContext: Sendable {
    /// Kept by reference: a context is copied at every call.
    private final class Storage: Sendable {
        let metadata: PluginMetadata
        let config: [String: DynamicValue]
        let policy: PluginPolicy
        let logger: Logger
        let monitor: PluginMonitor
        let store: (any PluginStore)?
        let status: PluginStatus
        let callPlugin: PluginCaller
        let asChange: ChangeRunner
        let clock: PluginClock

        init(
            metadata: PluginMetadata, config: [String: DynamicValue], policy: PluginPolicy, logger: Logger,
            monitor: PluginMonitor, store: (any PluginStore)?, status: PluginStatus, callPlugin: @escaping PluginCaller,
            asChange: @escaping ChangeRunner, clock: PluginClock
        ) {
            self.metadata = metadata
            self.config = config
            self.policy = policy
            self.logger = logger
            self.monitor = monitor
            self.store = store
            self.status = status
            self.callPlugin = callPlugin
            self.asChange = asChange
            self.clock = clock
        }
    }

    private let storage: Storage

    package init(
        metadata: PluginMetadata, config: [String: DynamicValue], policy: PluginPolicy, logger: Logger,
        monitor: PluginMonitor, store: (any PluginStore)?, status: PluginStatus, callPlugin: @escaping PluginCaller,
        asChange: @escaping ChangeRunner = { await $0() }, clock: PluginClock = .system
    ) {
        storage = Storage(
            metadata: metadata, config: config, policy: policy, logger: logger, monitor: monitor, store: store, status: status,
            callPlugin: callPlugin, asChange: asChange, clock: clock)
    }

    public var metadata: PluginMetadata { storage.metadata }
    /// The host's values over the plugin's declared defaults, checked against its schema.
    public var config: [String: DynamicValue] { storage.config }
    /// The limits, grants and trust that are in force for this plugin.
    public var policy: PluginPolicy { storage.policy }
    /// Tagged with the plugin's name and version.
    public var logger: Logger { storage.logger }
    /// Where the plugin's calls are recorded.
    public var monitor: PluginMonitor { storage.monitor }
    /// The host's store, if it has one.
    public var store: (any PluginStore)? { storage.store }
    /// Whether calls are let in at the moment.
    package var status: PluginStatus { storage.status }
    /// Calls another plugin of the same manager.
    package var callPlugin: PluginCaller { storage.callPlugin }
    /// Runs what must not wait for a change of the manager's set of plugins, which may wait for it.
    package var asChange: ChangeRunner { storage.asChange }
    /// What `ctx.now` and `ctx.sleep` go by.
    package var clock: PluginClock { storage.clock }
}

/// The time as a plugin sees it.
package struct PluginClock: Sendable {
    /// Seconds since 1970.
    package var now: @Sendable () -> Double
    /// Waits for so many seconds.
    package var sleep: @Sendable (Double) async throws -> Void

    package init(now: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (Double) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    package static let system = PluginClock(now: { MonitorFeed.now }, sleep: { try await Task.sleep(for: .seconds($0)) })
}

/// Runs something as a part of a change of the set of plugins.
package typealias ChangeRunner = @Sendable (_ body: @Sendable () async -> Void) async -> Void

/// Calls a plugin's operation by both names.
package typealias PluginCaller = @Sendable (String, String, [DynamicValue], CallOptions) async throws -> [DynamicValue]

/// How one call is made.
public struct CallOptions: Sendable {
    /// When the call must have ended, if that is earlier than the plugin's own limit. A Lua plugin is ended then; a plugin
    /// in Swift gets the options and has to look itself.
    public var deadline: ContinuousClock.Instant? {
        get { sinceStart.map { Self.start + $0 } }
        set { sinceStart = newValue.map { Self.start.duration(to: $0) } }
    }

    /// What the deadline is kept as: an optional instant, whose layout is the system's library's to know, costs each call ten function calls.
    @usableFromInline var sinceStart: Duration?
    private static let start = ContinuousClock.now

    /// No deadline of the call's own.
    @inlinable public init() { sinceStart = nil }

    public init(deadline: ContinuousClock.Instant?) {
        sinceStart = nil
        self.deadline = deadline
    }

    package var hasDeadline: Bool { sinceStart != nil }

    /// The wall-clock time that is left, at most `limit`; never negative.
    package func wallLimit(atMost limit: Duration?) -> Duration? {
        guard let deadline else { return limit }
        let left = max(.zero, deadline - .now)
        return limit.map { min($0, left) } ?? left
    }
}
