public import Logging

/// What a plugin is made of.
public enum PluginSource: Sendable {
    /// A script, or a folder with one.
    case path(String)
    /// A script's text under a name that errors show, with the modules that it requires.
    case text(String, name: String, modules: [String: String])
    /// What a loader knows by a name, such as a plugin in Swift that ``PluginFactories`` makes.
    case named(String)

    /// The path, or the name of what is no file.
    public var label: String {
        switch self {
        case .path(let path): path
        case .text(_, let name, _): name
        case .named(let name): name
        }
    }
}

/// Makes plugins. A manager's ``UnifiedLoader`` picks one by what is to be loaded.
///
/// ```swift
/// struct UppercaseLoader: PluginLoader {
///     func accepts(_ source: PluginSource) -> Bool { source.label.hasSuffix(".upper") }
///     func load(
///         _ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor
///     ) async throws -> any Plugin {
///         Shouter()
///     }
/// }
/// ```
public protocol PluginLoader: Sendable {
    /// Whether this loader makes plugins of such a source. Looks at the name, and at what kind of file it is.
    func accepts(_ source: PluginSource) -> Bool

    /// Reads and checks a plugin; runs none of its operations.
    ///
    /// - Parameters:
    ///   - source: what to read.
    ///   - policy: gives the policy for a plugin of a name, or the one that holds until the name is known.
    ///   - logger: the manager's.
    ///   - monitor: the manager's.
    func load(_ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor) async throws -> any Plugin

    /// Reads a new version of a plugin, which is to take its place; runs none of its operations. Loads anew unless a loader does
    /// otherwise.
    func reload(
        _ plugin: any Plugin, from source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor
    ) async throws -> any Plugin

    /// Lets go of what the loader holds for a plugin that has been cleaned up. Nothing, unless a loader does otherwise.
    func unload(_ plugin: any Plugin) async
}

extension PluginLoader {
    public func reload(
        _ plugin: any Plugin, from source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor
    ) async throws -> any Plugin {
        try await load(source, policy: policy, logger: logger, monitor: monitor)
    }

    public func unload(_ plugin: any Plugin) async {}
}
