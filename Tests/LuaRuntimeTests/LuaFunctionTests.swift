import DynamicValues
import LuaRuntime
import Testing

struct LuaFunctionTests {
    @Test func returnsAllResults_whenCalledDynamically() throws {
        let state = try LuaState()
        #expect(try state.values("return 1, nil, 'x', ...", 2, .null, true) == [1, .null, "x", 2, .null, true])
    }

    @Test func dropsResults_whenNoneIsAskedFor() throws {
        let state = try LuaState()
        try state.run("return print, 3.5, {}")
    }

    @Test func readsNil_whenFunctionReturnsNothing() throws {
        let state = try LuaState()
        #expect(try state.run("", as: Int?.self) == nil)
        let error = try failure { try state.run("", as: Int.self) }
        #expect(error.message == "result: number expected, got no value")
    }

    @Test func keepsFunction_whenItIsAskedForAsResult() throws {
        let state = try LuaState()
        let counter = try state.run("local n = 0 return function(by) n = n + by return n end", as: LuaFunction.self)
        try counter.call(40)
        #expect(try counter.call(2, as: Int.self) == 42)
    }

    @Test func passesFunction_whenGivenAsArgument() throws {
        let state = try LuaState()
        let double = try state.run("return function(x) return x * 2 end", as: LuaFunction.self)
        #expect(try state.run("local f, x = ... return f(x)", double, 21, as: Int.self) == 42)
    }

    @Test func keepsFunctionsInsideOfData_whenTheirTypeAsksForThem() throws {
        struct Plugin: Codable {
            var name: String
            var run: LuaFunction
            var stop: LuaFunction?
        }
        let state = try LuaState()
        let plugin = try state.run("return { name = 'p', run = function() return 7 end }", as: Plugin.self)
        #expect(plugin.stop == nil)
        #expect(try plugin.run.call(as: Int.self) == 7)
        #expect(try state.run("local p = ... return p.run()", plugin, as: Int.self) == 7)
    }

    @Test func keepsFunctions_whenAskedForAsArrayAndDictionary() throws {
        let state = try LuaState()
        let list = try state.run("return { function() return 1 end, function() return 2 end }", as: [LuaFunction].self)
        #expect(try list.map { try $0.call(as: Int.self) } == [1, 2])
        let named = try state.run("return { f = function() return 3 end }", as: [String: LuaFunction].self)
        #expect(try named["f"]?.call(as: Int.self) == 3)
    }

    @Test func throwsConversion_whenResultIsNoFunction() throws {
        let state = try LuaState()
        #expect(try failure { try state.run("return 1", as: LuaFunction.self) }.message == "result: function expected, got integer")
    }

    @Test func namesArgument_whenItCannotBeGiven() throws {
        let state = try LuaState()
        let error = try failure { try state.run("", 1, ["a": [UInt64.max]]) }
        #expect(error.code == .conversion)
        #expect(error.message == "argument[2].a[1]: 18446744073709551615 is out of range for a Lua integer")
    }

    @Test func namesArgument_whenDynamicOneCannotBeGiven() throws {
        let state = try LuaState()
        var deep: DynamicValue = 1
        for _ in 0..<101 { deep = ["in": deep] }
        let error = try failure { try state.values("", 1, deep) }
        #expect(error.message == "argument[2]" + String(repeating: ".in", count: 100) + ": tables are nested deeper than 100 levels")
    }

    @Test func namesResult_whenOneOfManyIsNoData() throws {
        let state = try LuaState()
        #expect(try failure { try state.values("return 1, print") }.message == "result[2]: plain data expected, got function")
        #expect(try failure { try state.values("return print") }.message == "result: plain data expected, got function")
    }

    @Test func throwsConversion_whenArgumentsFillTheStack() throws {
        let state = try LuaState()
        let function = try state.load("return select('#', ...)", chunk: "x.lua")
        let error = try failure { try function.call(dynamic: Array(repeating: .null, count: 1_000_001)) }
        #expect(error.code == .conversion)
        #expect(error.message.hasSuffix(": too many values for Lua's stack"))
        #expect(try function.call(dynamic: [1, 2]) == [2])
    }
}

struct LuaTableTests {
    @Test func readsField_whenTableIsHeld() throws {
        let state = try LuaState()
        let table = try state.run("return { name = 'p', size = 3 }", as: LuaTable.self)
        #expect(try table.value("name", as: String.self) == "p")
        #expect(try table.value("none", as: Int?.self) == nil)
    }

    @Test func scriptSeesField_whenHostSetsIt() throws {
        let state = try LuaState()
        let table = try state.run("t = {} return t", as: LuaTable.self)
        try table.set("list", to: [1, 2, 3])
        #expect(try state.run("return #t.list", as: Int.self) == 3)
    }

    @Test func runsNoMetamethod_whenReadAndWritten() throws {
        let state = try LuaState()
        let table = try state.run(
            "return setmetatable({}, { __index = function() error('read') end, __newindex = function() error('write') end })",
            as: LuaTable.self)
        try table.set("x", to: 1)
        #expect(try table.value("x", as: Int.self) == 1)
        #expect(try table.value("y", as: Int?.self) == nil)
    }

