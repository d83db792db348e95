import DynamicValues
import Foundation
import LuaRuntime
import Testing

struct TimeLimitTests {
    /// Whether the last resort may come first: under a sanitizer Lua takes ten times as long to unwind.
    private let mayBeCondemned = ProcessInfo.processInfo.environment["PERILUNE_SANITIZER"] != nil

    private func state(cpu: Duration? = nil, wall: Duration? = nil, _ environment: LuaConfiguration.Environment = .sandboxed) throws -> LuaState {
        let state = try LuaState(LuaConfiguration(environment: environment))
        try state.setTimeLimits(cpu: cpu, wall: wall)
        return state
    }

    @Test func throwsCPULimit_whenLoopNeverEnds() throws {
        let state = try state(cpu: .milliseconds(20))
        let error = try failure { try state.run("local n = 0\nwhile true do n = n + 1 end") }
        #expect(error.code == .cpuLimit)
        #expect(error.message == "the call took more than its 20 ms of CPU time")
        #expect(error.chunk == "test.lua")
        #expect(error.line == 2)
        #expect(error.traceback?.contains("test.lua:") == true)
    }

    @Test func throwsWallLimit_whenLoopNeverEnds() throws {
        let state = try state(wall: .milliseconds(20))
        let error = try failure { try state.run("while true do end") }
        #expect(error.code == .wallLimit)
        #expect(error.message == "the call took more than its 20 ms of wall-clock time")
    }

    /// Each of these tried to outlive its budget.
    @Test(arguments: [
        "while true do pcall(function() while true do end end) end",
        "local function f() pcall(f) f() end f()",
        "while true do xpcall(function() while true do end end, function() end) end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "xpcall(error, function() while true do end end)",
        "table.sort({ 1, 2, 3 }, function() xpcall(error, function() while true do end end) end)",
        "table.sort({ 1, 2, 3 }, function() while true do pcall(function() while true do end end) end end)",
        "string.gsub('xx', 'x', function() while true do end end)",
        "tostring(setmetatable({}, { __tostring = function() while true do end end }))",
        "local t = setmetatable({}, { __index = function() while true do end end }) return t.x",
        "load(function() while true do end end)",
        "local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end",
        "local x <close> = setmetatable({}, { __close = function() while true do pcall(pcall) end end })",
        "coroutine.wrap(function() while true do end end)()",
        "coroutine.resume(coroutine.create(function() while true do end end))",
        "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
        "local function spin(n) while true do if n > 0 then pcall(coroutine.wrap(spin), n - 1) end end end spin(4)",
        """
        local co = coroutine.wrap(function()
          local x <close> = setmetatable({}, { __close = function() while true do end end })
          while true do end
        end)
        while true do pcall(co) end
        """,
        """
        local co = coroutine.wrap(function()
          local x <close> = setmetatable({}, { __close = function() while true do end end })
          table.sort({ 1, 2 }, function() while true do end end)
        end)
        while true do pcall(co) end
        """,
        """
        local co = coroutine.create(function()
          local x <close> = setmetatable({}, { __close = function() while true do end end })
          coroutine.yield()
        end)
        coroutine.resume(co)
        coroutine.close(co)
        """,
        "while true do call(function() while true do end end) end",
        "while true do pcall(call, function() while true do end end) end",
    ])
    func ends_whenScriptResists(_ text: String) throws {
        let state = try state(cpu: .milliseconds(20))
        try state.setGlobal("call", to: state.function("call") { (f: LuaFunction) in try? f.call() })
        let error = try failure { try state.run(text) }
        #expect(error.code == .cpuLimit)
        if mayBeCondemned && state.isCondemned { return }
        #expect(try state.run("local n = 0 for i = 1, 1000 do n = n + i end return n", as: Int.self) == 500_500)
    }

