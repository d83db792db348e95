import LuaPlugins
import PluginCore
import Testing

/// What the others of a pipeline see of a plugin that does it harm.
struct PipelineIsolationTests {
    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let body: String
        let calls: Int

        init(_ name: String, _ body: String, calls: Int = 3) { (testDescription, self.body, self.calls) = (name, body, calls) }
    }

    /// With how many calls each has been let in before it is quarantined.
    static let kinds = [
        Hostile("raises", "error('no')", calls: 5),
        Hostile("loops", "while true do end"),
        Hostile("takes memory", "local t = {} while true do t = { t, ('x'):rep(1000) .. #t } end"),
        Hostile("swallows its end", "while true do pcall(function() while true do end end) end"),
    ]

    private static let items = 40

    /// A manager with a provider, two processors, a monitor and a storage that behave, and a hostile plugin.
    private func manager(_ operation: String, of type: String, _ hostile: Hostile) async throws -> PluginManager {
        let manager = PluginManager(policy: PluginPolicy(quarantine: QuarantinePolicy(limitKills: 3, errors: 5, backoff: .seconds(100_000))))
        func load(_ name: String, _ type: String, _ body: String) async throws {
            try await manager.load(
                source: "return { name = '\(name)', version = '1.0.0', plugin_type = '\(type)', \(body) }", name: "plugin_\(name).lua")
        }
        try await load(
            "source", "provider", "provide = function() local n = 0 return function() n = n + 1 if n <= \(Self.items) then return { n = n } end end end")
        try await load("double", "processor", "process = function(_, item) item.double = item.n * 2 return item end")
        try await load("sum", "processor", "process = function(_, item) item.sum = item.n + item.double return item end")
        try await load("watch", "monitor", "observe = function(_, event) seen = (seen or 0) + 1 end, count = function() return seen end")
        try await load(
            "shelf", "storage", "put = function(_, key, item) n, sum = (n or 0) + 1, (sum or 0) + item.sum end, total = function() return n, sum end")
        try await load("hostile", type, "limits = { cpu_ms = 20, memory_mb = 1 }, \(operation) = function() \(hostile.body) end")
        try await manager.initialize()
        return manager
    }

    private var pipeline: Pipeline {
        var pipeline = Pipeline(provider: "source")
        pipeline.processors = [.init("double"), .init("sum")]
        pipeline.storages = [.init("shelf")]
        pipeline.monitors = ["watch"]
        return pipeline
    }

    /// How many calls of the hostile plugin ended with each code, from now on.
    private func outcomes(_ operation: String, in events: MonitorEvents) async -> [String: Int] {
        events.finish()
        var outcomes: [String: Int] = [:]
        for await event in events where event.plugin == "hostile" && event.operation == operation {
            outcomes[event.error?.code == .quarantined ? "refused" : event.success ? "ok" : "failed", default: 0] += 1
        }
        return outcomes
    }

    /// What each stage counted, as `plugin.operation received passed dropped failed`.
    private func counts(_ report: PipelineReport) -> [String] {
        report.stages.map { "\($0.plugin).\($0.operation) \($0.received) \($0.passed) \($0.dropped) \($0.failed)" }
    }

    private func expectAllItems(_ report: PipelineReport, in manager: PluginManager) async throws {
        let items = Self.items
        #expect(report.items == items)
        #expect(
            counts(report).filter { !$0.hasPrefix("hostile") }
                == ["source.provide", "double.process", "sum.process", "shelf.put"].map { "\($0) \(items) \(items) 0 0" })
        #expect(try await manager.luaPlugin(named: "shelf").call("total", arguments: []) == [.integer(Int64(items)), .integer(Int64(3 * items * (items + 1) / 2))])
        #expect(try manager.status(of: "hostile").state == .quarantined)
        for name in ["source", "double", "sum", "watch", "shelf"] {
            #expect(try manager.status(of: name).state == .running)
            #expect(manager.monitor.snapshot().operations.filter { $0.plugin == name }.allSatisfy { $0.errors == 0 })
        }
    }

    @Test(arguments: kinds) func sendsEveryItemToTheOthers_whenAStorageIsHostile(hostile: Hostile) async throws {
        let manager = try await manager("put", of: "storage", hostile)
        let events = manager.monitor.events(capacity: 100_000)
        var pipeline = pipeline
        pipeline.storages.insert(.init("hostile", onError: .skip), at: 0)
        let report = try await pipeline.run(on: manager)
        try await expectAllItems(report, in: manager)
        #expect(counts(report)[3] == "hostile.put \(Self.items) 0 0 \(Self.items)")
        #expect(report.stored == 0)
        // a refusal is counted as an error, and told to nobody
        #expect(await outcomes("put", in: events) == ["failed": hostile.calls])
        #expect(manager.monitor.snapshot().operation("put", of: "hostile")?.errors == Self.items)
    }

    @Test(arguments: kinds) func sendsEveryItemToTheOthers_whenAMonitorIsHostile(hostile: Hostile) async throws {
        let manager = try await manager("observe", of: "monitor", hostile)
        let events = manager.monitor.events(capacity: 100_000)
        var pipeline = pipeline
        pipeline.monitors.insert("hostile", at: 0)
        let report = try await pipeline.run(on: manager)
        try await expectAllItems(report, in: manager)
        #expect(report.stored == Self.items)
        #expect(await outcomes("observe", in: events) == ["failed": hostile.calls])
        // provide, and for each item its pull, two processors and the storage, and the pull that finds no more
        #expect(try await manager.luaPlugin(named: "watch").call("count", as: Int.self) >= 2 + 4 * Self.items)
        #expect(manager.monitor.snapshot().droppedEvents == 2 + 4 * Self.items - hostile.calls)
    }

    @Test(arguments: kinds) func dropsWhatItCannotProcess_whenAProcessorIsHostile(hostile: Hostile) async throws {
        let manager = try await manager("process", of: "processor", hostile)
        let events = manager.monitor.events(capacity: 100_000)
        var pipeline = pipeline
        pipeline.processors.append(.init("hostile", onError: .skip))
        let report = try await pipeline.run(on: manager)
        #expect(counts(report).suffix(2) == ["hostile.process \(Self.items) 0 0 \(Self.items)", "shelf.put 0 0 0 0"])
        #expect(try manager.status(of: "hostile").state == .quarantined)
        // a refusal is counted as an error, and told to nobody
        #expect(await outcomes("process", in: events) == ["failed": hostile.calls])
        #expect(manager.monitor.snapshot().operation("process", of: "hostile")?.errors == Self.items)
    }
}
