import Synchronization

/// The calls of a plugin that wait for the host.
final class WaitingCalls: Sendable {
    private struct State {
        var calls: [ObjectIdentifier: WaitingCall] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    func add(_ call: WaitingCall) {
        let isClosed = state.withLock { state in
            state.calls[ObjectIdentifier(call)] = call
            return state.isClosed
        }
        if isClosed { call.end(.closed) }
    }

    func remove(_ call: WaitingCall) { state.withLock { _ = $0.calls.removeValue(forKey: ObjectIdentifier(call)) } }

    /// Ends those that wait now.
    func cancelAll() {
        for call in state.withLock({ $0.calls.values }) { call.end(.cancelled) }
    }

    /// Ends those that wait, and those to come.
    func close() {
        let calls = state.withLock { state in
            state.isClosed = true
            return state.calls.values
        }
        for call in calls { call.end(.closed) }
    }
}
