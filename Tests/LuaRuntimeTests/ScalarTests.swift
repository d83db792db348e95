import DynamicValues
import Foundation
import LuaRuntime
import Testing

struct ScalarTests {
    private let state: LuaState

    init() throws { state = try LuaState() }

    private func message<T: Decodable>(_ text: String, as type: T.Type) throws -> String {
        let error = try failure { try state.run(text, as: type) }
        #expect(error.code == .conversion)
        return error.message
    }

    // MARK: nil and Bool

    @Test func givesAndReadsNil() throws {
        #expect(try state.run("return ... == nil and select('#', ...) == 1", Int?.none, as: Bool.self))
        #expect(try state.run("return nil", as: String?.self) == nil)
        #expect(try state.run("return 3", as: Int?.self) == 3)
    }

    @Test func keepsBool_bothWays() throws {
        #expect(try state.run("return not ...", true, as: Bool.self) == false)
        #expect(try state.run("return type(...)", false, as: String.self) == "boolean")
    }

    @Test(arguments: [("return 1", "integer"), ("return nil", "nil"), ("return 'true'", "string"), ("return 1.5", "number")])
    func refusesBool(_ text: String, got found: String) throws {
        #expect(try message(text, as: Bool.self) == "result: boolean expected, got \(found)")
    }

    // MARK: Integers

    @Test(arguments: [Int64.min, -9_223_372_036_854_775_807, -1, 0, 1, 9_007_199_254_740_993, 9_223_372_036_854_775_806, Int64.max])
    func keepsInt64_bothWays(_ value: Int64) throws {
        #expect(try state.run("return ...", value, as: Int64.self) == value)
        #expect(try state.run("return string.format('%d', ...)", value, as: String.self) == "\(value)")
        #expect(try state.run("return math.type(...)", value, as: String.self) == "integer")
    }

    @Test func readsInteger_whenFloatHasNoFraction() throws {
        #expect(try state.run("return 3.0", as: Int.self) == 3)
        #expect(try state.run("return -2^63", as: Int64.self) == .min)
    }

    @Test(arguments: [
        ("return 3.5", "3.5"), ("return 2^63", "9.223372036854776e+18"), ("return 0/0", "-nan"), ("return 1/0", "inf"),
    ])
    func refusesInteger(_ text: String, got found: String) throws {
        let expected = "result: integer expected, got \(found), which has a fraction or is too large"
        #expect(try message(text, as: Int.self).replacing("-nan", with: "nan") == expected.replacing("-nan", with: "nan"))
    }

    @Test func refusesInteger_whenValueIsAStringOfDigits() throws {
        #expect(try message("return '3'", as: Int.self) == "result: number expected, got string")
    }

    @Test func keepsNarrowIntegers_atTheirEnds() throws {
        #expect(try state.run("return ...", Int8.min, as: Int8.self) == .min)
        #expect(try state.run("return ...", Int16.max, as: Int16.self) == .max)
        #expect(try state.run("return ...", Int32.min, as: Int32.self) == .min)
        #expect(try state.run("return ...", UInt8.max, as: UInt8.self) == .max)
        #expect(try state.run("return ...", UInt16.max, as: UInt16.self) == .max)
        #expect(try state.run("return ...", UInt32.max, as: UInt32.self) == .max)
        #expect(try state.run("return ...", UInt64(Int64.max), as: UInt64.self) == UInt64(Int64.max))
        #expect(try state.run("return ...", UInt(7), as: UInt.self) == 7)
    }

    @Test func refusesNarrowIntegers_beyondTheirEnds() throws {
        #expect(try message("return 128", as: Int8.self) == "result: 128 is out of range for Int8")
        #expect(try message("return -129", as: Int8.self) == "result: -129 is out of range for Int8")
        #expect(try message("return 32768", as: Int16.self) == "result: 32768 is out of range for Int16")
        #expect(try message("return 1 << 31", as: Int32.self) == "result: 2147483648 is out of range for Int32")
        #expect(try message("return 256", as: UInt8.self) == "result: 256 is out of range for UInt8")
        #expect(try message("return 65536", as: UInt16.self) == "result: 65536 is out of range for UInt16")
        #expect(try message("return 1 << 32", as: UInt32.self) == "result: 4294967296 is out of range for UInt32")
        #expect(try message("return -1", as: UInt64.self) == "result: -1 is out of range for UInt64")
        #expect(try message("return -1", as: UInt.self) == "result: -1 is out of range for UInt")
    }

    @Test func refusesToGiveInteger_whenLuaCannotHoldIt() throws {
        let error = try failure { try state.run("", UInt64(Int64.max) + 1) }
        #expect(error.message == "argument[1]: 9223372036854775808 is out of range for a Lua integer")
    }

    @Test func refusesWideIntegers() throws {
        #expect(try message("return 3", as: Int128.self) == "result: Decoder has not implemented support for Int128")
        #expect(try failure { try state.run("", Int128(3)) }.message == "argument[1]: Encoder has not implemented support for Int128")
    }

