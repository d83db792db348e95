import CLuaBridge

/// A Lua table that the host holds on to. Reading and writing is raw: no metamethod runs.
public final class LuaTable: LuaHandle {
    /// The value under a string key; `nil` of an optional type when there is none.
    public func value<T: Decodable>(_ key: String, as type: T.Type = T.self) throws -> T {
        try read { try $0.value(key, as: type) }
    }

    /// Each key as text, with what kind of value is under it (Lua's type name). Keys that are not strings appear as `[3]`.
    ///
    /// - Parameter limit: more are not looked at.
    public func entries(atMost limit: Int = .max) throws -> [(key: String, isString: Bool, kind: String)] {
        try read { stack in
            var found: [(key: String, isString: Bool, kind: String)] = []
            lua_pushnil(stack.thread)
            while found.count < limit, lua_next(stack.thread, 1) != 0 {
                let kind = stack.typeName(at: -1)
                lua_settop(stack.thread, -2)
                let isString = lua_type(stack.thread, -1) == LUA_TSTRING
                found.append((isString ? stack.text(at: -1) : "[\(stack.keyText(at: -1))]", isString, kind))
            }
            return found
        }
    }

    /// Whether the table has a metatable.
    public var hasMetatable: Bool {
        get throws {
            try read { stack in
                lua_getmetatable(stack.thread, 1) != 0
            }
        }
    }

    /// The value under a string key, which is to take no more than so many bytes.
    ///
    /// - Throws: ``LuaError`` of code `memory` when it does.
    package func value<T: Decodable>(_ key: String, atMost bytes: Int, as type: T.Type = T.self) throws -> T {
        try read { stack in
            let before = plu_decodable(stack.bridge)
            plu_set_decodable(stack.bridge, Int64(bytes))
            defer { plu_set_decodable(stack.bridge, before) }
            return try stack.value(key, as: type)
        }
    }

    /// Sets the value under a string key.
    public func set(_ key: String, to value: some Encodable) throws {
        try read { stack in
            try stack.push(value)
            stack.rawSet(key, in: 1)
        }
    }

    /// Sets what stands for JSON's null under a string key.
    package func setNull(_ key: String) throws {
        try read { stack in
            stack.pushNull()
            stack.rawSet(key, in: 1)
        }
    }

    private func read<R>(_ body: (LuaStack) throws -> R) throws -> R {
        try state.withStack(named: "table") { stack in
            try self.push(onto: stack)
            return try body(stack)
        }
    }
}

extension LuaStack {
    /// What the table at 1 has under a key.
    fileprivate func value<T: Decodable>(_ key: String, as type: T.Type) throws -> T {
        push(string: key)
        lua_rawget(thread, 1)
        return try ConversionFailure.at(.key(key)) { try read(type, at: 2) }
    }
}

extension LuaTable {
    /// What scripts get of this table from now on when it is passed to them: they can read it and the tables in it, and
    /// change none of them.
    package func makeReadOnly() throws -> LuaTable {
        try state.withStack(named: "table") { stack in
            try push(onto: stack)
            plu_take_credit(stack.bridge)
            guard plu_protect(stack.thread) else { throw ConversionFailure(.stack) }
            return LuaTable(host, plu_reference(stack.thread))
        }
    }
}

extension LuaState {
    /// A new table for the host to fill.
    public func makeTable() throws -> LuaTable {
        try withStack(named: "table") { stack in
            stack.createTable()
            return LuaTable(host, plu_reference(stack.thread))
        }
    }
}
