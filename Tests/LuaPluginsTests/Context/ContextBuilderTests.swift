import Foundation
import InMemoryLogging
import Logging
import LuaPlugins
import MetricsTestKit
import PluginCore
import Testing

struct ContextBuilderTests {
    private func results(_ body: String) async throws -> [DynamicValue] { try await Host().results(body) }
    private func complaint(_ body: String) async throws -> String { try await failure { try await results(body) }.message }

    // MARK: config, plugin, now

    @Test func laysHostsValuesOverDefaults_whenConfigIsDeclared() async throws {
        let host = Host(PluginPolicy(config: ["size": 5, "words": ["a", "b"]]))
        let plugin = try await host.run(
            """
            config = { size = { type = 'integer', default = 3 }, unit = { type = 'string', default = 'm' }, words = { type = 'array' }, none = { type = 'string' } },
            run = function(ctx) return ctx.config.size, ctx.config.unit, ctx.config.words[2], ctx.config.none end
            """)
        #expect(try await plugin.call("run", arguments: []) == [5, "m", "b", .null])
    }

    @Test func fails_whenConfigDoesNotFit() async throws {
        let host = Host(PluginPolicy(config: ["size": "big"]))
        try await host.load("config = { size = { type = 'integer' } }")
        let error = try await onlyFailure { try await host.manager.initialize() }
        #expect(error.code == .config)
    }

