import Synchronization

/// Keeps calls from a plugin that keeps failing: after so many failures in a row they fail fast, until one trial call
/// succeeds. While all is well a call costs two relaxed loads.
package final class Quarantine: Sendable {
    /// What the monitor is told.
    package enum Transition: Sendable, Equatable {
        case entered(reason: String, retryAfter: Duration)
        case released
    }

    private struct State {
        var kills = 0
        var failures = 0
        var reason: String?
        var wait = Duration.zero
        var nextTrial = ContinuousClock.Instant.now
        var isOnTrial = false
    }

    private let policy: QuarantinePolicy?
    private let now: @Sendable () -> ContinuousClock.Instant
    private let report: @Sendable (Transition) -> Void
    private let state = Mutex(State())
    private let isClosed = Atomic<Bool>(false)
    private let hasFailures = Atomic<Bool>(false)

    /// - Parameters:
    ///   - policy: `nil` never quarantines.
    ///   - now: the time.
    ///   - report: called, outside of any lock, when the plugin enters or leaves.
    package init(
        policy: QuarantinePolicy?, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        report: @escaping @Sendable (Transition) -> Void = { _ in }
    ) {
        self.policy = policy
        self.now = now
        self.report = report
    }

    /// Whether calls are refused, but for trials.
    package var isActive: Bool { isClosed.load(ordering: .relaxed) }

    /// The problem that a call is refused with, or `nil` when it may go on. Who gets `nil` reports how the call ended.
    package func refusal() -> PluginProblem? {
        guard isActive else { return nil }
        return state.withLock { state in
            guard let reason = state.reason else { return nil }  // released meanwhile
            let wait = now().duration(to: state.nextTrial)
            guard wait <= .zero, !state.isOnTrial else { return .quarantined(reason: reason, retryAfter: max(.zero, wait)) }
            state.isOnTrial = true
            return nil
        }
    }

    /// A call ended well.
    package func noteSuccess() {
        if hasFailures.load(ordering: .relaxed) { release() }
    }

    /// A call failed. What is not the plugin's own fault does not count.
    package func noteFailure(_ error: PluginError) {
        guard let policy else { return }
        let isKill = error.code == .timeout || error.code == .memory
        let transition: Transition? = state.withLock { state in
            let wasOnTrial = state.isOnTrial
            state.isOnTrial = false
            guard isKill || error.code == .runtime || error.code == .conversion || error.code == .closed else { return nil }
            hasFailures.store(true, ordering: .relaxed)
            state.kills = isKill ? state.kills + 1 : 0
            state.failures += 1
            if state.reason != nil {
                guard wasOnTrial else { return nil }  // a call that was under way when the others had failed
                state.wait = min(state.wait * policy.growth, policy.maximumBackoff)
            } else if state.kills >= policy.limitKills || state.failures >= policy.errors {
                state.wait = policy.backoff
            } else {
                return nil
            }
            let count = state.kills >= policy.limitKills ? state.kills : state.failures
            state.reason = "\(count) calls in a row failed, the last with: \(error.message)"
            state.nextTrial = now() + state.wait
            isClosed.store(true, ordering: .relaxed)
            return .entered(reason: state.reason!, retryAfter: state.wait)
        }
        if let transition { report(transition) }
    }

    /// Forgets all failures: calls are let through again.
    package func release() {
        let wasActive = state.withLock { state in
            defer { state = State() }
            hasFailures.store(false, ordering: .relaxed)
            isClosed.store(false, ordering: .relaxed)
            return state.reason != nil
        }
        if wasActive { report(.released) }
    }
}
