import CLuaBridge
import DynamicValues
import LuaRuntime
import Testing

struct MemoryTests {
    @Test(arguments: [
        "local t = {} for i = 1, 1e9 do t[i] = {} end", "return string.rep('x', 1e9)", "local s = 'x' while true do s = s .. s end",
        "local t = {} while true do t = { t } end", "return table.pack(string.byte(string.rep('x', 1e6), 1, -1))",
        "local t = {} while true do t[#t + 1] = coroutine.create(print) end",
    ])
    func throwsMemory_whenScriptFloods(_ text: String) throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 1_000_000))
        let error = try failure { try state.run(text) }
        #expect(error.code == .memory)
        #expect(error.message == "not enough memory: the quota is 1000000 bytes")
        #expect(error.line == 1)
        #expect(state.memoryPeak <= 1_100_000)
    }

    @Test func staysUsable_whenScriptFlooded() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 1_000_000))
        for _ in 0..<20 { _ = try failure { try state.run("local t = {} for i = 1, 1e9 do t[i] = {} end") } }
        #expect(try state.run("local t = {} for i = 1, 1000 do t[i] = i end return #t", as: Int.self) == 1000)
    }

    @Test func scriptGoesOn_whenItCatchesTheMemoryError() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 1_000_000))
        #expect(try state.values("return pcall(string.rep, 'x', 1e9)") == [false, "not enough memory"])
    }

    @Test func throwsMemory_whenTextIsTooLargeToCompile() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 100_000))
        let text = "return {" + String(repeating: "'a string', 1.5, ", count: 20_000) + "}"
        let error = try failure { try state.load(text, chunk: "big.lua") }
        #expect(error.code == .memory)
        #expect(error.message == "not enough memory: the quota is 100000 bytes")
        #expect(try state.run("return 7", as: Int.self) == 7)
    }

    @Test func neverRefusesHostPush_thenChargesTheScript() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 200_000))
        let length = try state.load("return #...", chunk: "length.lua")
        try state.setGlobal("big", to: String(repeating: "x", count: 1_000_000))
        #expect(state.memoryUsed > 1_000_000)
        #expect(try state.global("big", as: String.self).count == 1_000_000)
        #expect(try failure { try length.call("x") }.code == .memory)
        try state.setGlobal("big", to: Bool?.none)
        #expect(try length.call("x", as: Int.self) == 1)
    }

    @Test func raisesMemory_whenHostFunctionReturnsMoreThanTheQuota() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 200_000))
        try state.setGlobal("big", to: state.function("big") { String(repeating: "x", count: 1_000_000) })
        #expect(try state.values("return pcall(big)") == [false, "not enough memory"])
        #expect(try failure { try state.run("local s = big()") }.code == .memory)
        #expect(try state.run("return 7", as: Int.self) == 7)
    }

    @Test func raisesMemory_whenModuleIsLargerThanTheQuota() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 200_000))
        state.onRequire { name in LuaModule(text: Array(repeating: 0x20, count: 1_000_000), chunk: name) }
        #expect(try state.values("return pcall(require, 'big')") == [false, "not enough memory"])
    }

    @Test func goesOn_whenScriptFreesWhatPassedTheQuota() throws {
        let state = try LuaState()
        let free = try state.load("t = nil local s = {} return 7", chunk: "free.lua")
        try free.call()
        try state.run("t = {} for i = 1, 100000 do t[i] = {} end")
        let before = state.memoryUsed
        try state.setMemoryQuota(50_000)
        #expect(try failure { try state.load("return 1", chunk: "x.lua") }.code == .memory)
        #expect(try free.call(as: Int.self) == 7)
        #expect(state.memoryUsed < before / 4)
    }

    @Test func throwsMemory_whenNestedCallFloods() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 1_000_000))
        try state.setGlobal("call", to: state.function("call") { (f: LuaFunction) in try f.call() })
        #expect(try failure { try state.run("call(function() return string.rep('x', 1e9) end)") }.code == .memory)
    }

    @Test func tellsTheNewQuota_whenItWasChanged() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 10_000_000))
        try state.setMemoryQuota(500_000)
        #expect(try failure { try state.run("return ('x'):rep(1e9)") }.message == "not enough memory: the quota is 500000 bytes")
    }

    @Test func refusesNothing_whenQuotaIsTakenAway() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 100_000))
        try state.setMemoryQuota(nil)
        #expect(try state.run("return #string.rep('x', 1e7)", as: Int.self) == 10_000_000)
    }

    @Test func peakStays_whenMemoryIsFreed() throws {
        let state = try LuaState()
        try state.run("local s = string.rep('x', 4e6)")
        try state.run("for i = 1, 300000 do local t = {} end")
        #expect(state.memoryPeak > 4_000_000)
        #expect(state.memoryUsed < 2_000_000)
    }

    // MARK: Nothing is left behind

    /// Entries of the registry and of the table that keeps coroutines alive.
    private func anchored(_ state: LuaState) throws -> Int {
        try state.withStack(named: "registry") { stack in
            var count = 0
            func add(_ index: Int32) {
                lua_pushnil(stack.thread)
                while lua_next(stack.thread, index) != 0 {
                    count += 1
                    if lua_type(stack.thread, -1) == LUA_TTABLE, lua_type(stack.thread, -2) == LUA_TLIGHTUSERDATA {
                        count += Int(entries(stack.thread))
                    }
                    lua_settop(stack.thread, -2)
                }
            }
            lua_pushvalue(stack.thread, -LUAI_MAXSTACK - 1000)
            add(1)
            return count
        }
    }

    /// Entries of the table on top.
    private func entries(_ thread: OpaquePointer) -> Int {
        var count = 0
        lua_pushnil(thread)
        while lua_next(thread, -2) != 0 {
            count += 1
            lua_settop(thread, -2)
        }
        return count
    }

    @Test func leavesNothingBehind_whenManyCallsFail() throws {
        let state = try LuaState()
        struct Refusal: Error {}
        try state.setGlobal("refuse", to: state.function("refuse") { throw Refusal() })
        try state.setGlobal("call", to: state.function("call") { (f: LuaFunction) in try f.call() })
        let functions = try [
            "error('x')", "error({ code = 1 })", "refuse()", "call(function() error({}) end)", "coroutine.yield()", "return {}",
            "error(setmetatable({}, { __tostring = function() error('no') end }))",
        ].map { try state.load($0, chunk: "fails.lua") }
        func round(_ times: Int) throws {
            for _ in 0..<times { for function in functions { #expect(throws: LuaError.self) { try function.call(as: Int.self) } } }
            try state.run("for i = 1, 200000 do local t = {} end")
        }
        try round(50)
        let memory = state.memoryUsed
        let kept = try anchored(state)
        try round(1500)
        #expect(try anchored(state) <= kept)
        #expect(state.memoryUsed < memory + 20_000)
    }

    @Test func leavesNothingBehind_whenManyHandlesAreMade() throws {
        let state = try LuaState()
        let make = try state.load("return function() end", chunk: "make.lua")
        func round(_ times: Int) throws {
            for _ in 0..<times { _ = try make.call(as: LuaFunction.self) }
            try state.run("for i = 1, 200000 do local t = {} end")
        }
        try round(10)
        let memory = state.memoryUsed
        try round(10_000)
        #expect(state.memoryUsed < memory + 20_000)
    }

    /// A scenario under every quota: each time another allocation of it is the first to be refused.
    @Test func goesOn_whereverMemoryRunsOut() throws {
        let text = """
            local t, parts = {}, {}
            for i = 1, 60 do t[i] = { i, name = 'n' .. i, f = function() return i end } end
            for i, v in ipairs(t) do parts[i] = v.name:gsub('%d', '<%0>'):upper() end
            local co = coroutine.wrap(function() for i = 1, 5 do coroutine.yield(('x'):rep(i * 100)) end end)
            local n = 0
            for i = 1, 5 do n = n + #co() end
            table.sort(t, function(a, b) return a[1] > b[1] end)
            local ok, message = pcall(function() error({ code = table.concat(parts, ',') }) end)
            local c <close> = setmetatable({}, { __close = function() n = n + 1 end })
            return { n = n, list = host(t[1].name, parts), text = string.format('%q %d', parts[1], assert(load('return 40 + 2'))()) }
            """
        struct Answer: Codable, Equatable {
            var n: Int
            var list: [String]
            var text: String
        }
        var outcomes: [LuaError.Code?: Int] = [:]
        for quota in stride(from: 24 * 1024, to: 96 * 1024, by: 128) {
            let state = try LuaState(LuaConfiguration(memoryQuota: quota))
            try state.setGlobal("host", to: state.function("host") { (name: String, list: [String]) in [name] + list })
            do {
                let answer = try state.run(text, as: Answer.self)
                #expect(answer.n == 1500 && answer.list.count == 61 && answer.text.hasSuffix("42"))
                outcomes[nil, default: 0] += 1
            } catch let error as LuaError {
                #expect(error.code == .memory || (error.code == .runtime && error.message.contains("not enough memory")), "\(quota): \(error)")
                outcomes[.memory, default: 0] += 1
            }
            try state.setMemoryQuota(nil)
            #expect(try state.run("return 7", as: Int.self) == 7)
        }
        #expect(outcomes[nil, default: 0] > 20)
        #expect(outcomes[.memory, default: 0] > 100)
    }
}
