public import CoreMetrics
import Foundation
import Synchronization

/// Counts and times what plugins do, keeps the last errors, and passes all of it on through swift-metrics.
///
/// ```swift
/// let monitor = PluginMonitor()
/// monitor.recordOperation(plugin: "words", operation: "process", success: true, duration: .microseconds(40))
/// let calls = monitor.snapshot().operation("process", of: "words")?.calls  // 1
/// ```
///
/// Metrics: counter `plugin_operations{operation,plugin,success}`, timer `plugin_duration{operation,plugin}` of successes
/// only, `plugin_loads{path,success}`, `plugin_load_duration{path}`, `plugin_discoveries{package,success}`,
/// `loader_operations{loader,operation,success}`, `loader_duration{loader,operation}`, gauge `plugin_versions_kept{plugin}`.
/// Everything may be called from any thread; recording an operation takes no lock that a snapshot holds.
public final class PluginMonitor: Sendable {
    private let feed: MonitorFeed
    private let recorders = Mutex<[Key: OperationRecorder]>([:])
    private let paths = Mutex(PathRecords())
    private let loaders = LoaderRecords()

    private struct Key: Hashable {
        let plugin: String
        let operation: String
    }

    private struct PathRecords {
        var loads: [String: MonitorSnapshot.Load] = [:]
        var discoveries: [String: MonitorSnapshot.Discovery] = [:]
    }

    /// A monitor whose metrics go to `metricsFactory`, or to the backend that the program bootstrapped.
    public init(metricsFactory: (any MetricsFactory)? = nil) { feed = MonitorFeed(metricsFactory: metricsFactory) }

    // MARK: Recording

    /// Records one operation. A duration counts only if it succeeded. Labels are passed on to metrics and events.
    public func recordOperation(plugin: String, operation: String, success: Bool, duration: Duration, labels: [String: String] = [:]) {
        recorder(plugin: plugin, operation: operation)
            .record(success: success, duration: duration, labels: labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// Records that a plugin was read from a path.
    public func recordLoad(path: String, success: Bool, duration: Duration) {
        paths.withLock { records in
            var load = records.loads[path] ?? MonitorSnapshot.Load(path: path, successes: 0, failures: 0, totalSeconds: 0)
            if success { load.successes += 1 } else { load.failures += 1 }
            load.totalSeconds += duration / .seconds(1)
            records.loads[path] = load
        }
        guard let factory = feed.backend else { return }
        Counter(label: "plugin_loads", dimensions: [("path", path), ("success", "\(success)")], factory: factory).increment()
        Timer(label: "plugin_load_duration", dimensions: [("path", path)], factory: factory).recordNanoseconds(duration.nanoseconds)
    }

    /// Records that plugins were looked for in a folder.
    public func recordDiscovery(package: String, success: Bool) {
        paths.withLock { records in
            var discovery = records.discoveries[package] ?? MonitorSnapshot.Discovery(package: package, successes: 0, failures: 0)
            if success { discovery.successes += 1 } else { discovery.failures += 1 }
            records.discoveries[package] = discovery
        }
        guard let factory = feed.backend else { return }
        Counter(label: "plugin_discoveries", dimensions: [("package", package), ("success", "\(success)")], factory: factory).increment()
    }

    /// Records what a loader did.
    func recordLoader(_ operation: LoaderRecords.Operation, loader: String, success: Bool, duration: Duration) {
        loaders.record(operation, loader: loader, success: success, duration: duration, backend)
    }

    /// The metrics' backend; `nil` when the program has none.
    var backend: (any MetricsFactory)? { feed.backend }

    /// Gives readers of events one that is no operation of a plugin.
    func tell(plugin: String, operation: String, duration: Duration, error: PluginError?, labels: [String: String]) {
        feed.publish(
            plugin, operation,
            MonitorEvent(
                plugin: plugin, operation: operation, success: error == nil, duration: duration, error: error?.kept, labels: labels, time: MonitorFeed.now))
    }

    /// Tells that a plugin was quarantined or released: a metric, and an event of the operation `quarantine`.
    func recordQuarantine(plugin: String, _ transition: Quarantine.Transition) {
        let (name, labels): (String, [String: String])
        switch transition {
        case .entered(let reason, let wait): (name, labels) = ("entered", ["reason": reason, "retry_after": "\(wait / .seconds(1))"])
        case .released: (name, labels) = ("released", [:])
        case .failedProbation: return  // the rollback that follows is told
        }
        if let factory = feed.backend {
            Counter(label: "plugin_quarantines", dimensions: [("event", name), ("plugin", plugin)], factory: factory).increment()
        }
        feed.publish(
            plugin, "quarantine",
            MonitorEvent(
                plugin: plugin, operation: "quarantine", success: transition == .released, duration: .zero, labels: labels.merging(["event": name]) { old, _ in old },
                time: MonitorFeed.now))
    }

    /// The record of an operation, made when it is first asked for.
    package func recorder(plugin: String, operation: String) -> OperationRecorder {
        recorders.withLock { all in
            let key = Key(plugin: plugin, operation: operation)
            if let known = all[key] { return known }
            let new = OperationRecorder(plugin: plugin, operation: operation, feed: feed)
            all[key] = new
            return new
        }
    }

    // MARK: Reading

    /// All counts as they are now. Calls go on meanwhile.
    public func snapshot() -> MonitorSnapshot {
        let operations = recorders.withLock { Array($0.values) }.map { $0.snapshot() }
        let (loads, discoveries) = paths.withLock { ($0.loads.values, $0.discoveries.values) }
        return MonitorSnapshot(
            operations: operations.filter { $0.calls > 0 }.sorted { ($0.plugin, $0.operation) < ($1.plugin, $1.operation) },
            loads: loads.sorted { $0.path < $1.path },
            discoveries: discoveries.sorted { $0.package < $1.package }, loaders: loaders.snapshot,
            errors: feed.errors, droppedEvents: feed.droppedEvents)
    }

    /// Each operation that ends from now on, in a queue of at most `capacity`.
    public func events(capacity: Int = 1024) -> MonitorEvents { feed.subscribe(capacity: capacity) }

    /// Counts an event that a reader could not take.
    func countDrop(of events: MonitorEvents) { feed.countDrop(of: events) }

    /// As ``events(capacity:)`` for a reader that wants some of them only, and at times takes none.
    func events(
        capacity: Int = 1024, wants: @escaping @Sendable (_ plugin: String, _ operation: String) -> Bool, isRefusing: @escaping @Sendable () -> Bool
    ) -> MonitorEvents {
        feed.subscribe(capacity: capacity, wants: wants, isRefusing: isRefusing)
    }
}

extension PluginMonitor {
    /// Passes a plugin's own count on to the metrics backend.
    package func increment(_ metric: String, by amount: Int64, plugin: String, labels: [String: String]) {
        guard let factory = feed.backend else { return }
        Counter(label: metric, dimensions: dimensions(plugin, labels), factory: factory).increment(by: amount)
    }

    /// Passes a plugin's own value on to the metrics backend, as a histogram's.
    package func record(_ metric: String, _ value: Double, plugin: String, labels: [String: String]) {
        guard let factory = feed.backend else { return }
        Recorder(label: metric, dimensions: dimensions(plugin, labels), aggregate: true, factory: factory).record(value)
    }

    private func dimensions(_ plugin: String, _ labels: [String: String]) -> [(String, String)] {
        [("plugin", plugin)] + labels.sorted { $0.key < $1.key }.filter { $0.key != "plugin" }.map { ($0.key, $0.value) }
    }
}
