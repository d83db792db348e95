/// Permissions that a plugin asks for or a host grants.
///
/// ```swift
/// let grants: PluginPermissions = [.store, .read("data/*.txt"), .hostAPI("clock")]
/// ```
public struct PluginPermissions: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// One permission: a name, and for most of them what it covers.
    public struct Permission: Sendable, Hashable, CustomStringConvertible {
        public let name: String
        /// A glob, host, variable or topic; `nil` where the name says it all.
        public let pattern: String?

        public static let store = Permission(name: "store", pattern: nil)
        public static let plugins = Permission(name: "plugins", pattern: nil)
        public static let timer = Permission(name: "timer", pattern: nil)
        public static func read(_ glob: String) -> Permission { Permission(name: "read", pattern: glob) }
        public static func write(_ glob: String) -> Permission { Permission(name: "write", pattern: glob) }
        public static func http(_ host: String) -> Permission { Permission(name: "http", pattern: host) }
        public static func env(_ name: String) -> Permission { Permission(name: "env", pattern: name) }
        public static func events(_ topic: String) -> Permission { Permission(name: "events", pattern: topic) }
        /// The functions that the host exposed under that name.
        public static func hostAPI(_ name: String) -> Permission { Permission(name: name, pattern: nil) }

        /// As `--grant` takes it: `store`, `read=GLOB`.
        public var description: String { pattern.map { "\(name)=\($0)" } ?? name }

        /// Reads what `--grant` is given; `nil` when a pattern is missing or not wanted, or the name cannot be one.
        public init?(_ text: String) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let pattern = parts.count == 2 ? parts[1] : nil
            guard PluginMetadata.isValidName(parts[0]), pattern != "", PluginPermissions.takesPattern(parts[0]) == (pattern != nil)
            else { return nil }
            self.init(name: parts[0], pattern: pattern)
        }

        init(name: String, pattern: String?) {
            self.name = name
            self.pattern = pattern
        }
    }

    /// The built-in permissions whose value is a list of patterns, and what a pattern is.
    package static let patternNames = [
        "read": "globs", "write": "globs", "http": "host names", "env": "variable names", "events": "topics",
    ]
    /// The built-in permissions whose value is `true`.
    package static let flagNames: Set<String> = ["store", "plugins", "timer"]

    public static func takesPattern(_ name: String) -> Bool { patternNames[name] != nil }

    /// A glob that matches one path and nothing else.
    package static func glob(for path: String) -> String {
        path.reduce(into: "") { $0 += "*?[\\".contains($1) ? "\\\($1)" : String($1) }
    }

    /// In the order given.
    public private(set) var all: [Permission]

    public init(_ permissions: [Permission]) { all = permissions }
    public init(arrayLiteral elements: Permission...) { all = elements }

    public mutating func insert(_ permission: Permission) {
        if !all.contains(permission) { all.append(permission) }
    }

    public func union(_ other: PluginPermissions) -> PluginPermissions {
        var result = self
        for permission in other.all { result.insert(permission) }
        return result
    }

    /// Whether there is any permission of that name.
    public func contains(_ name: String) -> Bool { all.contains { $0.name == name } }

    /// What the permissions of that name cover.
    public func patterns(_ name: String) -> [String] { all.filter { $0.name == name }.compactMap(\.pattern) }
}
