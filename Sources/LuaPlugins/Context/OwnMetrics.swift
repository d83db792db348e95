import Logging
import PluginCore
import Synchronization

/// What a plugin counts on its own, on its way to the host's metrics. A backend keeps each name with its labels for
/// ever, so they are short and there are at most so many; what is beyond that is dropped, and the log says so once.
final class OwnMetrics: Sendable {
    private struct Seen {
        /// Hashes of a name with its labels.
        var series: Set<Int> = []
        var hasDropped = false
    }

    static let mostSeries = 1000
    private static let longestName = 128
    private static let mostLabels = 16
    private static let longestValue = 256

    private let context: PluginContext
    private let seen = Mutex(Seen())

    init(_ context: PluginContext) { self.context = context }

    func increment(_ metric: String, by amount: Int64, labels: [String: String]) {
        pass(metric, labels) { context.monitor.increment($0, by: amount, plugin: context.metadata.name, labels: $1) }
    }

    func record(_ metric: String, _ value: Double, labels: [String: String]) {
        pass(metric, labels) { context.monitor.record($0, value, plugin: context.metadata.name, labels: $1) }
    }

    private func pass(_ metric: String, _ labels: [String: String], _ body: (String, [String: String]) -> Void) {
        let name = metric.shortened(toBytes: Self.longestName)
        let kept = labels.sorted { $0.key < $1.key }.prefix(Self.mostLabels).map {
            ($0.key.shortened(toBytes: Self.longestName), $0.value.shortened(toBytes: Self.longestValue))
        }
        let shown = Dictionary(kept) { first, _ in first }
        let (isLet, isFirst) = seen.withLock { seen in
            var hasher = Hasher()
            hasher.combine(name)
            hasher.combine(shown)
            let series = hasher.finalize()
            if seen.series.contains(series) { return (true, false) }
            guard seen.series.count < Self.mostSeries else {
                defer { seen.hasDropped = true }
                return (false, !seen.hasDropped)
            }
            seen.series.insert(series)
            return (true, false)
        }
        if isLet { return body(name, shown) }
        if isFirst { context.logger.warning("further metrics are dropped", metadata: ["reason": "more than \(Self.mostSeries) names with their labels"]) }
    }
}
