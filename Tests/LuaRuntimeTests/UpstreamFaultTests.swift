import CLuaBridge
@testable import LuaRuntime
import Testing

/// Faults of Lua 5.4.4 that a text can reach, by the commit that mended each. Without the bridge's answer these end the
/// process, or corrupt its memory; the Security article lists them.
struct UpstreamFaultTests {
    private func values(_ text: String, quota: Int = 64 << 20, cpu: Duration = .seconds(20)) throws -> [DynamicValue] {
        let state = try LuaState(LuaConfiguration(memoryQuota: quota))
        try state.setTimeLimits(cpu: cpu, wall: nil)
        return try state.values(text)
    }

    /// 603b2c64: Debian's patch for CVE-2022-33099 uses the old stack after a `__concat` that made it move. Where liblua
    /// has that fault `__concat` is off; elsewhere it works.
    @Test func concatenatesOrRefuses_whenTheStackMoves() throws {
        let results = try values(
            """
            local function grow(n) if n > 0 then return 1 + grow(n - 1) end return 0 end
            local mt = { __concat = function(a, b) grow(3000) return "ab" end }
            return pcall(coroutine.wrap(function()
              local a = setmetatable({}, mt)
              return "1" .. "2" .. a .. "3" .. "4" .. a .. "5" .. a
            end))
            """)
        #expect(results == [true, "ab"] || results == [false, "test.lua:5: attempt to concatenate a table value (local 'a')"])
    }

    /// Lua remembers strings by where the texts lay that they were made of, in so many places that some address meets each; where
    /// `__concat` is off, what it is called instead must be taken for no other text.
    @Test func givesEveryText_whereverItLies() throws {
        let zeros = [CChar](repeating: 0, count: 512)
        try LuaState().withStack(named: "text") { stack in
            zeros.withUnsafeBufferPointer { zeros in
                for offset in zeros.indices {
                    lua_pushstring(stack.thread, zeros.baseAddress! + offset)
                    #expect(lua_rawlen(stack.thread, -1) == 0)
                    lua_settop(stack.thread, -2)
                }
            }
        }
    }

