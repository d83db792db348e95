import Logging

/// A registered plugin with what the manager keeps for it.
final class PluginEntry: Sendable {
    let plugin: any Plugin
    /// As it was when the plugin was registered.
    let metadata: PluginMetadata
    let policy: PluginPolicy
    let status: PluginStatus
    let logger: Logger
    private let monitor: PluginMonitor
    /// What the plugin is besides, found out once.
    private let callable: (any CallablePlugin)?
    /// Whether the plugin sees to its calls itself, so that nobody does it a second time.
    let recordsOwnCalls: Bool

    init(
        plugin: any Plugin, metadata: PluginMetadata, policy: PluginPolicy, logger: Logger, monitor: PluginMonitor,
        now: @escaping @Sendable () -> Int64
    ) {
        self.plugin = plugin
        callable = plugin as? any CallablePlugin
        recordsOwnCalls = plugin is any RecordsOwnCalls
        self.metadata = metadata
        self.policy = policy
        self.monitor = monitor
        var logger = logger
        logger[metadataKey: "plugin"] = "\(metadata.name)"
        logger[metadataKey: "version"] = "\(metadata.version)"
        self.logger = logger
        let tagged = logger
        status = PluginStatus(
            quarantine: Quarantine(policy: policy.quarantine, now: now) { transition in
                monitor.recordQuarantine(plugin: metadata.name, transition)
                switch transition {
                case .entered(let reason, let wait):
                    tagged.error("quarantined", metadata: ["error": "\("\(reason)".escaped)", "retry_after": "\(wait)"])
                case .released: tagged.notice("released from quarantine")
                }
            })
    }

    var name: String { metadata.name }

    func recorder(_ operation: String) -> OperationRecorder { monitor.recorder(plugin: name, operation: operation) }

    /// Runs an operation if the plugin is running, timed and recorded once: here, unless the plugin does it itself.
    func perform<R>(_ operation: String, _ body: () async throws -> R) async throws -> R {
        if recordsOwnCalls { return try await body() }
        return try await recorder(operation).measure(metadata) {
            let isTrial = try status.admit(operation, of: metadata)
            do {
                let result = try await body()
                status.quarantine.noteSuccess(isTrial: isTrial)
                return result
            } catch {
                status.quarantine.noteFailure(PluginError(wrapping: error, plugin: metadata, operation: operation, phase: .call), isTrial: isTrial)
                throw error
            }
        }
    }

    func invoke(_ operation: String, _ arguments: [DynamicValue], _ options: CallOptions) async throws -> [DynamicValue] {
        if let callable { return try await callable.call(operation, arguments: arguments, options: options) }
        return try await plugin.invoke(operation, arguments, options)
    }

    func context(store: (any PluginStore)?, callPlugin: @escaping PluginCaller) throws -> PluginContext {
        PluginContext(
            metadata: metadata, config: try plugin.declaration.config.resolve(policy.config, for: metadata), policy: policy,
            logger: logger, monitor: monitor, store: store, status: status, callPlugin: callPlugin)
    }

    /// Writes an error to the log, with its traceback where there is one.
    func log(_ error: PluginError, _ message: String) {
        var metadata: Logger.Metadata = ["code": "\(error.code)", "error": "\(error.explanation.escaped)"]
        metadata["operation"] = error.operation.map { "\($0)" }
        metadata["traceback"] = error.traceback.map { "\($0.escapedLines)" }
        logger.error("\(message)", metadata: metadata)
    }
}
