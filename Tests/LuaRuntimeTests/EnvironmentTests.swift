import CLuaBridge
import LuaRuntime
import Testing

struct EnvironmentTests {
    /// Each name of the bridge's list as `library.name`.
    private static let listed: Set<String> = {
        var count = 0
        let entries = plu_environment(&count)!
        return Set((0..<count).map { "\(String(cString: entries[$0].library)).\(String(cString: entries[$0].name))" })
    }()

    @Test func reachesExactlyTheListedNames() throws {
        let state = try LuaState()
        let reached = try state.run(
            """
            local seen, names = {}, {}
            local function walk(path, t)
              if seen[t] then return end
              seen[t] = true
              for name, value in next, t do
                assert(type(name) == 'string', path)
                if type(value) == 'table' then
                  walk(name, value)
                else
                  names[#names + 1] = path .. '.' .. name
                end
                local meta = getmetatable(value)
                if type(value) ~= 'string' and meta ~= nil then names[#names + 1] = path .. '.' .. name .. ' (metatable)' end
              end
            end
            walk('_G', _G)
            return names
            """, as: [String].self)
        #expect(Set(reached) == Self.listed)
        #expect(reached.count == Self.listed.count)
    }

    @Test func reachesOnlyArithmeticAndTheStringTable_whenStringMetatableIsEnumerated() throws {
        let state = try LuaState()
        let names = try state.run(
            "local names = {} for name in next, getmetatable('') do names[#names + 1] = name end table.sort(names) return names",
            as: [String].self)
        #expect(names == ["__add", "__div", "__idiv", "__index", "__mod", "__mul", "__pow", "__sub", "__unm"])
        #expect(try state.run("return getmetatable('').__index == string", as: Bool.self))
    }

    @Test func reachesOnlyTheGlobals_whenFunctionsAreLookedThroughForUpvalues() throws {
        // a chunk's one upvalue is its environment; load's fourth argument cannot reach more
        let state = try LuaState()
        #expect(try state.run("return _ENV == _G and load('return _ENV')() == _G", as: Bool.self))
    }

    @Test func everyListedNameIsThere_andHasAReason() throws {
        let state = try LuaState()
        var count = 0
        let entries = plu_environment(&count)!
        for entry in UnsafeBufferPointer(start: entries, count: count) {
            let library = String(cString: entry.library)
            let name = String(cString: entry.name)
            let path = library == "_G" ? name : "\(library).\(name)"
            #expect(try state.run("return \(path) ~= nil", as: Bool.self), "\(path)")
            #expect(!String(cString: entry.reason).isEmpty, "\(path)")
        }
    }

    @Test(arguments: [
        "io", "package", "dofile", "loadfile", "loadstring", "unpack", "os.execute", "os.exit", "os.getenv", "os.remove", "os.rename",
        "os.tmpname", "os.setlocale", "debug.debug", "debug.getinfo", "debug.getlocal", "debug.getmetatable", "debug.getregistry",
        "debug.getupvalue", "debug.gethook", "debug.getuservalue", "debug.setlocal", "debug.setmetatable", "debug.setupvalue",
        "debug.sethook", "debug.setuservalue", "debug.upvalueid", "debug.upvaluejoin", "debug.setcstacklimit", "string.dump",
    ])
    func lacks(_ name: String) throws {
        let state = try LuaState()
        #expect(try state.run("return \(name) == nil", as: Bool.self))
    }

    @Test func hasAllOfLua_whenEnvironmentIsFull() throws {
        let state = try LuaState(LuaConfiguration(environment: .full))
        #expect(try state.run("return io ~= nil and package ~= nil and debug.getinfo ~= nil and string.dump ~= nil", as: Bool.self))
    }

    @Test func sharesNothing_whenTwoStatesAreOpen() throws {
        let first = try LuaState()
        let second = try LuaState()
        try first.run("string.rep = nil x = 1")
        #expect(try second.run("return string.rep ~= nil and x == nil", as: Bool.self))
    }

    // MARK: load

    @Test(arguments: ["nil", "'t'", "'b'", "'bt'", "'x'"])
    func refusesBytecode_whenLoadIsAskedForMode(_ mode: String) throws {
        let state = try LuaState()
        let values = try state.values("return load('\\27Lua', 'x', \(mode))")
        #expect(values == [.null, "attempt to load a binary chunk (mode is 't')"])
    }

    @Test func refusesBytecode_whenLoadReadsItFromAFunction() throws {
        let state = try LuaState()
        let values = try state.values("local n = 0 return load(function() n = n + 1 return n == 1 and '\\27Lua' or nil end, 'x', 'b')")
        #expect(values == [.null, "attempt to load a binary chunk (mode is 't')"])
    }

    @Test func loadsText_whateverModeIsAsked() throws {
        let state = try LuaState()
        #expect(try state.run("return load('return ...', 'x', 'b')(7)", as: Int.self) == 7)
        #expect(try state.run("return load('return ...')(7)", as: Int.self) == 7)
    }

    @Test func loadsTextWithItsOwnEnvironment_whenGivenOne() throws {
        let state = try LuaState()
        #expect(try state.run("return load('return x', 'x', 't', { x = 7 })()", as: Int.self) == 7)
        #expect(try failure { try state.run("load('return x', 'x', 't', nil)()") }.code == .runtime)
    }

