import Logging

/// A registered plugin with what the manager keeps for it.
final class PluginEntry: Sendable {
    let plugin: any Plugin
    /// As it was when the plugin was registered, or when this version of it was read.
    let metadata: PluginMetadata
    let declaration: PluginDeclaration
    let policy: PluginPolicy
    /// Where it came from; `nil` for one that the host has registered.
    let origin: Origin?
    /// Stays the same when another version is read.
    let status: PluginStatus
    let logger: Logger
    private let monitor: PluginMonitor
    /// What the plugin is besides, found out once.
    private let callable: (any CallablePlugin)?
    /// Whether the plugin sees to its calls itself, so that nobody does it a second time.
    let recordsOwnCalls: Bool

    struct Origin: Sendable {
        let source: PluginSource
        /// What read it; `nil` where nothing reads such a source.
        let loader: UnifiedLoader.Named?
        var loaderName: String { loader?.name ?? "none" }
    }

    /// - Parameter version: what the plugin is about to be, if that is not what it is.
    init(
        plugin: any Plugin, version: any Plugin, policy: PluginPolicy, origin: Origin?, status: PluginStatus, logger: Logger, monitor: PluginMonitor
    ) {
        self.plugin = plugin
        callable = plugin as? any CallablePlugin
        recordsOwnCalls = plugin is any RecordsOwnCalls
        metadata = version.metadata
        declaration = version.declaration
        self.policy = policy
        self.origin = origin
        self.status = status
        self.monitor = monitor
        var logger = logger
        logger[metadataKey: "plugin"] = "\(metadata.name)"
        logger[metadataKey: "version"] = "\(metadata.version)"
        self.logger = logger
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

    func context(store: (any PluginStore)?, callPlugin: @escaping PluginCaller, asChange: @escaping ChangeRunner) throws -> PluginContext {
        PluginContext(
            metadata: metadata, config: try declaration.config.resolve(policy.config, for: metadata), policy: policy,
            logger: logger, monitor: monitor, store: store, status: status, callPlugin: callPlugin, asChange: asChange)
    }

    /// Writes an error to the log, with its traceback where there is one.
    func log(_ error: PluginError, _ message: String) {
        var metadata: Logger.Metadata = ["code": "\(error.code)", "error": "\(error.explanation.escaped)"]
        metadata["operation"] = error.operation.map { "\($0)" }
        metadata["traceback"] = error.traceback.map { "\($0.escapedLines)" }
        logger.error("\(message)", metadata: metadata)
    }
}