    /// C of the library's own that runs long: it ends at the limit like Lua does.
    @Test(arguments: [
        "return ('a'):rep(400):find(('.-'):rep(4) .. 'b')",
        "return ('a'):rep(1e4):find(('.-'):rep(20) .. 'b')",
        "return ('a'):rep(1e5):gsub(('a?'):rep(20) .. ('a'):rep(20) .. 'b', '')",
        "return ('a'):rep(1e6):find(('a'):rep(5e5) .. 'b', 1, true)",
        "table.move({}, 1, math.maxinteger - 1, 1, setmetatable({}, { __newindex = function() end }))",
        "return table.concat(setmetatable({}, { __len = function() return 1 << 40 end, __index = function() return '' end }))",
        "table.insert(setmetatable({}, { __len = function() return 1 << 40 end }), 1, 0)",
    ])
    func staysUsable_whenTheLimitEndsAFunctionOfTheLibrary(_ text: String) throws {
        let state = try state(cpu: .milliseconds(20))
        #expect(try failure { try state.run(text) }.code == .cpuLimit)
        if mayBeCondemned && state.isCondemned { return }
        #expect(!state.isCondemned)
        #expect(try state.run("return 7", as: Int.self) == 7)
    }

    @Test func repeatsNothing_howeverOften() throws {
        #expect(try LuaState().values("return (''):rep(math.maxinteger), (''):rep(math.maxinteger, '')") == ["", ""])
    }

    /// Stretches in which no hook runs: the state is left in the middle of a step.
    @Test(arguments: [
        // a rehash of colliding keys
        "local t, m = {}, 2^15 - 1 // 1 m = math.tointeger(m) for k = 1, 16384 do t[k * m] = true end for k = 16385, 16394 do t[k * m] = true end",
        // hooks are off in a coroutine that a hook's error ended
        "local x <close> = setmetatable({}, { __close = function() while true do end end }) table.sort({ 1, 2 }, function() while true do end end)",
    ])
    func condemnsState_whenNothingElseEndsTheCall(_ text: String) throws {
        let state = try state(cpu: .milliseconds(20))
        let kept = try state.load("return 1", chunk: "kept.lua")
        #expect(try failure { try state.run(text) }.code == .cpuLimit)
        #expect(state.isCondemned)
        let error = try failure { try kept.call() }
        #expect(error.code == .closed)
        #expect(error.message.hasPrefix("the Lua state was given up"))
        #expect(try failure { try state.run("return 1") }.code == .closed)
        state.close()
        #expect(!state.isCondemned)
    }

    @Test func keepsNothingAlive_whenAHostFunctionsNestedCallIsCondemned() throws {
        weak var kept: Object?
        do {
            let state = try state(cpu: .milliseconds(20))
            let object = Object()
            kept = object
            try state.setGlobal("call", to: state.function("call") { [object] (f: LuaFunction) in
                _ = object
                _ = try? f.call()  // swallows it, and gives a result into a state that is in pieces
                return "result"
            })
            let error = try failure {
                try state.run(
                    """
                    call(function()
                      local t, m = {}, (1 << 15) - 1
                      for k = 1, 16384 do t[k * m] = true end
                      for k = 16385, 16394 do t[k * m] = true end
                    end)
                    return 1
                    """)
            }
            #expect(error.code == .cpuLimit)
            #expect(state.isCondemned)
        }
        #expect(kept == nil)
    }

    private final class Object {}

    @Test func runsCloseVariables_whenTheCallWasEnded() throws {
        let state = try state(cpu: .milliseconds(20))
        for text in ["while true do end", "table.sort({ 1, 2 }, function() while true do end end)"] {
            let error = try failure { try state.run("local x <close> = setmetatable({}, { __close = function() closed = (closed or 0) + 1 end }) " + text) }
            #expect(error.code == .cpuLimit)
        }
        #expect(try state.global("closed", as: Int.self) == 2)
    }

    @Test func throwsCancelled_whenInterruptedFromAnotherThread() throws {
        let state = try state()
        let interrupter = state.interrupter
        try state.setGlobal("started", to: state.function("started") { Thread.detachNewThread { interrupter.cancel() } })
        let error = try failure { try state.run("started() while true do end") }
        #expect(error.code == .cancelled)
        #expect(error.message == "the call was cancelled")
        interrupter.cancel()
        #expect(try state.run("return 1", as: Int.self) == 1)
    }