    @Test func namesChunk_whenLoadedTextFails() throws {
        let state = try LuaState()
        #expect(try state.values("return load('=', '@inner.lua')") == [.null, "inner.lua:1: unexpected symbol near '='"])
    }

    @Test(arguments: [
        ("load()", "bad argument #1 to 'load' (function expected, got no value)"),
        ("load({})", "bad argument #1 to 'load' (function expected, got table)"),
        ("load('', 'x', {})", "bad argument #3 to 'load' (string expected, got table)"),
    ])
    func raisesBadArgument(_ text: String, as message: String) throws {
        let state = try LuaState()
        #expect(try failure { try state.run(text) }.message == message)
    }

    // MARK: setmetatable

    @Test(arguments: ["function() end", "true", "false", "1", "'x'"])
    func refusesFinalizer_whenMetatableHasGC(_ value: String) throws {
        let state = try LuaState()
        let error = try failure { try state.run("setmetatable({}, { __gc = \(value) })") }
        #expect(error.message == "a plugin's metatable cannot have '__gc': use a '<close>' variable or the plugin's cleanup")
    }

    @Test func runsNoFinalizer_whenGCIsAddedLater() throws {
        let state = try LuaState()
        try state.run("local m = {} setmetatable({}, m) m.__gc = function() ran = true end m = nil for i = 1, 200000 do local t = {} end")
        #expect(try state.global("ran", as: Bool?.self) == nil)
    }

    @Test func seesNoMetamethod_whenSetmetatableLooksForGC() throws {
        let state = try LuaState()
        let text = "return getmetatable(setmetatable({}, setmetatable({}, { __index = function() error('ran') end }))) ~= nil"
        #expect(try state.run(text, as: Bool.self))
    }

    @Test func setsAndClearsMetatable_asLuaDoes() throws {
        let state = try LuaState()
        #expect(try state.run("local t = setmetatable({}, { __index = { x = 7 } }) return t.x", as: Int.self) == 7)
        #expect(try state.run("local t = setmetatable({}, {}) setmetatable(t, nil) return getmetatable(t) == nil", as: Bool.self))
    }

    @Test(arguments: [
        ("setmetatable(1, {})", "bad argument #1 to 'setmetatable' (table expected, got number)"),
        ("setmetatable({})", "bad argument #2 to 'setmetatable' (nil or table expected, got no value)"),
        ("setmetatable({}, 1)", "bad argument #2 to 'setmetatable' (nil or table expected, got number)"),
        ("setmetatable(setmetatable({}, { __metatable = 1 }), {})", "cannot change a protected metatable"),
    ])
    func refusesMetatable(_ text: String, as message: String) throws {
        let state = try LuaState()
        #expect(try failure { try state.run(text) }.message == message)
    }

    // MARK: collectgarbage

    @Test func answersCount_inKiB() throws {
        let state = try LuaState()
        let kibibytes = try state.run("return collectgarbage('count')", as: Double.self)
        #expect(abs(kibibytes * 1024 - Double(state.memoryUsed)) < 4096)
    }

    @Test(arguments: ["", "'collect'", "'stop'", "'step'", "'incremental'", "'generational'", "'setpause', 1"])
    func refusesToSteerTheCollector(_ arguments: String) throws {
        let state = try LuaState()
        let error = try failure { try state.run("collectgarbage(\(arguments))") }
        #expect(error.message.hasPrefix("collectgarbage answers \"count\" only, not "))
        #expect(error.line == 1)
    }

    // MARK: Output

    private func output(_ text: String) throws -> [String] {
        let state = try LuaState()
        var lines: [String] = []
        state.onOutput { stream, line in lines.append("\(stream): \(line)") }
        try state.run(text)
        return lines
    }

    @Test func writesLine_whenScriptPrints() throws {
        #expect(try output("print(1, nil, 'x', 2.5, true) print()") == ["print: 1\tnil\tx\t2.5\ttrue", "print: "])
    }

    @Test func usesToString_whenScriptPrintsAnObject() throws {
        #expect(try output("print(setmetatable({}, { __tostring = function() return 'it' end }))") == ["print: it"])
    }

    @Test func writesLongLine_whenScriptPrintsMuch() throws {
        #expect(try output("print(string.rep('x', 5000), 'y')").first?.count == "print: ".count + 5002)
    }

    @Test func repairsText_whenScriptPrintsBytes() throws {
        #expect(try output("print('a\\xFF\\0b')") == ["print: a\u{FFFD}\u{0}b"])
    }

    @Test func writesParts_whenScriptWarns() throws {
        #expect(try output("warn('a', 'b', 1)") == ["warn: ab1"])
    }

    @Test func dropsControlMessages_whenScriptWarns() throws {
        #expect(try output("warn('@on') warn('@', 'user') warn('')") == ["warn: @user", "warn: "])
    }

    @Test(arguments: ["warn()", "warn({})", "warn('a', nil)"])
    func raisesBadArgument_whenWarningIsNoText(_ text: String) throws {
        #expect(try failure { try output(text) }.message.hasPrefix("bad argument"))
    }

    @Test func dropsOutput_whenHostTakesNone() throws {
        let state = try LuaState()
        #expect(try state.run("print('x') warn('y') return 7", as: Int.self) == 7)
    }
}
