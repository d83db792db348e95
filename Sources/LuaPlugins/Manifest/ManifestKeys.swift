/// The keys of a plugin's table.
enum ManifestKeys {
    /// Keys with a meaning that this version knows.
    static let supported: Set<String> = [
        "name", "version", "description", "author", "plugin_type", "dependencies", "permissions", "config", "limits",
        "initialize", "cleanup", "provide", "process", "put", "get", "delete", "list", "observe",
    ]

    /// Keys that later versions give a meaning to, so that nobody uses them for something else meanwhile.
    static let unsupported: Set<String> = [
        "save", "restore", "on", "health", "configure", "activation", "concurrency", "engine", "http",
    ]

    /// Filled in by the loader.
    static let output = "entry_point"

    static let reserved = supported.union(unsupported).union([output])

    /// The operations that a plugin type is there for; what lacks one can be loaded, and is of no use where it is needed.
    static func operations(of type: String) -> [String] {
        switch type {
        case "provider": ["provide"]
        case "processor": ["process"]
        case "storage": ["put", "get", "delete", "list"]
        default: ["observe"]
        }
    }
}
