import CLuaBridge
import DynamicValues
import LuaRuntime
import Testing

struct DynamicValueConversionTests {
    private let state: LuaState

    init() throws { state = try LuaState() }

    @Test(arguments: [
        .null, true, false, 0, .integer(.min), .integer(.max), 1.5, .number(3), .number(.infinity), "", "text", "a\u{0}b",
        .bytes([0xFF, 0]), [], [1, "x", [true]], ["a": 1, "b": ["c": [1, 2]]],
    ] as [DynamicValue])
    func keepsValue_bothWays(_ value: DynamicValue) throws {
        #expect(try state.values("return ...", value) == [value])
    }

    @Test func readsText_whenBytesAreUTF8() throws {
        #expect(try state.values("return ...", .bytes(Array("text".utf8))) == ["text"])
    }

    @Test func readsBytes_whenTheyAreNotUTF8() throws {
        #expect(try state.values("return '\\xFFa'") == [.bytes([0xFF, 0x61])])
    }

    @Test func readsEmptyArray_whenObjectIsEmpty() throws {
        #expect(try state.values("return ...", .object([:])) == [[]])
    }

    @Test(arguments: [
        ("return { 1, 2, 3 }", [1, 2, 3]), ("return { 1, nil, 3 }", ["1": 1, "3": 3]), ("return { [2] = 1 }", ["2": 1]),
        ("return { 1, 2, x = 3 }", ["1": 1, "2": 2, "x": 3]), ("return { [0] = 1 }", ["0": 1]), ("return { [-1] = 1, [1] = 2 }", ["-1": 1, "1": 2]),
        ("return { [1.0] = 'a' }", ["a"]), ("return { x = {}, y = { {} } }", ["x": [], "y": [[]]]),
    ] as [(String, DynamicValue)])
    func readsTable(_ text: String, as value: DynamicValue) throws {
        #expect(try state.values(text) == [value])
    }

    @Test func readsArray_whenItHasAHoleAtItsEnd() throws {
        #expect(try state.values("local t = { 1, 2, 3, 4 } t[4] = nil return t") == [[1, 2, 3]])
    }

    @Test(arguments: [
        ("return print", "result: plain data expected, got function"),
        ("return { a = { coroutine.create(print) } }", "result.a[1]: plain data expected, got thread"),
        ("return { f = { g = print } }", "result.f.g: plain data expected, got function"),
        ("return { [true] = 1 }", "result: a table key must be a string or an integer, got true"),
        ("return { [1.5] = 1 }", "result: a table key must be a string or an integer, got 1.5"),
        ("return { a = { [print] = 1 } }", "result.a: a table key must be a string or an integer, got a function"),
        ("return { ['\\xFF'] = 1 }", "result: a table key must be a string or an integer, got bytes that are not UTF-8"),
        ("return { [3] = 1, ['3'] = 2 }", "result: the table has both the integer key 3 and the string key '3'"),
        ("local t = {} t.a = { t } return t", "result.a[1]: the table contains itself"),
    ])
    func refuses(_ text: String, as message: String) throws {
        let error = try failure { try state.values(text) }
        #expect(error.message == message)
        #expect(error.code == .conversion)
    }

    @Test func isPartOfData_whenATypeAsksForIt() throws {
        struct Event: Codable, Equatable {
            var name: String
            var payload: DynamicValue
        }
        let event = Event(name: "x", payload: ["a": [1, .bytes([0xFF])]])
        #expect(try state.run("return ...", event, as: Event.self) == event)
    }

    // MARK: The mark for JSON's null

    /// Lua's value for null, which the bridge gives.
    private func null() throws -> LuaFunction {
        try state.function { (stack: LuaStack) -> Int32 in
            stack.pushNull()
            return 1
        }
    }

    @Test func readsNull_whenTheMarkStandsForIt() throws {
        try state.setGlobal("null", to: null())
        #expect(try state.values("return { null(), 1 }, { a = null() }") == [[.null, 1], ["a": .null]])
        #expect(try state.run("return { null(), 1 }", as: [Int?].self) == [nil, 1])
        #expect(try state.run("return null()", as: Int?.self) == nil)
    }

    @Test func readsNone_whenTheMarkIsInACodableType() throws {
        struct Pair: Codable, Equatable {
            var a: Int?
            var b: Int
        }
        try state.setGlobal("null", to: null())
        #expect(try state.run("return { a = null(), b = 2 }", as: Pair.self) == Pair(a: nil, b: 2))
    }

    @Test func givesTheMark_whenNullIsKept() throws {
        let give = try state.function { (stack: LuaStack) -> Int32 in
            try (["a": [.null, 1], "b": .null] as DynamicValue).push(onto: stack, keepsNull: true)
            return 1
        }
        #expect(try give.call(as: DynamicValue.self) == ["a": [.null, 1], "b": .null])
        #expect(try state.run("local t = (...)() return #t.a * 10 + (t.b == t.a[1] and 1 or 0)", give, as: Int.self) == 21)
    }

    // MARK: The mark for lists

    private func mark() throws -> LuaFunction {
        try state.function { (stack: LuaStack) -> Int32 in
            try stack.markAsArray(at: 1)
            return 1
        }
    }

    @Test func readsArray_whenTableHasTheMark() throws {
        try state.setGlobal("mark", to: mark())
        #expect(try state.values("return mark({}), mark({ 1, nil, 3 })") == [[], [1, .null, 3]])
        #expect(try failure { try state.values("return mark({ x = 1 })") }.message == "result: array expected, got a table with the key 'x'")
    }

    @Test func refusesMark_whenValueIsNoTable() throws {
        try state.setGlobal("mark", to: mark())
        #expect(try failure { try state.run("mark('x')") }.message == "value: table expected, got string")
    }

    @Test func isMarkedArray_whenTableHasTheMark() throws {
        try state.setGlobal("mark", to: mark())
        try state.setGlobal(
            "marked",
            to: state.function { (stack: LuaStack) -> Int32 in
                try stack.push(plu_is_marked_array(stack.thread, 1))
                return 1
            })
        #expect(try state.values("return marked(mark({})), marked({}), marked(setmetatable({}, {}))") == [true, false, false])
    }
}
