import CoreMetrics
import Foundation
import Logging
import PluginCore
import Synchronization

/// The time as a test sets it: it stands still, and a sleep takes none and moves it on.
final class TestClock: Sendable {
    private let time = Mutex(1_700_000_000.0)

    var now: Double { time.withLock { $0 } }
    func set(_ seconds: Double) { time.withLock { $0 = seconds } }
    func advance(by seconds: Double) { time.withLock { $0 += seconds } }

    var pluginClock: PluginClock { PluginClock(now: { self.now }, sleep: { self.advance(by: $0) }) }
}

/// What a plugin logged, printed and warned of.
final class TestLog: Sendable {
    private let entries = Mutex<[DynamicValue]>([])

    var all: DynamicValue { .array(entries.withLock { $0 }) }

    var logger: Logger {
        var logger = Logger(label: "perilune.test") { _ in Handler(log: self) }
        logger.logLevel = .debug
        return logger
    }

    private struct Handler: LogHandler {
        let log: TestLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).mapValues { DynamicValue.string("\($0)") }
            let level = event.level == .warning ? "warn" : event.level.rawValue
            log.entries.withLock { $0.append(["level": .string(level), "message": .string("\(event.message)"), "fields": .object(fields)]) }
        }
    }
}

/// What a plugin counted: the sum of a counter, the last value of what it recorded, each by its name.
final class TestMetrics: MetricsFactory {
    private let values = Mutex<[String: Double]>([:])

    var all: DynamicValue { .object(values.withLock { $0 }.mapValues { Int64(exactly: $0).map { .integer($0) } ?? .number($0) }) }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { Handler(label: label, metrics: self) }
    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler { Handler(label: label, metrics: self) }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { Handler(label: label, metrics: self) }
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private final class Handler: CounterHandler, RecorderHandler, TimerHandler {
        let label: String
        let metrics: TestMetrics
        init(label: String, metrics: TestMetrics) { (self.label, self.metrics) = (label, metrics) }
        func increment(by amount: Int64) { metrics.values.withLock { $0[label, default: 0] += Double(amount) } }
        func reset() {}
        func record(_ value: Int64) { record(Double(value)) }
        func record(_ value: Double) { metrics.values.withLock { $0[label] = value } }
        func recordNanoseconds(_ duration: Int64) {}
    }
}

/// A store that is gone with its test.
final class TestStore: PluginStore {
    private let values = Mutex<[String: DynamicValue]>([:])

    func transaction<R>(in namespace: String, _ body: (any PluginStoreTransaction) throws -> R) throws -> R {
        let transaction = Transaction(values.withLock { $0 })
        let result = try body(transaction)
        values.withLock { $0 = transaction.values }
        return result
    }

    func get(_ key: String, in namespace: String) throws -> DynamicValue? { values.withLock { $0[key] } }
    func list(prefix: String, in namespace: String) throws -> [String] { try Transaction(values.withLock { $0 }).list(prefix: prefix) }

    private final class Transaction: PluginStoreTransaction {
        var values: [String: DynamicValue]
        init(_ values: [String: DynamicValue]) { self.values = values }
        func get(_ key: String) throws -> DynamicValue? { values[key] }
        func put(_ key: String, _ value: DynamicValue) throws { values[key] = value }
        func delete(_ key: String) throws -> Bool { values.removeValue(forKey: key) != nil }
        func list(prefix: String) throws -> [String] { values.keys.filter { $0.hasPrefix(prefix) }.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) } }
    }
}
