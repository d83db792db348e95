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

    // MARK: What is long

    private func message(_ text: String) throws -> String { try failure { try LuaState().run(text) }.message }

    @Test func cutsMessage_whenItIsLong() throws {
        let beginning = String(repeating: "x", count: 4096)
        #expect(try message("error(('x'):rep(4096))") == beginning)
        #expect(try message("error(('x'):rep(4097))") == beginning + "... (4097 bytes)")
        #expect(try message("error(('x'):rep(6000000), 0)") == beginning + "... (6000000 bytes)")
        #expect(try message("error({ message = ('x'):rep(100000) })") == beginning + "... (100000 bytes)")
        #expect(try message("error(setmetatable({}, { __tostring = function() return ('x'):rep(100000) end }))") == beginning + "... (100000 bytes)")
        #expect(try message("error('x' .. ('ä'):rep(3000), 0)") == "x" + String(repeating: "ä", count: 2047) + "... (6001 bytes)")
    }

    @Test func cutsMessage_whenATokenOrKeyIsLong() throws {
        let state = try LuaState()
        let syntax = try failure { try state.load("'" + String(repeating: "x", count: 100_000) + "'", chunk: "bad.lua") }
        #expect(syntax.message.hasPrefix("unexpected symbol near ''xxxx"))
        #expect(syntax.message.hasSuffix("xxxx... (100038 bytes)"))
        #expect(syntax.line == 1)
        let conversion = try failure { try state.run("return { [('x'):rep(100000)] = print }", as: DynamicValue.self) }
        #expect(conversion.message == "result." + String(repeating: "x", count: 4089) + "... (100042 bytes)")
    }

    @Test func tellsTheHostsError_whenItsMessageIsLong() throws {
        struct Long: Error, CustomStringConvertible { let description = String(repeating: "x", count: 100_000) }
        let state = try LuaState()
        try state.setGlobal("fail", to: state.function("fail") { throw Long() })
        #expect(try failure { try state.run("fail()") }.underlying is Long)
    }

    @Test func keepsMessageAndWhatIsShort_whenAFieldIsTooLarge() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 16 << 20))
        let error = try failure {
            try state.run(
                """
                local big = { ('x'):rep(200000) }
                local t = { message = 'kept', code = 'quota', [('k'):rep(100000)] = 1 }
                for i = 1, 100 do t['big' .. i] = big end
                error(t)
                """)
        }
        #expect(error.message == "kept")
        #expect(error.fields == ["message": "kept", "code": "quota"])
    }

    @Test func keepsMessage_whenThereAreTooManyFields() throws {
        let error = try failure { try LuaState().run("local t = { message = 'many' } for i = 1, 50000 do t['f' .. i] = i end error(t)") }
        #expect(error.message == "many")
        #expect((1...256).contains(error.fields.count))
    }

    @Test func showsBothEndsOfTheStack_whenItIsDeep() throws {
        let state = try LuaState()
        let error = try failure { try state.run("local function down(n) if n == 0 then error('x') end return 1 + down(n - 1) end down(100)") }
        let middle = Array(repeating: "\ttest.lua:1: in upvalue 'down'", count: 9)
        #expect(
            error.traceback?.split(separator: "\n").map(String.init)
                == ["stack traceback:", "\t[C]: in function 'error'"] + middle + ["\t...\t(skipping 82 levels)"] + middle
                + ["\ttest.lua:1: in local 'down'", "\ttest.lua:1: in main chunk"])
    }

    @Test func showsTheTopOfTheStack_whenItIsVeryDeep() throws {
        let state = try LuaState()
        let error = try failure { try state.run("local function down(n) if n == 0 then error('x') end return 1 + down(n - 1) end down(20000)") }
        let lines = try #require(error.traceback).split(separator: "\n")
        #expect(lines.count == 23)
        #expect(lines[21] == "\ttest.lua:1: in upvalue 'down'")
        #expect(lines[22] == "\t...\t(skipping more than 9979 levels)")
    }

    @Test func showsTailCalls() throws {
        let error = try failure { try LuaState().run("local function f() error('x') end local function g() return f() end g()") }
        #expect(
            error.traceback
                == "stack traceback:\n\t[C]: in function 'error'\n\ttest.lua:1: in function <test.lua:1>\n\t(...tail calls...)\n\ttest.lua:1: in main chunk")
    }

    @Test func namesGlobalFunctionsInTraceback_whenThereAreFew() throws {
        let text = "function shout() error('x') end for i = 1, ... do _G[i + 0.5] = true end shout()"
        #expect(try failure { try LuaState().run(text, 0) }.traceback?.contains("\ttest.lua:1: in function 'shout'\n") == true)
        #expect(try failure { try LuaState().run(text, 100_000) }.traceback?.hasSuffix("\n\ttest.lua:1: in main chunk") == true)
    }

    @Test func cutsNamesInTraceback_whenTheyAreLong() throws {
        let name = String(repeating: "n", count: 1000)
        let error = try failure { try LuaState().run("local t = {} function t.\(name)() error('x') end t.\(name)()") }
        #expect(error.traceback?.contains(" '\(name.prefix(80))'\n") == true)
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
