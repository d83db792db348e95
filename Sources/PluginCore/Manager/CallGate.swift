import Synchronization

/// Lets one caller in at a time, in the order in which they came. Waiting suspends the task and blocks no thread;
/// going in or out while nobody waits is one atomic exchange. Where a wait is too long or the task is cancelled, it
/// ends with an error.
///
/// Who is inside may step out to wait for something else, so that others go in meanwhile, and then steps in again
/// before those who have not been in yet. Those inside and those who stepped out are in flight.
package final class CallGate: Sendable {
    package enum Refusal: Error, Equatable {
        /// That many callers wait already.
        case full(Int)
        case timeout
        case cancelled
    }

    /// Who comes, and where in the order that puts it.
    private enum Arrival {
        /// Has not been in yet: goes in while fewer are in flight than that, and is refused while as many wait.
        case new(inFlight: Int, limit: Int)
        /// Has not been in yet, and one in flight waits for it.
        case inner
        /// Has stepped out.
        case back

        /// What going in adds to the word.
        var step: UInt {
            if case .back = self { busy &- away } else { busy }
        }
    }

    private struct Waiter {
        let id: UInt64
        let arrival: Arrival
        let continuation: CheckedContinuation<Refusal?, Never>
    }

    /// Waiters in order; taking the first costs the same however many there are.
    private struct Queue {
        private var waiters: [Waiter] = []
        private var gone = 0

        var count: Int { waiters.count - gone }
        var first: Waiter? { gone < waiters.count ? waiters[gone] : nil }

        mutating func append(_ waiter: Waiter) { waiters.append(waiter) }

        mutating func removeFirst() -> Waiter {
            defer {
                gone += 1
                if gone * 2 >= waiters.count {
                    waiters.removeFirst(gone)
                    gone = 0
                }
            }
            return waiters[gone]
        }

        mutating func remove(_ id: UInt64) -> Waiter? {
            waiters[gone...].firstIndex { $0.id == id }.map { waiters.remove(at: $0) }
        }
    }

    private struct State {
        var lastID: UInt64 = 0
        /// Who goes first: it stepped out and wants in again, or one that did waits for it. Somebody is inside while there are any.
        var urgent = Queue()
        /// Who has not been in yet.
        var coming = Queue()
        /// Callers that do not wait yet, with why they need not.
        var arriving: [UInt64: Refusal?] = [:]

        var isEmpty: Bool { urgent.count + coming.count == 0 }
    }

    /// Whether somebody is inside, whether somebody waits, and how many have stepped out. While somebody waits it is
    /// changed with the lock held only.
    private let word = Atomic<UInt>(0)
    private static let busy: UInt = 1
    private static let queued: UInt = 2
    private static let away: UInt = 4

    private let state = Mutex(State())

    package init() {}

    // MARK: Going in

    /// Goes in if nobody is inside, nobody waits, and fewer than `inFlight` have stepped out.
    package func tryEnter(inFlight: Int = .max) -> Bool {
        var word = word.load(ordering: .relaxed)
        while word & (Self.busy | Self.queued) == 0, Int(word / Self.away) < inFlight {
            let (exchanged, original) = self.word.weakCompareExchange(
                expected: word, desired: word | Self.busy, successOrdering: .acquiring, failureOrdering: .relaxed)
            if exchanged { return true }
            word = original
        }
        return false
    }

    /// Goes in, after those who came before, once fewer than `inFlight` are.
    ///
    /// - Throws: ``Refusal`` when `limit` callers wait already, `deadline` has come, or the task is cancelled.
    package func enter(limit: Int = .max, deadline: ContinuousClock.Instant? = nil, inFlight: Int = .max) async throws(Refusal) {
        if !tryEnter(inFlight: inFlight) { try await enter(.new(inFlight: inFlight, limit: limit), deadline) }
    }

    /// Goes in on behalf of one that has stepped out and waits for that: before those who have not been in yet, however many are
    /// in flight.
    ///
    /// - Throws: ``Refusal`` when `deadline` has come, or the task is cancelled.
    package func enterForOneInFlight(deadline: ContinuousClock.Instant?) async throws(Refusal) {
        if !tryEnter() { try await enter(.inner, deadline) }
    }

    private func enter(_ arrival: Arrival, _ deadline: ContinuousClock.Instant?) async throws(Refusal) {
        let id = arrive()
        let alarm = deadline.map { deadline in self.alarm(id, at: deadline) }
        defer { alarm?.cancel() }
        let refusal = await withTaskCancellationHandler {
            await wait(id, arrival)
        } onCancel: {
            callOff(id, .cancelled)
        }
        if let refusal { throw refusal }
    }

    /// Goes in again after ``stepOut()``, before those who have not been in yet. Is never refused, not even when the task
    /// is cancelled: who was in has to end what it began there.
    package func stepIn() async {
        if tryStepIn() { return }
        let id = arrive()
        _ = await wait(id, .back)
    }

    /// Goes in again if nobody is inside and nobody waits.
    package func tryStepIn() -> Bool {
        var word = word.load(ordering: .relaxed)
        while word & (Self.busy | Self.queued) == 0 {
            let (exchanged, original) = self.word.weakCompareExchange(
                expected: word, desired: word + Self.busy - Self.away, successOrdering: .acquiring, failureOrdering: .relaxed)
            if exchanged { return true }
            word = original
        }
        return false
    }

    private func arrive() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            state.arriving[state.lastID] = .some(nil)
            return state.lastID
        }
    }

    private func alarm(_ id: UInt64, at deadline: ContinuousClock.Instant) -> Task<Void, Never> {
        Task {
            try? await Task.sleep(until: deadline, clock: .continuous)
            if !Task.isCancelled { callOff(id, .timeout) }
        }
    }

    private func wait(_ id: UInt64, _ arrival: Arrival) async -> Refusal? {
        await withCheckedContinuation { queue(Waiter(id: id, arrival: arrival, continuation: $0)) }
    }

    private func queue(_ waiter: Waiter) {
        let answer: Refusal?? = state.withLock { state in
            if let refusal = state.arriving.removeValue(forKey: waiter.id) ?? nil { return .some(refusal) }
            var word = word.load(ordering: .relaxed)
            while true {
                var isFree = word & Self.busy == 0
                if case .new(let inFlight, let limit) = waiter.arrival {
                    isFree = isFree && state.coming.count == 0 && Int(word / Self.away) < inFlight
                    if !isFree, state.coming.count >= limit { return .some(.full(limit)) }
                }
                let desired = isFree ? word &+ waiter.arrival.step : word | Self.queued
                let (exchanged, original) = self.word.weakCompareExchange(
                    expected: word, desired: desired, successOrdering: .acquiringAndReleasing, failureOrdering: .relaxed)
                if exchanged {
                    if isFree { return .some(nil) }
                    if case .new = waiter.arrival { state.coming.append(waiter) } else { state.urgent.append(waiter) }
                    return nil
                }
                word = original
            }
        }
        if let answer { waiter.continuation.resume(returning: answer) }
    }

    private func callOff(_ id: UInt64, _ refusal: Refusal) {
        let (waiter, next): (Waiter?, Waiter?) = state.withLock { state in
            guard let waiter = state.coming.remove(id) ?? state.urgent.remove(id) else {
                if state.arriving[id] != nil { state.arriving[id] = .some(refusal) }
                return (nil, nil)
            }
            if state.isEmpty { word.bitwiseAnd(~Self.queued, ordering: .relaxed) }
            return (waiter, admitted(&state))
        }
        waiter?.continuation.resume(returning: refusal)
        next?.continuation.resume(returning: nil)
    }

    // MARK: Going out

    /// Goes out for good and lets the next one in.
    package func leave() { change(by: 0 &- Self.busy) }

    /// Goes out for a while and lets the next one in. Ends with ``stepIn()``.
    package func stepOut() { change(by: Self.away - Self.busy) }

    private func change(by amount: UInt) {
        var word = word.load(ordering: .relaxed)
        while word & Self.queued == 0 {
            let (exchanged, original) = self.word.weakCompareExchange(
                expected: word, desired: word &+ amount, successOrdering: .releasing, failureOrdering: .relaxed)
            if exchanged { return }
            word = original
        }
        changeForWaiters(by: amount)
    }

    private func changeForWaiters(by amount: UInt) {
        let next = state.withLock { state in
            word.wrappingAdd(amount, ordering: .acquiringAndReleasing)
            return admitted(&state)
        }
        next?.continuation.resume(returning: nil)
    }

    /// Takes the one who may go in now from its queue.
    private func admitted(_ state: inout State) -> Waiter? {
        // whoever is inside lets the next one in; where nobody waits, others may change the word at this moment
        guard !state.isEmpty else { return nil }
        var word = word.load(ordering: .acquiring)
        guard word & Self.busy == 0 else { return nil }
        let next: Waiter
        if state.urgent.count > 0 {
            next = state.urgent.removeFirst()
        } else if let first = state.coming.first, case .new(let inFlight, _) = first.arrival, Int(word / Self.away) < inFlight {
            next = state.coming.removeFirst()
        } else {
            return nil
        }
        word &+= next.arrival.step
        self.word.store(state.isEmpty ? word & ~Self.queued : word, ordering: .releasing)
        return next
    }

    // MARK: Counts

    /// How many callers wait.
    package var waiting: Int { state.withLock { $0.coming.count + $0.urgent.count } }

    /// How many are inside or have stepped out.
    package var inFlight: Int {
        let word = word.load(ordering: .relaxed)
        return Int(word / Self.away + word & Self.busy)
    }
}
