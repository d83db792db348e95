import CLuaBridge
import DynamicValues

extension Optional: LuaConvertible where Wrapped: Codable {
    package func push(onto stack: LuaStack) throws {
        if let self { try stack.push(self) } else { stack.pushNil() }
    }

    package static func read(from stack: LuaStack, at index: Int32) throws -> Wrapped? {
        stack.isNil(at: index) || plu_is_null(stack.thread, index) ? nil : try stack.read(Wrapped.self, at: index)
    }
}

/// `[UInt8]` is a Lua string; every other array is a table with the keys 1...n, where `nil` leaves a hole.
extension Array: LuaConvertible where Element: Codable {
    package func push(onto stack: LuaStack) throws {
        // by the element's type: an empty array of any type can be cast to [UInt8]
        if Element.self == UInt8.self { return stack.push(bytes: self as! [UInt8]) }
        try stack.insideNewTable {
            stack.createTable(elements: count)
            for (index, element) in enumerated() {
                try ConversionFailure.at(.index(index + 1)) { try stack.push(element) }
                lua_rawseti(stack.thread, -2, Int64(index + 1))
            }
        }
    }

    package static func read(from stack: LuaStack, at index: Int32) throws -> [Element] {
        if Element.self == UInt8.self, lua_type(stack.thread, index) == LUA_TSTRING {
            return try stack.withBytes(at: index) { Array<UInt8>($0) } as! [Element]
        }
        let count = try stack.arrayCount(at: index)
        let table = lua_absindex(stack.thread, index)
        return try stack.insideTable(at: table) {
            var elements: [Element] = []
            try stack.charge(count * MemoryLayout<Element>.stride)
            elements.reserveCapacity(count)
            for position in 0..<count {
                let top = stack.count
                let isHole = lua_rawgeti(stack.thread, table, Int64(position + 1)) == LUA_TNIL
                elements.append(
                    try ConversionFailure.at(.index(position + 1)) {
                        guard !isHole || Element.self is any ExpressibleByNilLiteral.Type || Element.self == DynamicValue.self else {
                            throw ConversionFailure(.hole(position + 1))
                        }
                        return try stack.read(Element.self, at: top + 1)
                    })
                stack.pop(to: top)
            }
            return elements
        }
    }
}

/// Keys are strings or integers; a key type of another kind is written and read as `Codable` defines it.
extension Dictionary: LuaConvertible where Key: Codable, Value: Codable {
    package func push(onto stack: LuaStack) throws {
        guard Key.self == String.self || Key.self is any FixedWidthInteger.Type else {
            return try LuaEncoder.push(self, onto: stack)
        }
        try stack.insideNewTable {
            stack.createTable(members: count)
            for (key, value) in self {
                try stack.push(key)
                try ConversionFailure.at(.key("\(key)")) { try stack.push(value) }
                lua_rawset(stack.thread, -3)
            }
        }
    }

    package static func read(from stack: LuaStack, at index: Int32) throws -> [Key: Value] {
        guard Key.self == String.self || Key.self is any FixedWidthInteger.Type else {
            return try LuaDecoder.read([Key: Value].self, from: stack, at: lua_absindex(stack.thread, index))
        }
        guard lua_type(stack.thread, index) == LUA_TTABLE else {
            throw ConversionFailure(.type(expected: "table", found: stack.kind(at: index)))
        }
        let table = lua_absindex(stack.thread, index)
        return try stack.insideTable(at: table) {
            var members: [Key: Value] = [:]
            lua_pushnil(stack.thread)
            while lua_next(stack.thread, table) != 0 {
                let top = stack.count
                try stack.charge(MemoryLayout<(Key, Value)>.stride)
                guard let key = try? stack.read(Key.self, at: top - 1) else {
                    throw ConversionFailure(.custom("a key must be a \(Key.self), got \(stack.keyText(at: top - 1))"))
                }
                members[key] = try ConversionFailure.at(.key("\(key)")) { try stack.read(Value.self, at: top) }
                stack.pop(to: top - 1)
            }
            return members
        }
    }
}
