import LuaRuntime

/// Functions of the host that granted plugins reach as `ctx.NAME`, declared by `PluginManager`.
public struct HostAPI: Sendable {
    typealias Check = () throws -> Void

    let name: String
    private(set) var functions: [(name: String, make: @Sendable (LuaState, String, @escaping Check) throws -> LuaFunction)] = []

    init(name: String) { self.name = name }

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