    @Test func listsEntriesWithKinds_whenKeysAreOfEveryKind() throws {
        let state = try LuaState()
        let table = try state.run("return { a = 1, [3] = 'x', [true] = {}, [false] = print, [1.5] = 2.5, [{}] = true }", as: LuaTable.self)
        let entries = try table.entries().map { "\($0.key) \($0.isString) \($0.kind)" }.sorted()
        #expect(
            entries == [
                "[1.5] false number", "[3] false string", "[a table] false boolean", "[false] false function", "[true] false table",
                "a true number",
            ])
    }

    @Test func tellsWhetherThereIsAMetatable() throws {
        let state = try LuaState()
        #expect(try state.run("return setmetatable({}, {})", as: LuaTable.self).hasMetatable)
        #expect(try !state.run("return {}", as: LuaTable.self).hasMetatable)
    }

    @Test func namesField_whenItDoesNotFit() throws {
        let state = try LuaState()
        let table = try state.run("return { size = 'big' }", as: LuaTable.self)
        #expect(try failure { try table.value("size", as: Int.self) }.message == "table.size: number expected, got string")
    }

    @Test func passesTableItself_whenGivenAsArgument() throws {
        let state = try LuaState()
        let table = try state.run("t = {} return t", as: LuaTable.self)
        #expect(try state.run("return ... == t", table, as: Bool.self))
    }

    @Test func throwsConversion_whenResultIsNoTable() throws {
        let state = try LuaState()
        #expect(try failure { try state.run("return 'x'", as: LuaTable.self) }.message == "result: table expected, got string")
    }
}

struct LuaHandleTests {
    @Test func throwsClosed_whenHandleIsUsedAfterClose() throws {
        let state = try LuaState()
        let function = try state.load("return 1", chunk: "x.lua")
        let table = try state.run("return {}", as: LuaTable.self)
        state.close()
        #expect(try failure { try function.call(as: Int.self) }.code == .closed)
        #expect(try failure { try function.call() }.code == .closed)
        #expect(try failure { try function.call(dynamic: []) }.code == .closed)
        #expect(try failure { try table.value("x", as: Int?.self) }.code == .closed)
        #expect(try failure { try table.set("x", to: 1) }.code == .closed)
        #expect(try failure { try table.entries() }.code == .closed)
        #expect(try failure { try table.hasMetatable }.code == .closed)
    }

    @Test func throwsClosed_whenHandleIsUsedAfterStateWasReleased() throws {
        var state: LuaState? = try LuaState()
        let function = try state!.load("return 1", chunk: "x.lua")
        state = nil
        #expect(try failure { try function.call(as: Int.self) }.code == .closed)
    }

    @Test func throwsClosed_whenHandleOfClosedStateIsGivenToAnother() throws {
        let state = try LuaState()
        let other = try LuaState()
        let function = try other.load("return 1", chunk: "x.lua")
        other.close()
        #expect(try failure { try state.run("", function) }.code == .closed)
    }

    @Test func refusesHandle_whenItBelongsToAnotherState() throws {
        let state = try LuaState()
        let foreign = try LuaState().load("return 1", chunk: "x.lua")
        let other = try LuaState()
        let alive = try other.load("return 1", chunk: "x.lua")
        #expect(try failure { try state.run("", foreign) }.code == .closed)
        let error = try failure { try state.run("", 1, ["f": alive]) }
        #expect(error.code == .conversion)
        #expect(error.message == "argument[2].f: the value belongs to another Lua state")
    }

    @Test func freesValue_whenHandleIsReleasedLate() throws {
        let state = try LuaState()
        try state.run("weak = setmetatable({}, { __mode = 'v' })")
        var table: LuaTable? = try state.run("local t = {} weak[1] = t return t", as: LuaTable.self)
        try #require(table != nil)
        table = nil
        // the reference is dropped at the next use; then enough garbage is made for a full collection
        try state.run("for i = 1, 200000 do local t = {} end")
        #expect(try state.run("return weak[1] == nil", as: Bool.self))
    }

    @Test func keepsValue_whileHandleIsHeld() throws {
        let state = try LuaState()
        try state.run("weak = setmetatable({}, { __mode = 'v' })")
        let table = try state.run("local t = {} weak[1] = t return t", as: LuaTable.self)
        try state.run("for i = 1, 200000 do local t = {} end")
        #expect(try state.run("return weak[1] == ...", table, as: Bool.self))
    }

    @Test func survives_whenHandleOutlivesStateAndIsReleased() throws {
        var state: LuaState? = try LuaState()
        var function: LuaFunction? = try state!.load("return 1", chunk: "x.lua")
        state = nil
        #expect(function != nil)
        function = nil
    }

    @Test func isNoData_whenEncodedOrDecodedElsewhere() throws {
        let state = try LuaState()
        let function = try state.load("return 1", chunk: "x.lua")
        #expect(throws: (any Error).self) { try DynamicCoding.encode(function) }
        #expect(throws: (any Error).self) { try DynamicCoding.decode(LuaFunction.self) }
    }
}
