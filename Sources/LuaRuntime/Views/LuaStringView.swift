import CLuaBridge

/// A Lua string that is looked at where Lua keeps it, without a copy: a host function's argument, a part of a ``LuaTableView``,
/// or a call's result.
///
/// ```swift
/// let zeros = try state.function("zeros") { (bytes: LuaStringView) in try bytes.withBytes { $0.count { $0 == 0 } } }
/// ```
///
/// Valid inside of the call that it is given to. Used later it throws ``LuaError`` of code `closed`.
public struct LuaStringView: Codable {
    private let place: LuaViewPlace

    /// How many bytes it has.
    public var count: Int {
        get throws { try withBytes { $0.count } }
    }

    /// Calls `body` with the string's bytes, which are Lua's own: valid until it returns, at no cost for their number.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        try place.check()
        var length = 0
        let start = lua_tolstring(place.stack.thread, place.index, &length)
        return try body(UnsafeRawBufferPointer(start: start, count: length))
    }

    /// A copy as text.
    ///
    /// - Throws: when the bytes are not UTF-8, or do not fit the script's memory quota.
    public func text() throws -> String {
        try place.check()
        return try String.read(from: place.stack, at: place.index)
    }

    /// Only Lua can give a view: it is no data. (Conforms to `Codable` so that typed calls can take and return it.)
    public init(from decoder: any Decoder) throws { throw decoder.refusal(of: "a view of a Lua string") }

    /// Throws: a view is no data.
    public func encode(to encoder: any Encoder) throws { throw encoder.refusal(of: "a view of a Lua string", self) }
}

extension LuaStringView: LuaConvertible {
    private init(_ place: LuaViewPlace) { self.place = place }

    public func push(onto stack: LuaStack) throws { try place.push(onto: stack) }

    public static func read(from stack: LuaStack, at index: Int32) throws -> LuaStringView {
        guard lua_type(stack.thread, index) == LUA_TSTRING else { throw stack.mismatch("string", at: index) }
        return LuaStringView(try LuaViewPlace(stack, index))
    }
}
