import DynamicValues
import LuaRuntime
import Testing

/// coroutine.resume, wrap and close and xpcall are the bridge's own in the sandbox: they must do as Lua's.
struct CoroutineTests {
    @Test(arguments: [LuaConfiguration.Environment.sandboxed, .full], [
        "local co = coroutine.create(function(...) local x = coroutine.yield(...) return x, 'end' end) return coroutine.resume(co, 1, nil)",
        "local co = coroutine.create(function() return coroutine.yield() end) coroutine.resume(co) return coroutine.resume(co, 1, nil, 3)",
        "local co = coroutine.create(function() end) coroutine.resume(co) return coroutine.resume(co)",
        "return coroutine.resume(coroutine.running())",
        "return coroutine.resume(coroutine.create(function() error('x') end))",
        "return coroutine.resume(coroutine.create(function() error({ 1 }) end))",
        "return pcall(coroutine.resume, 1)", "return pcall(coroutine.resume)", "return pcall(coroutine.wrap, 1)",
        "return pcall(coroutine.close, {})",
        "local n = 0 for x in coroutine.wrap(function() for i = 1, 4 do coroutine.yield(i) end end) do n = n + x end return n",
        "return pcall(coroutine.wrap(function() error('x') end))", "return pcall(coroutine.wrap(function() error({ 'x' }) end))",
        "local f = coroutine.wrap(function() end) f() return pcall(f)",
        "local f = coroutine.wrap(function()\nlocal x <close> = setmetatable({}, { __close = function() error('y') end }) error('x') end) return pcall(f)",
        "local co = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() closed = true end }) coroutine.yield() end) coroutine.resume(co) return coroutine.close(co), closed, coroutine.status(co)",
        "local co = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() error('y', 0) end }) coroutine.yield() end) coroutine.resume(co) return coroutine.close(co)",
        "local co = coroutine.create(error) coroutine.resume(co, 'x') return coroutine.close(co)",
        "return pcall(function() coroutine.close(coroutine.running()) end)",
        "return coroutine.resume(coroutine.create(function(...) return select('#', ...) end), table.unpack({}, 1, 100000))",
        "return select('#', coroutine.wrap(function() return table.unpack({}, 1, 100000) end)())",
        "return xpcall(function(...) return ... end, print, 1, nil, 3)",
        "return xpcall(function() error('x', 0) end, function(e) return e .. '!', 2 end)",
        "return xpcall(function() error() end, function(e) return e == nil end)",
        "return pcall(xpcall, print)", "return pcall(xpcall, print, 1)", "return xpcall(1, function(e) return e end)",
        "local co = coroutine.wrap(function() return xpcall(function() return coroutine.yield(1) end, print) end) co() return co(7)",
        "local co = coroutine.wrap(function() return xpcall(function() coroutine.yield(1) error('x', 0) end, function(e) return e .. '!' end) end) co() return co()",
        "local s = select(2, xpcall(error, debug.traceback, 'x')) return s:match('^x\\nstack traceback:\\n')",
    ])
    func givesWhatLuaGives(_ environment: LuaConfiguration.Environment, _ text: String) throws {
        let state = try LuaState(LuaConfiguration(environment: environment))
        let lua = try LuaState(LuaConfiguration(environment: .full))
        let (found, expected) = try (state.values(text), lua.values(text))
        #expect(found == expected)
    }

    @Test func refuses_whenCoroutinesNestTooDeep() throws {
        let state = try LuaState()
        let error = try failure { try state.run("local function nest() return coroutine.wrap(nest)() end nest()") }
        #expect(error.message.contains("C stack overflow"))
    }

    @Test func refusesArguments_whenThereAreTooManyForACoroutine() throws {
        let state = try LuaState()
        let text = """
            local function wait(...) coroutine.yield() return ... end
            local co = coroutine.create(function() wait(table.unpack({}, 1, 600000)) end)
            coroutine.resume(co)
            return coroutine.resume(co, table.unpack({}, 1, 600000))
            """
        #expect(try state.values(text) == [false, "too many arguments to resume"])
    }

    @Test func refusesResults_whenThereAreTooManyForTheCaller() throws {
        let state = try LuaState()
        let text = """
            local co = coroutine.create(function() return table.unpack({}, 1, 600000) end)
            local function call(...) return coroutine.resume(co) end
            return call(table.unpack({}, 1, 500000))
            """
        #expect(try state.values(text) == [false, "too many results to resume"])
    }

    /// Lua makes this message outside of any protection: refused memory would abort the process.
    @Test(arguments: [("dead", "cannot resume dead coroutine"), ("coroutine.running()", "cannot resume non-suspended coroutine")])
    func refusesToResume_whenTheQuotaIsUsedUp(_ coroutine: String, _ message: String) throws {
        let state = try LuaState()
        try state.run("dead = coroutine.create(function() end) coroutine.resume(dead)")
        let resume = try state.load("return coroutine.resume(\(coroutine))", chunk: "resume.lua")
        _ = try resume.call(dynamic: [])
        try state.setMemoryQuota(state.memoryUsed)
        #expect(try resume.call(dynamic: []) == [false, .string(message)])
    }

    @Test func throwsMemory_whenCoroutineFloods() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 1_000_000))
        #expect(try failure { try state.run("coroutine.wrap(function() return string.rep('x', 1e9) end)()") }.code == .memory)
    }
}
