import DynamicValues
@testable import LuaPlugins
@testable import PluginCore
import Synchronization
import Testing

/// Calls whose scripts wait for the host.
struct WaitingCallTests {
    private let door = Door()
    private let host: Host

    init() throws { host = try Self.host(door) }

    /// A host with `ctx.door.pass()`, which waits until the door is opened.
    private static func host(_ door: Door, _ limits: PluginLimits = PluginLimits(wall: .seconds(600))) throws -> Host {
        let host = Host(PluginPolicy(limits: limits, grants: [.hostAPI("door")], quarantine: nil))
        try host.manager.expose("door") { api in
            api.asyncFunction("pass") { try await door.pass() }
            api.asyncFunction("name") { () async throws -> String? in PluginCall.current.map { "\($0.plugin).\($0.operation)" } }
            api.asyncFunction("left") { () async throws -> Double? in PluginCall.current?.deadline.map { ($0 - .now) / .seconds(1) } }
        }
        return host
    }

    private static let waits = "permissions = { door = true }, run = function(ctx) n = (n or 0) + 1 ctx.door.pass() n = n + 10 return n end, count = function() return n end"

    // MARK: Others meanwhile

    @Test func letsOtherCallsIn_whileOneWaits() async throws {
        let plugin = try await host.run(Self.waits)
        let calls = (0..<3).map { _ in Task { try await plugin.call("run", as: Int.self) } }
        await door.isWaitedAt(by: 3)
        #expect(try await plugin.call("count", as: Int.self) == 3)
        #expect(plugin.gate.inFlight == 3)
        door.open()
        var results: [Int] = []
        for call in calls { results.append(try await call.value) }
        #expect(results.sorted() == [13, 23, 33])
        #expect(plugin.gate.inFlight == 0)
    }

    @Test func letsNobodyElseIn_whenThePluginIsSerial() async throws {
        let plugin = try await host.run("concurrency = 'serial', " + Self.waits)
        let first = Task { try await plugin.call("run", as: Int.self) }
        await door.isWaitedAt()
        let second = Task { try await plugin.call("count", as: Int.self) }
        await until { plugin.gate.waiting == 1 }
        door.open()
        #expect(try await first.value == 11)
        #expect(try await second.value == 11)
    }

    @Test func holdsCallersBack_whenAsManyAreInFlightAsMay() async throws {
        let host = try Self.host(door, PluginLimits(wall: .seconds(600), callsInFlight: 2))
        let plugin = try await host.run(Self.waits)
        let calls = (0..<2).map { _ in Task { try await plugin.call("run", as: Int.self) } }
        await door.isWaitedAt(by: 2)
        let count = try plugin.operation("count", as: (() -> Int).self)
        let third = Task { try await count() }
        await until { plugin.gate.waiting == 1 }
        door.open()
        for call in calls { _ = try await call.value }
        #expect(try await third.value > 2)
    }

    @Test func waitsManyAtOnce_andBlocksNoThread() async throws {
        let host = try Self.host(door, PluginLimits(wall: .seconds(600), waitingCalls: 10_000, callsInFlight: 10_001))
        let plugin = try await host.run(Self.waits)
        let calls = (0..<10_000).map { _ in Task { try await plugin.call("run", as: Int.self) } }
        await door.isWaitedAt(by: calls.count)
        // each of the pool's threads is free for this
        #expect(try await plugin.call("count", as: Int.self) == 10_000)
        door.open()
        for call in calls { _ = try await call.value }
        #expect(try await plugin.call("count", as: Int.self) == 110_000)
    }

    // MARK: Ways to call

    @Test func recordsTheCall_whenItsWaitIsOver() async throws {
        let plugin = try await host.run(Self.waits)
        let run = try plugin.operation("run", as: (() -> Int).self)
        let call = Task { try await run() }
        await door.isWaitedAt()
        #expect(host.manager.monitor.snapshot().operation("run", of: "test")?.calls ?? 0 == 0)
        door.open()
        #expect(try await call.value == 11)
        #expect(host.manager.monitor.snapshot().operation("run", of: "test")?.calls == 1)
    }

