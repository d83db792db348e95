import PluginCore

/// The keys of a plugin's table.
enum ManifestKeys {
    /// Keys with a meaning that this version knows.
    static let supported = functions.union([
        "name", "version", "description", "author", "plugin_type", "dependencies", "permissions", "config", "limits", "concurrency",
    ])

    /// Keys that later versions give a meaning to, so that nobody uses them for something else meanwhile.
    static let unsupported: Set<String> = [
        "on", "health", "configure", "activation", "engine", "http",
    ]

    /// Filled in by the loader.
    static let output = "entry_point"

    /// What a table may hold: the host keeps it for as long as the plugin is loaded.
    static let mostKeys = 256
    static let mostEntries = 256
    static let longestOperation = 128
    static let mostBytes = 256 * 1024

    /// Functions that the host calls in the course of a plugin's life, and nobody else.
    static let phases: Set<String> = ["initialize", "cleanup", "save", "restore"]

    /// Keys whose values must be functions.
    static let functions = phases.union(PluginType.allCases.flatMap(operations))

    static let reserved = supported.union(unsupported).union([output])

    /// The operations that a plugin type is there for; what lacks one can be loaded, and is of no use where it is needed.
    static func operations(of type: PluginType) -> [String] {
        switch type {
        case .provider: ["provide"]
        case .processor: ["process"]
        case .storage: ["put", "get", "delete", "list"]
        case .monitor: ["observe"]
        }
    }
}
