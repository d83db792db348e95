/// Who a plugin is. Read from a Lua plugin's table, where the names are written in snake case.
///
/// ```swift
/// let metadata = PluginMetadata(name: "words", version: "1.2.0", pluginType: .processor)
/// ```
public struct PluginMetadata: Codable, Sendable, Equatable {
    /// `[a-z][a-z0-9_-]*`, at most 64 characters.
    public var name: String
    public var version: SemanticVersion
    public var description: String
    public var author: String
    /// Plugins that must run before this one.
    public var dependencies: [PluginDependency]
    public var pluginType: PluginType
    /// Where the plugin came from, such as `plugin_words.lua`; filled in by the loader.
    public var entryPoint: String

    enum CodingKeys: String, CodingKey {
        case name, version, description, author, dependencies
        case pluginType = "plugin_type"
        case entryPoint = "entry_point"
    }

    public init(
        name: String, version: SemanticVersion, description: String = "", author: String = "",
        dependencies: [PluginDependency] = [], pluginType: PluginType, entryPoint: String = ""
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.author = author
        self.dependencies = dependencies
        self.pluginType = pluginType
        self.entryPoint = entryPoint
    }

    /// Whether a text can be a plugin's name.
    public static func isValidName(_ name: String) -> Bool {
        let utf8 = name.utf8
        guard let first = utf8.first, utf8.count <= 64, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
