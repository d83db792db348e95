import DynamicValues
import LuaRuntime
import Testing

struct LuaErrorTests {
    // MARK: What it says

    @Test func tellsCodeMessageChunkAndLine_whenScriptFails() throws {
        let state = try LuaState()
        let error = try failure { try state.run("local t = nil\nreturn t.x") }
        #expect(error.code == .runtime)
        #expect(error.message == "attempt to index a nil value (local 't')")
        #expect(error.chunk == "test.lua")
        #expect(error.line == 2)
        #expect(error.description == "test.lua:2: attempt to index a nil value (local 't')")
    }

    @Test func tellsTraceback_whenScriptFailsInAFunction() throws {
        let state = try LuaState()
        let error = try failure { try state.run("local function inner()\n  error('x')\nend\ninner()") }
        let traceback = try #require(error.traceback)
        #expect(traceback.hasPrefix("stack traceback:\n"))
        #expect(traceback.contains("test.lua:2: in local 'inner'"))
        #expect(traceback.contains("test.lua:4: in main chunk"))
    }

    @Test func namesLibraryFunctionsInTraceback_whenTheyFail() throws {
        let state = try LuaState()
        let error = try failure { try state.run("string.rep()") }
        #expect(error.message == "bad argument #1 to 'rep' (string expected, got no value)")
        #expect(error.traceback?.contains("[C]: in function 'string.rep'") == true)
    }

    @Test func tellsCallersLine_whenErrorHasLevel2() throws {
        let state = try LuaState()
        let error = try failure { try state.run("local function check()\n  error('x', 2)\nend\n\ncheck()") }
        #expect(error.message == "x")
        #expect(error.line == 5)
    }

    @Test func tellsInnermostLine_whenErrorHasNoPosition() throws {
        let state = try LuaState()
        let error = try failure { try state.run("local function check()\n  error('x', 0)\nend\ncheck()") }
        #expect(error.message == "x")
        #expect(error.chunk == "test.lua")
        #expect(error.line == 2)
    }

    @Test func tellsMessageAsIs_whenItLooksLikeAnotherPosition() throws {
        let state = try LuaState()
        let error = try failure { try state.run("error('other.lua:9: x', 0)") }
        #expect(error.message == "other.lua:9: x")
        #expect(error.chunk == "test.lua")
        #expect(error.line == 1)
    }

    @Test func tellsMessage_whenItIsEmpty() throws {
        let state = try LuaState()
        let error = try failure { try state.run("error('')") }
        #expect(error.message == "")
        #expect(error.description == "test.lua:1: ")
    }

    @Test func describesItself_withoutPlaceOrLine() {
        #expect(LuaError(code: .runtime, message: "x").description == "x")
        #expect(LuaError(code: .syntax, message: "x", chunk: "a.lua").description == "a.lua: x")
        #expect(LuaError.Code.cpuLimit.description == "cpu_limit")
    }

    // MARK: Values that are raised

    @Test func tellsFields_whenATableIsRaised() throws {
        let state = try LuaState()
        let error = try failure {
            try state.run("error({ code = 'quota', left = 3, tags = { 'a' }, message = 'no more', f = print, [1] = 'x' })")
        }
        #expect(error.message == "no more")
        #expect(error.fields == ["code": "quota", "left": 3, "tags": ["a"], "message": "no more"])
        #expect(error.line == 1)
    }

    @Test(arguments: [
        ("error(nil)", "(error object is a nil value)"),
        ("error()", "(error object is a nil value)"),
        ("error(true)", "(error object is a boolean value)"),
        ("error(print)", "(error object is a function value)"),
        ("error({})", "(error object is a table value)"),
        ("error(42)", "42"),
        ("error(1.5)", "1.5"),
        ("error(setmetatable({}, { __tostring = function() return 'described' end }))", "described"),
        ("error(setmetatable({}, { __tostring = function() error('no') end }))", "(error object is a table value whose __tostring failed)"),
        ("error(setmetatable({}, { __tostring = function() return {} end }))", "(error object is a table value whose __tostring failed)"),
        ("error(setmetatable({ message = 'field' }, { __tostring = function() return 'described' end }))", "field"),
    ])
    func wordsRaisedValue(_ text: String, as message: String) throws {
        let state = try LuaState()
        let error = try failure { try state.run(text) }
        #expect(error.message == message)
        #expect(error.code == .runtime)
    }

    @Test func repairsMessage_whenItIsNotUTF8() throws {
        let state = try LuaState()
        #expect(try failure { try state.run("error('a\\xFFb', 0)") }.message == "a\u{FFFD}b")
    }