    // MARK: Double and Float

    @Test(arguments: [Double(0), Double("-0")!, 1.5, Double.infinity, Double("-inf")!, Double.greatestFiniteMagnitude, Double.leastNonzeroMagnitude])
    func keepsDouble_bothWays(_ value: Double) throws {
        let back = try state.run("return ...", value, as: Double.self)
        #expect(back == value)
        #expect(back.sign == value.sign)
        #expect(try state.run("return math.type(...)", value, as: String.self) == "float")
    }

    @Test func keepsNaN() throws {
        #expect(try state.run("return ...", Double.nan, as: Double.self).isNaN)
    }

    @Test func readsDouble_whenIntegerIsExact() throws {
        #expect(try state.run("return 1 << 53", as: Double.self) == 9_007_199_254_740_992)
        #expect(try state.run("return math.mininteger", as: Double.self) == -9_223_372_036_854_775_808)
    }

    @Test func refusesDouble_whenIntegerIsBeyond2To53() throws {
        #expect(
            try message("return (1 << 53) + 1", as: Double.self)
                == "result: 9007199254740993 is beyond 2^53 and cannot be a Double without loss: ask for Int64")
        #expect(try message("return math.maxinteger", as: Double.self).hasPrefix("result: 9223372036854775807 is beyond 2^53"))
    }

    @Test func refusesDouble_whenValueIsText() throws {
        #expect(try message("return '1.5'", as: Double.self) == "result: number expected, got string")
    }

    @Test func keepsFloat_bothWays() throws {
        #expect(try state.run("return ...", Float(1.5), as: Float.self) == 1.5)
        #expect(try state.run("return 3", as: Float.self) == 3)
    }

    // MARK: Strings and bytes

    @Test(arguments: ["", "text", "ünïcødé 🌙", "a\u{0}b", String(repeating: "x", count: 100_000)])
    func keepsString_bothWays(_ text: String) throws {
        #expect(try state.run("return ...", text, as: String.self) == text)
        #expect(try state.run("return #...", text, as: Int.self) == text.utf8.count)
    }

    @Test func keepsString_whenItIsBridgedOrASubstring() throws {
        #expect(try state.run("return ...", String("abc".dropFirst()), as: String.self) == "bc")
    }

    @Test func refusesString_whenBytesAreNotUTF8() throws {
        #expect(try message("return 'a\\xFF'", as: String.self) == "result: text expected, got bytes that are not UTF-8: ask for [UInt8] or Data")
    }

    @Test func refusesString_whenValueIsANumber() throws {
        #expect(try message("return 1", as: String.self) == "result: string expected, got integer")
        #expect(try message("return 1.5", as: String.self) == "result: string expected, got number")
    }

    @Test func keepsBytes_bothWays() throws {
        let bytes: [UInt8] = [0, 0xFF, 0x0A, 0]
        #expect(try state.run("return ...", bytes, as: [UInt8].self) == bytes)
        #expect(try state.run("return ...", Data(bytes), as: Data.self) == Data(bytes))
        #expect(try state.run("return (...) == '\\0\\xFF\\n\\0'", bytes, as: Bool.self))
        #expect(try state.run("return (...) == ''", Data(), as: Bool.self))
        #expect(try state.run("return (...) == ''", [UInt8](), as: Bool.self))
    }

    @Test func readsBytes_whenTableHoldsThem() throws {
        #expect(try state.run("return { 1, 255 }", as: [UInt8].self) == [1, 255])
    }

    @Test func refusesData_whenValueIsATable() throws {
        #expect(try message("return {}", as: Data.self) == "result: string expected, got table")
    }

    // MARK: Date, URL, UUID

    @Test func keepsDate_asSecondsSince1970() throws {
        let date = Date(timeIntervalSince1970: 1_700_000_000.25)
        #expect(try state.run("return ...", date, as: Double.self) == 1_700_000_000.25)
        #expect(try state.run("return ...", date, as: Date.self) == date)
        #expect(try state.run("return 0", as: Date.self) == Date(timeIntervalSince1970: 0))
        #expect(try message("return 'today'", as: Date.self) == "result: number expected, got string")
    }

    @Test func keepsURL_asText() throws {
        let url = try #require(URL(string: "https://example.org/a?b=1#c"))
        #expect(try state.run("return ...", url, as: String.self) == "https://example.org/a?b=1#c")
        #expect(try state.run("return ...", url, as: URL.self) == url)
        #expect(try message("return ''", as: URL.self) == "result: URL expected, got ''")
        #expect(try message("return 1", as: URL.self) == "result: string expected, got integer")
    }

    @Test func keepsUUID_asText() throws {
        let id = UUID()
        #expect(try state.run("return ...", id, as: String.self) == id.uuidString)
        #expect(try state.run("return ...", id, as: UUID.self) == id)
        #expect(try message("return 'x'", as: UUID.self) == "result: UUID expected, got 'x'")
    }
}
