public import LuaRuntime
import PluginCore

/// Functions of the host that granted plugins reach as `ctx.NAME`, declared by `PluginManager`.
public struct HostAPI: Sendable {
    let name: String
    /// Each with what makes it, under the name that errors call it by.
    private(set) var functions: [(name: String, make: @Sendable (LuaState, String) throws -> LuaFunction)] = []

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

    /// Adds a function. Arguments are checked and reported as Lua does it; parameters of an optional type may be left out.
    @inlinable public mutating func function<R: Encodable & SendableMetatype>(_ name: String, _ body: @escaping @Sendable () throws -> R) {
        add(name) { try $0.codableFunction($1, body) }
    }

    /// Adds a function with no arguments and no result.
    @inlinable public mutating func function(_ name: String, _ body: @escaping @Sendable () throws -> Void) {
        add(name) { try $0.codableFunction($1, body) }
    }

    /// Adds a function with one argument.
    @inlinable public mutating func function<A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (A) throws -> R
    ) {
        add(name) { try $0.codableFunction($1, body) }
    }

    /// Adds a function with one argument and no result.
    @inlinable public mutating func function<A: Decodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (A) throws -> Void
    ) {
        add(name) { try $0.codableFunction($1, body) }
    }

    /// Adds a function with two arguments.
    @inlinable public mutating func function<A: Decodable & SendableMetatype, B: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (A, B) throws -> R
    ) {
        add(name) { try $0.codableFunction($1, body) }
    }

    /// Adds a function with two arguments and no result.
    @inlinable public mutating func function<A: Decodable & SendableMetatype, B: Decodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (A, B) throws -> Void
    ) {
        add(name) { try $0.codableFunction($1, body) }
    }

    /// Adds a function with three arguments.
    @inlinable public mutating func function<A: Decodable & SendableMetatype, B: Decodable & SendableMetatype, C: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (A, B, C) throws -> R
    ) {
        add(name) { try $0.codableFunction($1, body) }
    }

    /// Adds a function with three arguments and no result.
    @inlinable public mutating func function<A: Decodable & SendableMetatype, B: Decodable & SendableMetatype, C: Decodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (A, B, C) throws -> Void
    ) {
        add(name) { try $0.codableFunction($1, body) }
    }

    /// Adds a function with any number of arguments.
    @_disfavoredOverload
    public mutating func function<each P: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (repeat each P) throws -> R
    ) {
        add(name) { try $0.function($1, body) }
    }

    /// Adds a function with any number of arguments and no result.
    @_disfavoredOverload
    public mutating func function<each P: Decodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (repeat each P) throws -> Void
    ) {
        add(name) { try $0.function($1, body) }
    }

    /// Adds an asynchronous function. The script that calls it waits for it as for any other, while other calls of the plugin go
    /// in; `PluginCall.current` says whose call it works for, whose end cancels its task. Arguments are checked and reported as
    /// Lua does it; there may be four of them.
    @inlinable public mutating func asyncFunction<R: Encodable & Sendable>(_ name: String, _ body: @escaping @Sendable () async throws -> R) {
        add(name) { try $0.asyncFunction($1, body) }
    }

    /// Adds an asynchronous function with no arguments and no result.
    @inlinable public mutating func asyncFunction(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
        add(name) { try $0.asyncFunction($1, body) }
    }

    /// Adds an asynchronous function with one argument.
    @inlinable public mutating func asyncFunction<A: Decodable & Sendable, R: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A) async throws -> R
    ) {
        add(name) { try $0.asyncFunction($1, body) }
    }

    /// Adds an asynchronous function with one argument and no result.
    @inlinable public mutating func asyncFunction<A: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A) async throws -> Void
    ) {
        add(name) { try $0.asyncFunction($1, body) }
    }

    /// Adds an asynchronous function with two arguments.
    @inlinable public mutating func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable, R: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A, B) async throws -> R
    ) {
        add(name) { try $0.asyncFunction($1, body) }
    }

    /// Adds an asynchronous function with two arguments and no result.
    @inlinable public mutating func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A, B) async throws -> Void
    ) {
        add(name) { try $0.asyncFunction($1, body) }
    }

    /// Adds an asynchronous function with three arguments.
    @inlinable public mutating func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable, R: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A, B, C) async throws -> R
    ) {
        add(name) { try $0.asyncFunction($1, body) }
    }

    /// Adds an asynchronous function with three arguments and no result.
    @inlinable public mutating func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A, B, C) async throws -> Void
    ) {
        add(name) { try $0.asyncFunction($1, body) }
    }

    /// Adds an asynchronous function with four arguments.
    @inlinable public mutating func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable, D: Decodable & Sendable, R: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A, B, C, D) async throws -> R
    ) {
        add(name) { try $0.asyncFunction($1, body) }
    }

    /// Adds an asynchronous function with four arguments and no result.
    @inlinable public mutating func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable, D: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A, B, C, D) async throws -> Void
    ) {
        add(name) { try $0.asyncFunction($1, body) }
    }

    @usableFromInline mutating func add(_ name: String, _ make: @escaping @Sendable (LuaState, String) throws -> LuaFunction) {
        functions.append((name, make))
    }
}
