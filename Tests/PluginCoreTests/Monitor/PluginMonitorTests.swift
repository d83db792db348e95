import MetricsTestKit
import Testing

@testable import PluginCore

struct PluginMonitorTests {
    private let metrics = TestMetrics()
    private let monitor: PluginMonitor

    init() { monitor = PluginMonitor(metricsFactory: metrics) }

    // MARK: Loads and discoveries

    @Test func countsAndTimesLoads_byPath() throws {
        monitor.recordLoad(path: "b.lua", success: true, duration: .milliseconds(250))
        monitor.recordLoad(path: "b.lua", success: false, duration: .milliseconds(250))
        monitor.recordLoad(path: "a.lua", success: true, duration: .milliseconds(125))
        #expect(try metrics.expectCounter("plugin_loads", [("path", "b.lua"), ("success", "true")]).totalValue == 1)
        #expect(try metrics.expectCounter("plugin_loads", [("path", "b.lua"), ("success", "false")]).totalValue == 1)
        #expect(try metrics.expectTimer("plugin_load_duration", [("path", "b.lua")]).values == [250_000_000, 250_000_000])
        #expect(
            monitor.snapshot().loads == [
                .init(path: "a.lua", successes: 1, failures: 0, totalSeconds: 0.125), .init(path: "b.lua", successes: 1, failures: 1, totalSeconds: 0.5),
            ])
    }

    @Test func countsDiscoveries_byFolder() throws {
        monitor.recordDiscovery(package: "q", success: true)
        monitor.recordDiscovery(package: "p", success: false)
        monitor.recordDiscovery(package: "p", success: true)
        #expect(try metrics.expectCounter("plugin_discoveries", [("package", "p"), ("success", "false")]).totalValue == 1)
        #expect(try metrics.expectCounter("plugin_discoveries", [("package", "p"), ("success", "true")]).totalValue == 1)
        #expect(monitor.snapshot().discoveries == [.init(package: "p", successes: 1, failures: 1), .init(package: "q", successes: 1, failures: 0)])
    }

    @Test func goesToTheProgramsBackend_whenNoFactoryIsGiven() {
        let monitor = PluginMonitor()
        monitor.recordOperation(plugin: "a", operation: "run", success: true, duration: .zero)
        monitor.recordLoad(path: "a.lua", success: true, duration: .zero)
        monitor.recordDiscovery(package: "p", success: true)
        monitor.increment("own", by: 1, plugin: "a", labels: [:])
        monitor.record("own", 1, plugin: "a", labels: [:])
        #expect(monitor.snapshot().operations.map(\.calls) == [1])
        #expect(metrics.counters.isEmpty && metrics.timers.isEmpty)
    }

    // MARK: A plugin's own metrics

    @Test func passesAPluginsCountOn_underItsName() throws {
        monitor.increment("words_seen", by: 3, plugin: "words", labels: ["kind": "long", "plugin": "forged"])
        monitor.increment("words_seen", by: 4, plugin: "words", labels: ["kind": "long"])
        #expect(try metrics.expectCounter("words_seen", [("plugin", "words"), ("kind", "long")]).totalValue == 7)
    }

    @Test func passesAPluginsValueOn_underItsName() throws {
        monitor.record("word_length", 2.5, plugin: "words", labels: ["kind": "long"])
        let recorder = try metrics.expectRecorder("word_length", [("plugin", "words"), ("kind", "long")])
        #expect(recorder.values == [2.5])
        #expect(recorder.aggregate)
    }

    // MARK: Reading

    @Test func ordersOperations_byPluginThenName() {
        for (plugin, operation) in [("b", "x"), ("a", "z"), ("a", "y")] {
            monitor.recordOperation(plugin: plugin, operation: operation, success: true, duration: .zero)
        }
        _ = monitor.recorder(plugin: "never", operation: "called")
        #expect(monitor.snapshot().operations.map { "\($0.plugin).\($0.operation)" } == ["a.y", "a.z", "b.x"])
    }

    @Test func givesTheSameRecorder_forTheSameOperation() {
        #expect(monitor.recorder(plugin: "a", operation: "x") === monitor.recorder(plugin: "a", operation: "x"))
        #expect(monitor.recorder(plugin: "a", operation: "x") !== monitor.recorder(plugin: "a", operation: "y"))
    }

    @Test func keepsErrors_withPlaceAndTraceback() throws {
        let error = PluginError(code: .runtime, phase: .call, message: "bad", location: "a.lua:3", traceback: "stack traceback:")
        monitor.recorder(plugin: "a", operation: "run").record(duration: .zero, error: error)
        let captured = try #require(monitor.snapshot().errors.first)
        #expect(captured.plugin == "a")
        #expect(captured.operation == "run")
        #expect(captured.code == "runtime")
        #expect(captured.message == "bad")
        #expect(captured.location == "a.lua:3")
        #expect(captured.traceback == "stack traceback:")
        #expect(captured.time > 1_700_000_000)
    }

    @Test func keepsTheErrors_ratherThanTheRefusalsThatFollow() {
        let recorder = monitor.recorder(plugin: "a", operation: "run")
        recorder.record(duration: .zero, error: PluginError(code: .runtime, phase: .call, message: "why"))
        for _ in 0..<70 { recorder.record(duration: .zero, error: PluginError(.quarantined(reason: "why", retryAfter: .zero))) }
        #expect(monitor.snapshot().errors.map(\.message) == ["why"])
        #expect(monitor.snapshot().operation("run", of: "a")?.errors == 71)
    }

    @Test func keepsTheLast64Errors() {
        let recorder = monitor.recorder(plugin: "a", operation: "run")
        for number in 1...70 { recorder.record(duration: .zero, error: PluginError(code: .runtime, phase: .call, message: "\(number)")) }
        #expect(monitor.snapshot().errors.map(\.message) == (7...70).map(String.init))
        #expect(monitor.snapshot().operation("run", of: "a")?.errors == 70)
    }
}
