// Values on their way between Lua, Swift and JSON. The first byte chooses where they begin: as JSON, which is the rest of
// the input, or in Lua, where the rest decides what is built. A value that does not fit is an error; one that came over
// is the same after every way back.
import DynamicValues
import Foundation

@testable import LuaRuntime

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    do {
        let lua = try Lua()
        if input.first == UInt8(ascii: "J") {
            if let value = try? DynamicValue(json: input.dropFirst()) { try lua.follow(value) }
        } else {
            var builder = Builder(bytes: input[...])
            try lua.build(builder.script())
        }
    } catch let error as LuaError {
        guard [.memory, .conversion, .runtime].contains(error.code), !error.message.isEmpty else { fatalError("\(error.code): \(error)") }
    } catch {
        fatalError("no error of Lua's: \(error)")
    }
    return 0
}

/// A state with what the values need beside Lua itself.
private struct Lua {
    let state: LuaState
    let echo: LuaFunction

    init() throws {
        state = try LuaState(LuaConfiguration(memoryQuota: 1024 * 1024))
        echo = try state.load("return ...", chunk: "echo")
        let json = try state.makeTable()
        try json.setNull("null")
        try state.setGlobal("json", to: json)
        let array = try state.function { stack in
            try stack.markAsArray(at: 1)
            stack.pop(to: 1)
            return 1
        }
        try state.setGlobal("array", to: array)
    }

    func build(_ text: String) throws {
        let make = try state.load(text, chunk: "value")
        decode(make, as: Everything.self)
        decode(make, as: [Everything].self)
        decode(make, as: [String: [Int]].self)
        decode(make, as: [Int: String].self)
        decode(make, as: [[Double]].self)
        decode(make, as: Kind.self)
        decode(make, as: [Kind].self)
        decode(make, as: String.self)
        decode(make, as: [UInt8].self)
        decode(make, as: Int64.self)
        decode(make, as: Double.self)
        decode(make, as: UUID.self)
        // what these lose on the way back, a nil at the end or the order, is lost by design
        _ = try? make.call(as: [Int?].self)
        _ = try? make.call(as: [String: Int?].self)
        _ = try? make.call(as: [Double: Set<Int>].self)
        _ = try? make.call(as: Date.self)
        _ = try? make.call(as: URL.self)
        _ = try? make.call(as: Derived.self)
        for value in try make.call(dynamic: []) { try follow(value) }
    }

    /// What could be read as a type can be written and read again.
    private func decode<T: Codable>(_ make: LuaFunction, as type: T.Type) {
        guard let value = try? make.call(as: type) else { return }
        do {
            let again = try echo.call(value, as: type)
            let (first, second) = (try echo.call(value, as: DynamicValue.self), try echo.call(again, as: DynamicValue.self))
            guard isSame(first, second) else { fatalError("\(type): \(first) became \(second)") }
        } catch {
            guard (error as? LuaError)?.code == .memory else { fatalError("\(type) is read and not written: \(error)") }
        }
    }

    /// Takes a value to JSON and to Lua, and back.
    func follow(_ value: DynamicValue) throws {
        if let text = try? value.json() {
            guard let read = try? DynamicValue(json: text), isSame(asJSON(value), read) else { fatalError("\(value) became \(text)") }
        } else {
            guard holdsInfinity(value) else { fatalError("\(value) is no JSON") }
        }
        let kept = try state.withStack(named: "value") { stack in
            try value.push(onto: stack, keepsNull: true)
            return try stack.read(DynamicValue.self, at: 1)
        }
        guard isSame(value, kept) else { fatalError("\(value) became \(kept)") }
        let echoed = try echo.call(dynamic: [value])
        guard echoed.count == 1 else { fatalError("\(echoed)") }
        if !holdsNull(value) {
            guard isSame(value, echoed[0]) else { fatalError("\(value) became \(echoed[0])") }
        }
    }
}

private enum Kind: Codable {
    case text(String)
    case pair(left: Int, right: [Int])
    case nothing
}

private class Base: Codable {
    var a: Int
}

