import CoreMetrics
import Synchronization

/// The record of one operation of one plugin: resolved once, then written by every call without a look-up or a lock.
package final class OperationRecorder: Sendable {
    package let plugin: String
    package let operation: String
    private let feed: MonitorFeed

    private let errors = Atomic<Int>(0)
    private let total = Atomic<Int64>(0)
    private let longest = Atomic<Int64>(0)
    /// Of successes; 0 until the second one, since `initialize` and `cleanup` have but one.
    private let histogram = Atomic<UInt>(0)
    private let first = Mutex<Int64?>(nil)
    private let outlets = AtomicLazyReference<Outlets>()
    /// Whether ``outlets`` are to be looked for: until it is known that there is no backend.
    private let mayHaveOutlets = Atomic<Bool>(true)

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

    init(plugin: String, operation: String, feed: MonitorFeed) {
        self.plugin = plugin
        self.operation = operation
        self.feed = feed
    }

    deinit { LatencyHistogram(bitPattern: histogram.load(ordering: .acquiring))?.deallocate() }

    /// Records one call that succeeded.
    package func record(nanoseconds: Int64) {
        let nanoseconds = max(0, nanoseconds)  // the machine may have slept meanwhile
        countSuccess(nanoseconds)
        if mayHaveOutlets.load(ordering: .relaxed) || feed.hasSubscribers {
            passOn(success: true, nanoseconds: nanoseconds, labels: [], error: nil)
        }
    }

    /// Counts a call that was not made, since it would have been refused: that tells nothing new, so nobody is told.
    func countRefusal() { errors.wrappingAdd(1, ordering: .relaxed) }

    /// Records one call. `error` is what it failed with.
    package func record(nanoseconds: Int64, error: PluginError?) {
        guard let error else { return record(nanoseconds: nanoseconds) }
        errors.wrappingAdd(1, ordering: .relaxed)
        passOn(success: false, nanoseconds: max(0, nanoseconds), labels: [], error: error)
    }

    /// Records one call. `error` is what the call failed with.
    package func record(duration: Duration, error: PluginError? = nil) {
        record(nanoseconds: duration.nanoseconds, error: error)
    }

    func record(success: Bool, duration: Duration, labels: [(String, String)]) {
        if success { countSuccess(duration.nanoseconds) } else { errors.wrappingAdd(1, ordering: .relaxed) }
        passOn(success: success, nanoseconds: duration.nanoseconds, labels: labels, error: nil)
    }

    @inline(__always) private func countSuccess(_ nanoseconds: Int64) {
        total.wrappingAdd(nanoseconds, ordering: .relaxed)
        if nanoseconds > longest.load(ordering: .relaxed) { longest.max(nanoseconds, ordering: .relaxed) }
        if let histogram = LatencyHistogram(bitPattern: histogram.load(ordering: .acquiring)) {
            histogram.record(nanoseconds: nanoseconds)
        } else {
            countEarly(nanoseconds)
        }
    }

    private func countEarly(_ nanoseconds: Int64) {
        first.withLock { first in
            guard let earlier = first else {
                first = nanoseconds
                return
            }
            if let made = LatencyHistogram(bitPattern: histogram.load(ordering: .relaxed)) {
                made.record(nanoseconds: nanoseconds)
            } else {
                let new = LatencyHistogram()
                new.record(nanoseconds: earlier)
                new.record(nanoseconds: nanoseconds)
                histogram.store(new.bitPattern, ordering: .releasing)
            }
        }
    }

    private func passOn(success: Bool, nanoseconds: Int64, labels: [(String, String)], error: PluginError?) {
        if let outlets = usedOutlets(labels) {
            (success ? outlets.success : outlets.failure).increment()
            if success { outlets.duration.recordNanoseconds(nanoseconds) }
        }
        feed.publish(self, success: success, nanoseconds: nanoseconds, labels: labels, error: error)
    }

    private func usedOutlets(_ labels: [(String, String)]) -> Outlets? {
        guard labels.isEmpty else { return feed.backend.map { makeOutlets(labels, $0) } }
        if let known = outlets.load() { return known }
        guard mayHaveOutlets.load(ordering: .relaxed), let backend = feed.backend else {
            mayHaveOutlets.store(false, ordering: .relaxed)
            return nil
        }
        return outlets.storeIfNil(makeOutlets([], backend))
    }

    private func makeOutlets(_ labels: [(String, String)], _ factory: any MetricsFactory) -> Outlets {
        let names = [("plugin", plugin), ("operation", operation)]
        return Outlets(
            success: Counter(label: "plugin_operations", dimensions: names + [("success", "true")] + labels, factory: factory),
            failure: Counter(label: "plugin_operations", dimensions: names + [("success", "false")] + labels, factory: factory),
            duration: Timer(label: "plugin_duration", dimensions: names + labels, factory: factory))
    }

    func snapshot() -> MonitorSnapshot.Operation {
        let (counts, single) = successes()
        // read after the counts, so that it is no less than any of them; a bucket's bound may be above it
        let longest = Double(longest.load(ordering: .relaxed)) / 1e9
        func percentile(_ fraction: Double) -> Double {
            single.map { Double($0) / 1e9 } ?? min(LatencyHistogram.percentile(fraction, of: counts) / .seconds(1), longest)
        }
        let errors = errors.load(ordering: .relaxed)
        return MonitorSnapshot.Operation(
            plugin: plugin, operation: operation, calls: Int(counts.reduce(0, +)) + (single == nil ? 0 : 1) + errors, errors: errors,
            totalSeconds: Double(total.load(ordering: .relaxed)) / 1e9, maxSeconds: longest,
            p50Seconds: percentile(0.5), p90Seconds: percentile(0.9), p99Seconds: percentile(0.99))
    }

    /// The histogram's counts, or the only success there was.
    private func successes() -> (counts: [UInt64], single: Int64?) {
        let single = first.withLock { histogram.load(ordering: .acquiring) == 0 ? $0 : nil }
        return (LatencyHistogram(bitPattern: histogram.load(ordering: .acquiring)).flatMap { single == nil ? $0.counts() : nil } ?? [], single)
    }

    /// Runs an operation, timed, and records how it ended. Whatever is thrown arrives as a ``PluginError``.
    package func measure<R>(_ plugin: PluginMetadata, phase: PluginError.Phase = .call, _ body: () async throws -> R) async throws -> R {
        let start = CallClock.now
        do {
            let result = try await body()
            record(nanoseconds: CallClock.now - start)
            return result
        } catch {
            let error = PluginError(wrapping: error, plugin: plugin, operation: operation, phase: phase)
            record(nanoseconds: CallClock.now - start, error: error)
            throw error
        }
    }
}

extension OperationRecorder {
    /// As ``measure(_:phase:_:)``, for an operation that does not wait.
    package func measureNow<R>(_ plugin: PluginMetadata, phase: PluginError.Phase, _ body: () throws -> R) throws -> R {
        let start = CallClock.now
        do {
            let result = try body()
            record(nanoseconds: CallClock.now - start)
            return result
        } catch {
            let error = PluginError(wrapping: error, plugin: plugin, operation: operation, phase: phase)
            record(nanoseconds: CallClock.now - start, error: error)
            throw error
        }
    }
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
