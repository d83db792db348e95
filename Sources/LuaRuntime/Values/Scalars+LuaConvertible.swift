public import CLuaBridge
public import Foundation

extension Bool: LuaConvertible {
    @inlinable public func push(onto stack: LuaStack) { lua_pushboolean(stack.thread, self ? 1 : 0) }

    @inlinable public static func read(from stack: LuaStack, at index: Int32) throws -> Bool {
        guard lua_type(stack.thread, index) == LUA_TBOOLEAN else {
            throw stack.mismatch("boolean", at: index)
        }
        return lua_toboolean(stack.thread, index) != 0
    }
}

/// Integers never pass through `Double`: 3.0 is taken for 3, anything with a fraction is refused.
extension LuaConvertible where Self: FixedWidthInteger {
    @inlinable public func push(onto stack: LuaStack) throws {
        guard let value = Int64(exactly: self) else { throw ConversionFailure(.range("\(self)", type: "a Lua integer")) }
        lua_pushinteger(stack.thread, value)
    }

    @inlinable public static func read(from stack: LuaStack, at index: Int32) throws -> Self {
        guard lua_type(stack.thread, index) == LUA_TNUMBER else {
            throw stack.mismatch("number", at: index)
        }
        var isInteger: Int32 = 0
        let value = lua_tointegerx(stack.thread, index, &isInteger)
        guard isInteger != 0 else { throw ConversionFailure(.fraction(lua_tonumberx(stack.thread, index, nil))) }
        guard let result = Self(exactly: value) else { throw ConversionFailure(.range("\(value)", type: "\(Self.self)")) }
        return result
    }
}

extension Int: LuaConvertible {}
extension Int8: LuaConvertible {}
extension Int16: LuaConvertible {}
extension Int32: LuaConvertible {}
extension Int64: LuaConvertible {}
extension UInt: LuaConvertible {}
extension UInt8: LuaConvertible {}
extension UInt16: LuaConvertible {}
extension UInt32: LuaConvertible {}
extension UInt64: LuaConvertible {}

extension Double: LuaConvertible {
    @inlinable public func push(onto stack: LuaStack) { lua_pushnumber(stack.thread, self) }

    @inlinable public static func read(from stack: LuaStack, at index: Int32) throws -> Double {
        guard lua_type(stack.thread, index) == LUA_TNUMBER else {
            throw stack.mismatch("number", at: index)
        }
        if lua_isinteger(stack.thread, index) != 0 {
            let value = lua_tointegerx(stack.thread, index, nil)
            guard let exact = Double(exactly: value) else { throw ConversionFailure(.inexact(value)) }
            return exact
        }
        return lua_tonumberx(stack.thread, index, nil)
    }
}

extension Float: LuaConvertible {
    @inlinable public func push(onto stack: LuaStack) { Double(self).push(onto: stack) }

    @inlinable public static func read(from stack: LuaStack, at index: Int32) throws -> Float {
        Float(try Double.read(from: stack, at: index))
    }
}

extension String: LuaConvertible {
    @inlinable public func push(onto stack: LuaStack) { stack.push(string: self) }

    @inlinable public static func read(from stack: LuaStack, at index: Int32) throws -> String {
        try stack.withBytes(at: index) { bytes in
            guard let text = stack.string(of: bytes) else { throw ConversionFailure(.notUTF8) }
            return text
        }
    }
}

extension Data: LuaConvertible {
    @inlinable public func push(onto stack: LuaStack) { withUnsafeBytes { stack.push(raw: $0) } }

    @inlinable public static func read(from stack: LuaStack, at index: Int32) throws -> Data {
        try stack.withBytes(at: index) { Data($0) }
    }
}

/// Seconds since 1970.
extension Date: LuaConvertible {
    @inlinable public func push(onto stack: LuaStack) { timeIntervalSince1970.push(onto: stack) }

    @inlinable public static func read(from stack: LuaStack, at index: Int32) throws -> Date {
        Date(timeIntervalSince1970: try Double.read(from: stack, at: index))
    }
}

extension URL: LuaConvertible {
    public func push(onto stack: LuaStack) { stack.push(string: absoluteString) }

    public static func read(from stack: LuaStack, at index: Int32) throws -> URL {
        let text = try String.read(from: stack, at: index)
        guard let url = URL(string: text) else { throw ConversionFailure(.custom("URL expected, got '\(text)'")) }
        return url
    }
}

extension UUID: LuaConvertible {
    public func push(onto stack: LuaStack) { stack.push(string: uuidString) }

    public static func read(from stack: LuaStack, at index: Int32) throws -> UUID {
        let text = try String.read(from: stack, at: index)
        guard let uuid = UUID(uuidString: text) else { throw ConversionFailure(.custom("UUID expected, got '\(text)'")) }
        return uuid
    }
}
