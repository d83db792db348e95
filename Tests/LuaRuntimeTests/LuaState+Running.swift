import LuaRuntime
import Testing

extension LuaState {
    /// Loads a text as `test.lua`, calls it and reads its first result.
    func run<each A: Encodable, R: Decodable>(_ text: String, _ arguments: repeat each A, as type: R.Type = R.self) throws -> R {
        try load(text, chunk: "test.lua").call(repeat each arguments, as: type)
    }

    /// Loads a text as `test.lua`, calls it and drops its results.
    func run<each A: Encodable>(_ text: String, _ arguments: repeat each A) throws {
        try load(text, chunk: "test.lua").call(repeat each arguments)
    }

    /// Loads a text as `test.lua`, calls it and reads all its results.
    func values(_ text: String, _ arguments: DynamicValue...) throws -> [DynamicValue] {
        try load(text, chunk: "test.lua").call(dynamic: arguments)
    }
}

/// The error that `body` throws.
func failure<R>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> R) throws -> LuaError {
    try #require(throws: LuaError.self, sourceLocation: sourceLocation) { _ = try body() }
}