private final class Derived: Base {
    var c: String

    enum CodingKeys: CodingKey { case c }

    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        c = try container.decode(String.self, forKey: .c)
        try super.init(from: container.superDecoder())
    }
}

private struct Everything: Codable {
    var a: Int?
    var b: Double?
    var c: String?
    var d: [UInt8]?
    var e: [Everything]?
    var f: [String: Double]?
    var g: [Int: String]?
    var h: Kind?
    var i: UUID?
    var j: Data?
    var k: UInt8?
    var l: Float?
    var m: Bool?
    var n: DynamicValue?
}

// MARK: Comparing

/// Equal as Lua and JSON see it: an empty table is both, 2.0 is 2, text is its bytes, NaN is NaN.
private func isSame(_ a: DynamicValue, _ b: DynamicValue) -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)): a == b || (a.isNaN && b.isNaN)
    case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Int64(exactly: b) == a
    case (.string(let a), .string(let b)): Array(a.utf8) == Array(b.utf8)
    case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy(isSame)
    case (.array(let a), .object(let b)), (.object(let b), .array(let a)): a.isEmpty && b.isEmpty
    case (.object(let a), .object(let b)): a.count == b.count && a.allSatisfy { key, value in b[key].map { isSame(value, $0) } ?? false }
    default: a == b
    }
}

/// With bytes as JSON has them.
private func asJSON(_ value: DynamicValue) -> DynamicValue {
    switch value {
    case .bytes(let bytes): ["base64": .string(Data(bytes).base64EncodedString())]
    case .array(let elements): .array(elements.map(asJSON))
    case .object(let members): .object(members.mapValues(asJSON))
    default: value
    }
}

private func holds(_ value: DynamicValue, _ isWanted: (DynamicValue) -> Bool) -> Bool {
    switch value {
    case .array(let elements): elements.contains { isWanted($0) || holds($0, isWanted) }
    case .object(let members): members.values.contains { isWanted($0) || holds($0, isWanted) }
    default: isWanted(value)
    }
}

/// A table cannot hold nil.
private func holdsNull(_ value: DynamicValue) -> Bool { !value.isNull && holds(value, \.isNull) }

private func holdsInfinity(_ value: DynamicValue) -> Bool {
    holds(value) { if case .number(let number) = $0 { !number.isFinite } else { false } }
}

// MARK: Building

/// Turns bytes into a script that returns values, such as scripts return by accident and on purpose.
private struct Builder {
    var bytes: ArraySlice<UInt8>

    private mutating func next() -> Int { Int(bytes.popFirst() ?? 0) }

    mutating func script() -> String {
        let values = (0..<(next() % 3 + 1)).map { _ in value(6) }
        return """
            local made = {}
            local function keep(t) made[#made + 1] = t return t end
            local function closed(t) t.n = made[1] return t end
            local function deep(n, v) for i = 1, n do v = { v } end return v end
            local function named(n, v) for i = 1, n do v = { e = v } end return v end
            return \(values.joined(separator: ", "))
            """
    }

    private mutating func value(_ depth: Int) -> String {
        let kind = next()
        guard depth > 0 || kind % 24 < 8 else { return "{}" }
        switch kind % 24 {
        case 0: return "nil"
        case 1: return next() % 2 == 0 ? "true" : "false"
        case 2: return "\(next() - 128)"
        case 3: return "0x" + (0..<8).map { _ in hex(next()) }.joined()
        case 4: return "(string.unpack('<d', \(text((0..<8).map { _ in next() }))))"
        case 5: return text((0..<(next() % 24)).map { _ in next() })
        case 6: return word()
        case 7: return "json.null"
        case 8, 9: return "keep({ \(values(depth).joined(separator: ", ")) })"
        case 10, 11: return "{ \(values(depth).map { "\(name()) = \($0)" }.joined(separator: ", ")) }"
        case 12, 13: return "keep({ \(values(depth).map { "[\(key(depth))] = \($0)" }.joined(separator: ", ")) })"
        case 14: return "array({ \(values(depth).joined(separator: ", ")) })"
        case 15: return "setmetatable({ \(values(depth).joined(separator: ", ")) }, { __index = { a = 1 }, __len = function() return 3 end })"
        case 16: return "made[\(next() % 4 + 1)]"
        case 17: return "closed(\("keep({ a = 1 })"))"
        case 18: return "\(next() % 2 == 0 ? "deep" : "named")(\(next() % 128), \(value(depth - 1)))"
        case 19: return fields(depth)
        case 20: return "{ \((0..<(next() % 4)).map { _ in fields(depth) }.joined(separator: ", ")) }"
        case 21: return kindOfThree()
        case 22: return "{ \((0..<(next() % 4)).map { _ in "[\(next() - 128)] = \(word())" }.joined(separator: ", ")) }"
        default: return "function() end"
        }
    }