    /// 997f11f5: leaving a loop whose body's variables are captured did not close the loop's own value.
    @Test func closesLoopsValue_whenABreakLeavesIt() throws {
        #expect(
            try values(
                """
                local closed = 0
                local o = setmetatable({}, { __close = function() closed = closed + 1 end })
                local function broken(limit)
                  local kept = {}
                  for k in next, { 1, 2, 3 }, nil, o do
                    local x = k
                    kept[#kept + 1] = function() return x, k end
                    if k == limit then break end
                  end
                  local z <close> = o
                  return closed, #kept
                end
                local first, count = broken(2)
                local second = load("local o, f = ... for k in next, { 1 }, nil, o do f = function() return k end break end return f()")(o)
                return first, count, closed, second
                """) == [1, 2, 3, 1])
    }

    /// 997f11f5, as a write past the stack.
    @Test func closesOnce_whenAnotherVariableFollowsTheLoop() throws {
        #expect(
            try values(
                """
                local o = setmetatable({}, { __close = function() end })
                local function f()
                  do
                    local a, b, c, d
                    for k in next, { 1 }, nil, o do
                      local function g() return k end
                      break
                    end
                  end
                  local z <close> = o
                end
                return pcall(f)
                """) == [true])
    }

    /// 3fe7be95: a coroutine that was suspended inside of an xpcall kept the place of its handler.
    @Test func callsNoHandler_whenASuspendedCoroutineIsClosed() throws {
        let text = """
            local function dive(n)
              if n == 0 then xpcall(coroutine.yield, function() return "XXX" end) else dive(n - 1) end
              return 1
            end
            local c = coroutine.create(function()
              local clo <close> = setmetatable({}, { __close = function() pcall(error) error("x", 0) end })
              dive(...)
            end)
            coroutine.resume(c)
            return coroutine.close(c)
            """
        for depth in [0, 10, 3000] {
            #expect(try values(text.replacing("dive(...)", with: "dive(\(depth))")) == [false, "x"])
        }
    }

    /// The same, when it is the end of a call that suspends a coroutine there.
    @Test func closesNothing_whenACallIsEndedInsideOfXpcall() throws {
        let state = try LuaState()
        try state.setTimeLimits(cpu: .milliseconds(20), wall: nil)
        let close = "local c <close> = setmetatable({}, { __close = function() closed = (closed or 0) + 1 end }) "
        #expect(try failure { try state.run(close + "xpcall(function() while true do end end, print)") }.code == .cpuLimit)
        #expect(try state.global("closed", as: Int?.self) == nil)
        let inner = "co = coroutine.create(function() local d <close> = c xpcall(function() while true do end end, print) end) coroutine.resume(co)"
        #expect(try failure { try state.run(close + inner) }.code == .cpuLimit)
        #expect(try state.values("return closed, pcall(coroutine.close, co)") == [1, false, "cannot close a coroutine that the time limit ended"])
    }

    /// 1b0f943d: the metatable of an all-weak table was freed when it had been replaced in the middle of a collection.
    @Test(arguments: ["", "setmetatable(weak[i], nil)"])
    func keepsMetatable_whenItReplacesAnother(_ removal: String) throws {
        #expect(
            try values(
                """
                local function fresh(i) return { __mode = "kv", __name = { i } } end
                local list
                for i = 1, 200000 do list = { list } end
                local weak = {}
                for i = 1, 50 do weak[i] = setmetatable({}, { __mode = "kv" }) end
                for round = 1, 2000 do
                  local i = round % 50 + 1
                  \(removal) setmetatable(weak[i], fresh(i))
                  for j = 1, 300 do local _ = { j } end
                  for i = 1, 50 do
                    local m = getmetatable(weak[i])
                    if type(m) ~= "table" or rawget(m, "__mode") ~= "kv" then return "corrupt", round, i end
                    local name = rawget(m, "__name")
                    if name and name[1] ~= i then return "corrupt name", round, i end
                  end
                end
                return "whole"
                """) == ["whole"])
    }

    /// 983bc433: an emergency collection inside of an assignment freed the table that was being written.
    @Test func keepsTableThatIsWritten_whenMemoryRunsOut() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 4 << 20))
        let text = """
            local function fill()
              local t = {}
              pcall(function() for i = 1, 1e7 do t[i] = { i, i } end end)
              return t
            end
            for round = 1, 4 do
              local ballast = fill()
              for i = 1, 40 do ballast[#ballast] = nil end
              pcall(function()
                for k = 1, 30 do
                  local t = setmetatable({}, setmetatable({ __newindex = {} }, { __mode = "v" }))
                  for i = 1, 200 do t[i] = i end
                end
              end)
              ballast = nil
            end
            """
        for _ in 0..<5 { _ = try? state.run(text) }
        #expect(try state.run("return 7", as: Int.self) == 7)
    }

    /// 1e64c139: coroutines that close each other took a C level each, uncounted.
    @Test func raises_whenManyCoroutinesCloseEachOther() throws {
        #expect(
            try values(
                """
                local previous
                for i = 1, 12000 do
                  local inner = previous
                  previous = coroutine.create(function()
                    local cc <close> = setmetatable({}, { __close = function()
                      if inner then assert(coroutine.close(inner)) end
                    end })
                    coroutine.yield()
                  end)
                  coroutine.resume(previous)
                end
                local ok, message = coroutine.close(previous)
                return ok, tostring(message):match("C stack overflow.*")
                """) == [false, "C stack overflow: too many coroutines close each other"])
    }

    /// efddc230: an iterator that was called again after an error had no limit on the matcher's depth.
    @Test func keepsItsDepth_whenGmatchIsCalledAgain() throws {
        let text = """
            local iterator = string.gmatch(("a"):rep(200000), ("a?"):rep(200000))
            local _, first = pcall(iterator)
            local _, second = pcall(iterator)
            return first, second
            """
        #expect(try values(text) == ["pattern too complex", "pattern too complex"])
    }

    /// 7923dbbf: the name of a value was searched through a chain of indices, a C frame for each.
    @Test func refusesToCompile_whenAChainOfIndicesIsTooLong() throws {
        let state = try LuaState()
        let chain = { (length: Int) in "local a = ... return a" + String(repeating: ".b", count: length) + "()" }
        let error = try failure { try state.load(chain(100_000), chunk: "chain.lua") }
        #expect(error.code == .syntax)
        #expect(error.message == "a chain of more than 1000 indices: keep the parts in local variables")
        #expect(
            try state.values("return load('local a = ... return a' .. ('.b'):rep(2000))")
                == [.null, "a chain of more than 1000 indices: keep the parts in local variables"])
        let short = try state.load(chain(900), chunk: "chain.lua")
        #expect(try failure { try short.call() }.message.hasPrefix("attempt to index a nil value"))
    }

    /// b117bdb3: a table that is its own `__call` moves all arguments up by one, for ever, in one instruction.
    @Test func condemnsState_whenATableCallsItself() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 64 << 20))
        try state.setTimeLimits(cpu: .milliseconds(20), wall: nil)
        #expect(try failure { try state.run("local t = {} setmetatable(t, { __call = t }) t()") }.code == .cpuLimit)
        #expect(state.isCondemned)
    }
}
