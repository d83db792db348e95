public import CLuaBridge
import DynamicValues

extension Optional: LuaConvertible where Wrapped: LuaConvertible {
    @inlinable public func push(onto stack: LuaStack) throws {
        if let self { try self.push(onto: stack) } else { stack.pushNil() }
    }

    @inlinable public static func read(from stack: LuaStack, at index: Int32) throws -> Wrapped? {
        stack.isNone(at: index) ? nil : try Wrapped.read(from: stack, at: index)
    }
}

extension Optional: LuaCodableCollection where Wrapped: Codable {
    func pushParts(onto stack: LuaStack) throws {
        if let self { try stack.push(self) } else { stack.pushNil() }
    }

    static func readParts(from stack: LuaStack, at index: Int32) throws -> Wrapped? {
        stack.isNone(at: index) ? nil : try stack.read(Wrapped.self, at: index)
    }
}

/// `[UInt8]` is a Lua string; every other array is a table with the keys 1...n, where `nil` leaves a hole.
extension Array: LuaConvertible where Element: LuaConvertible {
    @inlinable public func push(onto stack: LuaStack) throws {
        // by the element's type: an empty array of any type can be cast to [UInt8]
        if Element.self == UInt8.self { return stack.push(bytes: unsafeBitCast(self, to: [UInt8].self)) }
        try stack.pushArray(self) { try $0.push(onto: stack) }
    }

    @inlinable public static func read(from stack: LuaStack, at index: Int32) throws -> [Element] {
        if Element.self == UInt8.self, lua_type(stack.thread, index) == LUA_TSTRING {
            return unsafeBitCast(try stack.withBytes(at: index) { [UInt8]($0) }, to: [Element].self)
        }
        return try stack.readArray(at: index) { try Element.read(from: stack, at: $0) }
    }
}

extension Array: LuaCodableCollection where Element: Codable {
    func pushParts(onto stack: LuaStack) throws { try stack.pushArray(self) { try stack.push($0) } }

    static func readParts(from stack: LuaStack, at index: Int32) throws -> [Element] {
        try stack.readArray(at: index) { try stack.read(Element.self, at: $0) }
    }
}

/// Keys are strings or integers.
extension Dictionary: LuaConvertible where Key: LuaConvertible, Value: LuaConvertible {
    public func push(onto stack: LuaStack) throws {
        guard Self.hasPlainKeys else {
            guard let value = self as? any LuaCodableCollection else { throw Self.badKeys }
            return try value.pushParts(onto: stack)
        }
        try stack.pushMembers(self, key: { try $0.push(onto: stack) }, value: { try $0.push(onto: stack) })
    }

    public static func read(from stack: LuaStack, at index: Int32) throws -> [Key: Value] {
        guard hasPlainKeys else {
            guard let type = Self.self as? any LuaCodableCollection.Type else { throw badKeys }
            return try type.readParts(from: stack, at: index) as! [Key: Value]
        }
        return try stack.readMembers(at: index, key: { try Key.read(from: stack, at: $0) }, value: { try Value.read(from: stack, at: $0) })
    }

    private static var badKeys: ConversionFailure {
        ConversionFailure(.custom("a dictionary's keys must be strings or integers, not \(Key.self)"))
    }
}

/// A key type that is neither string nor integer is written and read as `Codable` defines it.
extension Dictionary: LuaCodableCollection where Key: Codable, Value: Codable {
    func pushParts(onto stack: LuaStack) throws {
        guard Self.hasPlainKeys else { return try LuaEncoder.push(self, onto: stack) }
        try stack.pushMembers(self, key: { try stack.push($0) }, value: { try stack.push($0) })
    }

    static func readParts(from stack: LuaStack, at index: Int32) throws -> [Key: Value] {
        guard hasPlainKeys else { return try LuaDecoder.read([Key: Value].self, from: stack, at: lua_absindex(stack.thread, index)) }
        return try stack.readMembers(at: index, key: { try stack.read(Key.self, at: $0) }, value: { try stack.read(Value.self, at: $0) })
    }
}

extension Dictionary {
    fileprivate static var hasPlainKeys: Bool { Key.self == String.self || Key.self is any FixedWidthInteger.Type }
}

