import Foundation
@testable import LuaPlugins
@testable import PluginCore
import Testing

/// Operations that are found once and called often.
struct PluginOperationTests {
    private struct Sum: Codable, Sendable, Equatable {
        var sum: Int
    }

    private static let text = """
        return {
          name = "adder", version = "1.0.0", plugin_type = "processor",
          process = function(ctx, a, b) return { sum = a + b } end,
          fail = function(ctx) error("no luck") end,
        }
        """

    private let manager = PluginManager()

    private func adder() async throws -> LuaPlugin {
        try await manager.load(source: Self.text, name: "adder.lua")
        try await manager.initialize()
        return try manager.luaPlugin(named: "adder")
    }

    @Test func givesTheResult_andIsRecorded() async throws {
        let add = try await adder().operation("process", as: ((Int, Int) -> Sum).self)
        #expect(try await add(1, 2) == Sum(sum: 3))
        #expect(try add.callBlocking(3, 4) == Sum(sum: 7))
        #expect(manager.monitor.snapshot().operation("process", of: "adder")?.calls == 2)
        #expect(manager.monitor.snapshot().operation("process", of: "adder")?.errors == 0)
    }

    @Test func tellsWhatFailed_andRecordsIt() async throws {
        let plugin = try await adder()
        let fail = try plugin.operation("fail", as: (() -> Sum).self)
        let raised = #expect(throws: PluginError.self) { try fail.callBlocking() }
        #expect(raised?.message == "no luck")
        #expect(raised?.description.contains("adder") == true)
        #expect(raised?.operation == "fail")
        let add = try plugin.operation("process", as: ((Int, String) -> Sum).self)
        #expect(throws: PluginError.self) { try add.callBlocking(1, "x") }
        #expect(manager.monitor.snapshot().operation("fail", of: "adder")?.errors == 1)
        #expect(manager.monitor.snapshot().operation("process", of: "adder")?.errors == 1)
    }

    @Test func refusesOperation_whenThereIsNone() async throws {
        let plugin = try await adder()
        let error = #expect(throws: PluginError.self) { try plugin.operation("proces", as: (() -> Int).self) }
        #expect(error?.code == .operation)
    }

    @Test func refusesOperation_whenPluginIsNotInitialized() async throws {
        try await manager.load(source: Self.text, name: "adder.lua")
        let plugin = try manager.luaPlugin(named: "adder")
        let error = #expect(throws: PluginError.self) { try plugin.operation("process", as: ((Int, Int) -> Sum).self) }
        #expect(error?.code == .state)
    }

    @Test func throws_whenPluginWasUnloadedOrDisabled() async throws {
        let add = try await adder().operation("process", as: ((Int, Int) -> Sum).self)
        try manager.setEnabled(false, for: "adder")
        #expect(throws: PluginError.self) { try add.callBlocking(1, 2) }
        try manager.setEnabled(true, for: "adder")
        #expect(try add.callBlocking(1, 2) == Sum(sum: 3))
        try await manager.unload("adder")
        #expect(throws: PluginError.self) { try add.callBlocking(1, 2) }
        await #expect(throws: PluginError.self) { try await add(1, 2) }
    }