    // MARK: Syntax

    @Test func tellsPlace_whenTextIsNotLua() throws {
        let state = try LuaState()
        let error = try failure { try state.load("local x = 1\nlocal = 2", chunk: "bad.lua") }
        #expect(error.code == .syntax)
        #expect(error.message == "<name> expected near '='")
        #expect(error.chunk == "bad.lua")
        #expect(error.line == 2)
    }

    @Test(arguments: ["a:7:b.lua", "a:7: b.lua", "C:12", "7", "x:3: ", "ünï.lua:", ":"])
    func tellsPlace_whenChunkNameHasColonsAndDigits(_ chunk: String) throws {
        let state = try LuaState()
        let syntax = try failure { try state.load("\n=", chunk: chunk) }
        #expect(syntax.chunk == chunk)
        #expect(syntax.line == 2)
        #expect(syntax.message == "unexpected symbol near '='")
        let runtime = try failure { try state.load("\nerror('x')", chunk: chunk).call() }
        #expect(runtime.chunk == chunk)
        #expect(runtime.line == 2)
        #expect(runtime.message == "x")
    }

    @Test func tellsPlace_whenChunkNameIsTooLongToBeShown() throws {
        let state = try LuaState()
        let error = try failure { try state.load("=", chunk: String(repeating: "long", count: 30) + ":b.lua") }
        #expect(error.chunk?.hasPrefix("...") == true)
        #expect(error.chunk?.hasSuffix("long:b.lua") == true)
        #expect(error.line == 1)
    }

    @Test func tellsMessageAsIs_whenItHasNoPlace() throws {
        let state = try LuaState()
        let error = try failure { try state.load("\u{1B}Lua", chunk: "b:x:y") }
        #expect(error.chunk == nil)
        #expect(error.description == "attempt to load a binary chunk (mode is 't')")
    }

    @Test func throwsSyntax_whenBytecodeIsLoaded() throws {
        let state = try LuaState()
        let error = try failure { try state.load(bytes: [0x1B] + Array("Lua".utf8), chunk: "b.lua") }
        #expect(error.code == .syntax)
        #expect(error.message == "attempt to load a binary chunk (mode is 't')")
    }

    // MARK: Overflows

    @Test func throwsRuntime_whenRecursionNeverEnds() throws {
        let state = try LuaState()
        let error = try failure { try state.run("local function f() return 1 + f() end\nreturn f()") }
        #expect(error.code == .runtime)
        #expect(error.message == "stack overflow")
        #expect(error.line == 1)
        #expect(try state.run("return 7", as: Int.self) == 7)
    }

    @Test func throwsRuntime_whenCStackOverflows() throws {
        let state = try LuaState()
        let error = try failure { try state.run("local function f() return string.gsub('x', 'x', f) end return f()") }
        #expect(error.code == .runtime)
        #expect(error.message.contains("C stack overflow"))
        #expect(try state.run("return 7", as: Int.self) == 7)
    }

    @Test func throwsSyntax_whenTextIsNestedTooDeep() throws {
        let state = try LuaState()
        let text = "return " + String(repeating: "(", count: 500) + "1" + String(repeating: ")", count: 500)
        let error = try failure { try state.load(text, chunk: "deep.lua") }
        #expect(error.code == .syntax)
        #expect(error.message.contains("C stack overflow"))
    }

    @Test func throwsRuntime_whenErrorOverflowsInsideItsHandler() throws {
        let state = try LuaState()
        let values = try state.values("return xpcall(error, function(e) error(e) end, 'x')")
        #expect(values[0] == false)
    }

    // MARK: Coroutines

    @Test func throwsYield_whenScriptYieldsToTheHost() throws {
        let state = try LuaState()
        let error = try failure { try state.run("local x\ncoroutine.yield(1)") }
        #expect(error.code == .yield)
        #expect(error.message == "attempt to yield to the host: coroutine.yield works inside of a coroutine that the script made")
        #expect(error.line == 2)
    }

    @Test func runsCloseVariables_whenScriptYieldsToTheHost() throws {
        let state = try LuaState()
        _ = try failure { try state.run("local x <close> = setmetatable({}, { __close = function() closed = true end }) coroutine.yield()") }
        #expect(try state.global("closed", as: Bool?.self) == true)
    }

    @Test func runsCloseVariables_whenScriptFails() throws {
        let state = try LuaState()
        let error = try failure {
            try state.run("local x <close> = setmetatable({}, { __close = function(_, e) closed = e end }) error('x', 0)")
        }
        #expect(error.message == "x")
        #expect(try state.global("closed", as: String?.self) == "x")
    }
}