    @Test func endsNoOtherStatesCall_whenItsOwnIsClosed() throws {
        for _ in 0..<20 {
            let closed = try LuaState()
            let interrupter = closed.interrupter
            closed.close()
            // malloc gives the next state the memory of the last
            let state = try state()
            try state.setGlobal("interrupt", to: state.function("interrupt") { interrupter.cancel() })
            #expect(try state.run("interrupt() local n = 0 for i = 1, 1000 do n = n + 1 end return n", as: Int.self) == 1000)
        }
    }

    @Test func throwsMemory_whenScriptSwallowsItsMemoryErrors() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 1_000_000))
        try state.setTimeLimits(cpu: .seconds(10), wall: nil)
        let error = try failure { try state.run("local t = {} while true do pcall(function() t[#t + 1] = ('x'):rep(100) end) end") }
        #expect(error.code == .memory)
        #expect(error.message == "not enough memory: the quota is 1000000 bytes, and the call went on at the limit")
        #expect(error.line == 1)
    }

    @Test func keepsItsSignal_onceCallsHaveRun() throws {
        _ = try LuaState().values("return 1")
        #expect(!LuaState.usePreemptionSignal(SIGUSR2))
        #expect(try failure { try state(cpu: .milliseconds(20)).run("while true do end") }.code == .cpuLimit)
    }

    // MARK: Instructions

    @Test func endsAtTheSameInstruction_inEveryRun() throws {
        var counts: Set<Int> = []
        for _ in 0..<5 {
            let state = try LuaState()
            try state.setInstructionLimit(100_000)
            let error = try failure { try state.run("n = 0 while true do n = n + 1 end") }
            #expect(error.code == .instructionLimit)
            #expect(error.message == "the call ran more than its 100000 instructions")
            counts.insert(try state.global("n", as: Int.self))
        }
        #expect(counts.count == 1)
    }

    @Test(arguments: [
        "while true do pcall(function() while true do end end) end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "while true do coroutine.wrap(function() while true do end end)() end",
        "local function f(d) if d == 0 then return end for i = 1, 60 do coroutine.wrap(f)(d - 1) end end f(6)",
        "local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end",
    ])
    func endsByInstructions_whenScriptResists(_ text: String) throws {
        let state = try LuaState()
        try state.setInstructionLimit(100_000)
        #expect(try failure { try state.run(text) }.code == .instructionLimit)
        #expect(try state.run("return 7", as: Int.self) == 7)
        try state.setTimeLimits(cpu: .seconds(1), wall: nil)
        #expect(try state.run("local n = 0 for i = 1, 1000000 do n = n + 1 end return n", as: Int.self) == 1_000_000)
    }

    @Test func endsByInstructions_whenEachStepIsOverTheQuota() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 1_200_000))
        try state.setInstructionLimit(100_000)
        let text = "local big = {} for i = 1, 16000 do big[i] = i end while true do local t = table.pack(table.unpack(big)) end"
        let error = try failure { try state.run(text) }
        #expect([.instructionLimit, .memory].contains(error.code))
    }

    /// These fail in time; what does not end comes after.
    @Test(arguments: [
        ("local x <close> = setmetatable({}, { __close = function() while true do end end }) error('x')", "x"),
        ("local x <close> = setmetatable({}, { __close = function() while true do pcall(pcall) end end }) error('x')", "x"),
        ("error(setmetatable({}, { __tostring = function() while true do end end }))", "(error object is a table value whose __tostring failed)"),
    ])
    func ends_whenScriptResistsAfterItsError(_ text: String, _ message: String) throws {
        let state = try state(cpu: .milliseconds(20))
        let error = try failure { try state.run(text) }
        #expect(error.message == message)
        #expect(try state.run("local n = 0 for i = 1, 1000 do n = n + i end return n", as: Int.self) == 500_500)
    }

    @Test func staysUsable_whenManyCallsWereEnded() throws {
        let state = try state(cpu: .milliseconds(5))
        for _ in 0..<10 {
            #expect(try failure { try state.run("while true do end") }.code == .cpuLimit)
            #expect(try state.run("local n = 0 for i = 1, 1000 do n = n + i end return n", as: Int.self) == 500_500)
        }
    }

    @Test func goesOn_whenCoroutineOfAnEndedCallIsResumedLater() throws {
        let state = try state(cpu: .milliseconds(20))
        let error = try failure { try state.run("co = coroutine.create(function() n = 0 while not stop do n = n + 1 end return 'done' end) coroutine.resume(co)") }
        #expect(error.code == .cpuLimit)
        #expect(try state.values("stop = true return coroutine.resume(co)") == [true, "done"])
    }

    @Test func refusesToCloseCoroutine_whenAnErrorOfTheLimitEndedIt() throws {
        let state = try state(cpu: .milliseconds(20))
        _ = try failure {
            try state.run(
                """
                co = coroutine.create(function()
                  local x <close> = setmetatable({}, { __close = function() while true do end end })
                  table.sort({ 1, 2 }, function() while true do end end)
                end)
                coroutine.resume(co)
                """)
        }
        #expect(try failure { try state.run("coroutine.close(co)") }.message == "cannot close a coroutine that the time limit ended")
        #expect(try state.run("return coroutine.status(co)", as: String.self) == "dead")
    }

    @Test func throwsCPULimit_whenHostSwallowsTheEndOfANestedCall() throws {
        let state = try state(cpu: .milliseconds(20))
        var code: LuaError.Code?
        try state.setGlobal(
            "call",
            to: state.function("call") { (f: LuaFunction) in
                do { try f.call() } catch let error as LuaError { code = error.code }
            })
        let error = try failure { try state.run("call(function() while true do end end) while true do end") }
        #expect(code == .cpuLimit)
        #expect(error.code == .cpuLimit)
    }

    @Test func countsNestedCalls_againstTheOuterBudget() throws {
        let state = try state(cpu: .milliseconds(20))
        try state.setGlobal("call", to: state.function("call") { (f: LuaFunction) in try f.call() })
        #expect(try failure { try state.run("while true do call(function() for i = 1, 20000 do end end) end") }.code == .cpuLimit)
    }

    @Test func stopsInTime_whenOutputHandlerOrModuleSpins() throws {
        let state = try state(cpu: .milliseconds(20))
        let spin = try state.load("while true do end", chunk: "spin.lua")
        state.onOutput { _, _ in try? spin.call() }
        state.onRequire { name in
            try? spin.call()
            return LuaModule(text: [], chunk: name)
        }
        #expect(try failure { try state.run("while true do pcall(print) end") }.code == .cpuLimit)
        #expect(try failure { try state.run("while true do pcall(require, 'x') end") }.code == .cpuLimit)
    }

    @Test func runsFreely_whenLimitsAreTakenAway() throws {
        let state = try state(cpu: .nanoseconds(1), wall: .nanoseconds(1))
        #expect(try failure { try state.run("while true do end") }.code == .wallLimit)
        try state.setTimeLimits(cpu: nil, wall: nil)
        #expect(try state.run("local n = 0 for i = 1, 1e6 do n = n + 1 end return n", as: Int.self) == 1_000_000)
    }

    @Test func keepsLimits_whenCallsAreShort() throws {
        let state = try state(cpu: .seconds(60), wall: .seconds(600))
        #expect(try state.run("local n = 0 for i = 1, 1e6 do n = n + 1 end return n", as: Int.self) == 1_000_000)
    }

    @Test func throwsCPULimit_whenEnvironmentIsFull() throws {
        let state = try state(cpu: .milliseconds(20), .full)
        #expect(try failure { try state.run("while true do pcall(function() while true do end end) end") }.code == .cpuLimit)
    }

    @Test func releasesObjects_whenCallIsEnded() throws {
        final class Door {}
        weak var door: Door?
        let state = try state(cpu: .milliseconds(20))
        try state.setGlobal(
            "door",
            to: state.function { (stack: LuaStack) -> Int32 in
                let made = Door()
                door = made
                stack.push(object: made)
                return 1
            })
        _ = try failure { try state.run("local d <close> = door() while true do end") }
        #expect(door == nil)
    }
}