    /// A table that is `Everything`, but for a field now and then.
    private mutating func fields(_ depth: Int) -> String {
        let all = next() << 8 | next()
        let fields = "abcdefghijklmn".map(String.init).enumerated().filter { all & 1 << $0.offset != 0 }.map { _, name in
            "\(name) = \(next() % 16 == 0 ? value(depth - 1) : field(name, depth))"
        }
        return "{ \((fields + (all & 1 << 14 != 0 ? ["super = { a = \(next()) }"] : [])).joined(separator: ", ")) }"
    }

    private mutating func field(_ name: String, _ depth: Int) -> String {
        switch name {
        case "a": "0x" + (0..<8).map { _ in hex(next()) }.joined()
        case "b", "l": "(string.unpack('<d', \(text((0..<8).map { _ in next() }))))"
        case "d", "j": text((0..<(next() % 24)).map { _ in next() })
        case "e": depth > 0 ? "{ \((0..<(next() % 3)).map { _ in self.fields(depth - 1) }.joined(separator: ", ")) }" : "{}"
        case "f": "{ \((0..<(next() % 4)).map { _ in "[\(text([next(), 0x41]))] = \(next()) / 4" }.joined(separator: ", ")) }"
        case "g": "{ \((0..<(next() % 4)).map { _ in "[\(next() - 128)] = \(text([0x41 + next() % 26]))" }.joined(separator: ", ")) }"
        case "h": kindOfThree()
        case "i": "'E621E1F8-C36C-495A-93FC-0C247A3E6E\(hex(next()))'"
        case "k": "\(next())"
        case "m": next() % 2 == 0 ? "true" : "false"
        case "n": value(depth - 1)
        default: "'a' .. \(word())"
        }
    }

    private mutating func kindOfThree() -> String {
        switch next() % 4 {
        case 0: "{ text = { _0 = \(word()) } }"
        case 1: "{ pair = { left = \(next()), right = { \((0..<(next() % 4)).map { _ in "\(next())" }.joined(separator: ", ")) } } }"
        case 2: "{ nothing = {} }"
        default: "{ \(name()) = { \(name()) = \(word()) } }"
        }
    }

    private mutating func values(_ depth: Int) -> [String] { (0..<(next() % 6)).map { _ in value(depth - 1) } }

    /// A key that may not be nil or NaN, which would end the script.
    private mutating func key(_ depth: Int) -> String { "(\(value(min(depth - 1, 1)))) or 1" }

    /// A field of the types above.
    private mutating func name() -> String {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "text", "pair", "nothing", "left", "right", "_0", "super"]
        return names[next() % names.count]
    }

    private mutating func word() -> String {
        let words = [
            "'1'", "'2.0'", "'nan'", "'\\u{e9}'", "'e\\u{301}'", "'\\0'", "'E621E1F8-C36C-495A-93FC-0C247A3E6E5F'", "'https://example.com/a b'", "'base64'",
            "'true'", "math.mininteger", "math.maxinteger", "2^53", "-0.0", "0/0", "math.huge",
        ]
        return words[next() % words.count]
    }

    private func text(_ bytes: [Int]) -> String { "'" + bytes.map { "\\x" + hex($0) }.joined() + "'" }

    private func hex(_ byte: Int) -> String { String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
}