    @Test func waitsItsTurn_whenPluginIsBusy() async throws {
        let plugin = try await adder()
        let add = try plugin.operation("process", as: ((Int, Int) -> Sum).self)
        try await plugin.gate.enter()
        async let sum = withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try add.callBlocking(1, 2) }) }
        }
        while plugin.gate.waiting == 0 { await Task.yield() }
        plugin.gate.leave()
        #expect(try await sum == Sum(sum: 3))
    }

    @Test func isRefused_whenTooManyWait() async throws {
        var policy = PluginPolicy()
        policy.limits.waitingCalls = 0
        let manager = PluginManager(policy: policy)
        try await manager.load(source: Self.text, name: "adder.lua")
        try await manager.initialize()
        let plugin = try manager.luaPlugin(named: "adder")
        let add = try plugin.operation("process", as: ((Int, Int) -> Sum).self)
        try await plugin.gate.enter()
        let error = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: #expect(throws: PluginError.self) { try add.callBlocking(1, 2) }) }
        }
        #expect(error?.code == .busy)
        plugin.gate.leave()
    }

    @Test func startsAnew_whenACallCouldOnlyBeBrokenOff() async throws {
        var policy = PluginPolicy(limits: PluginLimits(cpu: .milliseconds(20), wall: .seconds(60)), quarantine: nil)
        policy.limits.memory = nil
        let manager = PluginManager(policy: policy)
        try await manager.load(
            source: """
                local calls = 0
                return {
                  name = "adder", version = "1.0.0", plugin_type = "processor",
                  process = function(ctx, breaks)
                    calls = calls + 1
                    if breaks then
                      local t, m = {}, (1 << 15) - 1
                      for k = 1, 16384 do t[k * m] = true end
                      for k = 16385, 16394 do t[k * m] = true end
                    end
                    return calls
                  end,
                }
                """, name: "adder.lua")
        try await manager.initialize()
        let run = try manager.luaPlugin(named: "adder").operation("process", as: ((Bool) -> Int).self)
        #expect(try run.callBlocking(false) == 1)
        #expect(try run.callBlocking(false) == 2)
        #expect(#expect(throws: PluginError.self) { try run.callBlocking(true) }?.code == .timeout)
        #expect(try run.callBlocking(false) == 1)
        #expect(try await run(false) == 2)
        try await manager.cleanup()
    }

    /// One operation with each number of arguments, which have code of their own.
    private struct Arities {
        let none: PluginOperation<() -> Int>, one: PluginOperation<(Int) -> Int>, two: PluginOperation<(Int, Int) -> Int>
        let three: PluginOperation<(Int, Int, Int) -> Int>, four: PluginOperation<(Int, Int, Int, Int) -> Int>

        init(_ plugin: LuaPlugin) throws {
            none = try plugin.operation("run", as: (() -> Int).self)
            one = try plugin.operation("run", as: ((Int) -> Int).self)
            two = try plugin.operation("run", as: ((Int, Int) -> Int).self)
            three = try plugin.operation("run", as: ((Int, Int, Int) -> Int).self)
            four = try plugin.operation("run", as: ((Int, Int, Int, Int) -> Int).self)
        }

        func results(_ options: CallOptions = CallOptions()) async throws -> [Int] {
            [
                try await none(options: options), try await one(1, options: options), try await two(1, 2, options: options),
                try await three(1, 2, 3, options: options), try await four(1, 2, 3, 4, options: options),
            ]
        }

        func blockingResults() async throws -> [Int] {
            try await Task(executorPreference: HeldThread()) {
                [
                    try none.callBlocking(), try one.callBlocking(1), try two.callBlocking(1, 2), try three.callBlocking(1, 2, 3),
                    try four.callBlocking(1, 2, 3, 4),
                ]
            }.value
        }
    }

    @Test func takesAnyNumberOfArguments() async throws {
        let run = try Arities(await Host().run("run = function(_, ...) local sum = 1 for _, n in ipairs({ ... }) do sum = sum + n end return sum end"))
        #expect(try await run.results() == [1, 2, 4, 7, 11])
        #expect(try await run.blockingResults() == [1, 2, 4, 7, 11])
        #expect(try await run.results(CallOptions(deadline: .now + .seconds(60))) == [1, 2, 4, 7, 11])
    }

    @Test func waits_withAnyNumberOfArguments() async throws {
        let run = try Arities(await Host().run("run = function(ctx, ...) ctx.sleep(0) return select('#', ...) end"))
        #expect(try await run.results() == [0, 1, 2, 3, 4])
        #expect(try await run.blockingResults() == [0, 1, 2, 3, 4])
    }

    @Test func namesTheArgument_thatDoesNotFit() async throws {
        let plugin = try await Host().run("run = function(_, ...) return select('#', ...) end")
        let run = try plugin.operation("run", as: ((Int, UInt64, Int) -> Int).self)
        let error = #expect(throws: PluginError.self) { try run.callBlocking(1, .max, 2) }
        #expect(error?.message.contains("argument[3]") == true)
    }
}
