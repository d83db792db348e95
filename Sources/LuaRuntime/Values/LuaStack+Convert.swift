public import CLuaBridge
import DynamicValues

/// A type that is written to Lua's stack and read from it without `Codable`'s machinery.
///
/// Numbers, strings, dates, arrays, dictionaries and optionals are. Where a type of yours crosses often, give it this
/// conformance by hand; it then costs what the same code in C would:
///
/// ```swift
/// struct Point: LuaConvertible {
///     var x: Double
///     var y: Double
///
///     func push(onto stack: LuaStack) throws {
///         try stack.pushTable(members: 2) { table in
///             try table.set("x", x)
///             try table.set("y", y)
///         }
///     }
///
///     static func read(from stack: LuaStack, at index: Int32) throws -> Point {
///         try stack.readTable(at: index) { table in Point(x: try table.get("x"), y: try table.get("y")) }
///     }
/// }
/// ```
public protocol LuaConvertible {
    /// Leaves one value on top of the stack. The caller has made room for it.
    func push(onto stack: LuaStack) throws
    /// Reads the value at an index and leaves the stack as it was.
    static func read(from stack: LuaStack, at index: Int32) throws -> Self
}

/// How a type is converted.
enum LuaConversion {
    /// By its ``LuaConvertible`` conformance.
    case own
    /// Part by part.
    case collection
    /// By `Codable`.
    case codable
}

/// Collections whose parts are `Codable` but need not be ``LuaConvertible``: converted by Perilune, their parts as they may be.
protocol LuaCodableCollection {
    func pushParts(onto stack: LuaStack) throws
    static func readParts(from stack: LuaStack, at index: Int32) throws -> Self
}

extension LuaStack {
    /// How deep tables may be nested, both ways.
    static var depthLimit: Int { 100 }

    /// Pushes any encodable value.
    @inlinable package func push<T: Encodable>(_ value: T) throws {
        // one comparison where a cast would search the conformances
        if T.self == Int.self { return try unsafeBitCast(value, to: Int.self).push(onto: self) }
        if T.self == String.self { return unsafeBitCast(value, to: String.self).push(onto: self) }
        if T.self == Double.self { return unsafeBitCast(value, to: Double.self).push(onto: self) }
        if T.self == Bool.self { return unsafeBitCast(value, to: Bool.self).push(onto: self) }
        try pushOther(value, codingPath: [])
    }

    @usableFromInline func pushOther<T: Encodable>(_ value: T, codingPath: [any CodingKey]) throws {
        try require(8)
        switch conversion(of: T.self) {
        case .own: try (value as! any LuaConvertible).push(onto: self)
        case .collection: try (value as! any LuaCodableCollection).pushParts(onto: self)
        case .codable: try LuaEncoder.push(value, onto: self, codingPath: codingPath)
        }
    }

    private func conversion<T>(of type: T.Type) -> LuaConversion {
        let host = state.host
        if let known = host.conversions[ObjectIdentifier(type)] { return known }
        let found: LuaConversion = type is any LuaConvertible.Type ? .own : type is any LuaCodableCollection.Type ? .collection : .codable
        host.conversions[ObjectIdentifier(type)] = found
        return found
    }

    /// Reads the value at an index as any decodable type.
    @inlinable package func read<T: Decodable>(_ type: T.Type, at index: Int32) throws -> T {
        if T.self == Int.self { return unsafeBitCast(try Int.read(from: self, at: index), to: T.self) }
        if T.self == String.self { return unsafeBitCast(try String.read(from: self, at: index), to: T.self) }
        if T.self == Double.self { return unsafeBitCast(try Double.read(from: self, at: index), to: T.self) }
        if T.self == Bool.self { return unsafeBitCast(try Bool.read(from: self, at: index), to: T.self) }
        if T.self == LuaTableView.self { return unsafeBitCast(try LuaTableView.read(from: self, at: index), to: T.self) }
        if T.self == LuaStringView.self { return unsafeBitCast(try LuaStringView.read(from: self, at: index), to: T.self) }
        return try readOther(type, at: index, codingPath: [])
    }

    @usableFromInline func readOther<T: Decodable>(_ type: T.Type, at index: Int32, codingPath: [any CodingKey]) throws -> T {
        try require(8)
        return switch conversion(of: type) {
        case .own: try (type as! any LuaConvertible.Type).read(from: self, at: index) as! T
        case .collection: try (type as! any LuaCodableCollection.Type).readParts(from: self, at: index) as! T
        case .codable:
            try readingThrough(index) { try LuaDecoder.read(type, from: self, at: lua_absindex(thread, $0), codingPath: codingPath) }
        }
    }

    /// Calls `body` with the table that a read-only table at the index stands for, and otherwise with the index itself.
    @inlinable func readingThrough<R>(_ index: Int32, _ body: (Int32) throws -> R) throws -> R {
        guard lua_type(thread, index) == LUA_TTABLE, plu_unwrap(thread, index) else { return try body(index) }
        let top = count
        defer { pop(to: top - 1) }
        return try body(top)
    }

    /// Reads the parts of a table, on guard against cycles and depth.
    @inlinable func insideTable<R>(at index: Int32, _ body: () throws -> R) throws -> R {
        try enterTable(at: index)
        defer { leaveTable() }
        return try body()
    }

    @usableFromInline func enterTable(at index: Int32) throws {
        let identity = lua_topointer(thread, index)
        let host = state.host
        guard !host.tablesBeingRead.contains(identity) else { throw ConversionFailure(.cycle) }
        guard host.tablesBeingRead.count < Self.depthLimit else { throw ConversionFailure(.depth(Self.depthLimit)) }
        try require(8)
        try step()
        host.tablesBeingRead.append(identity)
    }

    @usableFromInline func leaveTable() { state.host.tablesBeingRead.removeLast() }

    /// Writes the parts of a table, on guard against depth.
    @inlinable func insideNewTable<R>(_ body: () throws -> R) throws -> R {
        try enterNewTable()
        defer { leaveNewTable() }
        return try body()
    }

    @usableFromInline func enterNewTable() throws {
        let host = state.host
        guard host.tablesBeingWritten < Self.depthLimit else { throw ConversionFailure(.depth(Self.depthLimit)) }
        try state.checkOverdraft()
        try require(8)
        try step()
        host.tablesBeingWritten += 1
    }

    @usableFromInline func leaveNewTable() { state.host.tablesBeingWritten -= 1 }

    /// How many elements the array at an index has. A table with other keys than 1...n is no array; holes count.
    @usableFromInline func arrayCount(at index: Int32) throws -> Int {
        guard lua_type(thread, index) == LUA_TTABLE else {
            throw ConversionFailure(.type(expected: "array", found: kind(at: index)))
        }
        let table = lua_absindex(thread, index)
        var last: Int64 = 0
        var found = 0
        lua_pushnil(thread)
        while lua_next(thread, table) != 0 {
            try step()
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
