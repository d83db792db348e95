import CoreMetrics
import Foundation
import Synchronization

/// What the records of a monitor share: where metrics go, who gets events, and the last errors.
final class MonitorFeed: Sendable {
    private let metricsFactory: (any MetricsFactory)?
    private let captured = Mutex<[MonitorSnapshot.CapturedError]>([])
    private let subscriptions = Mutex<[MonitorEvents]>([])
    private let subscriptionCount = Atomic<Int>(0)
    private let drops = Atomic<Int>(0)

    /// How many errors are kept.
    private static let keptErrors = 64

    init(metricsFactory: (any MetricsFactory)?) { self.metricsFactory = metricsFactory }

    /// The metrics' backend; `nil` when the program has none.
    var backend: (any MetricsFactory)? {
        let factory = metricsFactory ?? MetricsSystem.factory
        return factory is NOOPMetricsHandler ? nil : factory
    }

    var errors: [MonitorSnapshot.CapturedError] { captured.withLock { $0 } }

    var droppedEvents: Int { drops.load(ordering: .relaxed) }

    // MARK: Events

    var hasSubscribers: Bool { subscriptionCount.load(ordering: .relaxed) > 0 }

    func subscribe(
        capacity: Int, wants: @escaping @Sendable (String, String) -> Bool = { _, _ in true }, isRefusing: @escaping @Sendable () -> Bool = { false }
    ) -> MonitorEvents {
        let events = MonitorEvents(capacity: capacity, wants: wants, isRefusing: isRefusing) { [weak self] in self?.unsubscribe($0) }
        subscriptions.withLock { $0.append(events) }
        subscriptionCount.add(1, ordering: .releasing)
        return events
    }

    private func unsubscribe(_ events: MonitorEvents) {
        let isGone = subscriptions.withLock { subscriptions in
            guard let index = subscriptions.firstIndex(where: { $0 === events }) else { return false }
            subscriptions.remove(at: index)
            return true
        }
        if isGone { subscriptionCount.subtract(1, ordering: .releasing) }
    }

    func publish(_ recorder: OperationRecorder, success: Bool, nanoseconds: Int64, labels: [(String, String)], error: PluginError?) {
        let error = error?.kept
        // refusals tell nothing new, and would push out what they come from, and other plugins' errors
        if let error, error.code != .quarantined { capture(error, recorder) }
        guard hasSubscribers else { return }
        publish(
            recorder.plugin, recorder.operation,
            MonitorEvent(
                plugin: recorder.plugin, operation: recorder.operation, success: success, duration: .nanoseconds(nanoseconds), error: error,
                labels: labels.isEmpty ? [:] : Dictionary(uniqueKeysWithValues: labels), time: Self.now))
    }

    /// - Parameter event: made once somebody takes it.
    func publish(_ plugin: String, _ operation: String, _ event: @autoclosure () -> MonitorEvent) {
        var made: MonitorEvent?
        for events in subscriptions.withLock({ $0 }) where events.wants(plugin, operation) {
            guard !events.isRefusing() else {
                countDrop(of: events)
                continue
            }
            let event = made ?? event()
            made = event
            if events.offer(event) { drops.add(1, ordering: .relaxed) }
        }
    }

    /// Seconds since 1970.
    static var now: Double { Date().timeIntervalSince1970 }

    /// Counts an event that a reader could not take.
    func countDrop(of events: MonitorEvents) {
        events.countDrop()
        drops.add(1, ordering: .relaxed)
    }

    // MARK: Errors

    private func capture(_ error: PluginError, _ recorder: OperationRecorder) {
        let entry = MonitorSnapshot.CapturedError(
            plugin: recorder.plugin, operation: recorder.operation, code: error.code.rawValue, message: error.message, location: error.location,
            traceback: error.traceback, time: Self.now)
        captured.withLock { errors in
            if errors.count == Self.keptErrors { errors.removeFirst() }
            errors.append(entry)
        }
    }
}