    @Test func isThePluginsMetadata_whenScriptAsks() async throws {
        let plugin = try await Host().run("description = 'd', dependencies = {}, run = function(ctx) return ctx.plugin end")
        #expect(
            try await plugin.call("run", arguments: []) == [
                [
                    "name": "test", "version": "1.0.0", "description": "d", "author": "", "dependencies": [], "plugin_type": "processor",
                    "entry_point": "plugin_test.lua",
                ]
            ])
    }

    @Test func isTheTime_whenScriptAsks() async throws {
        let before = Date().timeIntervalSince1970
        let now = try #require(try await results("return ctx.now()").first?.number)
        #expect((before...Date().timeIntervalSince1970).contains(now))
    }

    @Test func isGivenToInitializeAndCleanup_whenTheyRun() async throws {
        let host = Host()
        try await host.run("initialize = function(ctx) ctx.log.info('begin') end, cleanup = function(ctx) ctx.log.info('end') end")
        try await host.manager.cleanup()
        #expect(host.output == ["info begin", "info end"])
    }

    @Test func isTheSameTable_whenCalledAgain() async throws {
        let plugin = try await Host().run("initialize = function(ctx) mine = ctx end, run = function(ctx) return rawequal(ctx, mine) end")
        #expect(try await plugin.call("run", arguments: []) == [true])
    }

    @Test(arguments: [
        ("ctx.mine = 7", "cannot set 'mine': the table is the host's, and read-only"),
        ("ctx.log.info = print", "cannot set 'info': the table is the host's, and read-only"),
        ("ctx.plugin.name = 'other'", "cannot set 'name': the table is the host's, and read-only"),
        ("ctx[1] = 7", "cannot set 'number': the table is the host's, and read-only"),
        ("rawset(ctx, 'mine', 7)", "cannot set a field of the host's table, which is read-only"),
        ("rawset(ctx.json, 'encode', nil)", "cannot set a field of the host's table, which is read-only"),
        ("setmetatable(ctx, {})", "cannot change a protected metatable"),
        ("table.insert(ctx, 7)", "cannot set 'number': the table is the host's, and read-only"),
    ])
    func refusesToBeChanged(_ text: String, as message: String) async throws {
        let plugin = try await Host().run("run = function(ctx) \(text) end")
        let error = try await #require(throws: PluginError.self) { try await plugin.call("run", arguments: []) }
        #expect(error.message == message)
    }

    @Test func showsNothingBehindIt_whenScriptLooks() async throws {
        let results = try await results(
            """
            local names = {}
            for name, part in pairs(ctx.log) do names[#names + 1] = name .. ' ' .. type(part) end
            table.sort(names)
            return getmetatable(ctx), next(ctx), rawget(ctx, 'log'), table.concat(names, ','), #ctx.plugin.dependencies, ctx.json.encode(ctx.plugin.dependencies)
            """)
        #expect(results == [false, .null, .null, "debug function,error function,info function,warn function", 0, "[]"])
    }

    // MARK: log

    @Test func writesToTheHostsLog_whenScriptLogsAtEachLevel() async throws {
        let host = Host()
        _ = try await host.results(
            "ctx.log.debug('a', { mark = 1 }) ctx.log.info('b') ctx.log.warn('c', { n = 1.5, t = { 1, 'x' }, b = true, f = '\\xff' }) ctx.log.error('d')")
        #expect(
            host.output == ["debug a mark=1", "info b", #"warning c b=true f={"base64":"/w=="} n=1.5 t=[1,"x"]"#, "error d"])
    }

    @Test func isTaggedWithThePlugin_whenScriptLogs() async throws {
        let host = Host()
        _ = try await host.results("ctx.log.info('a')")
        let entry = try #require(host.logs.entries.first { $0.message == "a" })
        #expect(entry.metadata == ["plugin": "test", "version": "1.0.0"])
    }

    @Test func writesValuesAsText_whenScriptLogsOtherThanText() async throws {
        let host = Host()
        _ = try await host.results("ctx.log.info() ctx.log.info(5) ctx.log.info(true) ctx.log.info(2.5) ctx.log.info({ a = 1 }) ctx.log.info({ 0/0 })")
        #expect(host.output == ["info nil", "info 5", "info true", "info 2.5", #"info {"a":1}"#, "info array"])
    }

    @Test func writesLinesOfPrintAndWarn_whenScriptUsesThem() async throws {
        let host = Host()
        _ = try await host.results("print('a', 1) warn('b', 'c') print('\\27[31m')")
        #expect(host.output == [#"info a\t1"#, "warning bc", #"info \u{1b}[31m"#])
    }

    @Test(arguments: [
        ("ctx.log.info(print)", "bad argument #1 to 'ctx.log.info' (plain data expected, got function)"),
        ("ctx.log.error('a', 'b')", "bad argument #2 to 'ctx.log.error' (table expected, got string)"),
    ])
    func complains_whenLogsArgumentsAreWrong(call: String, message: String) async throws {
        #expect(try await complaint(call) == message)
    }

    // MARK: metrics

    @Test func reachesTheHostsBackend_whenScriptCounts() async throws {
        let host = Host()
        _ = try await host.results(
            "local m = ctx.metrics m.increment('seen') m.increment('seen', 4) m.increment('sized', 2, { kind = 'b', a = 1, plugin = 'forged' })")
        #expect(try host.metrics.expectCounter("seen", [("plugin", "test")]).totalValue == 5)
        #expect(try host.metrics.expectCounter("sized", [("plugin", "test"), ("a", "1"), ("kind", "b")]).totalValue == 2)
    }

    @Test func reachesTheHostsBackend_whenScriptRecords() async throws {
        let host = Host()
        _ = try await host.results("ctx.metrics.record('size', 2) ctx.metrics.record('size', 2.5) ctx.metrics.record('size', 1, { unit = 'm' })")
        #expect(try host.metrics.expectRecorder("size", [("plugin", "test")]).values == [2, 2.5])
        #expect(try host.metrics.expectRecorder("size", [("plugin", "test"), ("unit", "m")]).values == [1])
    }

    @Test func dropsFurtherMetrics_whenAPluginHasAThousand() async throws {
        let host = Host()
        _ = try await host.results("for i = 1, 1500 do ctx.metrics.increment('many', 1, { i = i }) end ctx.metrics.record('x', 1) ctx.metrics.increment('many', 5, { i = 7 })")
        #expect(host.metrics.counters.count { $0.label == "many" } == 1000)
        #expect(try host.metrics.expectCounter("many", [("plugin", "test"), ("i", "7")]).totalValue == 6)
        #expect(host.metrics.recorders.allSatisfy { $0.label != "x" })
        #expect(host.output == ["warning further metrics are dropped reason=more than 1000 names with their labels"])
    }

    @Test func cutsMetrics_whenTheirNamesAndLabelsAreLong() async throws {
        let host = Host()
        _ = try await host.results(
            "local l = {} for i = 10, 40 do l['l' .. i] = ('v'):rep(300) end ctx.metrics.increment(('n'):rep(200), 1, l)")
        let counter = try #require(host.metrics.counters.first { $0.label.hasPrefix("nn") })
        #expect(counter.label == String(repeating: "n", count: 128) + "... (200 bytes)")
        #expect(counter.dimensions.map(\.0) == ["plugin"] + (10..<26).map { "l\($0)" })
        #expect(counter.dimensions.last?.1 == String(repeating: "v", count: 256) + "... (300 bytes)")
    }

    @Test(arguments: [
        ("ctx.metrics.increment()", "bad argument #1 to 'ctx.metrics.increment' (string expected, got no value)"),
        ("ctx.metrics.increment('a', 1.5)", "bad argument #2 to 'ctx.metrics.increment' (integer expected, got 1.5, which has a fraction or is too large)"),
        ("ctx.metrics.record('a')", "bad argument #2 to 'ctx.metrics.record' (number expected, got no value)"),
        ("ctx.metrics.record('a', 1, 'b')", "bad argument #3 to 'ctx.metrics.record' (table expected, got string)"),
    ])
    func complains_whenMetricsArgumentsAreWrong(call: String, message: String) async throws {
        #expect(try await complaint(call) == message)
    }
}
