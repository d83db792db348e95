public import DynamicValues

/// What went wrong in or around Lua.
///
/// ```swift
/// let state = try LuaState()
/// do {
///     try state.load("local t = nil\nreturn t.x", chunk: "demo.lua").call()
/// } catch let error as LuaError {
///     print(error.code, error.line ?? 0)  // runtime 2
/// }
/// ```
public struct LuaError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure. More may come, so a `switch` needs a default.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// The text is not Lua, or is bytecode.
        public static let syntax = Code(rawValue: "syntax")
        /// The script raised an error.
        public static let runtime = Code(rawValue: "runtime")
        /// The script's quota of memory is used up.
        public static let memory = Code(rawValue: "memory")
        /// The call used more CPU time than it may.
        public static let cpuLimit = Code(rawValue: "cpu_limit")
        /// The call took longer than it may.
        public static let wallLimit = Code(rawValue: "wall_limit")
        /// The call ran more VM instructions than it may.
        public static let instructionLimit = Code(rawValue: "instruction_limit")
        /// The call was ended by ``LuaInterrupter``.
        public static let cancelled = Code(rawValue: "cancelled")
        /// A value does not fit the type that was asked for.
        public static let conversion = Code(rawValue: "conversion")
        /// The state is closed, or had to be given up in the middle of a step.
        public static let closed = Code(rawValue: "closed")
        /// The script yielded to the host, which did not resume a coroutine.
        public static let yield = Code(rawValue: "yield")
    }

    public var code: Code
    /// What happened, without the position. Of what a script raised, the first 4 KB, then how long it is.
    public var message: String
    /// The chunk's name, as messages show it.
    public var chunk: String?
    /// The line in the chunk, counted from 1.
    public var line: Int?
    /// Lua's traceback of the coroutine that failed.
    public var traceback: String?
    /// The Swift error that a host function threw, if that is what reached the host.
    public var underlying: (any Error)?
    /// The plain fields of a table that was raised, as in `error({ code = "quota" })`, 64 KB in all.
    public var fields: [String: DynamicValue]

    /// The most bytes that are told of what a script raised.
    static let longestMessage = 4096

    /// The value that was raised, while the call that raised it is still inside another one.
    package var raised: RaisedValue?

    public init(
        code: Code, message: String, chunk: String? = nil, line: Int? = nil, traceback: String? = nil,
        underlying: (any Error)? = nil, fields: [String: DynamicValue] = [:]
    ) {
        self.code = code
        self.message = message
        self.chunk = chunk
        self.line = line
        self.traceback = traceback
        self.underlying = underlying
        self.fields = fields
    }

    /// `chunk:line: message`, as Lua words it.
    public var description: String {
        guard let chunk else { return message }
        return line.map { "\(chunk):\($0): \(message)" } ?? "\(chunk): \(message)"
    }
}

/// The number of a raised value that a state keeps, so that an outer call raises the same value again.
package struct RaisedValue: Sendable, Equatable {
    package let number: Int
}
