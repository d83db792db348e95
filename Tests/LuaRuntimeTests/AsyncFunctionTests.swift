@testable import LuaRuntime
import Synchronization
import Testing

/// Host functions that scripts wait for.
struct AsyncFunctionTests {
    /// Owns a state, as an actor of a host does: other calls come in while one waits.
    fileprivate actor Owner {
        let state: LuaState
        let door = Door()

        init(_ text: String, _ configuration: LuaConfiguration = LuaConfiguration()) throws {
            state = try LuaState(configuration)
            let door = door
            try state.setGlobal("wait", to: try state.asyncFunction("wait") { try await door.pass() })
            try state.setGlobal("echo", to: try state.asyncFunction("echo") { (value: Int) in value })
            try state.setGlobal("fail", to: try state.asyncFunction("fail") { (text: String) async throws -> Int in throw Refused(text: text) })
            try state.run(text)
        }

        func call<A: Encodable & Sendable, R: Decodable & Sendable>(_ name: String, _ argument: A, as type: R.Type = R.self) async throws -> R {
            try await state.global(name, as: LuaFunction.self).callAsync(argument)
        }

        func call(_ name: String) async throws { try await state.global(name, as: LuaFunction.self).callAsync() }

        func callNow(_ name: String) throws { try state.global(name, as: LuaFunction.self).call() }

        func global<R: Decodable & Sendable>(_ name: String, as type: R.Type = R.self) throws -> R { try state.global(name) }

        func limit(cpu: Duration?, wall: Duration?) throws { try state.setTimeLimits(cpu: cpu, wall: wall) }
        func limit(instructions: Int) throws { try state.setInstructionLimit(instructions) }
        func close() { state.close() }
        var memory: Int { state.memoryUsed }
    }

    private struct Refused: Error, CustomStringConvertible {
        let text: String
        var description: String { "refused: \(text)" }
    }

