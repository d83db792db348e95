import Dispatch
@testable import LuaPlugins
@testable import PluginCore
import Testing

/// Plugins that hold a thread for long.
struct OwnThreadTests {
    /// Some 50 ms of CPU time, of this thread and of no other.
    private static let spin = "for i = 1, 8000000 do end"
    private let policy = PluginPolicy(limits: PluginLimits(wall: nil), grants: [.hostAPI("gate")], quarantine: nil)

    /// A plugin with one call that holds its thread as long as `gate` is closed.
    private func plugin(_ held: HeldCall) async throws -> LuaPlugin {
        let host = Host(policy)
        try held.expose(on: host.manager)
        return try await host.run(
            """
            permissions = { gate = true }, light = function() return 1 end, spin = function(ctx) \(Self.spin) return 2 end,
            hold = function(ctx) ctx.gate.wait() end,
            before = function(ctx) \(Self.spin) ctx.sleep(0) return 3 end,
            between = function(ctx) ctx.sleep(0) \(Self.spin) ctx.sleep(0) return 3 end,
            after = function(ctx) ctx.sleep(0) \(Self.spin) return 3 end
            """)
    }

    /// Calls until the watchdog, which may be late on a busy machine, has seen one for long enough.
    private func untilHeavy(_ plugin: LuaPlugin, _ call: () async throws -> Void) async throws {
        for _ in 0..<100 where !plugin.isHeavy { try await call() }
        #expect(plugin.isHeavy)
    }

    @Test func usesAnyThread_untilACallTakesLong() async throws {
        let plugin = try await plugin(HeldCall())
        #expect(try await plugin.call("light", as: Int.self) == 1)
        #expect(!plugin.isHeavy)
        try await untilHeavy(plugin) { try #require(await plugin.call("spin", as: Int.self) == 2) }
        #expect(try await plugin.call("light", as: Int.self) == 1)
        #expect(try await plugin.operation("light", as: (() -> Int).self)() == 1)
    }

    @Test func usesItsOwn_afterAnOperationTookLong() async throws {
        let plugin = try await plugin(HeldCall())
        let spin = try plugin.operation("spin", as: (() -> Int).self)
        try await untilHeavy(plugin) { try #require(await spin() == 2) }
    }

    @Test(arguments: ["before", "between", "after"]) func usesItsOwn_afterACallThatWaitedTookLong(_ operation: String) async throws {
        let plugin = try await plugin(HeldCall())
        try await untilHeavy(plugin) { try #require(await plugin.call(operation, as: Int.self) == 3) }
        #expect(try await plugin.call(operation, as: Int.self) == 3)
    }

    @Test func boundsItsQueue_asBefore() async throws {
        let held = HeldCall()
        let host = Host(PluginPolicy(limits: PluginLimits(wall: nil, waitingCalls: 1), grants: [.hostAPI("gate")], quarantine: nil))
        try held.expose(on: host.manager)
        let plugin = try await host.run(
            "permissions = { gate = true }, spin = function() \(Self.spin) end, hold = function(ctx) ctx.gate.wait() end, light = function() return 1 end")
        try await untilHeavy(plugin) { try await plugin.call("spin") }
        let hold = Task { try await plugin.call("hold") }
        await held.areInside(1)
        let late = try await failure { try await plugin.call("light", as: Int.self, options: CallOptions(deadline: .now + .milliseconds(5))) }
        #expect(late.code == .busy)
        let waiting = Task { try await plugin.call("light", as: Int.self) }
        await until { plugin.gate.waiting == 1 }
        #expect(try await failure { try await plugin.call("light", as: Int.self) }.message == "is busy, and 1 calls wait for it already")
        waiting.cancel()
        #expect(try await failure { try await waiting.value }.code == .cancelled)
        held.letGo()
        try await hold.value
    }

    @Test func runsHostFunctionsElsewhere_whileACallHoldsItsThread() async throws {
        let (held, first, second) = (HeldCall(), Door(), Latch())
        let host = Host(PluginPolicy(limits: PluginLimits(wall: nil), grants: [.hostAPI("gate"), .hostAPI("door")], quarantine: nil))
        try held.expose(on: host.manager)
        try host.manager.expose("door") { api in
            api.asyncFunction("pass") {
                try await first.pass()
                second.open()
            }
        }
        let plugin = try await host.run(
            "permissions = { gate = true, door = true }, spin = function() \(Self.spin) end, pass = function(ctx) ctx.door.pass() end, hold = function(ctx) ctx.gate.wait() end")
        try await untilHeavy(plugin) { try await plugin.call("spin") }
        let pass = Task { try await plugin.call("pass") }
        await first.isWaitedAt()
        let hold = Task { try await plugin.call("hold") }
        await held.areInside(1)
        first.open()
        await second.wait()
        held.letGo()
        try await hold.value
        try await pass.value
    }

    @Test func usesItsOwn_afterACallHadToBeEnded() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(cpu: .milliseconds(15)), quarantine: nil))
        let plugin = try await host.run("forever = function() while true do end end")
        await #expect(throws: PluginError.self) { try await plugin.call("forever") }
        #expect(plugin.isHeavy)
    }

    /// More of them at once than Swift's pool has threads.
    @Test func leavesThePoolToOthers_whileCallsHoldTheirThreads() async throws {
        let held = HeldCall()
        var plugins: [LuaPlugin] = []
        for _ in 0..<8 {
            let plugin = try await plugin(held)
            try await untilHeavy(plugin) { try await plugin.call("spin") }
            plugins.append(plugin)
        }
        let calls = plugins.map { plugin in Task { try await plugin.call("hold") } }
        await held.areInside(plugins.count)
        #expect(try await plugin(held).call("light", as: Int.self) == 1)
        for _ in plugins { held.letGo() }
        for call in calls { try await call.value }
    }
}
