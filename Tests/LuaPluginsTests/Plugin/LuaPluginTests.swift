import PluginCore
import Testing

@testable import LuaPlugins

struct LuaPluginTests {
    struct Point: Codable, Sendable, Equatable { var x: Int, y: Int }

    // MARK: Calls

    @Test func passesTypedValues_whenCalledWithThem() async throws {
        let plugin = try await Host().run("swap = function(_, p, by) return { x = p.y + by, y = p.x }, 'dropped' end")
        #expect(try await plugin.call("swap", Point(x: 1, y: 2), 10, as: Point.self) == Point(x: 12, y: 1))
    }

    @Test func dropsResults_whenNoneIsAskedFor() async throws {
        let plugin = try await Host().run("run = function(_, a) seen = a return print end, seen = function() return seen end")
        try await plugin.call("run", "x")
        #expect(try await plugin.call("seen", as: String.self) == "x")
    }

    @Test func givesAllResults_whenCalledWithPlainValues() async throws {
        let plugin = try await Host().run("run = function(_, ...) return select('#', ...), ... end")
        #expect(try await plugin.call("run", arguments: [1, .null, ["a": [true]], .null]) == [4, 1, .null, ["a": [true]], .null])
        #expect(try await plugin.call("run", arguments: []) == [0])
    }

    @Test func throwsConversion_whenResultDoesNotFit() async throws {
        let plugin = try await Host().run("run = function() return { x = 1, y = 'b' } end")
        let error = try await failure { try await plugin.call("run", as: Point.self) }
        #expect(error.code == .conversion)
        #expect(error.description == "test 1.0.0, run: result.y: number expected, got string")
    }

    @Test func throwsConversion_whenArgumentDoesNotFit() async throws {
        let plugin = try await Host().run("run = function() end")
        let error = try await failure { try await plugin.call("run", UInt64.max) }
        #expect(error.code == .conversion)
        #expect(error.plugin == "test")
    }

