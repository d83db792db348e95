import Synchronization

/// Lets one caller in at a time, in the order in which they came. Waiting suspends the task and blocks no thread;
/// letting in costs an uncontended lock. Where a wait is too long or the task is cancelled, it ends with an error.
package final class CallGate: Sendable {
    package enum Refusal: Error, Equatable {
        /// That many callers wait already.
        case full(Int)
        case timeout
        case cancelled
    }

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var isBusy = false
        var lastID: UInt64 = 0
        var waiters: [Waiter] = []
        /// Callers that do not wait yet, with why they need not.
        var arriving: [UInt64: Refusal?] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Goes in if nobody is inside.
    package func tryEnter() -> Bool {
        state.withLock { state in
            if state.isBusy { return false }
            state.isBusy = true
            return true
        }
    }

    /// Goes in, after those who came before.
    ///
    /// - Throws: ``Refusal`` when `limit` callers wait already, `deadline` has come, or the task is cancelled.
    package func enter(limit: Int = .max, deadline: ContinuousClock.Instant? = nil) async throws(Refusal) {
        if tryEnter() { return }
        let id = state.withLock { state in
            state.lastID += 1
            state.arriving[state.lastID] = .some(nil)
            return state.lastID
        }
        let alarm = deadline.map { deadline in
            Task {
                try? await Task.sleep(until: deadline, clock: .continuous)
                if !Task.isCancelled { callOff(id, .timeout) }
            }
        }
        defer { alarm?.cancel() }
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { queue($0, id, limit) }
            } onCancel: {
                callOff(id, .cancelled)
            }
        } catch {
            throw error as! Refusal  // nothing else is thrown into the continuation
        }
    }

    private func queue(_ continuation: CheckedContinuation<Void, any Error>, _ id: UInt64, _ limit: Int) {
        let answer: Result<Void, any Error>? = state.withLock { state in
            if let refusal = state.arriving.removeValue(forKey: id) ?? nil { return .failure(refusal) }
            if !state.isBusy {
                state.isBusy = true
                return .success(())
            }
            if state.waiters.count >= limit { return .failure(Refusal.full(limit)) }
            state.waiters.append(Waiter(id: id, continuation: continuation))
            return nil
        }
        if let answer { continuation.resume(with: answer) }
    }

    private func callOff(_ id: UInt64, _ refusal: Refusal) {
        let waiter: Waiter? = state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                if state.arriving[id] != nil { state.arriving[id] = .some(refusal) }
                return nil
            }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(throwing: refusal)
    }

    /// Goes out and lets the next one in.
    package func leave() {
        let next: Waiter? = state.withLock { state in
            guard !state.waiters.isEmpty else {
                state.isBusy = false
                return nil
            }
            return state.waiters.removeFirst()
        }
        next?.continuation.resume()
    }

    /// How many callers wait.
    package var waiting: Int { state.withLock { $0.waiters.count } }
}
