import Synchronization

/// The events of a monitor from the moment of subscription on, in a bounded queue: when the reader is slower than the
/// plugins, new events are dropped and counted, and no call waits.
///
/// A reader that is cancelled ends the subscription.
public final class MonitorEvents: AsyncSequence, Sendable {
    // An AsyncStream does the same, and asks the runtime for generic metadata ten times an event: each call of a plugin pays for that.

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let events: MonitorEvents

        /// The next event; `nil` once the subscription has ended and the queue is empty.
        public mutating func next() async -> MonitorEvent? { await events.next() }
    }

    private struct State {
        /// What came, newest last, and what is next, newest first.
        var arrived: [MonitorEvent] = []
        var next: [MonitorEvent] = []
        var isFinished = false
        var readers: [CheckedContinuation<MonitorEvent?, Never>] = []

        var count: Int { arrived.count + next.count }

        mutating func removeFirst() -> MonitorEvent? {
            if next.isEmpty {
                swap(&next, &arrived)
                next.reverse()
            }
            return next.popLast()
        }
    }

    private let capacity: Int
    private let state = Mutex(State())
    private let drops = Atomic<Int>(0)
    /// Whether events of an operation are for the reader at all: others are neither offered nor counted as dropped.
    let wants: @Sendable (_ plugin: String, _ operation: String) -> Bool
    /// Whether the reader would not take any event now: then it is not even woken, and ``offer(_:)`` not asked.
    let isRefusing: @Sendable () -> Bool
    private let cancel: @Sendable (MonitorEvents) -> Void

    init(
        capacity: Int, wants: @escaping @Sendable (String, String) -> Bool = { _, _ in true }, isRefusing: @escaping @Sendable () -> Bool = { false },
        cancel: @escaping @Sendable (MonitorEvents) -> Void
    ) {
        self.capacity = capacity
        self.wants = wants
        self.isRefusing = isRefusing
        self.cancel = cancel
    }

    /// Events that did not fit, or that their reader could not take.
    public var dropped: Int { drops.load(ordering: .relaxed) }

    /// How many wait for an event.
    var waitingReaders: Int { state.withLock { $0.readers.count } }

    /// Whether the event was dropped.
    func offer(_ event: MonitorEvent) -> Bool {
        let (isDropped, reader) = state.withLock { state -> (Bool, CheckedContinuation<MonitorEvent?, Never>?) in
            if state.isFinished { return (false, nil) }
            if !state.readers.isEmpty { return (false, state.readers.removeFirst()) }
            guard state.count < capacity else { return (true, nil) }
            state.arrived.append(event)
            return (false, nil)
        }
        reader?.resume(returning: event)
        if isDropped { countDrop() }
        return isDropped
    }

    func countDrop() { drops.add(1, ordering: .relaxed) }

    /// Ends the subscription; the reader still gets what is in the queue.
    public func finish() {
        let readers = state.withLock { state in
            state.isFinished = true
            defer { state.readers = [] }
            return state.readers
        }
        for reader in readers { reader.resume(returning: nil) }
        cancel(self)
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(events: self) }

    private func next() async -> MonitorEvent? {
        if Task.isCancelled { finish() }
        let (event, isOver) = state.withLock { state in (state.removeFirst(), state.isFinished) }
        if event != nil || isOver { return event }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                // what has come meanwhile, or the end
                let answer: MonitorEvent?? = state.withLock { state in
                    if let event = state.removeFirst() { return event }
                    if state.isFinished { return .some(nil) }
                    state.readers.append(reader)
                    return nil
                }
                if let answer { reader.resume(returning: answer) }
            }
        } onCancel: {
            finish()
        }
    }
}