    @Test func suggestsNearest_whenOperationIsUnknown() async throws {
        let plugin = try await Host().run("count = function() end, initialize = function() end, cleanup = function() end")
        let error = try await failure { try await plugin.call("cuont") }
        #expect(error.code == .operation)
        #expect(error.description == "test 1.0.0, cuont: has no operation 'cuont': did you mean 'count'?")
        for name in ["initialize", "cleanup"] { #expect(try await failure { try await plugin.call(name) }.code == .operation) }
    }

    @Test func keepsItsState_betweenCalls() async throws {
        let plugin = try await Host().run("run = function() n = (n or 0) + 1 return n end")
        #expect(try await plugin.call("run", as: Int.self) == 1)
        #expect(try await plugin.call("run", as: Int.self) == 2)
    }

    @Test func recordsEachCall_whenItEnds() async throws {
        let host = Host()
        let plugin = try await host.run("run = function(_, fails) if fails then error('broken') end end")
        try await plugin.call("run")
        _ = try await failure { try await plugin.call("run", true) }
        _ = try await host.manager.call("test", "run")
        let run = try #require(host.manager.monitor.snapshot().operation("run", of: "test"))
        #expect(run.calls == 3)
        #expect(run.errors == 1)
    }

    @Test func runsOneAtATime_whenCalledFromManyTasks() async throws {
        let plugin = try await Host().run("run = function() local n = count or 0 for i = 1, 1000 do end count = n + 1 return count end")
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await plugin.call("run", as: Int.self) } }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(counts == Set(1...50))
    }

    // MARK: What a plugin raises

    @Test(arguments: [
        ("error('broken')", "broken (plugin_test.lua:1)"),
        ("error('broken', 0)", "broken (plugin_test.lua:1)"),
        ("error()", "(error object is a nil value) (plugin_test.lua:1)"),
        ("error({ code = 'x' })", "(error object is a table value) (plugin_test.lua:1)"),
        ("error({ message = 'worded' })", "worded (plugin_test.lua:1)"),
        ("error(setmetatable({}, { __tostring = function() return 'own words' end }))", "own words (plugin_test.lua:1)"),
        ("error(setmetatable({}, { __tostring = function() error('again') end }))", "(error object is a table value whose __tostring failed) (plugin_test.lua:1)"),
    ])
    func namesWhoAndWhere_whenInitializeRaises(body: String, message: String) async throws {
        let host = Host()
        try await host.load("initialize = function(ctx) \(body) end, run = function() end")
        let error = try await onlyFailure { try await host.manager.initialize() }
        #expect(error.description == "test 1.0.0, initialize: " + message)
        #expect(error.phase == .initialize)
        #expect(error.code == .runtime)
        #expect(error.traceback?.contains("plugin_test.lua:1") == true)
        #expect(try await failure { try await host.manager.luaPlugin(named: "test").call("run") }.code == .state)
    }

    @Test func givesFields_whenInitializeRaisesATable() async throws {
        let host = Host()
        try await host.load("initialize = function() error({ code = 'quota', message = 'full', retry_after = 3, f = print }) end")
        let error = try await onlyFailure { try await host.manager.initialize() }
        #expect(error.fields == ["code": "quota", "message": "full", "retry_after": 3])
    }

    @Test func hasCleanupPhase_whenCleanupRaises() async throws {
        let host = Host()
        let plugin = try await host.run("cleanup = function() error('broken') end, run = function() end")
        let error = try await onlyFailure { try await host.manager.cleanup() }
        #expect(error.description == "test 1.0.0, cleanup: broken (plugin_test.lua:1)")
        #expect(error.phase == .cleanup)
        #expect(try await failure { try await plugin.call("run") }.code == .closed)
    }

    @Test func tellsWhatToDo_whenLimitEndsTheCall() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(cpu: .milliseconds(5))))
        let plugin = try await host.run("run = function() while true do end end, more = function() return 1 end")
        let error = try await failure { try await plugin.call("run") }
        #expect(
            error.description
                == "test 1.0.0, run: the call took more than its 5 ms of CPU time (plugin_test.lua:1): let the plugin do less in one call, or raise the policy's limit of time")
        #expect(try await plugin.call("more", as: Int.self) == 1)
    }

    // MARK: Life

    @Test func refusesCalls_whenNotInitialized() async throws {
        let plugin = try await Host().load("run = function() end")
        let error = try await failure { try await plugin.call("run") }
        #expect(error.code == .state)
        #expect(error.description == "test 1.0.0, run: is not initialized: call initialize() on the manager first")
    }

    @Test func refusesCalls_whenCleanedUp() async throws {
        let host = Host()
        let plugin = try await host.run("run = function() end")
        try await host.manager.cleanup()
        let error = try await failure { try await plugin.call("run") }
        #expect(error.code == .closed)
        #expect(error.description == "test 1.0.0, run: is closed: load it again")
    }

    @Test func refusesCalls_whenCleanedUpWithoutTheManager() async throws {
        let host = Host()
        let plugin = try await host.run("run = function() end, cleanup = function() end")
        try await plugin.cleanup()
        try await plugin.cleanup()
        #expect(try await failure { try await plugin.call("run") }.description == "test 1.0.0, run: is closed: load it again")
    }

    @Test func refusesCalls_whenManagerIsGone() async throws {
        let plugin = try await {
            let manager = PluginManager()
            try await manager.load(source: Host.text("run = function() end"), name: "plugin_test.lua")
            try await manager.initialize()
            let plugin = try manager.luaPlugin(named: "test")
            try await manager.cleanup()
            return plugin
        }()
        #expect(try await failure { try await plugin.call("run") }.code == .closed)
    }

    @Test func refusesCalls_whenTurnedOff() async throws {
        let host = Host()
        let plugin = try await host.run("run = function() return 1 end")
        try host.manager.setEnabled(false, for: "test")
        #expect(try await failure { try await plugin.call("run") }.code == .disabled)
        try host.manager.setEnabled(true, for: "test")
        #expect(try await plugin.call("run", as: Int.self) == 1)
    }

    @Test func skipsCleanup_whenInitializeFailed() async throws {
        let host = Host()
        let plugin = try await host.load("initialize = function() error('broken') end, cleanup = function(ctx) print('cleaned') end")
        _ = try await onlyFailure { try await host.manager.initialize() }
        try await plugin.cleanup()
        #expect(!host.output.contains("info cleaned"))
    }

    // MARK: Usage

    @Test func tellsMemory_whenRunningAndItsPeakWhenClosed() async throws {
        let host = Host()
        let plugin = try await host.run("run = function() kept = ('x'):rep(1 << 20) end")
        try await plugin.call("run")
        let running = await plugin.usage()
        #expect(running.memory > 1 << 20)
        #expect(running.memoryPeak >= running.memory)
        #expect(running.cpuTime == .zero)
        try await host.manager.cleanup()
        #expect(await plugin.usage() == PluginUsage(memory: 0, memoryPeak: running.memoryPeak))
    }

    @Test func tellsCPUTime_whenItWasClosed() async throws {
        let host = Host(PluginPolicy(accountsCPUTime: true))
        let plugin = try await host.run("run = function() for i = 1, 1e5 do end end")
        try await plugin.call("run")
        try await host.manager.cleanup()
        #expect(await plugin.usage().cpuTime > .zero)
    }

    // MARK: Deadlines

    @Test func refusesCall_whenDeadlineHadPassed() async throws {
        let plugin = try await Host().run("run = function() ran = true end, ran = function() return ran end")
        let error = try await failure { try await plugin.call("run", options: CallOptions(deadline: .now - .seconds(1))) }
        #expect(error.code == .timeout)
        #expect(error.message == "the call's deadline had passed before it began")
        #expect(try await plugin.call("ran", as: Bool?.self) == nil)
    }

    @Test func endsCall_whenDeadlineComesBeforeTheLimit() async throws {
        let plugin = try await Host(PluginPolicy(limits: PluginLimits(cpu: nil, wall: .seconds(3600)))).run(
            "run = function() while true do end end, more = function() for i = 1, 1e6 do end return 1 end")
        let error = try await failure { try await plugin.call("run", options: CallOptions(deadline: .now + .milliseconds(200))) }
        #expect(error.code == .timeout)
        #expect(try await plugin.call("more", as: Int.self) == 1)
    }

    @Test func runs_whenDeadlineIsFarAway() async throws {
        let plugin = try await Host(PluginPolicy(limits: PluginLimits(wall: nil))).run("run = function() return 1 end")
        #expect(try await plugin.call("run", options: CallOptions(deadline: .now + .seconds(3600))) == 1)
    }

    @Test func endsCall_whenPluginsOwnLimitIsLower() async throws {
        let plugin = try await Host().run("limits = { cpu_ms = 5 }, run = function() while true do end end")
        #expect(try await failure { try await plugin.call("run") }.message == "the call took more than its 5 ms of CPU time")
    }

    // MARK: A plugin that is busy

    private static let holder = "permissions = { gate = true }, hold = function(ctx) ctx.gate.wait() end, run = function() return 1 end"

    /// A running plugin with a call inside of it that stays there until the body has ended.
    private func whileHeld(_ limits: PluginLimits = PluginLimits(wall: nil), _ body: (Host, LuaPlugin) async throws -> Void) async throws {
        let host = Host(PluginPolicy(limits: limits, grants: [.hostAPI("gate")]))
        let call = HeldCall()
        try call.expose(on: host.manager)
        let plugin = try await host.run(Self.holder)
        let held = await call.begin { try await plugin.call("hold") }
        do {
            try await body(host, plugin)
        } catch {
            call.letGo()
            throw error
        }
        call.letGo()
        try await held.value
        #expect(try await plugin.call("run", as: Int.self) == 1)
    }

    /// Returns once that many callers wait for the plugin.
    private func waits(_ count: Int, for plugin: LuaPlugin) async {
        while plugin.gate.waiting < count { await Task.yield() }
    }

    @Test func refusesCall_whenTooManyWait() async throws {
        try await whileHeld(PluginLimits(wall: nil, waitingCalls: 0)) { _, plugin in
            let error = try await failure { try await plugin.call("run") }
            #expect(error.code == .busy)
            #expect(error.description == "test 1.0.0, run: is busy, and 0 calls wait for it already: call again later, or from fewer tasks")
        }
    }

    @Test func refusesCall_whenItWaitedUntilItsDeadline() async throws {
        try await whileHeld { _, plugin in
            let error = try await failure { try await plugin.call("run", options: CallOptions(deadline: .now + .milliseconds(5))) }
            #expect(error.code == .busy)
            #expect(
                error.description == "test 1.0.0, run: stayed busy until the call's time was over: raise the wall-clock limit, call it from fewer tasks, or do not wait for it from inside one of its own calls")
        }
    }

    @Test func refusesCall_whenDeadlineHadPassedAndItIsBusy() async throws {
        try await whileHeld { _, plugin in
            let error = try await failure { try await plugin.call("run", options: CallOptions(deadline: .now - .seconds(1))) }
            #expect(error.code == .busy)
        }
    }

    @Test func refusesCall_whenCancelledWhileItWaits() async throws {
        try await whileHeld { host, plugin in
            let waiting = Task { try await plugin.call("run", as: Int.self) }
            await waits(1, for: plugin)
            waiting.cancel()
            let error = try await failure { try await waiting.value }
            #expect(error.code == .cancelled)
            #expect(error.description == "test 1.0.0, run: the calling task was cancelled")
            #expect(host.manager.monitor.snapshot().operation("run", of: "test")?.errors == 1)
        }
    }

    @Test func refusesLifecycle_whenCancelledWhileItWaits() async throws {
        try await whileHeld { _, plugin in
            let waiting = Task { try await plugin.cleanup() }
            await waits(1, for: plugin)
            waiting.cancel()
            let error = try await failure { try await waiting.value }
            #expect(error.code == .cancelled)
            #expect(error.plugin == "test")
        }
    }

    @Test func tellsNoUsage_whenCancelledWhileItWaits() async throws {
        try await whileHeld { _, plugin in
            let waiting = Task { await plugin.usage() }
            await waits(1, for: plugin)
            waiting.cancel()
            #expect(await waiting.value == PluginUsage())
        }
    }

    @Test func letsWaitingCallsIn_whenTheOneUnderWayEnds() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(wall: nil), grants: [.hostAPI("gate")]))
        let call = HeldCall()
        try call.expose(on: host.manager)
        let plugin = try await host.run(Self.holder)
        let held = await call.begin { try await plugin.call("hold") }
        async let first = plugin.call("run", as: Int.self)
        async let second = plugin.call("run", as: Int.self)
        await waits(2, for: plugin)
        call.letGo()
        #expect(try await [first, second] == [1, 1])
        try await held.value
    }

    @Test func waitsForCallUnderWay_whenCleanedUp() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(wall: nil), grants: [.hostAPI("gate")]))
        let call = HeldCall()
        try call.expose(on: host.manager)
        let plugin = try await host.run(Self.holder)
        let held = await call.begin { try await plugin.call("hold") }
        async let cleaned: Void = host.manager.cleanup()
        await waits(1, for: plugin)
        call.letGo()
        try await cleaned
        try await held.value
        #expect(try await failure { try await plugin.call("run") }.code == .closed)
    }
}
