import CoreMetrics
import Synchronization

/// The record of one operation of one plugin: resolved once, then written by every call without a look-up or a lock.
package final class OperationRecorder: Sendable {
    package let plugin: String
    package let operation: String
    private unowned let monitor: PluginMonitor

    private let calls = Atomic<Int>(0)
    private let errors = Atomic<Int>(0)
    private let total = Atomic<Int64>(0)
    private let longest = Atomic<Int64>(0)
    private let outlets = AtomicLazyReference<Outlets>()
    private let histogram = AtomicLazyReference<LatencyHistogram>()

    /// The metrics of a host's backend, made at the first record so that a backend bootstrapped late is still found.
    private final class Outlets: Sendable {
        let success: Counter
        let failure: Counter
        let duration: Timer

        init(success: Counter, failure: Counter, duration: Timer) {
            self.success = success
            self.failure = failure
            self.duration = duration
        }
    }

    init(plugin: String, operation: String, monitor: PluginMonitor) {
        self.plugin = plugin
        self.operation = operation
        self.monitor = monitor
    }

    /// Records one call. `error` is what the call failed with.
    package func record(duration: Duration, error: PluginError? = nil) {
        record(success: error == nil, duration: duration, labels: [], error: error)
    }

    func record(success: Bool, duration: Duration, labels: [(String, String)], error: PluginError?) {
        let nanoseconds = duration.nanoseconds
        calls.wrappingAdd(1, ordering: .relaxed)
        if success {
            total.wrappingAdd(nanoseconds, ordering: .relaxed)
            longest.max(nanoseconds, ordering: .relaxed)
            (histogram.load() ?? histogram.storeIfNil(LatencyHistogram())).record(nanoseconds: nanoseconds)
        } else {
            errors.wrappingAdd(1, ordering: .relaxed)
        }
        let used = labels.isEmpty ? outlets.load() ?? outlets.storeIfNil(makeOutlets([])) : makeOutlets(labels)
        (success ? used.success : used.failure).increment()
        if success { used.duration.recordNanoseconds(nanoseconds) }
        monitor.publish(self, success: success, duration: duration, labels: labels, error: error)
    }

    private func makeOutlets(_ labels: [(String, String)]) -> Outlets {
        let factory = monitor.metricsFactory ?? MetricsSystem.factory
        let names = [("plugin", plugin), ("operation", operation)]
        return Outlets(
            success: Counter(label: "plugin_operations", dimensions: names + [("success", "true")] + labels, factory: factory),
            failure: Counter(label: "plugin_operations", dimensions: names + [("success", "false")] + labels, factory: factory),
            duration: Timer(label: "plugin_duration", dimensions: names + labels, factory: factory))
    }

    func snapshot() -> MonitorSnapshot.Operation {
        let counts = histogram.load()?.counts() ?? []
        // read after the counts, so that it is no less than any of them; a bucket's bound may be above it
        let longest = Double(longest.load(ordering: .relaxed)) / 1e9
        func percentile(_ fraction: Double) -> Double { min(LatencyHistogram.percentile(fraction, of: counts) / .seconds(1), longest) }
        return MonitorSnapshot.Operation(
            plugin: plugin, operation: operation, calls: calls.load(ordering: .relaxed), errors: errors.load(ordering: .relaxed),
            totalSeconds: Double(total.load(ordering: .relaxed)) / 1e9, maxSeconds: longest,
            p50Seconds: percentile(0.5), p90Seconds: percentile(0.9), p99Seconds: percentile(0.99))
    }

    /// Runs an operation, timed, and records how it ended. Whatever is thrown arrives as a ``PluginError``.
    package func measure<R>(_ plugin: PluginMetadata, phase: PluginError.Phase = .call, _ body: () async throws -> R) async throws -> R {
        let start = ContinuousClock.now
        do {
            let result = try await body()
            record(duration: .now - start)
            return result
        } catch {
            let error = PluginError(wrapping: error, plugin: plugin, operation: operation, phase: phase)
            record(duration: .now - start, error: error)
            throw error
        }
    }
}

extension OperationRecorder {
    /// As ``measure(_:phase:_:)``, for an operation that does not wait.
    package func measureNow<R>(_ plugin: PluginMetadata, phase: PluginError.Phase, _ body: () throws -> R) throws -> R {
        let start = ContinuousClock.now
        do {
            let result = try body()
            record(duration: .now - start)
            return result
        } catch {
            let error = PluginError(wrapping: error, plugin: plugin, operation: operation, phase: phase)
            record(duration: .now - start, error: error)
            throw error
        }
    }
}

extension ContinuousClock.Instant {
    fileprivate static func - (end: Self, start: Self) -> Duration { start.duration(to: end) }
}

extension Duration {
    /// Whole nanoseconds from 0 to what an `Int64` holds.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds > 9_000_000_000 ? .max : max(0, max(-1, seconds) * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

extension PluginError {
    /// Any error as one of this plugin's, with what it lacked filled in.
    package init(wrapping error: any Error, plugin: PluginMetadata, operation: String?, phase: Phase) {
        if var known = error as? PluginError {
            known.plugin = known.plugin ?? plugin.name
            known.version = known.version ?? plugin.version
            known.operation = known.operation ?? operation
            if known.phase == .call { known.phase = phase }
            self = known
        } else if error is CancellationError {
            self.init(.cancelled, plugin: plugin, operation: operation, underlying: error)
            self.phase = phase
        } else {
            self.init(
                code: .runtime, phase: phase, message: String(describing: error), plugin: plugin.name, version: plugin.version,
                operation: operation, underlying: error)
        }
    }
}
