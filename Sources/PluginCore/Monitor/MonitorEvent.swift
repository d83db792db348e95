import Synchronization

/// One operation that ended, as monitor plugins get it.
public struct MonitorEvent: Sendable {
    public var plugin: String
    public var operation: String
    public var success: Bool
    public var duration: Duration
    public var error: PluginError?
    public var labels: [String: String]
    /// Seconds since 1970.
    public var time: Double

    /// As `observe(ctx, event)` gets it: duration in seconds.
    public var value: DynamicValue {
        var members: [String: DynamicValue] = [
            "plugin": .string(plugin), "operation": .string(operation), "success": .bool(success),
            "duration": .number(duration / .seconds(1)), "labels": .object(labels.mapValues { .string($0) }), "time": .number(time),
        ]
        if let error {
            var details: [String: DynamicValue] = ["code": .string(error.code.rawValue), "message": .string(error.message)]
            details["location"] = error.location.map { .string($0) }
            members["error"] = .object(details)
        }
        return .object(members)
    }
}

extension MonitorEvent {
    /// An event from a plain value, what it lacks left empty.
    init(_ value: DynamicValue) {
        let seconds = value["duration"]?.number ?? 0
        self.init(
            plugin: value["plugin"]?.string ?? "", operation: value["operation"]?.string ?? "", success: value["success"]?.bool ?? true,
            duration: (0...1e9).contains(seconds) ? .seconds(seconds) : .zero,
            labels: value["labels"]?.object?.compactMapValues(\.string) ?? [:], time: value["time"]?.number ?? 0)
        if let details = value["error"], !details.isNull {
            error = PluginError(
                code: .init(rawValue: details["code"]?.string ?? "runtime"), phase: .call, message: details["message"]?.string ?? "",
                plugin: plugin, operation: operation, location: details["location"]?.string)
        }
    }
}

/// The events of a monitor from the moment of subscription on, in a bounded queue: when the reader is slower than the
/// plugins, new events are dropped and counted, and no call waits.
public final class MonitorEvents: AsyncSequence, Sendable {
    public typealias Element = MonitorEvent

    private let stream: AsyncStream<MonitorEvent>
    private let continuation: AsyncStream<MonitorEvent>.Continuation
    private let drops = Atomic<Int>(0)

    init(capacity: Int, cancel: @escaping @Sendable () -> Void) {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
        // a reader that is cancelled ends the subscription as well
        continuation.onTermination = { _ in cancel() }
    }

    /// Events that did not fit.
    public var dropped: Int { drops.load(ordering: .relaxed) }

    /// Whether the event was dropped.
    func offer(_ event: MonitorEvent) -> Bool {
        guard case .dropped = continuation.yield(event) else { return false }
        drops.add(1, ordering: .relaxed)
        return true
    }

    /// Ends the subscription; the reader still gets what is in the queue.
    public func finish() { continuation.finish() }

    public func makeAsyncIterator() -> AsyncStream<MonitorEvent>.Iterator { stream.makeAsyncIterator() }
}
