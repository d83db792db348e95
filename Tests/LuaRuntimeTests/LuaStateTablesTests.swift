import DynamicValues
import LuaRuntime
import Testing

struct LuaStateTablesTests {
    private let state: LuaState

    init() throws { state = try LuaState() }

    @Test func scriptSeesFields_whenHostFillsANewTable() throws {
        let table = try state.makeTable()
        try table.set("x", to: 7)
        #expect(try state.run("return (...).x", table, as: Int.self) == 7)
    }

    // MARK: Modules without running them

    @Test func givesTextAndChunk_whenModuleIsFound() throws {
        state.onRequire { LuaModule(text: Array("return 1".utf8), chunk: "words/\($0).lua") }
        #expect(try state.moduleFunction().call(dynamic: ["util"]) == ["return 1", "words/util.lua"])
    }

    @Test func givesNilAndMessage_whenModuleIsNotFound() throws {
        #expect(try state.moduleFunction().call(dynamic: ["util"]) == [.null, "module 'util' not found: the host shares no modules"])
    }

    @Test func raisesBadArgument_whenModuleNameIsNoText() throws {
        let error = try failure { try state.moduleFunction().call(dynamic: [1]) }
        #expect(error.message == "bad argument #1 to 'require' (string expected, got integer)")
    }

    // MARK: Calls whose result decides

    @Test func givesTable_whenFunctionReturnsOne() throws {
        let result = try state.load("return { x = 7 }", chunk: "x.lua").callForResult()
        #expect(try result.table?.value("x", as: Int.self) == 7)
        #expect(result.kind == "table")
    }

    @Test(arguments: [("return 1", "integer"), ("return 'x', {}", "string"), ("", "nothing"), ("return nil", "nil")])
    func tellsKind_whenFunctionReturnsNoTable(_ text: String, _ kind: String) throws {
        let result = try state.load(text, chunk: "x.lua").callForResult()
        #expect(result.table == nil)
        #expect(result.kind == kind)
    }

    @Test func givesIterator_whenFunctionReturnsAFunction() throws {
        let function = try state.load("local n = ... return function() n = n + 1 return n end", chunk: "x.lua")
        let items = try function.begin(nil, 5).finish { stack, count in try stack.readItems(count) }
        #expect(try items.iterator?.call(as: Int.self) == 6)
        #expect(items.value == .null)
    }

    @Test func givesValue_whenFunctionReturnsData() throws {
        let items = try state.load("return { ... }", chunk: "x.lua").begin(nil, 1, "x").finish { stack, count in try stack.readItems(count) }
        #expect(items.iterator == nil)
        #expect(items.value == [1, "x"])
        #expect(try state.load("", chunk: "x.lua").begin(nil).finish { stack, count in try stack.readItems(count) }.value == .null)
    }

    @Test func givesAllResults_whenCalledWithATableBeforePlainValues() throws {
        let table = try state.makeTable()
        try table.set("x", to: 7)
        let function = try state.load("local t, a = ... return t.x, a, select('#', ...)", chunk: "x.lua")
        #expect(try function.begin(table, dynamic: ["y", .null]).finish { stack, count in try stack.readAll(count) } == [7, "y", 3])
    }

    @Test func namesArgument_whenAPlainValueCannotBeGiven() throws {
        var deep: DynamicValue = 1
        for _ in 0..<101 { deep = [deep] }
        let error = try failure { try state.load("", chunk: "x.lua").begin(state.makeTable(), dynamic: [1, deep]) }
        #expect(error.message.hasPrefix("argument[2][1]"))
    }
}
