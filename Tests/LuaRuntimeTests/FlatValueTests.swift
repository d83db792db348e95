import DynamicValues
import LuaRuntime
import Testing

/// Values from state to state, and beside each what the long way makes of it.
struct FlatValueTests {
    private let flat = FlatValue()

    /// Whether the text's value was taken.
    private func isTaken(_ text: String, from state: LuaState? = nil) throws -> Bool {
        let state = try state ?? LuaState(LuaConfiguration(environment: .full))
        return try state.load(text, chunk: "test.lua").call(read: { stack, count in
            let isTaken = flat.take(from: stack, at: 1)
            #expect(stack.count == count)
            return isTaken
        })
    }

    /// What another state says of what was taken.
    private func arrived(_ question: String = "return v") throws -> [DynamicValue] {
        let other = try LuaState(LuaConfiguration(environment: .full))
        let function: LuaFunction = try other.run("return function(_, v) \(question) end")
        return try function.callMethod(of: try other.makeTable(), flat) { stack, count in
            try (1...count).map { try stack.read(DynamicValue.self, at: $0) }
        }
    }

    @Test(arguments: [
        "nil", "true", "false", "0", "math.mininteger", "1.5", "3.0", "1/0", "''", "'text'", "'a\\0b'", "'\\xFF\\0'", "('x'):rep(60000)", "{}",
        "{ 1, 2, 3 }", "{ 'a', { true }, 2.5 }", "{ a = 1, b = { c = { 1, { d = 'e' } } } }", "{ x = {}, y = { {} } }", "{ ['a b'] = '\\xFF', [''] = 1 }",
        "(function() local t = {} for i = 1, 1000 do t[i] = i end return t end)()",
        "(function() local t = {} for i = 1, 15 do t = { t } end return t end)()",
    ])
    func arrives_asTheLongWayHasIt(_ value: String) throws {
        #expect(try isTaken("return \(value)"))
        let read = try LuaState(LuaConfiguration(environment: .full)).values("return \(value)")[0]
        #expect(flat.value == read)
        #expect(try arrived() == [read])
    }

    @Test func keepsNumbersApart() throws {
        #expect(try isTaken("return { 3, 3.0, '3' }"))
        #expect(try arrived("return math.type(v[1]), math.type(v[2]), type(v[3])") == ["integer", "float", "string"])
    }

    @Test func leavesOutNull_asTheLongWayDoes() throws {
        let state = try LuaState(LuaConfiguration(environment: .full))
        let give = try state.makeTable()
        try give.setNull("null")
        let function: LuaFunction = try state.run("return function(t) return { a = t.null, b = 1 } end")
        #expect(try function.begin(give).finish { stack, _ in flat.take(from: stack, at: 1) })
        #expect(flat.value == ["a": .null, "b": 1])
        #expect(try arrived("return next(v), v.a == nil") == ["b", true])
    }

    @Test(arguments: [
        "print", "coroutine.create(print)", "io.stdout", "{ print }", "{ a = { b = print } }", "setmetatable({}, {})", "{ setmetatable({ 1 }, {}) }",
        "{ 1, 2, x = 3 }", "{ x = 3, [true] = 1 }", "{ [2] = 1 }", "{ 1, nil, 3 }", "{ [1.5] = 1 }", "{ ['\u{e9}'] = 1 }", "{ ['\\xFF'] = 1 }",
        "('x'):rep(70000)", "{ ('x'):rep(40000), ('x'):rep(40000) }", "{ [('x'):rep(70000)] = 1 }",
        "(function() local t = {} for i = 1, 17 do t = { t } end return t end)()", "(function() local t = {} t.a = { t } return t end)()",
        "(function() local t = {} for i = 1, 30 do t = { t, t } end return t end)()",
        "(function() local t = {} for i = 1, 9000 do t[i] = i end return t end)()",
    ])
    func isLeftToTheLongWay_whenItIsOutOfTheOrdinary(_ value: String) throws {
        #expect(try !isTaken("return \(value)"))
    }

    @Test func goesWithinTheQuota_ofWhoGetsIt() throws {
        #expect(try isTaken("local t = {} for i = 1, 7000 do t[i] = {} end return t"))
        let other = try LuaState(LuaConfiguration(memoryQuota: 200 * 1024))
        let function: LuaFunction = try other.run("return function(_, v) return #v end")
        let error = try failure { try function.callMethod(of: try other.makeTable(), flat) { stack, _ in stack.count } }
        #expect(error.code == .memory)
    }
}
