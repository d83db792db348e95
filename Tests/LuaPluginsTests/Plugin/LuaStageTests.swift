import InMemoryLogging
import PluginCore
import Synchronization
import Testing

@testable import LuaPlugins

/// Pipelines whose stages are called on the spot.
@Suite(.timeLimit(.minutes(10))) struct LuaStageTests {
    /// Keeps what reaches it, unless it is to refuse.
    private final class Shelf: StoragePlugin {
        let metadata = PluginMetadata(name: "shelf", version: "1.0.0", pluginType: .storage)
        let kept = Mutex<[DynamicValue]>([])
        /// Called with how many there are.
        let onPut = Mutex<@Sendable (Int) -> Void>({ _ in })

        func put(_ key: DynamicValue, _ value: DynamicValue, options: CallOptions) async throws {
            let count = kept.withLock { kept in
                kept.append(value)
                return kept.count
            }
            onPut.withLock { $0 }(count)
        }
        func get(_ key: DynamicValue, options: CallOptions) async throws -> DynamicValue { .null }
        func delete(_ key: DynamicValue, options: CallOptions) async throws {}
        func list(_ prefix: DynamicValue, options: CallOptions) async throws -> DynamicValue { .null }
    }

    /// Not written in Lua.
    private struct Same: ProcessorPlugin {
        let metadata = PluginMetadata(name: "same", version: "1.0.0", pluginType: .processor)
        func process(_ item: DynamicValue, options: CallOptions) async throws -> [DynamicValue] { [item] }
    }

    private struct Numbers: ProviderPlugin {
        let metadata = PluginMetadata(name: "numbers", version: "1.0.0", pluginType: .provider)
        func provide(_ request: DynamicValue, options: CallOptions) async throws -> PluginItems { PluginItems([1, 2, 3]) }
    }

    private let manager = Host().manager
    private let shelf = Shelf()

    /// Numbers from 1, each as the text of an expression of `n` makes it, until that is nil.
    private static func source(_ item: String, before: String = "") -> String {
        "\(before) provide = function(ctx) local n = 0 return function() n = n + 1 return \(item) end end"
    }

    private func load(_ name: String, _ type: String, _ body: String) async throws {
        try await manager.load(
            source: "return { name = '\(name)', version = '1.0.0', plugin_type = '\(type)', \(body) }", name: "plugin_\(name).lua")
    }

    /// A pipeline of a provider, what processes its items, and the shelf.
    private func pipeline(_ provider: String, _ processors: String..., onError: Pipeline.ErrorPolicy = .fail) async throws -> Pipeline {
        try await load("source", "provider", provider)
        for (index, body) in processors.enumerated() { try await load("step\(index)", "processor", body) }
        try manager.register(shelf)
        try await manager.initialize()
        return Pipeline(
            provider: "source", processors: processors.indices.map { .init("step\($0)", onError: onError) }, storages: [.init("shelf")])
    }

    private func counts(_ report: PipelineReport) -> [String] {
        report.stages.map { "\($0.plugin) \($0.received) \($0.passed) \($0.dropped) \($0.failed) \($0.retried)" }
    }

    private var kept: [DynamicValue] { shelf.kept.withLock { $0 } }

    @Test(arguments: [
        ("n", 2), ("'line ' .. n", "line 2"), ("{ n = n, of = { 'a', n / 2 } }", ["n": 2, "of": ["a", 1.0]]), ("true", true),
        ("('x'):rep(70000 + n)", .string(String(repeating: "x", count: 70002))), ("'\\xFF' .. n", .bytes([0xFF, 0x32])), ("{ [n] = n, x = 1 }", ["2": 2, "x": 1]),
    ] as [(String, DynamicValue)])
    func sendsItems_whateverTheyAre(item: String, second: DynamicValue) async throws {
        let pipeline = try await pipeline(Self.source("n <= 3 and \(item) or nil"), "process = function(_, item) return item end", "process = function(_, item) last = item return item end, last = function() return last end")
        _ = try await pipeline.run(on: manager)
        #expect(kept.count == 3)
        #expect(kept[1] == second)
    }

    // MARK: One stage

    /// A stage of a plugin with that `process`, and what its calls give.
    private func stage(_ body: String, _ policy: PluginPolicy = PluginPolicy(), after previous: (any DirectStage)? = nil) async throws -> (Host, LuaStage) {
        let host = Host(policy)
        let plugin = try await host.run("process = function(ctx, item) \(body) end")
        return (host, try #require(plugin.makeStage(after: previous) as? LuaStage))
    }

    private func call(_ stage: LuaStage, _ item: DynamicValue?) throws -> String {
        var clock = CallClock.now
        return switch try stage.call(item, &clock) {
        case .nothing: "nothing"
        case .left: "left \(try stage.value.json())"
        case .gave(let values): "gave \(try values.map { try $0.json() })"
        case .declined: "declined"
        case .waits: "waits"
        }
    }

    @Test(arguments: [
        ("return item", "left 5"), ("", "nothing"), ("return nil", "nothing"), ("return ctx.json.null", "nothing"), ("return { item, { a = 'x' } }", "left [5,{\"a\":\"x\"}]"),
        ("return item, 2", "gave [\"5\", \"2\"]"), ("return nil, 2", "gave [\"2\"]"), ("return ('x'):rep(70000):sub(1, 0), 1", "gave [\"\\\"\\\"\", \"1\"]"),
        ("return { [item] = 1 }", "gave [\"{\\\"5\\\":1}\"]"),
    ])
    func leavesWhatItGives_onTheSpot(body: String, outcome: String) async throws {
        let (host, stage) = try await stage(body)
        #expect(try call(stage, 5) == outcome)
        #expect(host.manager.monitor.snapshot().operation("process", of: "test")?.calls == 1)
    }

    @Test func takesWhatTheStageBeforeHasLeft() async throws {
        let (first, before) = try await stage("return { item }")
        let (second, after) = try await stage("return item[1] + 1", after: before)
        #expect(try call(before, 5) == "left [5]")
        #expect(try call(after, nil) == "left 6")
        withExtendedLifetime((first, second)) {}
    }

    @Test func declines_whereThePluginTakesNoCallNow() async throws {
        let (host, stage) = try await stage("return item")
        try host.manager.setEnabled(false, for: "test")
        #expect(try call(stage, 1) == "declined")
        try host.manager.setEnabled(true, for: "test")
        #expect(try call(stage, 1) == "left 1")
        let plugin = try host.manager.luaPlugin(named: "test")
        #expect(plugin.gate.tryEnter())
        #expect(try call(stage, 1) == "declined")
        plugin.gate.leave()
        plugin.noteHeavy()
        #expect(try call(stage, 1) == "declined")
        try await host.manager.cleanup()
        #expect(try call(stage, 1) == "declined")
    }

    @Test func waits_whereTheScriptDoes() async throws {
        let (host, stage) = try await stage("ctx.sleep(0) return item, 2")
        var clock = CallClock.now
        guard case .waits(let finish) = try stage.call(1, &clock) else { throw PluginError(.closed) }
        #expect(try await finish() == [1, 2])
        #expect(host.manager.monitor.snapshot().operation("process", of: "test")?.calls == 1)
    }

    @Test func isHeldToItsLimits() async throws {
        let (host, stage) = try await stage("while true do end", PluginPolicy(limits: PluginLimits(cpu: .milliseconds(20)), quarantine: QuarantinePolicy(limitKills: 1)))
        #expect(throws: PluginError.self) { try call(stage, 1) }
        #expect(try call(stage, 1) == "declined")
        #expect(try host.manager.status(of: "test").state == .quarantined)
    }

    // MARK: Runs

    @Test func givesFalse_asAnItem() async throws {
        let pipeline = try await pipeline("provide = function() local n = 0 return function() n = n + 1 if n <= 2 then return false end end end", "process = function(_, item) return item end")
        _ = try await pipeline.run(on: manager)
        #expect(kept == [false, false])
    }

    @Test func countsEachStage_andEachCall() async throws {
        let pipeline = try await pipeline(
            Self.source("n <= 6 and n or nil"), "process = function(_, n) if n % 2 == 0 then return n end end",
            "process = function(_, n) if n == 2 then return 'a', 'b' end return n end")
        let report = try await pipeline.run(on: manager)
        #expect(kept == ["a", "b", 4, 6])
        #expect(counts(report) == ["source 6 6 0 0 0", "step0 6 3 3 0 0", "step1 3 4 0 0 0", "shelf 4 4 0 0 0"])
        let snapshot = manager.monitor.snapshot()
        #expect(snapshot.operation("provide.next", of: "source")?.calls == 7)
        #expect(snapshot.operation("process", of: "step0")?.calls == 6)
        #expect(snapshot.operation("process", of: "step1")?.calls == 3)
    }

    @Test func takesOneItem_whenAnIteratorGivesMore() async throws {
        let pipeline = try await pipeline(Self.source("n <= 2 and n or nil, 'more'"), "process = function(_, ...) return select('#', ...) end")
        #expect(try await pipeline.run(on: manager).items == 2)
        #expect(kept == [1, 1])
    }

    @Test func saysWhy_whenItFails() async throws {
        let pipeline = try await pipeline(Self.source("n"), "process = function(_, n) if n == 3 then return nil, 'no more' end return n end")
        let failure = try await #require(throws: PipelineFailure.self) { try await pipeline.run(on: manager) }
        #expect(failure.error.message == "the processor returned nil and 'no more'")
        #expect(counts(failure.report) == ["source 3 3 0 0 0", "step0 3 2 0 1 0", "shelf 2 2 0 0 0"])
    }

    @Test(arguments: ["print", "{ a = print }", "setmetatable({}, { __index = {} }) and function() end"])
    func saysWhat_whenAnItemIsNoPlainData(item: String) async throws {
        let pipeline = try await pipeline(Self.source(item), "process = function(_, n) return n end")
        let failure = try await #require(throws: PipelineFailure.self) { try await pipeline.run(on: manager) }
        #expect(failure.error.operation == "provide.next")
        #expect(failure.error.message.hasSuffix("plain data expected, got function"))
    }

    @Test func skipsAnItem_thatFails() async throws {
        let pipeline = try await pipeline(Self.source("n <= 4 and n or nil"), "process = function(_, n) if n == 2 then error('two') end return n end", onError: .skip)
        #expect(counts(try await pipeline.run(on: manager)) == ["source 4 4 0 0 0", "step0 4 3 0 1 0", "shelf 3 3 0 0 0"])
        #expect(kept == [1, 3, 4])
    }

    @Test func triesAgain_withTheSameItem() async throws {
        let pipeline = try await pipeline(
            Self.source("n <= 2 and { n = n } or nil"), "process = function(_, item) tries = (tries or 0) + 1 if tries < 3 then error('not yet') end return item end",
            onError: .retry(2, backoff: .zero))
        #expect(counts(try await pipeline.run(on: manager)) == ["source 2 2 0 0 0", "step0 2 2 0 0 2", "shelf 2 2 0 0 0"])
        #expect(kept == [["n": 1], ["n": 2]])
    }

    @Test func waits_whereAPluginDoes() async throws {
        let pipeline = try await pipeline(
            "provide = function(ctx) local n = 0 return function() n = n + 1 ctx.sleep(0) return n <= 3 and 'item ' .. n or nil, 'more' end end",
            "process = function(ctx, item) ctx.sleep(0) return item end", "process = function(ctx, item) if item == 'item 2' then ctx.sleep(0) return end return item end")
        #expect(counts(try await pipeline.run(on: manager)) == ["source 3 3 0 0 0", "step0 3 3 0 0 0", "step1 3 2 1 0 0", "shelf 2 2 0 0 0"])
        #expect(kept == ["item 1", "item 3"])
        #expect(manager.monitor.snapshot().operation("process", of: "step1")?.calls == 3)
    }

    @Test func triesAgain_whenItFailedAfterAWait() async throws {
        let pipeline = try await pipeline(
            Self.source("n <= 2 and 'item ' .. n or nil"),
            "process = function(ctx, item) ctx.sleep(0) tries = (tries or 0) + 1 if tries < 3 then error('not yet') end return item end",
            onError: .retry(2, backoff: .zero))
        #expect(counts(try await pipeline.run(on: manager)) == ["source 2 2 0 0 0", "step0 2 2 0 0 2", "shelf 2 2 0 0 0"])
        #expect(kept == ["item 1", "item 2"])
    }

    @Test func goesThroughAPlugin_thatIsNoneOfLua() async throws {
        var pipeline = try await pipeline(Self.source("n <= 2 and { n } or nil"), "process = function(_, item) item[2] = 'x' return item end")
        try manager.register(Same())
        try manager.register(Numbers())
        try await manager.initialize()
        pipeline.processors.insert(.init("same"), at: 0)
        #expect(counts(try await pipeline.run(on: manager)) == ["source 2 2 0 0 0", "same 2 2 0 0 0", "step0 2 2 0 0 0", "shelf 2 2 0 0 0"])
        #expect(kept == [[1, "x"], [2, "x"]])
        pipeline.processors = [.init("same")]
        pipeline.provider = "numbers"
        _ = try await pipeline.run(on: manager)
        #expect(kept.suffix(3) == [1, 2, 3])
    }

    @Test func goesOn_whenAPluginHasMovedToThreadsOfItsOwn() async throws {
        let pipeline = try await pipeline(
            Self.source("n <= 5 and n or nil"), "process = function(_, n) local start = os.clock() while n == 2 and os.clock() - start < 0.02 do end return n end")
        #expect(try await pipeline.run(on: manager).stored == 5)
        #expect(kept == [1, 2, 3, 4, 5])
    }

    @Test func endsTheRun_whenAPluginIsTurnedOff() async throws {
        let pipeline = try await pipeline(Self.source("n"), "process = function(_, n) return n end")
        let failure = try await #require(throws: PipelineFailure.self) {
            try await pipeline.run(on: manager) { if $0 == 3 { try? manager.setEnabled(false, for: "step0") } }
        }
        #expect(failure.error.description == "step0 1.0.0, process: is turned off: turn it on with setEnabled")
        #expect(failure.report.items == 4)
    }

    @Test func endsTheRun_whenItsTaskIsCancelled() async throws {
        let pipeline = try await pipeline(Self.source("n"), "process = function() end")
        let manager = manager
        let run = Task { try await pipeline.run(on: manager) { if $0 == 1000 { withUnsafeCurrentTask { $0?.cancel() } } } }
        let failure = try await #require(throws: PipelineFailure.self) { try await run.value }
        #expect(failure.error.code == .cancelled)
        #expect(failure.report.items == 1000)
    }

    @Test func endsTheRun_whenItsTaskIsCancelledInAFanOut() async throws {
        let pipeline = try await pipeline(
            Self.source("n <= 1 and n or nil"), "process = function() local t = {} for i = 1, 200 do t[i] = i end return table.unpack(t) end",
            "process = function(_, n) seen = (seen or 0) + 1 return n end, seen = function() return seen end")
        let (manager, shelf) = (manager, shelf)
        shelf.onPut.withLock { $0 = { if $0 == 3 { withUnsafeCurrentTask { $0?.cancel() } } } }
        let run = Task { try await pipeline.run(on: manager) }
        let failure = try await #require(throws: PipelineFailure.self) { try await run.value }
        #expect(failure.error.code == .cancelled)
        #expect(try await manager.luaPlugin(named: "step1").call("seen", as: Int.self) == 3)
    }

    @Test func recordsItems_thatAnotherPluginPassesOn() async throws {
        struct Wrap: ProviderPlugin {
            let metadata = PluginMetadata(name: "wrap", version: "1.0.0", pluginType: .provider)
            let manager: PluginManager
            func provide(_ request: DynamicValue, options: CallOptions) async throws -> PluginItems {
                try await manager.luaPlugin(named: "source").provide(request, options: options)
            }
        }
        var pipeline = try await pipeline(Self.source("n"), "process = function(_, n) return n end")
        try manager.register(Wrap(manager: manager))
        try await manager.initialize()
        pipeline.provider = "wrap"
        let failure = try await #require(throws: PipelineFailure.self) {
            try await pipeline.run(on: manager) { if $0 == 3 { try? manager.setEnabled(false, for: "wrap") } }
        }
        #expect(failure.error.plugin == "wrap")
        #expect(manager.monitor.snapshot().operation("provide.next", of: "wrap")?.calls == 4)
    }

    @Test func sendsSmallItems_afterLargeOnes() async throws {
        let pipeline = try await pipeline(
            Self.source("n <= 4 and (n % 2 == 1 and ('x'):rep(70000) or { n }) or nil"), "process = function(_, item) return type(item) == 'string' and #item or item end",
            "process = function(_, item) return item end")
        _ = try await pipeline.run(on: manager)
        #expect(kept == [70000, [2], 70000, [4]])
    }

    @Test func goesThroughOnePluginTwice() async throws {
        var pipeline = try await pipeline(Self.source("n <= 3 and { n } or nil"), "process = function(_, item) item[#item + 1] = 'x' return item end")
        pipeline.processors.append(pipeline.processors[0])
        _ = try await pipeline.run(on: manager)
        #expect(kept == [[1, "x", "x"], [2, "x", "x"], [3, "x", "x"]])
    }

    @Test func skipsWhatAQuarantinedPluginWouldGet() async throws {
        let host = Host(PluginPolicy(quarantine: QuarantinePolicy(errors: 2, backoff: .seconds(10_000))))
        for (name, type, body) in [
            ("source", "provider", Self.source("n <= 9 and { n } or nil")), ("bad", "processor", "process = function() error('no') end"),
        ] {
            try await host.manager.load(source: "return { name = '\(name)', version = '1.0.0', plugin_type = '\(type)', \(body) }", name: "plugin_\(name).lua")
        }
        try await host.manager.initialize()
        let report = try await Pipeline(provider: "source", processors: [.init("bad", onError: .skip)]).run(on: host.manager)
        #expect(counts(report) == ["source 9 9 0 0 0", "bad 9 0 0 9 0"])
        #expect(host.manager.monitor.snapshot().operation("process", of: "bad")?.errors == 9)
        #expect(host.logs.entries.filter { "\($0.message)" == "item failed" }.count == 2)
    }

    @Test func goesOn_whenAPluginWasRebuiltInBetween() async throws {
        let pipeline = try await pipeline(
            Self.source("n <= 4 and n or nil"), "process = function(_, n) return n end")
        let plugin = try manager.luaPlugin(named: "step0")
        _ = try await pipeline.run(on: manager) { count in
            guard count == 2, plugin.gate.tryEnter() else { return }
            plugin.first.abandon()
            plugin.gate.leave()
        }
        #expect(kept == [1, 2, 3, 4])
    }

    @Test func letsOthersHaveItsThread_whileItRuns() async throws {
        let pipeline = try await pipeline(Self.source("n"), "process = function() end")
        let manager = manager
        let executor = HeldThread()
        // one thread for both: the second task gets there only where the first lets it
        let run = Task(executorPreference: executor) { try await pipeline.run(on: manager) }
        await Task(executorPreference: executor) { run.cancel() }.value
        let failure = try await #require(throws: PipelineFailure.self) { try await run.value }
        #expect(failure.error.code == .cancelled)
    }
}
