@testable import LuaPlugins
import PluginCore
import Synchronization
import Testing

/// What becomes of a plugin whose calls had to be ended.
final class LuaPluginLimitsTests: Sendable {
    private static let rehash = "local t, m = {}, (1 << 15) - 1 for k = 1, 16384 do t[k * m] = true end for k = 16385, 16394 do t[k * m] = true end"
    private let policy = PluginPolicy(limits: PluginLimits(cpu: .milliseconds(20), wall: .seconds(60)), quarantine: nil)

    private func failure(_ body: () async throws -> Void) async throws -> PluginError {
        try await #require(throws: PluginError.self) { try await body() }
    }

    @Test func keepsItsVariables_whenACallWasEnded() async throws {
        let plugin = try await Host(policy).run("run = function(_, loop) n = (n or 0) + 1 while loop do end return n end")
        #expect(try await plugin.call("run", false, as: Int.self) == 1)
        let error = try await failure { try await plugin.call("run", true) }
        #expect(error.code == .timeout)
        #expect(error.description.hasPrefix("test 1.0.0, run: the call took more than its 20 ms of CPU time (plugin_test.lua:1): let the plugin do less"))
        #expect(try await plugin.call("run", false, as: Int.self) == 3)
    }

    @Test func startsAnew_whenACallCouldOnlyBeBrokenOff() async throws {
        let host = Host(policy)
        let plugin = try await host.run(
            """
            initialize = function(ctx) begun = ctx.plugin.name end,
            run = function(_, breaks) n = (n or 0) + 1 if breaks then \(Self.rehash) end return n, begun end
            """)
        _ = try await plugin.call("run", arguments: [false])
        #expect(try await failure { _ = try await plugin.call("run", arguments: [true]) }.code == .timeout)
        #expect(try await plugin.call("run", arguments: [false]) == [1, "test"])
        #expect(host.manager.monitor.snapshot().operation("initialize", of: "test")?.calls == 2)
        #expect(host.output.contains("warning rebuilt after a call that could only be broken off: its state was lost"))
        try await host.manager.cleanup()
    }

    @Test func saysWhy_whenItCannotStartAnew() async throws {
        let host = Host(policy)
        let starts = Atomic<Int>(0)
        try host.manager.expose("starts") { $0.function("count") { starts.add(1, ordering: .relaxed).newValue } }
        host.manager.updatePolicy(for: "test") { $0.grants = [.hostAPI("starts")] }
        let plugin = try await host.run(
            """
            permissions = { starts = true },
            initialize = function(ctx) if ctx.starts.count() == 2 then error("not a second time", 0) end end,
            run = function(_, breaks) if breaks then \(Self.rehash) end return 7 end
            """)
        #expect(try await failure { try await plugin.call("run", true) }.code == .timeout)
        #expect(try await failure { try await plugin.call("run", false) }.message == "not a second time")
        // the next call tries again
        #expect(try await plugin.call("run", false, as: Int.self) == 7)
    }

    @Test func refusesThoseWhoWait_whenItIsQuarantinedMeanwhile() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(cpu: .milliseconds(5), wall: .seconds(60)), quarantine: QuarantinePolicy(limitKills: 1, backoff: .seconds(600))))
        let plugin = try await host.run("run = function() while true do end end")
        let run = try plugin.operation("run", as: (() -> Int).self)
        try await plugin.gate.enter()
        let calls = [Task { try await plugin.call("run") }, Task { try await plugin.call("run") }, Task { _ = try await run() }]
        while plugin.gate.waiting < calls.count { await Task.yield() }
        plugin.gate.leave()
        var codes: [PluginError.Code] = []
        for call in calls { codes.append(try await failure { try await call.value }.code) }
        #expect(codes.filter { $0 == .timeout }.count == 1)
        #expect(codes.filter { $0 == .quarantined }.count == 2)
    }

    @Test func failsItsItems_whenItsIteratorWasLost() async throws {
        let plugin = try await Host(policy).run(
            "provide = function() return function() return 1 end end, run = function() \(Self.rehash) end", type: "provider")
        let items = try await plugin.provide(.null)
        #expect(try await items.next() == 1)
        #expect(try await failure { try await plugin.call("run") }.code == .timeout)
        #expect(try await failure { _ = try await items.next() }.code == .closed)
    }

    /// The loop below holds its thread until it is ended, so it is ended from inside of the call.
    private func spin(_ stop: @escaping @Sendable () -> Void) async throws -> PluginError {
        let host = Host(PluginPolicy(limits: PluginLimits(cpu: nil, wall: nil), grants: [.hostAPI("signal")]))
        try host.manager.expose("signal") { $0.function("started") { stop() } }
        let plugin = try await host.run("permissions = { signal = true }, run = function(ctx) ctx.signal.started() while true do end end")
        self.plugin.withLock { $0 = plugin }
        return try await failure { try await Task { try await plugin.call("run") }.value }
    }

    private let plugin = Mutex<LuaPlugin?>(nil)

    @Test func endsWithCancelled_whenTheTaskIsCancelled() async throws {
        let error = try await spin { withUnsafeCurrentTask { $0?.cancel() } }
        #expect(error.code == .cancelled)
    }

    @Test func endsWithCancelled_whenThePluginIsCancelled() async throws {
        let error = try await spin { [self] in
            let plugin = plugin.withLock { $0 }
            plugin?.cancel()
        }
        #expect(error.code == .cancelled)
    }

    @Test func isATimeout_whenInstructionsAreLimited() async throws {
        let plugin = try await Host(PluginPolicy(limits: PluginLimits(instructions: 100_000))).run("run = function(_, loop) while loop do end return 7 end")
        let error = try await failure { try await plugin.call("run", true) }
        #expect(error.code == .timeout)
        #expect(error.message == "the call ran more than its 100000 instructions")
        #expect(try await plugin.call("run", false, as: Int.self) == 7)
        #expect(try await plugin.call("run", false, as: Int.self, options: CallOptions(deadline: .now + .seconds(60))) == 7)
    }

    @Test func isQuarantined_whenItsCallsKeepBeingEnded() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(cpu: .milliseconds(5)), quarantine: QuarantinePolicy(limitKills: 2, backoff: .seconds(600))))
        let plugin = try await host.run("run = function(_, loop) while loop do end return 7 end")
        for _ in 0..<2 { #expect(try await failure { try await plugin.call("run", true) }.code == .timeout) }
        #expect(try await failure { try await plugin.call("run", false) }.code == .quarantined)
        #expect(try host.manager.status(of: "test").state == .quarantined)
        try host.manager.resetQuarantine(of: "test")
        #expect(try await plugin.call("run", false, as: Int.self) == 7)
    }

    @Test func refusesWhoWaited_whenThePluginIsUnloadedMeanwhile() async throws {
        // no limit on time: on a slow machine the wait itself could end first
        let host = Host(PluginPolicy(limits: PluginLimits(cpu: nil, wall: nil)))
        let plugin = try await host.run("run = function() return 2 end")
        try await plugin.gate.enter()
        let waiting = Task { try await plugin.call("run", as: Int.self) }
        while plugin.gate.waiting == 0 { await Task.yield() }
        let unload = Task { try await host.manager.unload("test") }
        while plugin.gate.waiting == 1 { await Task.yield() }
        plugin.gate.leave()
        #expect(try await failure { _ = try await waiting.value }.code == .closed)
        try await unload.value
    }
}
