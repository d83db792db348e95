import LuaRuntime
import PluginCore

/// Functions of the host that granted plugins reach as `ctx.NAME`, declared by `PluginManager`.
public struct HostAPI: Sendable {
    typealias Check = () throws -> Void

    let name: String
    private(set) var functions: [(name: String, make: @Sendable (LuaState, String, @escaping Check) throws -> LuaFunction)] = []

    init(name: String) { self.name = name }

    /// Throws for what a script could not reach.
    func check() throws {
        var seen: Set<String> = []
        for function in functions {
            guard Self.isIdentifier(function.name) else { throw PluginError(.noIdentifier(function.name, api: name)) }
            guard seen.insert(function.name).inserted else { throw PluginError(.repeatedName("\(name).\(function.name)")) }
        }
    }

    /// Whether Lua takes a text for a name.
    static func isIdentifier(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil && !keywords.contains(text)
    }

    private static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or", "repeat", "return",
        "then", "true", "until", "while",
    ]

    /// Adds a function with typed parameters. Arguments are checked and reported as Lua does it.
    public mutating func function<each P: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (repeat each P) throws -> R
    ) {
        functions.append(
            (
                name,
                { state, path, check in
                    try state.function(path) { (arguments: repeat each P) throws -> R in
                        try check()
                        return try body(repeat each arguments)
                    }
                }
            ))
    }

    /// Adds a function that returns nothing.
    public mutating func function<each P: Decodable & SendableMetatype>(_ name: String, _ body: @escaping @Sendable (repeat each P) throws -> Void) {
        functions.append(
            (
                name,
                { state, path, check in
                    try state.function(path) { (arguments: repeat each P) throws -> Void in
                        try check()
                        try body(repeat each arguments)
                    }
                }
            ))
    }
}