    @Test func blocksTheThread_whenTheCallIsABlockingOne() async throws {
        let plugin = try await host.run(Self.waits)
        let run = try plugin.operation("run", as: (() -> Int).self)
        let call = Task(executorPreference: HeldThread()) { try run.callBlocking() }
        await door.isWaitedAt()
        door.open()
        #expect(try await call.value == 11)
    }

    @Test func waits_whileItIsInitializedAndCleanedUp() async throws {
        let plugin = try await host.load(
            "permissions = { door = true }, initialize = function(ctx) ctx.door.pass() n = 1 end, count = function() return n end, cleanup = function(ctx) ctx.door.pass() ctx.log.info('bye') end")
        let start = Task { [manager = host.manager] in try await manager.initialize() }
        await door.isWaitedAt()
        door.open()
        try await start.value
        #expect(try await plugin.call("count", as: Int.self) == 1)
        try await host.manager.cleanup()
        #expect(host.output.contains("info bye"))
    }

    @Test func waits_whileItsItemsArePulled() async throws {
        let plugin = try await host.run(
            "permissions = { door = true }, provide = function(ctx) local i = 0 return function() ctx.door.pass() i = i + 1 return i < 3 and i or nil end end",
            type: "provider")
        let items = try await plugin.provide(.null)
        let first = Task { try await items.next() }
        await door.isWaitedAt()
        door.open()
        #expect(try await first.value == 1)
        #expect(try await items.next() == 2)
        #expect(try await items.next() == nil)
    }

    @Test func tellsTheHostFunction_whoseCallItWorksFor() async throws {
        let plugin = try await host.run(
            "permissions = { door = true }, run = function(ctx) return ctx.door.name() end, left = function(ctx) return ctx.door.left() end")
        #expect(try await plugin.call("run", as: String.self) == "test.run")
        #expect((500...600).contains(try await plugin.call("left", as: Double.self)))
        let options = CallOptions(deadline: .now + .seconds(60))
        #expect((1...60).contains(try await plugin.call("left", as: Double.self, options: options)))
    }

    // MARK: Ends

    private static let closes = """
        permissions = { door = true },
        run = function(ctx) local c <close> = setmetatable({}, { __close = function() closed = true end }) ctx.door.pass() late = true end,
        state = function() return { closed, late } end,
        """

    @Test func endsCall_whenItsLimitComes() async throws {
        let host = try Self.host(door, PluginLimits(wall: .milliseconds(30)))
        let plugin = try await host.run(Self.closes)
        let error = try await failure { try await plugin.call("run") }
        #expect(error.code == .timeout)
        #expect(error.description.contains("the call took more than its 30 ms of wall-clock time (plugin_test.lua:2)"))
        #expect(try await plugin.call("state", as: [Bool].self) == [true])
        #expect(plugin.gate.inFlight == 0)
    }

    @Test func endsCall_whenItsDeadlineComes() async throws {
        let plugin = try await host.run(Self.closes)
        let error = try await failure { try await plugin.call("run", options: CallOptions(deadline: .now + .milliseconds(30))) }
        #expect(error.code == .timeout)
        #expect(!error.message.contains("600000"))
    }

    @Test func endsCall_whenItsTaskIsCancelled() async throws {
        let plugin = try await host.run(Self.closes)
        let call = Task { try await plugin.call("run") }
        await door.isWaitedAt()
        call.cancel()
        #expect(try await failure { try await call.value }.code == .cancelled)
        #expect(try await plugin.call("state", as: [Bool].self) == [true])
    }

