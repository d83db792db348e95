import CLuaBridge
public import DynamicValues

extension DynamicValue: LuaConvertible {
    public func push(onto stack: LuaStack) throws { try push(onto: stack, keepsNull: false) }

    /// - Parameter keepsNull: whether null is the mark that `ctx.json.null` is, rather than nil, which a table cannot hold.
    package func push(onto stack: LuaStack, keepsNull: Bool) throws {
        let thread = stack.thread
        switch self {
        case .null: keepsNull ? plu_push_null(thread) : lua_pushnil(thread)
        case .bool(let value): value.push(onto: stack)
        case .integer(let value): lua_pushinteger(thread, value)
        case .number(let value): lua_pushnumber(thread, value)
        case .string(let text): stack.push(string: text)
        case .bytes(let bytes): stack.push(bytes: bytes)
        case .array(let elements):
            try stack.insideNewTable {
                stack.createTable(elements: elements.count)
                for (index, element) in elements.enumerated() {
                    try stack.step()
                    try ConversionFailure.at(.index(index + 1)) { try element.push(onto: stack, keepsNull: keepsNull) }
                    lua_rawseti(thread, -2, Int64(index + 1))
                }
            }
        case .object(let members):
            try stack.insideNewTable {
                stack.createTable(members: members.count)
                for (key, value) in members {
                    try stack.step()
                    stack.push(string: key)
                    try ConversionFailure.at(.key(key)) { try value.push(onto: stack, keepsNull: keepsNull) }
                    lua_rawset(thread, -3)
                }
            }
        }
    }

    public static func read(from stack: LuaStack, at index: Int32) throws -> DynamicValue {
        let thread = stack.thread
        switch lua_type(thread, index) {
        case LUA_TNONE, LUA_TNIL: return .null
        case LUA_TBOOLEAN: return .bool(lua_toboolean(thread, index) != 0)
        case LUA_TNUMBER:
            return lua_isinteger(thread, index) != 0
                ? .integer(lua_tointegerx(thread, index, nil)) : .number(lua_tonumberx(thread, index, nil))
        case LUA_TSTRING:
            return try stack.withBytes(at: index) { bytes in
                stack.string(of: bytes).map { .string($0) } ?? .bytes(Array(bytes))
            }
        case LUA_TTABLE:
            if plu_unwrap(thread, index) {
                defer { lua_settop(thread, -2) }
                return try readTable(from: stack, at: stack.count)
            }
            return try readTable(from: stack, at: lua_absindex(thread, index))
        case LUA_TLIGHTUSERDATA where plu_is_null(thread, index): return .null
        default: throw ConversionFailure(.type(expected: "plain data", found: stack.kind(at: index)))
        }
    }

    /// An array when the keys are 1...n, and for an empty table; otherwise an object, in which integer keys become text.
    private static func readTable(from stack: LuaStack, at table: Int32) throws -> DynamicValue {
        let thread = stack.thread
        return try stack.insideTable(at: table) {
            if plu_is_marked_array(thread, table) {
                return .array(try readElements(try stack.arrayCount(at: table), from: stack, at: table))
            }
            let length = Int64(lua_rawlen(thread, table))
            var found: Int64 = 0
            var isArray = true
            lua_pushnil(thread)
            while isArray, lua_next(thread, table) != 0 {
                try stack.step()
                lua_settop(thread, -2)
                found += 1
                isArray = found <= length && lua_isinteger(thread, -1) != 0
                if isArray {
                    let key = lua_tointegerx(thread, -1, nil)
                    isArray = key >= 1 && key <= length
                }
            }
            if !isArray { lua_settop(thread, -2) }
            guard !isArray || found != length else {
                return .array(try readElements(Int(length), from: stack, at: table))
            }
            return .object(try readMembers(from: stack, at: table))
        }
    }

    private static func readElements(_ count: Int, from stack: LuaStack, at table: Int32) throws -> [DynamicValue] {
        try stack.charge(count * MemoryLayout<DynamicValue>.stride)
        return try (0..<count).map { position in
            try stack.step()
            lua_rawgeti(stack.thread, table, Int64(position + 1))
            defer { lua_settop(stack.thread, -2) }
            return try ConversionFailure.at(.index(position + 1)) { try read(from: stack, at: -1) }
        }
    }

    private static func readMembers(from stack: LuaStack, at table: Int32) throws -> [String: DynamicValue] {
        let thread = stack.thread
        var members: [String: DynamicValue] = [:]
        lua_pushnil(thread)
        while lua_next(thread, table) != 0 {
            let top = stack.count
            try stack.charge(MemoryLayout<(String, DynamicValue)>.stride)
            let key: String
            switch lua_type(thread, -2) {
            case LUA_TSTRING:
                do {
                    key = try String.read(from: stack, at: -2)
                } catch is ConversionFailure {
                    throw ConversionFailure(.key("bytes that are not UTF-8"))
                }
            case LUA_TNUMBER where lua_isinteger(thread, -2) != 0: key = String(lua_tointegerx(thread, -2, nil))
            default: throw ConversionFailure(.key(stack.keyText(at: -2)))
            }
            let value = try ConversionFailure.at(.key(key)) { try read(from: stack, at: top) }
            guard members.updateValue(value, forKey: key) == nil else { throw ConversionFailure(.twins(key: key)) }
            stack.pop(to: top - 1)
        }
        return members
    }
}
