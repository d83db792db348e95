import Synchronization

/// What asynchronous host functions of tests wait at, until it is opened or their task is cancelled.
final class Door: Sendable {
    private struct State {
        var isOpen = false
        var last = 0
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    func pass() async throws {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let (isOpen, watchers) = state.withLock { state in
                    if !state.isOpen { state.waiters[id] = continuation }
                    let count = state.waiters.count
                    defer { state.watchers.removeAll { $0.count <= count } }
                    return (state.isOpen, state.watchers.filter { $0.count <= count })
                }
                if isOpen { continuation.resume() }
                watchers.forEach { $0.continuation.resume() }
                if Task.isCancelled { callOff(id) }
            }
        } onCancel: {
            callOff(id)
        }
    }

    private func callOff(_ id: Int) { state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(throwing: CancellationError()) }

    /// Returns once that many wait.
    func isWaitedAt(by count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isSo = state.withLock { state in
                if state.waiters.count < count { state.watchers.append((count, continuation)) }
                return state.waiters.count >= count
            }
            if isSo { continuation.resume() }
        }
    }

    /// Lets through who waits, and who comes later.
    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        waiters.forEach { $0.resume() }
    }
}
