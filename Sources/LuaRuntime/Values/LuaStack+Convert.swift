import CLuaBridge
import DynamicValues

/// A type that Perilune puts on and takes from Lua's stack itself, without `Codable`'s machinery.
package protocol LuaConvertible {
    /// Leaves one value on top of the stack. The caller has made room for it.
    func push(onto stack: LuaStack) throws
    /// Reads the value at an index and leaves the stack as it was.
    static func read(from stack: LuaStack, at index: Int32) throws -> Self
}

extension LuaStack {
    /// How deep tables may be nested, both ways.
    static var depthLimit: Int { 100 }

    /// Pushes any encodable value.
    package func push<T: Encodable>(_ value: T) throws {
        try require(8)
        if let value = value as? any LuaConvertible {
            try value.push(onto: self)
        } else if let handle = value as? LuaHandle {
            try handle.push(onto: self)
        } else {
            try LuaEncoder.push(value, onto: self)
        }
    }

    /// Reads the value at an index as any decodable type.
    package func read<T: Decodable>(_ type: T.Type, at index: Int32) throws -> T {
        try require(8)
        if lua_type(thread, index) == LUA_TTABLE, plu_unwrap(thread, index) {
            defer { lua_settop(thread, -2) }
            return try readPlain(type, at: count)
        }
        return try readPlain(type, at: index)
    }

    private func readPlain<T: Decodable>(_ type: T.Type, at index: Int32) throws -> T {
        if let convertible = type as? any LuaConvertible.Type {
            return try convertible.read(from: self, at: index) as! T
        } else if let handle = type as? LuaHandle.Type {
            return try handle.read(from: self, at: index) as! T
        } else {
            return try LuaDecoder.read(type, from: self, at: lua_absindex(thread, index))
        }
    }

    /// Reads the parts of a table, on guard against cycles and depth.
    func insideTable<R>(at index: Int32, _ body: () throws -> R) throws -> R {
        let identity = lua_topointer(thread, index)
        guard !state.host.tablesBeingRead.contains(identity) else { throw ConversionFailure(.cycle) }
        guard state.host.tablesBeingRead.count < Self.depthLimit else { throw ConversionFailure(.depth(Self.depthLimit)) }
        state.host.tablesBeingRead.append(identity)
        defer { state.host.tablesBeingRead.removeLast() }
        try require(8)
        return try body()
    }

    /// Writes the parts of a table, on guard against depth.
    func insideNewTable<R>(_ body: () throws -> R) throws -> R {
        guard state.host.tablesBeingWritten < Self.depthLimit else { throw ConversionFailure(.depth(Self.depthLimit)) }
        try state.checkOverdraft()
        state.host.tablesBeingWritten += 1
        defer { state.host.tablesBeingWritten -= 1 }
        try require(8)
        return try body()
    }

    /// How many elements the array at an index has. A table with other keys than 1...n is no array; holes count.
    func arrayCount(at index: Int32) throws -> Int {
        guard lua_type(thread, index) == LUA_TTABLE else {
            throw ConversionFailure(.type(expected: "array", found: kind(at: index)))
        }
        let table = lua_absindex(thread, index)
        var last: Int64 = 0
        var found = 0
        lua_pushnil(thread)
        while lua_next(thread, table) != 0 {
            lua_settop(thread, -2)
            guard lua_isinteger(thread, -1) != 0, case let key = lua_tointegerx(thread, -1, nil), key >= 1 else {
                let key = keyText(at: -1)
                lua_settop(thread, -2)
                throw ConversionFailure(.mixed(key: key))
            }
            last = max(last, key)
            found += 1
        }
        // a key far beyond the others is a dictionary's, not a hole: a billion optionals would be no answer
        guard last <= Int64(found) * 2 + 8 else { throw ConversionFailure(.mixed(key: "\(last) beyond its other elements")) }
        return Int(last)
    }
}

extension LuaHandle {
    static func read(from stack: LuaStack, at index: Int32) throws -> LuaHandle {
        let (expected, name) = self == LuaTable.self ? (LUA_TTABLE, "table") : (LUA_TFUNCTION, "function")
        guard lua_type(stack.thread, index) == expected else {
            throw ConversionFailure(.type(expected: name, found: stack.kind(at: index)))
        }
        lua_pushvalue(stack.thread, index)
        return self.init(stack.state, plu_reference(stack.state.bridge!, stack.thread))
    }
}