    @Test func endsCallsThatWait_whenThePluginIsCancelled() async throws {
        let plugin = try await host.run(Self.closes)
        let calls = (0..<2).map { _ in Task { try await plugin.call("run") } }
        await door.isWaitedAt(by: 2)
        plugin.cancel()
        for call in calls { #expect(try await failure { try await call.value }.code == .cancelled) }
        #expect(try await plugin.call("state", as: [Bool].self) == [true])
    }

    @Test func endsCallsThatWait_whenThePluginIsUnloaded() async throws {
        let plugin = try await host.run(Self.closes + "cleanup = function(ctx) ctx.log.info('closed: ' .. tostring(closed)) end")
        let call = Task { try await plugin.call("run") }
        await door.isWaitedAt()
        try await host.manager.unload("test")
        #expect(try await failure { try await call.value }.code == .closed)
        #expect(host.output.contains("info closed: true"))
    }

    @Test func endsCall_whenItComesToAWaitOfAPluginThatIsBeingClosed() async throws {
        let held = HeldCall()
        try held.expose(on: host.manager)
        host.manager.updatePolicy(for: "test") { $0.grants = [.hostAPI("door"), .hostAPI("gate")] }
        let plugin = try await host.run("permissions = { door = true, gate = true }, hold = function(ctx) ctx.gate.wait() ctx.door.pass() end")
        let call = await held.begin { try await plugin.call("hold") }
        let unloading = Task { [manager = host.manager] in try await manager.unload("test") }
        await until { plugin.gate.waiting == 1 }
        held.letGo()
        try await unloading.value
        #expect(try await failure { try await call.value }.code == .closed)
    }

    @Test func saysThatItIsGone_whenTheStateWasGivenUpMeanwhile() async throws {
        let host = try Self.host(door, PluginLimits(cpu: .milliseconds(20), wall: .seconds(600)))
        let breaks =
            "local t, m = {}, (1 << 15) - 1 for k = 1, 16384 do t[k * m] = true end for k = 16385, 16394 do t[k * m] = true end"
        let plugin = try await host.run(Self.waits + ", breaks = function() \(breaks) end")
        let call = Task { try await plugin.call("run", as: Int.self) }
        await door.isWaitedAt()
        #expect(try await failure { try await plugin.call("breaks") }.code == .timeout)
        #expect(try await plugin.call("count", as: Int?.self) == nil)
        door.open()
        #expect(try await failure { try await call.value }.code == .closed)
        #expect(plugin.gate.inFlight == 0)
    }

    @Test func endsCall_whenItsHostFunctionsReturnAtOnceForEver() async throws {
        let host = try Self.host(door, PluginLimits(wall: .milliseconds(50)))
        let plugin = try await host.run("permissions = { door = true }, run = function(ctx) while true do pcall(ctx.door.name) end end")
        #expect(try await failure { try await plugin.call("run") }.code == .timeout)
    }

    @Test func limitsTheWait_whereInstructionsAreCounted() async throws {
        let host = try Self.host(door, PluginLimits(wall: .milliseconds(30), instructions: 1_000_000))
        let plugin = try await host.run(Self.waits)
        #expect(try await failure { try await plugin.call("run", as: Int.self) }.code == .timeout)
    }

    @Test func letsACallThatRunsComeToItsEnd_whenThePluginIsUnloaded() async throws {
        let held = HeldCall()
        try held.expose(on: host.manager)
        host.manager.updatePolicy(for: "test") { $0.grants = [.hostAPI("door"), .hostAPI("gate")] }
        door.open()
        let plugin = try await host.run(
            "permissions = { door = true, gate = true }, hold = function(ctx) ctx.door.pass() ctx.gate.wait() for i = 1, 8000000 do end done = true end, cleanup = function(ctx) ctx.log.info('done: ' .. tostring(done)) end")
        let call = await held.begin { try await plugin.call("hold") }
        let unloading = Task { [manager = host.manager] in try await manager.unload("test") }
        await until { plugin.gate.waiting == 1 }
        held.letGo()
        try await call.value
        try await unloading.value
        #expect(host.output.contains("info done: true"))
    }

    @Test func staysQuarantined_whenACallThatBeganEarlierEndsWell() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(wall: .seconds(600)), grants: [.hostAPI("door")], quarantine: QuarantinePolicy(errors: 2, backoff: .seconds(600))))
        let door = door
        try host.manager.expose("door") { $0.asyncFunction("pass") { try await door.pass() } }
        let plugin = try await host.run(Self.waits + ", fails = function() error('no') end")
        let call = Task { try await plugin.call("run", as: Int.self) }
        await door.isWaitedAt()
        for _ in 0..<2 { _ = try await failure { try await plugin.call("fails") } }
        door.open()
        #expect(try await call.value == 11)
        #expect(try await failure { try await plugin.call("count") }.code == .quarantined)
    }

    // MARK: Calls of itself

    @Test(arguments: ["unload", "cleanup"]) func refusesToBeClosed_fromInsideItsOwnCall(_ way: String) async throws {
        let manager = host.manager
        try manager.expose("admin") { api in
            api.asyncFunction("unload") { try await manager.unload("test") }
            api.asyncFunction("cleanup") { try await manager.cleanup() }
        }
        manager.updatePolicy(for: "test") { $0.grants = [.hostAPI("admin")] }
        let plugin = try await host.run("permissions = { admin = true }, run = function(ctx) ctx.admin.\(way)() end")
        let error = try await failure { try await plugin.call("run") }
        #expect(error.code == .state)
        #expect(error.message.contains("\(way) was called from inside a plugin's initialize, cleanup or call"))
        try await manager.unload("test")
    }

    @Test func refusesCall_fromWhereThePluginIsInitializedAnew() async throws {
        let breaks = "local t, m = {}, (1 << 15) - 1 for k = 1, 16384 do t[k * m] = true end for k = 16385, 16394 do t[k * m] = true end"
        let plugin = try await callsItself(
            """
            initialize = function(ctx) local ok, e = pcall(ctx.self.call, 'one') why = e end,
            one = function() return 1 end, why = function() return why end, breaks = function() \(breaks) end
            """, cpu: .milliseconds(20))
        #expect(try await failure { try await plugin.call("breaks") }.code == .timeout)
        #expect(try await plugin.call("why", as: String.self).contains("was called from inside one of its own calls"))
    }

    @Test func letsATaskCallAgain_thatOutlivesTheCallThatStartedIt() async throws {
        let door = door
        let outcome = Mutex<Task<Int, any Error>?>(nil)
        let plugin = Mutex<LuaPlugin?>(nil)
        let call: @Sendable () async throws -> Int = {
            try await door.pass()
            return try await plugin.withLock { $0! }.call("one", as: Int.self)
        }
        try host.manager.expose("late") { api in
            api.asyncFunction("start") { () async -> Void in
                let task = Task { try await call() }
                outcome.withLock { $0 = task }
            }
        }
        host.manager.updatePolicy(for: "test") { $0.grants = [.hostAPI("late")] }
        let made = try await host.run(
            "concurrency = 'serial', permissions = { late = true }, run = function(ctx) ctx.late.start() end, one = function() return 1 end")
        plugin.withLock { $0 = made }
        try await made.call("run")
        door.open()
        #expect(try await outcome.withLock { $0! }.value == 1)
    }

    /// A host whose `ctx.self.call(name)` calls the plugin that it works for.
    private func callsItself(_ body: String, cpu: Duration = .seconds(10)) async throws -> LuaPlugin {
        let plugin = Mutex<LuaPlugin?>(nil)
        let reach: @Sendable () throws -> LuaPlugin = {
            guard let plugin = plugin.withLock({ $0 }) else { throw CancellationError() }  // while it is initialized at first
            return plugin
        }
        try host.manager.expose("self") { api in
            api.asyncFunction("call") { (name: String) in try await reach().call(name, as: Int.self) }
            api.function("callNow") { (name: String) in try reach().operation(name, as: (() -> Int).self).callBlocking() }
        }
        host.manager.updatePolicy(for: "test") {
            $0.grants = [.hostAPI("self")]
            $0.limits.cpu = cpu
        }
        let made = try await host.run("permissions = { self = true }, " + body)
        plugin.withLock { $0 = made }
        return made
    }

    @Test func goesIn_whenItCallsItselfThroughTheHost() async throws {
        host.manager.updatePolicy(for: "test") { $0.limits.callsInFlight = 1 }
        let plugin = try await callsItself(
            "one = function() return 1 end, two = function(ctx) return 1 + ctx.self.call('one') end, three = function(ctx) return 1 + ctx.self.call('two') end")
        #expect(try await plugin.call("three", as: Int.self) == 3)
    }

    @Test func refusesCall_whereTooManyWaitForEachOther() async throws {
        let plugin = try await callsItself("one = function() return 1 end, down = function(ctx) n = n + 1 if n == most then return 1 end return ctx.self.call('down') end, start = function(_, m) n, most = 0, m end")
        try await plugin.call("start", 150)
        #expect(try await plugin.call("down", as: Int.self) == 1)
        try await plugin.call("start", 100_000)
        let error = try await failure { try await plugin.call("down", as: Int.self) }
        #expect(error.code == .state)
        #expect(error.message.contains("waits for calls that are more than 200 deep inside of each other"))
        #expect(plugin.gate.inFlight == 0)
    }

    @Test(arguments: [("call", "concurrency = 'serial', "), ("callNow", "")])
    func refusesCall_whenItWouldWaitForItself(_ way: String, _ declares: String) async throws {
        let plugin = try await callsItself(declares + "one = function() return 1 end, two = function(ctx) return ctx.self.\(way)('one') end")
        let error = try await failure { try await plugin.call("two", as: Int.self) }
        #expect(error.code == .state)
        #expect(error.description.contains("was called from inside one of its own calls, which would wait for itself"))
        #expect(try await plugin.call("one", as: Int.self) == 1)
    }

    // MARK: ctx

    @Test func sleeps_forAsLongAsItIsTold() async throws {
        let start = ContinuousClock.now
        #expect(try await host.results("ctx.sleep(0.02) ctx.sleep(0) return 1") == [1])
        #expect(ContinuousClock.now - start >= .milliseconds(20))
    }

    @Test(arguments: [("-1", "-1.0"), ("1e10", "10000000000.0"), ("1e999", "inf")])
    func refusesToSleep_whenThatIsNoTime(_ seconds: String, _ shown: String) async throws {
        let error = try await failure { try await host.results("ctx.sleep(\(seconds))") }
        #expect(error.message == "ctx.sleep takes a number of seconds from 0 on, got \(shown)")
    }

    @Test func endsSleep_whenTheLimitComes() async throws {
        let host = try Self.host(door, PluginLimits(wall: .milliseconds(30)))
        #expect(try await failure { try await host.results("ctx.sleep(100)") }.code == .timeout)
    }

    private func callsAnother(_ arguments: String, depends: String = "'other >=1.0.0'", asks: Bool = true, grants: PluginPermissions = [.plugins]) async throws
        -> [DynamicValue]
    {
        try await host.manager.load(
            source: "return { name = 'other', version = '1.0.0', plugin_type = 'processor', add = function(_, a, b) return a + b, 'x' end }",
            name: "plugin_other.lua")
        host.manager.updatePolicy(for: "test") { $0.grants = grants }
        let plugin = try await host.run(
            "dependencies = { \(depends) }, \(asks ? "permissions = { plugins = true }," : "") run = function(ctx) return ctx.plugins.call(\(arguments)) end")
        return try await plugin.call("run", arguments: [])
    }

    @Test func callsAPlugin_thatItDependsOn() async throws {
        #expect(try await callsAnother("'other', 'add', 1, 2") == [3, "x"])
    }

    @Test func refusesToCall_whenThePluginIsNoDependency() async throws {
        let error = try await failure { _ = try await callsAnother("'other', 'add', 1, 2", depends: "") }
        #expect(error.message == "ctx.plugins.call reaches only what the plugin depends on: add 'other' to its dependencies")
    }

    @Test func refusesToCall_whenThatIsNotGranted() async throws {
        #expect(try await failure { _ = try await callsAnother("'other', 'add', 1, 2", grants: []) }.code == .denied)
    }

    @Test func refusesToCall_whenThatIsNotAskedFor() async throws {
        #expect(try await failure { _ = try await callsAnother("'other', 'add', 1, 2", asks: false) }.code == .denied)
    }

    @Test func tellsWhatTheOtherRaised_whenItFails() async throws {
        let error = try await failure { _ = try await callsAnother("'other', 'add', 1") }
        #expect(error.plugin == "test")
        #expect(error.message.contains("other 1.0.0, add: attempt to perform arithmetic on a nil value"))
    }
}
