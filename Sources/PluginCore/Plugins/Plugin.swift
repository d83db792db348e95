/// What every plugin is, whether written in Swift or in Lua.
///
/// ```swift
/// struct Shouter: ProcessorPlugin {
///     let metadata = PluginMetadata(name: "shouter", version: "1.0.0", pluginType: .processor)
///     func process(_ item: DynamicValue, options: CallOptions) async throws -> [DynamicValue] {
///         [.string(item.string?.uppercased() ?? "")]
///     }
/// }
/// ```
///
/// A ``PluginManager`` calls `initialize` once, then operations, then `cleanup` once; it times each and records what
/// fails. Methods are called from any task.
public protocol Plugin: Sendable {
    /// Name, version and kind. Must not change.
    var metadata: PluginMetadata { get }
    /// What the plugin asks of its host.
    var declaration: PluginDeclaration { get }
    /// The operations that can be called by name.
    var operations: Set<String> { get }
    /// Called once before any operation. A plugin that throws here is not run.
    func initialize(_ context: PluginContext) async throws
    /// Called once, when no further operation is let in. One that was let in before may still be under way.
    func cleanup() async throws
}

extension Plugin {
    public var declaration: PluginDeclaration { PluginDeclaration() }

    public var operations: Set<String> {
        var names: Set<String> = []
        if self is any ProviderPlugin { names.insert("provide") }
        if self is any ProcessorPlugin { names.insert("process") }
        if self is any StoragePlugin { names.formUnion(["put", "get", "delete", "list"]) }
        if self is any MonitorPlugin { names.insert("observe") }
        return names
    }

    public func initialize(_ context: PluginContext) async throws {}
    public func cleanup() async throws {}
}

/// What a plugin is for.
public enum PluginType: String, Codable, Sendable, CaseIterable {
    /// Gives items: `provide`.
    case provider
    /// Turns an item into none, one or several: `process`.
    case processor
    /// Keeps items: `put`, `get`, `delete`, `list`.
    case storage
    /// Is told of each operation: `observe`.
    case monitor
}

/// What a plugin asks of its host, beyond being run.
public struct PluginDeclaration: Sendable, Equatable {
    /// The permissions it asks for; the host's policy grants or refuses each.
    public var permissions: PluginPermissions
    /// The configuration it takes.
    public var config: ConfigSchema
    /// Limits lower than the host's.
    public var limits: DeclaredLimits
    /// Which calls may be under way at once.
    public var concurrency: PluginConcurrency

    public init(
        permissions: PluginPermissions = [], config: ConfigSchema = ConfigSchema(), limits: DeclaredLimits = DeclaredLimits(),
        concurrency: PluginConcurrency = .interleaved
    ) {
        self.permissions = permissions
        self.config = config
        self.limits = limits
        self.concurrency = concurrency
    }
}

/// Which calls of a script may be under way at once.
public enum PluginConcurrency: String, Sendable, Codable, CaseIterable {
    /// One runs, and others while it waits for the host.
    case interleaved
    /// One, whether it runs or waits.
    case serial
    /// As many as there are instances of the script run at once, each with variables of its own: for a script that keeps nothing
    /// between calls. Further ones are made as calls need them, up to ``PluginLimits/instances``.
    case parallel
}
