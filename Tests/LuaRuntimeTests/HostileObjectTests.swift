import LuaRuntime
import Synchronization
import Testing

/// What a script tries with objects of a declared type, short of what they are for.
struct HostileObjectTests {
    /// Each ends by returning true, and leaves a state that works.
    @Test(arguments: [
        // odd selves, for each way in
        """
        local c, closed = new(), new()
        closed:shut()
        local selves = { account, closed, {}, 1, "x", true, print, coroutine.create(print), setmetatable({}, { __index = c }), raw }
        for _, name in ipairs { "add", "next", "all", "reset", "isSame", "between", "shut" } do
          local method = c[name]
          assert(not pcall(method))
          assert(not pcall(method, nil, 1))
          for _, self in pairs(selves) do assert(not pcall(method, self, 1, 2, 3)) end
        end
        return c.count == 0
        """,
        // thousands of arguments
        """
        local c, many = new(), {}
        for i = 1, 5000 do many[i] = 1 end
        assert(c:add(table.unpack(many)) == 1)
        assert(#c:all(table.unpack(many)) == 3)
        assert(not pcall(c.add, table.unpack(many)))
        assert(select("#", pcall(c.next, c, table.unpack(many))) == 2)
        return true
        """,
        // methods kept after the end
        """
        local add, all
        do
          local c <close> = new()
          add, all = c.add, c.all
        end
        local other = new()
        assert(add(other, 3) == 3)
        for i = 1, 50000 do local t = {} end
        return add(other, 4) == 7 and all(other, 1)[1] == 8
        """,
        // error values, closed or not
        """
        local c = new()
        local ok, error_value = pcall(error, c)
        assert(not ok and error_value == c and error_value:add(1) == 1)
        c:shut()
        ok, error_value = pcall(error, c)
        assert(tostring(error_value) == "counter" and not pcall(c.add, c, 1))
        assert(select(2, xpcall(error, function(e) return e end, c)) == c)
        return true
        """,
        // keys, and tables that are weak
        """
        local keys, weak_keys, weak_values = {}, setmetatable({}, { __mode = "k" }), setmetatable({}, { __mode = "v" })
        for i = 1, 2000 do
          local c = new()
          weak_keys[c] = { c }
          weak_values[i] = c
          if i % 100 == 0 then keys[c] = i end
        end
        for i = 1, 200000 do local t = {} end
        local n = 0
        for c, i in pairs(keys) do
          assert(weak_values[i] == c and weak_keys[c][1] == c and c:add(n) == n)
          n = n + 1
          if n == 5 then break end
        end
        return true
        """,
        // coroutines: an object that outlives its maker, and one whose maker ends by an error
        """
        local kept
        local co = coroutine.wrap(function()
          local c <close> = new()
          kept = c
          coroutine.yield(c:add(2))
          error("end")
        end)
        assert(co() == 2 and kept:add(3) == 5)
        assert(not pcall(co))
        local closed = select(2, pcall(kept.add, kept, 1))
        assert(closed:find("counter is closed", 1, true))
        local other = coroutine.create(function() local c <close> = new() kept = c coroutine.yield() end)
        coroutine.resume(other)
        coroutine.close(other)
        return not pcall(kept.next, kept)
        """,
        // use while an error unwinds, and errors while one does
        """
        local c, seen = new(), {}
        local function leave() error("leave") end
        local guard = setmetatable({}, { __close = function(_, e) seen[#seen + 1] = c:add(1) c:shut() c:add(1) end })
        pcall(function() local g <close> = guard leave() end)
        assert(seen[1] == 1 and not pcall(c.next, c))
        local d
        pcall(function() local e <close> = new() d = e local f <close> = e leave() end)
        return not pcall(d.next, d)
        """,
        // metamethods that lead to an object, and out of one
        """
        local c = new()
        local proxy = setmetatable({}, { __index = c, __newindex = c })
        assert(proxy.count == 0)
        proxy.step = 5
        assert(c.step == 5 and not pcall(function() return proxy.zebra end))
        assert(not pcall(setmetatable, {}, c) and not pcall(setmetatable, c, nil))
        local loud = setmetatable({}, { __index = c.add, __eq = c.isSame, __lt = c.add, __concat = c.add })
        assert(not pcall(function() return loud.x end) and not pcall(function() return loud < c end))
        return c ~= loud and not pcall(function() return loud == setmetatable({}, getmetatable(loud)) end)
        """,
        // the library
        """
        local c = new()
        for name, library in pairs { string = string, table = table, math = math, utf8 = utf8, os = os or {}, coroutine = coroutine } do
          for key, f in pairs(library) do
            if type(f) == "function" and f ~= coroutine.yield then pcall(f, c, c, c) pcall(f, {}, c) pcall(f, "x", c) pcall(f, c, 1, 2) end
          end
        end
        assert(not pcall(load, c) and not pcall(require, c) and not pcall(tonumber, c, 10) and tonumber(c) == nil)
        assert(not pcall(table.unpack, c, 1, 3) and not pcall(table.concat, c) and not pcall(table.sort, c))
        return c.count == 0 and rawequal(c, c) and not pcall(rawlen, c)
        """,
        // the collector finds the host's table of objects in every state of things
        """
        for i = 1, 20000 do
          local c = new()
          if i % 3 == 0 then c:shut() end
          if i % 5 == 0 then local d <close> = c end
          pcall(c.add, c, 1)
        end
        return true
        """,
    ])
    func keepsItsState_whenScript(text: String) throws {
        let state = try LuaState.withCounters(LuaConfiguration(memoryQuota: 16 << 20))
        try state.setTimeLimits(cpu: .seconds(600), wall: nil)
        try state.setGlobal(
            "raw",
            to: state.function { (stack: LuaStack) -> Int32 in
                stack.push(object: Account())
                return 1
            })
        try state.run("raw = raw()")
        #expect(try state.run(text, as: Bool.self))
        #expect(try state.run("return new():add(1)", as: Int.self) == 1)
    }

