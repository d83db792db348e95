public import CLuaBridge

/// A Lua table that is read where it is, without a copy of what is not asked for: a host function's argument, a part of another
/// view, or a call's result.
///
/// ```swift
/// let total = try state.function("total") { (rows: LuaTableView) in
///     var total = 0.0
///     try rows.forEach { (row: LuaTableView) in total += try row.value("price") }
///     return total
/// }
/// ```
///
/// Reading is raw: no metamethod runs. A view is valid inside of the call that it is given to, and one of a part inside of the
/// closure; used later it throws ``LuaError`` of code `closed`. Inside of it the script may be called, and may change the table:
/// each read gives what is there then.
///
/// What does not fit is thrown on to the call, whose error names the place: `value[3].price: number expected, got nil`.
/// A read takes some tens of nanoseconds, and no memory but for what it returns; views can be nested 100 levels deep.
public struct LuaTableView: Codable {
    @usableFromInline let place: LuaViewPlace

    /// Elements from 1 on, as `#` counts them.
    public var count: Int {
        get throws { try reading { stack, table in Int(lua_rawlen(stack.thread, table)) } }
    }

    /// A copy of the value under a key; `nil` of an optional type when there is none. A view is had by `with`.
    @inlinable public func value<T: Decodable>(_ key: String, as type: T.Type = T.self) throws -> T {
        try reading { stack, table in
            stack.push(string: key)
            lua_rawget(stack.thread, table)
            do {
                return try stack.read(type, at: stack.count)
            } catch {
                throw ConversionFailure.placed(error, .key(key))
            }
        }
    }

    /// A copy of the element at a position, counted from 1 as in Lua.
    @inlinable public func value<T: Decodable>(at position: Int, as type: T.Type = T.self) throws -> T {
        try reading { stack, table in
            lua_rawgeti(stack.thread, table, Int64(position))
            do {
                return try stack.read(type, at: stack.count)
            } catch {
                throw ConversionFailure.placed(error, .index(position))
            }
        }
    }

    /// Calls `body` with the value under a key, a view above all, which is valid until it returns.
    public func with<T: Decodable, R>(_ key: String, as type: T.Type = T.self, _ body: (T) throws -> R) throws -> R {
        try reading { stack, table in
            stack.push(string: key)
            lua_rawget(stack.thread, table)
            return try nested(.key(key)) { try body(try stack.read(type, at: stack.count)) }
        }
    }

    /// Calls `body` with the element at a position, counted from 1 as in Lua, which is valid until it returns.
    public func with<T: Decodable, R>(at position: Int, as type: T.Type = T.self, _ body: (T) throws -> R) throws -> R {
        try reading { stack, table in
            lua_rawgeti(stack.thread, table, Int64(position))
            return try nested(.index(position)) { try body(try stack.read(type, at: stack.count)) }
        }
    }

    /// Calls `body` with each element from 1 on, in order; a view is valid until it returns.
    @inlinable public func forEach<T: Decodable>(as type: T.Type = T.self, _ body: (T) throws -> Void) throws {
        try reading { stack, table in
            let (count, top, views) = (lua_Integer(lua_rawlen(stack.thread, table)), stack.count, place.host.viewCount)
            place.host.viewDepth += 1
            defer { place.host.viewDepth -= 1 }
            var position: lua_Integer = 0
            while position < count {
                position += 1
                try stack.step()
                lua_rawgeti(stack.thread, table, position)
                do {
                    try body(try stack.read(type, at: top + 1))
                } catch {
                    throw ConversionFailure.placed(error, .index(Int(position)))
                }
                try end(stack, top, views)
            }
        }
    }

