public import Logging

/// What a plugin is made of.
public enum PluginSource: Sendable {
    /// A script, or a folder with one.
    case path(String)
    /// A script's text under a name that errors show, with the modules that it requires.
    case text(String, name: String, modules: [String: String])

    /// The path, or the name of what came from memory.
    public var label: String {
        switch self {
        case .path(let path): path
        case .text(_, let name, _): name
        }
    }
}

/// Makes plugins of files. A manager asks each of its loaders in turn.
public protocol PluginLoader: Sendable {
    /// What metrics call the loader where it reads such a source, such as `lua_script`.
    func name(for source: PluginSource) -> String
    /// Whether this loader makes plugins of such a source. Looks at the name only.
    func accepts(_ source: PluginSource) -> Bool
    /// Reads and checks a plugin; runs none of its operations.
    ///
    /// - Parameters:
    ///   - source: what to read.
    ///   - policy: gives the policy for a plugin of a name, or the one that holds until the name is known.
    ///   - logger: the manager's.
    ///   - monitor: the manager's.
    func load(_ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor) async throws -> any Plugin
}

extension PluginLoader {
    /// The type's name.
    public func name(for source: PluginSource) -> String { "\(Self.self)" }
}