    private func failure<R>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> R) async throws -> LuaError {
        try await #require(throws: LuaError.self, sourceLocation: sourceLocation) { _ = try await body() }
    }

    // MARK: Waiting

    /// Each returns its argument by way of a wait.
    @Test(arguments: [
        "return echo(n)",
        "local sum = 0 for i = 1, n do sum = sum + echo(1) end return sum",
        "local _, r = pcall(echo, n) return r",
        "return select(2, xpcall(function() return echo(n) end, debugger))",
        "return select(2, xpcall(function() return select(2, pcall(echo, n)) end, print))",
        "return setmetatable({}, { __index = function(_, k) return echo(k) end })[n]",
        "return setmetatable({}, { __add = function(_, k) return echo(k) end }) + n",
        "return setmetatable({}, { __call = function(_, k) return echo(k) end })(n)",
        "local t = {} setmetatable(t, { __newindex = function(_, k, v) rawset(t, k, echo(v)) end }) t.x = n return t.x",
        "return setmetatable({}, { __eq = function() return echo(1) == 1 end }) == setmetatable({}, {}) and n or n",
        "for i in function(_, i) return i == nil and echo(n) or nil end do return i end",
        "for k, v in pairs(setmetatable({}, { __pairs = function() return next, { [echo(n)] = true } end })) do return k end",
        "return coroutine.wrap(function() return echo(n) end)()",
        "return select(2, coroutine.resume(coroutine.create(function() return echo(n) end)))",
        "local c = coroutine.wrap(function() return coroutine.wrap(function() return echo(n) end)() end) return c()",
        "local c = coroutine.wrap(function() coroutine.yield(echo(1)) coroutine.yield(echo(n)) end) c() return c()",
        "for i in coroutine.wrap(function() coroutine.yield(echo(n)) end) do return i end",
        "return select(2, pcall(coroutine.wrap(function() return echo(n) end)))",
        "do local c <close> = setmetatable({}, { __close = function() echo(1) end }) end return n",
        "local _, e = pcall(function() error(echo(n)) end) return e",
        "table.sort({ 2, 1 }) return echo(n)",
    ])
    func goesOn_whereverLuaLetsItWait(_ body: String) async throws {
        let owner = try Owner("debugger = print function run(n) \(body) end")
        #expect(try await owner.call("run", 7, as: Int.self) == 7)
        #expect(try await owner.call("run", 8, as: Int.self) == 8)
    }

    @Test func raisesInTheScript_whatTheFunctionThrows() async throws {
        let owner = try Owner("function run(n) local ok, e = pcall(fail, 'x') return tostring(ok) .. ' ' .. e end function raise() fail('y') end")
        #expect(try await owner.call("run", 1, as: String.self) == "false refused: x")
        let error = try await failure { try await owner.call("raise") }
        #expect(error.description == "test.lua:1: refused: y")
        #expect(error.underlying is Refused)
    }

    @Test func checksArguments_beforeItWaits() async throws {
        let owner = try Owner("function run() echo('x') end")
        #expect(try await failure { try await owner.call("run") }.description.contains("bad argument #1 to 'echo' (number expected, got string)"))
    }

    @Test func letsOtherCallsRun_whileOneWaits() async throws {
        let owner = try Owner("n = 0 function run() n = n + 1 wait() n = n + 10 end")
        let first = Task { try await owner.call("run") }
        let second = Task { try await owner.call("run") }
        await owner.door.isWaitedAt(by: 2)
        #expect(try await owner.global("n", as: Int.self) == 2)
        owner.door.open()
        try await first.value
        try await second.value
        #expect(try await owner.global("n", as: Int.self) == 22)
    }

    @Test func letsAHostFunctionCallTheStateAgain_whileItIsWaitedFor() async throws {
        let owner = try Owner("function twice(n) return 2 * n end function run(n) return again(n) + 1 end")
        try await owner.addAgain()
        #expect(try await owner.call("run", 4, as: Int.self) == 9)
    }

    /// Each number of arguments has code of its own.
    @Test func takesAnyNumberOfArguments_withAResultAndWithout() async throws {
        let (state, sum) = (try LuaState(), Sum())
        let functions = [
            "f0": try state.asyncFunction("f0") { 1 }, "f1": try state.asyncFunction("f1") { (a: Int) in a },
            "f2": try state.asyncFunction("f2") { (a: Int, b: Int) in a + b },
            "f3": try state.asyncFunction("f3") { (a: Int, b: Int, c: Int) in a + b + c },
            "f4": try state.asyncFunction("f4") { (a: Int, b: Int, c: Int, d: Int) in a + b + c + d },
            "g0": try state.asyncFunction("g0") { sum.add(1) }, "g1": try state.asyncFunction("g1") { (a: Int) in sum.add(a) },
            "g2": try state.asyncFunction("g2") { (a: Int, b: Int) in sum.add(a + b) },
            "g3": try state.asyncFunction("g3") { (a: Int, b: Int, c: Int) in sum.add(a + b + c) },
            "g4": try state.asyncFunction("g4") { (a: Int, b: Int, c: Int, d: Int) in sum.add(a + b + c + d) },
        ]
        for (name, function) in functions { try state.setGlobal(name, to: function) }
        let text = "assert(select('#', g0()) == 0) g1(2) g2(3, 4) g3(5, 6, 7) g4(8, 9, 10, 11) return f0() + f1(2) + f2(3, 4) + f3(5, 6, 7) + f4(8, 9, 10, 11)"
        #expect(try await state.load(text, chunk: "test.lua").callAsync(as: Int.self) == 66)
        #expect(sum.value == 66)
    }

    // MARK: Where it cannot wait

    @Test(arguments: [
        ("table.sort({ 1, 2, 3 }, function() wait() end)", "it is called inside of 'sort', which cannot be suspended"),
        ("string.gsub('x', 'x', wait)", "it is called inside of 'gsub', which cannot be suspended"),
        ("string.gsub('x', 'x', function() pcall(wait) pcall(error, wait()) end)", "it is called inside of 'gsub', which cannot be suspended"),
        ("tostring(setmetatable({}, { __tostring = function() wait() return '' end }))", "it is called inside of 'tostring', which cannot be suspended"),
        ("assert(load(function() wait() end))", "it is called inside of 'load', which cannot be suspended"),
        ("pcall(table.sort, { 1, 2, 3 }, function() local _, e = pcall(wait) error(e, 0) end) assert(pcall(table.sort, { 1, 2, 3 }, wait))", "it is called inside of a C function, which cannot be suspended"),
        (
            "string.gsub('x', 'x', function() coroutine.wrap(function() wait() end)() end)",
            "this coroutine was resumed inside of a function that cannot be suspended"
        ),
    ])
    func saysWhatStandsInTheWay_whenItCannotWait(_ body: String, _ reason: String) async throws {
        let owner = try Owner("function run() local ok, e = pcall(function() \(body) end) error(e, 0) end")
        let message = try await failure { try await owner.call("run") }.description
        #expect(message.contains("'wait' cannot wait here: \(reason)"), "\(message)")
    }

    @Test func refusesToWait_whenTheCallIsSynchronous() async throws {
        let owner = try Owner("function run() wait() end")
        let error = try await failure { try await owner.callNow("run") }
        #expect(error.description == "test.lua:1: 'wait' cannot wait here: the host made this call in a way that does not wait")
        owner.door.open()
        try await owner.call("run")
        await #expect(throws: LuaError.self) { try await owner.callNow("run") }
    }

    @Test func refusesToWait_whenTheCallIsInsideOfAnother() async throws {
        let state = try LuaState()
        try state.setGlobal("wait", to: try state.asyncFunction("wait") {})
        let inner = try state.load("wait()", chunk: "inner.lua")
        let outer = try state.function("outer") { () throws -> Void in try inner.call() }
        let error = try await failure { try await state.load("local f = ... f()", chunk: "outer.lua").callAsync(outer) }
        #expect(error.message == "inner.lua:1: 'wait' cannot wait here: this call was made by a host function inside of another call")
    }

    /// Depth by depth up to the C stack's limit: where there is no room to wait the script is told so.
    @Test func raises_whereThereIsNoRoomToWait() async throws {
        let owner = try Owner(
            """
            local function deep(n) if n == 0 then return echo(1) end return select(2, pcall(deep, n - 1)) end
            function run(n) return tostring(deep(n)) end
            """)
        var answers: Set<String> = []
        for depth in stride(from: 60, to: 200, by: 1) { answers.insert(try await owner.call("run", depth, as: String.self)) }
        #expect(answers.contains("1"))
        for answer in answers where answer != "1" { #expect(answer.contains("overflow"), "\(answer)") }
    }

    /// The same with Lua's own stack, in a coroutine that waits inside of one that has no slot left.
    @Test func raisesInTheCoroutine_whereItsOwnerHasNoSlotToWait() async throws {
        let owner = try Owner(
            """
            local fill = {} for i = 1, 200 do fill[i] = 0 end
            local function descend(n, f, ...) if n > 0 then local r = descend(n - 1, f, ...) return r end return f() end
            local function deepest()
              local low, high = 100, 10000
              while high - low > 1 do
                local middle = (low + high) // 2
                if pcall(descend, middle, function() return true end, table.unpack(fill)) then low = middle else high = middle end
              end
              return low
            end
            function run(n)
              local top, big, wrong = deepest(), {}, 0
              for i = 1, 1000 do big[i] = 0 end
              for pad = 0, 200 do
                local co = coroutine.create(function() pcall(echo, 1) return function() wrong = wrong + 1 end end)
                local function last(...) local a, b = coroutine.resume(co) return { a, b } end
                pcall(descend, top - 1, function() local r = last(table.unpack(big, 1, pad)) return r end, table.unpack(fill))
              end
              return n + wrong
            end
            """)
        #expect(try await owner.call("run", 7, as: Int.self) == 7)
    }

    // MARK: Ends

    @Test func closesWithCoroutines_whenItIsStoppedAsItBeginsToWait() async throws {
        let owner = try Owner(
            """
            function run()
              local c <close> = setmetatable({}, { __close = function()
                fine = coroutine.wrap(function() return "fine" end)()
              end })
              cancelled()
            end
            """)
        try await owner.addCancelled()
        #expect(try await failure { try await owner.call("run") }.code == .cancelled)
        #expect(try await owner.global("fine", as: String.self) == "fine")
    }

    @Test func keepsWhatWasThrown_whileOtherCallsFail() async throws {
        let owner = try Owner("function run() local _, e = pcall(fail, 'x') wait() error(e, 0) end function other() fail('z') end")
        let call = Task { try await owner.call("run") }
        await owner.door.isWaitedAt()
        _ = try await failure { try await owner.call("other") }
        owner.door.open()
        #expect(try await failure { try await call.value }.underlying is Refused)
    }

    @Test(arguments: ["wait()", "pcall(wait) late = true", "xpcall(wait, print) late = true", "coroutine.wrap(wait)() late = true"])
    func unwinds_whenItsTaskIsCancelled(_ body: String) async throws {
        let owner = try Owner(
            "function run() local c <close> = setmetatable({}, { __close = function() closed = true end }) \(body) end function idle() end")
        let call = Task { try await owner.call("run") }
        await owner.door.isWaitedAt()
        call.cancel()
        let error = try await failure { try await call.value }
        #expect(error.code == .cancelled)
        #expect(error.line == 1)
        #expect(try await owner.global("closed", as: Bool.self))
        #expect(try await owner.global("late", as: Bool?.self) == nil)
        try await owner.call("idle")
    }

    @Test func endsCall_whenItsTimeIsOverWhileItWaits() async throws {
        let owner = try Owner("function run() wait() end")
        try await owner.limit(cpu: nil, wall: .milliseconds(1))
        let call = Task { try await owner.call("run") }
        await owner.door.isWaitedAt()
        let end = ContinuousClock.now + .milliseconds(2)
        while ContinuousClock.now < end { await Task.yield() }
        owner.door.open()
        let error = try await failure { try await call.value }
        #expect(error.code == .wallLimit)
        #expect(error.message == "the call took more than its 1 ms of wall-clock time")
    }

    /// From stretches far below the watchdog's tick to ones above it.
    @Test(arguments: [0, 500, 20_000, 200_000]) func endsCall_whenItsCPUTimeIsUsedUpBetweenWaits(_ steps: Int) async throws {
        let owner = try Owner("function run(n) while true do for i = 1, n do end pcall(echo, 1) end end")
        try await owner.limit(cpu: .milliseconds(30), wall: nil)
        #expect(try await failure { try await owner.call("run", steps, as: Int.self) }.code == .cpuLimit)
    }

    @Test func endsCall_whenItsTimeIsOverAndNoWaitLasts() async throws {
        let owner = try Owner("function run() while true do pcall(echo, 1) end end")
        try await owner.limit(cpu: nil, wall: .milliseconds(30))
        #expect(try await failure { try await owner.call("run") }.code == .wallLimit)
    }

    @Test func countsInstructions_overItsWaits() async throws {
        let owner = try Owner("n = 0 function run() n = 0 while true do n = n + 1 echo(n) end end")
        try await owner.limit(instructions: 100_000)
        var counts: Set<Int> = []
        for _ in 0..<3 {
            #expect(try await failure { try await owner.call("run") }.code == .instructionLimit)
            counts.insert(try await owner.global("n"))
        }
        #expect(counts.count == 1)
        #expect(counts.first! > 1000)
    }

    @Test func keepsTheScriptOut_ofACoroutineThatWaits() async throws {
        let owner = try Owner(
            """
            function run() co = coroutine.create(function() wait() return 5 end) return select(2, coroutine.resume(co)) end
            function resume() return select(2, coroutine.resume(co)) end
            function wrap() return coroutine.wrap(function() return coroutine.resume(co) end)() end
            function close() coroutine.close(co) end
            """)
        let call = Task { try await owner.call("run", 0, as: Int.self) }
        await owner.door.isWaitedAt()
        #expect(try await owner.call("resume", 0, as: String.self) == "cannot resume a coroutine that waits for the host")
        #expect(try await owner.call("wrap", 0, as: Bool.self) == false)
        #expect(try await failure { try await owner.call("close") }.message == "cannot close a coroutine that waits for the host")
        owner.door.open()
        #expect(try await call.value == 5)
    }

    @Test func givesACoroutineNothing_whenItsCallHasEnded() async throws {
        let owner = try Owner(
            """
            function run() co = coroutine.create(function() local c <close> = setmetatable({}, { __close = function() closed = true end }) wait() end) coroutine.resume(co) end
            function resume() return select(2, coroutine.resume(co)) end
            """)
        let call = Task { try await owner.call("run") }
        await owner.door.isWaitedAt()
        call.cancel()
        _ = await call.result
        #expect(try await owner.call("resume", 0, as: String.self).hasSuffix("the call that this coroutine waited in has ended"))
        #expect(try await owner.global("closed", as: Bool?.self) == nil)
    }

    @Test func closesACoroutineThatWaited_whenItsCallHasEnded() async throws {
        let owner = try Owner(
            """
            function run()
              co = coroutine.create(function()
                local c <close> = setmetatable({}, { __close = function() closed = true end })
                xpcall(wait, function() handled = true end)
              end)
              coroutine.resume(co)
            end
            function close() return coroutine.close(co) end
            """)
        let call = Task { try await owner.call("run") }
        await owner.door.isWaitedAt()
        call.cancel()
        _ = await call.result
        #expect(try await owner.call("close", 0, as: Bool.self))
        #expect(try await owner.global("closed", as: Bool.self))
        #expect(try await owner.global("handled", as: Bool?.self) == nil)
    }

    @Test func saysThatItIsGone_whenTheStateIsClosedWhileItWaits() async throws {
        let owner = try Owner("function run() wait() end")
        let call = Task { try await owner.call("run") }
        await owner.door.isWaitedAt()
        await owner.close()
        owner.door.open()
        #expect(try await failure { try await call.value }.code == .closed)
    }

    @Test func waitsManyAtOnce_withinItsQuota() async throws {
        let owner = try Owner("n = 0 function run() wait() n = n + 1 end", LuaConfiguration(memoryQuota: 16 * 1024 * 1024))
        let before = await owner.memory
        let calls = (0..<10_000).map { _ in Task { try await owner.call("run") } }
        await owner.door.isWaitedAt(by: calls.count)
        owner.door.open()
        for call in calls { try await call.value }
        #expect(try await owner.global("n", as: Int.self) == calls.count)
        try await owner.callCollector()
        let after = await owner.memory
        #expect(after < before + 2 * 1024 * 1024)
    }
}

extension AsyncFunctionTests.Owner {
    /// A host function that calls the state that waits for it.
    fileprivate func addAgain() throws {
        try state.setGlobal("again", to: try state.asyncFunction("again") { [weak self] (n: Int) in try await self!.call("twice", n, as: Int.self) })
    }

    /// A function whose call is cancelled just before it waits.
    fileprivate func addCancelled() throws {
        let interrupter = state.interrupter
        let wait = try state.function { stack in
            try stack.requireWait(for: "cancelled")
            interrupter.cancel()
            return stack.wait(for: { HostWait.noResults })
        }
        try state.setGlobal("cancelled", to: wait)
    }

    /// Makes garbage until all that was there before has been collected.
    fileprivate func callCollector() throws { try state.run("for i = 1, 400 do local s = ('x'):rep(100000) .. i end") }
}

/// What functions without a result were given.
private final class Sum: Sendable {
    private let total = Atomic<Int>(0)
    func add(_ amount: Int) { total.add(amount, ordering: .relaxed) }
    var value: Int { total.load(ordering: .relaxed) }
}