    /// Calls `body` with each key and its value, in no order; views are valid until it returns.
    ///
    /// - Throws: as well when the script, called by `body`, adds keys meanwhile and the place is lost.
    public func forEachMember<Key: Decodable, Value: Decodable>(_ body: (Key, Value) throws -> Void) throws {
        try reading { stack, table in
            let (top, views) = (stack.count, place.host.viewCount)
            place.host.viewDepth += 1
            defer { place.host.viewDepth -= 1 }
            stack.pushNil()
            while true {
                try stack.step()
                plu_take_credit(stack.bridge)
                let found = plu_next(stack.thread, table)
                guard found >= 0 else { throw ConversionFailure(.changed) }
                if found == 0 { return }
                do {
                    try body(try stack.read(Key.self, at: top + 1), try stack.read(Value.self, at: top + 2))
                } catch {
                    throw try placed(error, at: top + 1)
                }
                try end(stack, top + 1, views)
            }
        }
    }

    /// Reads with the table, or the one that a read-only one stands for, at an index; what is pushed goes after that.
    @inlinable func reading<R>(_ body: (LuaStack, Int32) throws -> R) throws -> R {
        try place.check()
        let (stack, views) = (place.stack, place.host.viewCount)
        try stack.require(8)
        try stack.step()
        let top = stack.count
        defer {
            if place.host.viewCount > views { place.host.endViews(to: views) }
            if !plu_is_condemned(stack.bridge) { stack.pop(to: top) }
        }
        return try body(stack, plu_unwrap(stack.thread, place.index) ? top + 1 : place.index)
    }

    /// Ends the views of an element and takes it from the stack, unless what was called left the state in pieces.
    @inlinable func end(_ stack: LuaStack, _ top: Int32, _ views: Int) throws {
        if place.host.viewCount > views { place.host.endViews(to: views) }
        guard !plu_is_condemned(stack.bridge) else { throw stack.givenUp() }
        stack.pop(to: top)
    }

    private func nested<R>(_ step: ConversionFailure.Step, _ body: () throws -> R) throws -> R {
        place.host.viewDepth += 1
        defer { place.host.viewDepth -= 1 }
        do {
            return try body()
        } catch {
            throw ConversionFailure.placed(error, step)
        }
    }

    /// A failure of a member, whose key is at an index.
    private func placed(_ error: any Error, at index: Int32) throws -> any Error {
        guard error is ConversionFailure, !plu_is_condemned(place.stack.bridge) else { return error }
        let (stack, isText) = (place.stack, lua_type(place.stack.thread, index) == LUA_TSTRING)
        return ConversionFailure.placed(error, isText ? .key(stack.excerpt(at: index).text()) : .other(stack.keyText(at: index)))
    }

    /// Only Lua can give a view: it is no data. (Conforms to `Codable` so that typed calls can take and return it.)
    public init(from decoder: any Decoder) throws { throw decoder.refusal(of: "a view of a Lua table") }

    /// Throws: a view is no data.
    public func encode(to encoder: any Encoder) throws { throw encoder.refusal(of: "a view of a Lua table", self) }
}

extension LuaTableView: LuaConvertible {
    private init(_ place: LuaViewPlace) { self.place = place }

    public func push(onto stack: LuaStack) throws { try place.push(onto: stack) }

    public static func read(from stack: LuaStack, at index: Int32) throws -> LuaTableView {
        guard lua_type(stack.thread, index) == LUA_TTABLE else { throw stack.mismatch("table", at: index) }
        return LuaTableView(try LuaViewPlace(stack, index))
    }
}

extension LuaFunction {
    /// Calls the function and lets a closure look at its first result: a ``LuaTableView`` or ``LuaStringView``, in place.
    ///
    /// ```swift
    /// let count = try list.call("*.txt") { (files: LuaTableView) in try files.count }
    /// ```
    ///
    /// The closure's time counts against the limits of the call.
    ///
    /// - Throws: ``LuaError``: what the script raised, a limit, or a value that does not fit; what the closure throws.
    public func call<each A: Encodable, View: Decodable, R>(_ arguments: repeat each A, reading body: (View) throws -> R) throws -> R {
        let call = try begin(nil, repeat each arguments)
        return try host.finish(call.stack, call.arguments) { stack, _ in try body(try stack.read(View.self, at: 1)) }
    }
}