extension LuaStack {
    /// nil, nothing, or JSON's null.
    @inlinable func isNone(at index: Int32) -> Bool { isNil(at: index) || plu_is_null(thread, index) }

    @inlinable func pushArray<Element>(_ elements: [Element], _ push: (Element) throws -> Void) throws {
        try enterNewTable()
        defer { leaveNewTable() }
        createTable(elements: elements.count)
        var position: Int64 = 0
        for element in elements {
            position += 1
            try step()
            do {
                try push(element)
            } catch {
                throw ConversionFailure.placed(error, .index(Int(position)))
            }
            lua_rawseti(thread, -2, position)
        }
    }

    /// An array of what `read` makes of each place on the stack: in one pass where the table has 1...n in order, as lists have.
    /// Each element is read once; to read again what failed would take twice as long at each level.
    @inlinable func readArray<Element>(at index: Int32, _ read: (Int32) throws -> Element) throws -> [Element] {
        try readingThrough(index) { index in
            guard lua_type(thread, index) == LUA_TTABLE else { throw mismatch("array", at: index) }
            let table = lua_absindex(thread, index)
            try enterTable(at: table)
            defer { leaveTable() }
            let length = Int(lua_rawlen(thread, table))
            try charge(length * MemoryLayout<Element>.stride)
            var elements: [Element] = []
            elements.reserveCapacity(length)
            let top = count
            lua_pushnil(thread)
            while lua_next(thread, table) != 0 {
                try step()
                guard elements.count < length, lua_isinteger(thread, top + 1) != 0,
                    lua_tointegerx(thread, top + 1, nil) == Int64(elements.count + 1)
                else {
                    pop(to: top)
                    try readRest(of: table, into: &elements, read)
                    return elements
                }
                do {
                    elements.append(try read(top + 2))
                } catch {
                    throw ConversionFailure.placed(error, .index(elements.count + 1))
                }
                pop(to: top + 1)
            }
            return elements
        }
    }

    /// What comes after the elements that were read: holes, and keys in another order.
    @usableFromInline func readRest<Element>(of table: Int32, into elements: inout [Element], _ read: (Int32) throws -> Element) throws {
        let length = try arrayCount(at: table)
        try charge(length * MemoryLayout<Element>.stride)
        elements.reserveCapacity(length)
        for position in elements.count..<max(length, elements.count) {
            try step()
            let top = count
            let isHole = lua_rawgeti(thread, table, Int64(position + 1)) == LUA_TNIL
            elements.append(
                try ConversionFailure.at(.index(position + 1)) {
                    guard !isHole || Element.self is any ExpressibleByNilLiteral.Type || Element.self == DynamicValue.self else {
                        throw ConversionFailure(.hole(position + 1))
                    }
                    return try read(top + 1)
                })
            pop(to: top)
        }
    }

    func pushMembers<Key, Value>(_ members: [Key: Value], key push: (Key) throws -> Void, value pushValue: (Value) throws -> Void) throws {
        try insideNewTable {
            createTable(members: members.count)
            for (key, value) in members {
                try step()
                try push(key)
                try ConversionFailure.at(.key("\(key)")) { try pushValue(value) }
                lua_rawset(thread, -3)
            }
        }
    }

    func readMembers<Key: Hashable, Value>(
        at index: Int32, key readKey: (Int32) throws -> Key, value readValue: (Int32) throws -> Value
    ) throws -> [Key: Value] {
        try readingThrough(index) { index in
            guard lua_type(thread, index) == LUA_TTABLE else { throw mismatch("table", at: index) }
            let table = lua_absindex(thread, index)
            return try insideTable(at: table) {
                var members: [Key: Value] = [:]
                lua_pushnil(thread)
                while lua_next(thread, table) != 0 {
                    let top = count
                    try charge(MemoryLayout<(Key, Value)>.stride)
                    let key: Key
                    do {
                        key = try readKey(top - 1)
                    } catch is ConversionFailure {
                        throw ConversionFailure(.custom("a key must be a \(Key.self), got \(keyText(at: top - 1))"))
                    }
                    members[key] = try ConversionFailure.at(.key("\(key)")) { try readValue(top) }
                    pop(to: top - 1)
                }
                return members
            }
        }
    }
}
