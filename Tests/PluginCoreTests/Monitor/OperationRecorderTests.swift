import MetricsTestKit
import Testing

@testable import PluginCore

struct OperationRecorderTests {
    private let metrics = TestMetrics()
    private let monitor: PluginMonitor
    private let plugin = PluginMetadata(name: "words", version: "1.2.0", pluginType: .processor)

    init() { monitor = PluginMonitor(metricsFactory: metrics) }

    private func total(success: Bool, _ labels: (String, String)...) throws -> Int64 {
        try metrics.expectCounter("plugin_operations", [("operation", "process"), ("plugin", "words"), ("success", "\(success)")] + labels).totalValue
    }

    @Test func countsCalls_byHowTheyEnded() throws {
        for success in [true, true, false] {
            monitor.recordOperation(plugin: "words", operation: "process", success: success, duration: .microseconds(5))
        }
        #expect(try total(success: true) == 2)
        #expect(try total(success: false) == 1)
    }

    @Test func timesSuccessesOnly() throws {
        let recorder = monitor.recorder(plugin: "words", operation: "process")
        recorder.record(duration: .microseconds(5))
        recorder.record(duration: .seconds(5), error: PluginError(.disabled))
        #expect(try metrics.expectTimer("plugin_duration", [("operation", "process"), ("plugin", "words")]).values == [5_000])
        let record = try #require(monitor.snapshot().operation("process", of: "words"))
        #expect(record.calls == 2)
        #expect(record.errors == 1)
        #expect(record.totalSeconds == 5e-6)
        #expect(record.maxSeconds == 5e-6)
    }

    @Test func takesADurationBelowZeroForNone_asASleepingMachineMakesIt() async throws {
        let recorder = monitor.recorder(plugin: "words", operation: "process")
        let events = monitor.events()
        recorder.record(nanoseconds: -5)
        recorder.record(nanoseconds: -5, error: PluginError(.disabled))
        events.finish()
        #expect(await events.reduce(into: []) { $0.append($1.duration) } == [.zero, .zero])
        #expect(monitor.snapshot().operation("process", of: "words")?.totalSeconds == 0)
    }

    @Test func passesLabelsOn() throws {
        monitor.recordOperation(plugin: "words", operation: "process", success: true, duration: .microseconds(5), labels: ["b": "2", "a": "1"])
        monitor.recordOperation(plugin: "words", operation: "process", success: true, duration: .microseconds(7))
        #expect(try total(success: true, ("a", "1"), ("b", "2")) == 1)
        #expect(try total(success: true) == 1)
        let labels = [("operation", "process"), ("plugin", "words"), ("a", "1"), ("b", "2")]
        #expect(try metrics.expectTimer("plugin_duration", labels).values == [5_000])
    }

    @Test func givesPercentiles_ofSuccesses() throws {
        let recorder = monitor.recorder(plugin: "words", operation: "process")
        for microseconds in 1...100 { recorder.record(duration: .microseconds(microseconds)) }
        recorder.record(duration: .seconds(9), error: PluginError(.disabled))
        let record = try #require(monitor.snapshot().operation("process", of: "words"))
        // the last nanosecond of the buckets that 50 and 90 us are in; that of 99 us would be above the longest
        #expect([record.p50Seconds, record.p90Seconds, record.p99Seconds] == [0.000_051_199, 0.000_090_111, 0.0001])
        #expect(record.maxSeconds == 0.0001)
    }

    @Test func losesNothing_whenManyTasksRecord() async throws {
        let recorder = monitor.recorder(plugin: "words", operation: "process")
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<500 { recorder.record(duration: .nanoseconds(3)) } }
            }
        }
        #expect(monitor.snapshot().operation("process", of: "words")?.calls == 2000)
        #expect(monitor.snapshot().operation("process", of: "words")?.totalSeconds == 6e-6)
        #expect(try total(success: true) == 2000)
    }

    @Test func givesTheOnlyDuration_whenOneCallSucceeded() throws {
        let recorder = monitor.recorder(plugin: "words", operation: "process")
        recorder.record(nanoseconds: 1_000_001)
        recorder.record(nanoseconds: 7, error: PluginError(.disabled))
        let record = try #require(monitor.snapshot().operation("process", of: "words"))
        #expect([record.p50Seconds, record.p90Seconds, record.p99Seconds, record.maxSeconds, record.totalSeconds] == [Double](repeating: 0.001_000_001, count: 5))
        #expect(record.calls == 2)
        recorder.record(nanoseconds: 3_000_000)
        let later = try #require(monitor.snapshot().operation("process", of: "words"))
        #expect(later.calls == 3)
        #expect(later.p50Seconds >= 0.001_000_001 && later.p50Seconds < 0.001_07)
        #expect(later.p99Seconds == 0.003)
    }

    @Test func goesOn_whenTheMonitorIsGone() {
        let recorder = PluginMonitor().recorder(plugin: "words", operation: "process")
        recorder.record(nanoseconds: 7)
        recorder.record(nanoseconds: 7, error: PluginError(.disabled))
        #expect(recorder.snapshot().calls == 2)
    }

    @Test func tellsSubscribers_ofASuccessWithoutABackend() async {
        let monitor = PluginMonitor()
        let recorder = monitor.recorder(plugin: "words", operation: "process")
        recorder.record(nanoseconds: 5)
        let events = monitor.events()
        recorder.record(nanoseconds: 7)
        events.finish()
        recorder.record(nanoseconds: 9)
        var seen: [Duration] = []
        for await event in events { seen.append(event.duration) }
        #expect(seen == [.nanoseconds(7)])
    }

    // MARK: Measuring

    @Test func givesTheResult_andRecordsASuccess() async throws {
        let recorder = monitor.recorder(plugin: "words", operation: "process")
        #expect(try await recorder.measure(plugin) { 7 } == 7)
        #expect(try total(success: true) == 1)
        #expect(monitor.snapshot().errors.isEmpty)
    }

    @Test func throwsThePluginsError_andRecordsAFailure() async throws {
        let recorder = monitor.recorder(plugin: "words", operation: "process")
        let error = await #expect(throws: PluginError.self) { try await recorder.measure(plugin, phase: .cleanup) { throw Oops() } }
        #expect(error?.description == "words 1.2.0, process: oops")
        #expect(error?.phase == .cleanup)
        #expect(try total(success: false) == 1)
        #expect(monitor.snapshot().errors.map(\.message) == ["oops"])
    }

    @Test(arguments: [
        (.zero, 0), (.nanoseconds(7), 7), (.milliseconds(1_500), 1_500_000_000), (.nanoseconds(-7), 0), (.milliseconds(-1_500), 0),
        (.seconds(Int64.min), 0), (.seconds(9_000_000_000), 9_000_000_000_000_000_000), (.seconds(9_000_000_001), .max), (.seconds(Int64.max), .max),
    ] as [(Duration, Int64)])
    func tellsADuration_inWholeNanoseconds(duration: Duration, nanoseconds: Int64) {
        #expect(duration.nanoseconds == nanoseconds)
    }
}
