public import Logging

/// What a plugin gets from its host when it is initialized.
public struct PluginContext: Sendable {
    public let metadata: PluginMetadata
    /// The host's values over the plugin's declared defaults, checked against its schema.
    public let config: [String: DynamicValue]
    /// The limits, grants and trust that are in force for this plugin.
    public let policy: PluginPolicy
    /// Tagged with the plugin's name and version.
    public let logger: Logger
    /// Where the plugin's calls are recorded.
    public let monitor: PluginMonitor
    /// The host's store, if it has one.
    public let store: (any PluginStore)?
    /// Whether calls are let in at the moment.
    package let status: PluginStatus

    package init(
        metadata: PluginMetadata, config: [String: DynamicValue], policy: PluginPolicy, logger: Logger,
        monitor: PluginMonitor, store: (any PluginStore)?, status: PluginStatus
    ) {
        self.metadata = metadata
        self.config = config
        self.policy = policy
        self.logger = logger
        self.monitor = monitor
        self.store = store
        self.status = status
    }
}

/// How one call is made.
public struct CallOptions: Sendable {
    /// When the call must have ended, if that is earlier than the plugin's own limit. A Lua plugin is ended then; a plugin
    /// in Swift gets the options and has to look itself.
    public var deadline: ContinuousClock.Instant?

    public init(deadline: ContinuousClock.Instant? = nil) { self.deadline = deadline }

    /// The wall-clock time that is left, at most `limit`; never negative.
    package func wallLimit(atMost limit: Duration?) -> Duration? {
        guard let deadline else { return limit }
        let left = max(.zero, deadline - .now)
        return limit.map { min($0, left) } ?? left
    }
}