    @Test func isWithinTheQuota_whenScriptHoardsObjects() throws {
        let ended = Mutex(0)
        let state = try LuaState.withCounters(LuaConfiguration(memoryQuota: 1 << 20)) { ended.withLock { $0 += 1 } }
        #expect(try failure { try state.run("local kept = {} while true do kept[#kept + 1] = new() end") }.code == .memory)
        #expect(try state.run("return new():add(1)", as: Int.self) == 1)
        state.close()
        #expect(ended.withLock { $0 } > 1000)
    }

    @Test func endsAtTheLimit_whenScriptUsesAnObjectForEver() throws {
        let state = try LuaState.withCounters()
        try state.setInstructionLimit(1_000_000)
        #expect(try failure { try state.run("local c = new() while true do pcall(c.add, c, 1) c.step = c.count end") }.code == .instructionLimit)
        #expect(try state.run("return new():add(1)", as: Int.self) == 1)
    }

    /// With the debug library a script can call metamethods with what it likes, and put an object's metatable on what is none.
    @Test func findsNothing_whenATrustedScriptForgesAnObject() throws {
        let state = try LuaState.withCounters(LuaConfiguration(environment: .full))
        let text = """
            local c = new()
            local meta = debug.getmetatable(c)
            local out = {}
            for _, self in ipairs { {}, 1, account } do
              for _, name in ipairs { "count", "step", "zebra" } do out[#out + 1] = pcall(meta.__index, self, name) end
              out[#out + 1] = pcall(meta.__newindex, self, "step", 1)
            end
            out[#out + 1] = pcall(meta.__index)
            out[#out + 1] = pcall(meta.__newindex)
            local file = debug.setmetatable(io.tmpfile(), meta)
            out[#out + 1] = pcall(function() return file.count end)
            out[#out + 1] = pcall(c.add, file, 1)
            debug.setmetatable(file, debug.getmetatable(io.stdout))
            file:close()
            for _, ok in ipairs(out) do if ok then return false end end
            return select(2, pcall(meta.__index, {}, "count"))
            """
        #expect(try state.run(text, as: String.self).contains("bad self of 'counter.count' (counter expected, got table)"))
    }
}

/// Needs signals, as all of these do.
extension TimeLimitTests {
    final class FunctionBox {
        let function: LuaFunction
        init(_ function: LuaFunction) { self.function = function }
    }

    /// Takes Lua long in one step: see `condemnsState_whenNothingElseEndsTheCall`.
    static let rehash = "local t, m = {}, math.tointeger(2^15 - 1) for k = 1, 16384 do t[k * m] = true end for k = 16385, 16394 do t[k * m] = true end"

    /// The instance's own look whether it is open breaks the state off.
    @Test(arguments: ["box.x = 1", "return box.x", "box:f(1)", "take(box)", "return box.zebra"])
    func condemnsState_whenAskingForAnObjectDoes(text: String) throws {
        let state = try LuaState()
        let types = LuaObjectType<FunctionBox>("box") { type in
            type.property("x", get: { _ in 1 }, set: { (_, _: Int) in })
            type.method("f") { (_, _: Int) in 1 }
            type.isOpen { box in
                _ = try? box.function.call(as: Int?.self)
                return true
            }
        }
        try state.setTimeLimits(cpu: .milliseconds(20), wall: nil)
        try state.setGlobal("box", to: types.object(FunctionBox(try state.load(Self.rehash, chunk: "freeze.lua"))))
        try state.setGlobal("take", to: state.function("take") { (_: LuaObject<FunctionBox>) in true })
        #expect(try failure { try state.run(text) }.code == .cpuLimit)
        #expect(state.isCondemned)
    }
}
