import CoreMetrics
import Synchronization

/// What loaders did, counted for each of them.
final class LoaderRecords: Sendable {
    enum Operation: String {
        case load, reload, rollback, unload
    }

    private struct Key: Hashable {
        let loader: String
        let operation: Operation
    }

    private let records = Mutex<[Key: MonitorSnapshot.LoaderOperation]>([:])

    func record(_ operation: Operation, loader: String, success: Bool, duration: Duration, _ factory: (any MetricsFactory)?) {
        records.withLock { records in
            let empty = MonitorSnapshot.LoaderOperation(loader: loader, operation: operation.rawValue, successes: 0, failures: 0, totalSeconds: 0)
            var record = records[Key(loader: loader, operation: operation)] ?? empty
            if success { record.successes += 1 } else { record.failures += 1 }
            record.totalSeconds += duration / .seconds(1)
            records[Key(loader: loader, operation: operation)] = record
        }
        guard let factory else { return }
        let name = [("loader", loader), ("operation", operation.rawValue)]
        Counter(label: "loader_operations", dimensions: name + [("success", "\(success)")], factory: factory).increment()
        Timer(label: "loader_duration", dimensions: name, factory: factory).recordNanoseconds(duration.nanoseconds)
    }

    var snapshot: [MonitorSnapshot.LoaderOperation] {
        records.withLock { Array($0.values) }.sorted { ($0.loader, $0.operation) < ($1.loader, $1.operation) }
    }
}
