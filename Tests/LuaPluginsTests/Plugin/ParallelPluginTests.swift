@testable import LuaPlugins
@testable import PluginCore
import Synchronization
import Testing

/// Plugins that run as several instances.
struct ParallelPluginTests {
    private let held = HeldCall()
    private let host: Host

    init() throws {
        host = Host(PluginPolicy(limits: PluginLimits(wall: .seconds(600), instances: 3), grants: [.hostAPI("gate"), .hostAPI("count")], quarantine: nil))
        try held.expose(on: host.manager)
    }

    private static let body = """
        concurrency = 'parallel', permissions = { gate = true },
        initialize = function(ctx) n = 0 ctx.log.info('begun') end, cleanup = function(ctx) ctx.log.info('ended') end,
        hold = function(ctx) n = n + 1 ctx.gate.wait() return n end, light = function() n = n + 1 return n end,
        items = function() return 1 end, loop = function() while true do end end,
        """

    /// Calls that stay inside, each on a thread of its own.
    private func hold(_ plugin: LuaPlugin, _ count: Int) async -> [Task<Void, any Error>] {
        var calls: [Task<Void, any Error>] = []
        for _ in 0..<count {
            calls.append(Task(executorPreference: HeldThread()) { try #require(await plugin.call("hold", as: Int.self) == 1) })
            await held.areInside(1)
        }
        return calls
    }

    @Test func servesCallsAtOnce_inInstancesOfTheirOwn() async throws {
        let plugin = try await host.run(Self.body)
        let calls = await hold(plugin, 2)
        // a third one, in which nothing has run before
        #expect(try await plugin.call("light", as: Int.self) == 1)
        for _ in calls { held.letGo() }
        for call in calls { try await call.value }
        try await host.manager.cleanup()
        #expect(host.output.filter { $0 == "info begun" }.count == 3)
        #expect(host.output.filter { $0 == "info ended" }.count == 3)
        #expect(host.manager.monitor.snapshot().operation("initialize", of: "test")?.calls == 3)
    }

    @Test func usesOneInstance_asLongAsThatIsFree() async throws {
        let plugin = try await host.run(Self.body)
        for number in 1...3 { #expect(try await plugin.call("light", as: Int.self) == number) }
        #expect(plugin.others.all.isEmpty)
    }

    @Test func waitsForAnInstance_whenAllAreBusy() async throws {
        let plugin = try await host.run(Self.body)
        let calls = await hold(plugin, 3)
        let light = Task { try await plugin.call("light", as: Int.self) }
        await until { ([plugin.first] + plugin.others.all).contains { $0.gate.waiting == 1 } }
        for _ in calls { held.letGo() }
        #expect(try await light.value == 2)
        for call in calls { try await call.value }
    }

    @Test func servesBlockingCallsAtOnce() async throws {
        let plugin = try await host.run(Self.body)
        let operation = try plugin.operation("hold", as: (() -> Int).self)
        var calls: [Task<Int, any Error>] = []
        for _ in 0..<3 {
            calls.append(Task(executorPreference: HeldThread()) { try operation.callBlocking() })
            await held.areInside(1)
        }
        for _ in calls { held.letGo() }
        for call in calls { #expect(try await call.value == 1) }
    }

    @Test func servesOn_whenNoFurtherInstanceCanBeMade() async throws {
        let starts = Atomic<Int>(0)
        try host.manager.expose("count") { $0.function("starts") { starts.add(1, ordering: .relaxed).newValue } }
        let plugin = try await host.run(
            """
            concurrency = 'parallel', permissions = { gate = true, count = true },
            initialize = function(ctx) n = 0 if ctx.count.starts() > 1 then error('no more', 0) end end,
            hold = function(ctx) n = n + 1 ctx.gate.wait() return n end, light = function() n = n + 1 return n end
            """)
        let calls = await hold(plugin, 1)
        let light = Task { try await plugin.call("light", as: Int.self) }
        await until { plugin.gate.waiting == 1 }
        held.letGo()
        #expect(try await light.value == 2)
        for call in calls { try await call.value }
        #expect(host.output.contains { $0.contains("warning has no further instance: test 1.0.0, initialize: no more") })
    }

    @Test func endsTheMakingOfAnInstance_whenItIsUnloaded() async throws {
        let door = Door()
        let starts = Atomic<Int>(0)
        try host.manager.expose("count") { api in
            api.function("starts") { starts.add(1, ordering: .relaxed).newValue }
            api.asyncFunction("pass") { try await door.pass() }
        }
        let plugin = try await host.run(
            """
            concurrency = 'parallel', permissions = { gate = true, count = true },
            initialize = function(ctx) if ctx.count.starts() > 1 then ctx.count.pass() ctx.log.info('too late') end end,
            hold = function(ctx) n = (n or 0) + 1 ctx.gate.wait() return n end, light = function() return 1 end
            """)
        let calls = await hold(plugin, 1)
        let light = Task { try await plugin.call("light", as: Int.self) }
        await door.isWaitedAt()
        let late = try await failure { try await plugin.call("light", as: Int.self, options: CallOptions(deadline: .now + .milliseconds(5))) }
        #expect(late.code == .busy)
        let unloading = Task { [manager = host.manager] in try await manager.unload("test") }
        held.letGo()
        for call in calls { try await call.value }
        try await unloading.value
        #expect(try await failure { try await light.value }.code == .closed)
        #expect(!host.output.contains("info too late"))
    }

    @Test func pullsItems_whereTheyCameFrom() async throws {
        let plugin = try await host.run(
            """
            concurrency = 'parallel', permissions = { gate = true }, hold = function(ctx) n = (n or 0) + 1 ctx.gate.wait() return n end,
            provide = function() return function() k = (k or 0) + 1 return k end end
            """, type: "provider")
        let calls = await hold(plugin, 1)
        let items = try await plugin.provide(.null)
        #expect(try await items.next() == 1)
        held.letGo()
        for call in calls { try await call.value }
        // the first instance is free now, and knows nothing of them
        #expect(try await items.next() == 2)
    }

    @Test func endsCallsOfEachInstance_whenItIsCancelled() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(cpu: nil, wall: nil, instances: 2), quarantine: nil))
        let plugin = try await host.run("concurrency = 'parallel', loop = function() while true do end end")
        let calls = (0..<2).map { _ in Task(executorPreference: HeldThread()) { try await plugin.call("loop") } }
        await until { plugin.others.all.count == 1 }
        // one may not have begun yet
        let canceller = Task {
            while !Task.isCancelled {
                plugin.cancel()
                await Task.yield()
            }
        }
        for call in calls { #expect(try await failure { try await call.value }.code == .cancelled) }
        canceller.cancel()
    }

    @Test func addsUp_whatItsInstancesUse() async throws {
        let plugin = try await host.run(Self.body)
        let one = await plugin.usage().memory
        let calls = await hold(plugin, 2)
        for _ in calls { held.letGo() }
        for call in calls { try await call.value }
        #expect(await plugin.usage().memory > one * 3 / 2)
        try await host.manager.cleanup()
        #expect(await plugin.usage().memory == 0)
    }

    @Test func compilesItsTextNoMoreThanTwice() async throws {
        let plugin = try await host.run(Self.body)
        #expect(plugin.version.maker.compiled.isCached == false)
        let calls = await hold(plugin, 2)
        #expect(plugin.version.maker.compiled.isCached)
        #expect(try await plugin.call("light", as: Int.self) == 1)
        for _ in calls { held.letGo() }
        for call in calls { try await call.value }
        let error = try await failure { try await plugin.call("nothing") }
        #expect(error.code == .operation)
    }
}
