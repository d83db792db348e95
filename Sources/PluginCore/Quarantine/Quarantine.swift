import CCallClock
import Synchronization

/// Keeps calls from a plugin that keeps failing: after so many failures in a row they fail fast, until one trial call
/// succeeds. While all is well a call costs two relaxed loads.
package final class Quarantine: Sendable {
    /// What the monitor is told.
    package enum Transition: Sendable, Equatable {
        case entered(reason: String, retryAfter: Duration)
        case released
        /// A new version failed too often among its first calls.
        case failedProbation(reason: String)
    }

    private struct State {
        var kills = 0
        var failures = 0
        var reason: String?
        var wait = Duration.zero
        var isOnTrial = false
        var probation: ProbationCount?
    }

    /// What is left of a new version's first calls.
    private struct ProbationCount {
        var calls: Int
        var failures: Int
    }

    private let policy: QuarantinePolicy?
    private let now: @Sendable () -> Int64
    private let report: @Sendable (Transition) -> Void
    private let state = Mutex(State())
    private let isClosed = Atomic<Bool>(false)
    /// Whether a success has to be looked at: there are failures that it makes up for, or it counts towards a probation.
    private let isCounting = Atomic<Bool>(false)
    /// When the next trial may begin, by `now`; `.max` while one is under way.
    private let nextTrial = Atomic<Int64>(0)

    /// - Parameters:
    ///   - policy: `nil` never quarantines.
    ///   - now: the time in nanoseconds.
    ///   - report: called, outside of any lock, when the plugin enters or leaves.
    package init(
        policy: QuarantinePolicy?, now: @escaping @Sendable () -> Int64 = { Quarantine.time },
        report: @escaping @Sendable (Transition) -> Void = { _ in }
    ) {
        self.policy = policy
        self.now = now
        self.report = report
    }

    /// Nanoseconds that never go back, and count what the machine sleeps.
    static var time: Int64 { plu_lasting_clock() }

    /// Whether calls are refused, but for trials.
    package var isActive: Bool { isClosed.load(ordering: .relaxed) }

    /// What becomes of a call that asks to be let in.
    package enum Admission {
        case ordinary
        /// The one call that is tried after a wait: who gets this reports how the call ended, whatever that was.
        case trial
        case refused(PluginProblem)
    }

    package func admission() -> Admission {
        guard isActive else { return .ordinary }
        return state.withLock { state in
            guard let reason = state.reason else { return .ordinary }  // released meanwhile
            let trial = nextTrial.load(ordering: .relaxed)
            let wait = state.isOnTrial ? 0 : max(0, trial - now())
            guard wait == 0, !state.isOnTrial else { return .refused(.quarantined(reason: reason, retryAfter: .nanoseconds(wait))) }
            state.isOnTrial = true
            nextTrial.store(.max, ordering: .relaxed)
            return .trial
        }
    }

    /// Whether a call would be refused now. Unlike ``admission()`` this begins no trial.
    package var isRefusing: Bool {
        guard isActive else { return false }
        return now() < nextTrial.load(ordering: .relaxed)
    }

    /// A call ended well. One that was under way when the plugin was quarantined tells nothing of what it does since.
    package func noteSuccess(isTrial: Bool) {
        if isCounting.load(ordering: .relaxed), isTrial || !isActive { noteSuccess() }
    }

    private func noteSuccess() {
        let wasActive = state.withLock { state in
            let wasActive = state.reason != nil
            var probation = state.probation
            probation?.calls -= 1
            state = State()
            if let left = probation, left.calls > 0 { state.probation = left }
            isCounting.store(state.probation != nil, ordering: .relaxed)
            isClosed.store(false, ordering: .relaxed)
            return wasActive
        }
        if wasActive { report(.released) }
    }

    /// A new version serves from now on: what its predecessor did is forgotten.
    ///
    /// - Parameter probation: how its first calls are looked at.
    package func restart(_ probation: Probation?) {
        release()
        state.withLock { state in
            state.probation = probation.flatMap { $0.calls > 0 && $0.failures > 0 ? ProbationCount(calls: $0.calls, failures: $0.failures) : nil }
            isCounting.store(state.probation != nil, ordering: .relaxed)
        }
    }

    /// A call failed. What is not the plugin's own fault does not count: it was refused, cancelled, or denied something.
    /// `closed` is: the call was to a state that the plugin itself made the host give up.
    package func noteFailure(_ error: PluginError, isTrial: Bool) {
        let isKill = error.code == .timeout || error.code == .memory
        let isFault = isKill || error.code == .runtime || error.code == .conversion || error.code == .closed
        if isFault, let failed = probationFailed(error) { report(failed) }
        guard let policy else { return }
        let transition: Transition? = state.withLock { state in
            let endsTrial = isTrial && state.isOnTrial
            if endsTrial { state.isOnTrial = false }
            guard isFault else {
                if endsTrial { nextTrial.store(0, ordering: .relaxed) }  // another one may begin at once
                return nil
            }
            isCounting.store(true, ordering: .relaxed)
            state.kills = isKill ? state.kills + 1 : 0
            state.failures += 1
            if state.reason != nil {
                guard isTrial else { return nil }  // a call that was under way when the others had failed
                state.wait = min(state.wait * policy.growth, policy.maximumBackoff)
            } else if state.kills >= policy.limitKills || state.failures >= policy.errors {
                state.wait = policy.backoff
            } else {
                return nil
            }
            let count = state.kills >= policy.limitKills ? state.kills : state.failures
            state.reason = "\(count) calls in a row failed, the last with: \(error.message.shortened(toBytes: PluginError.longestMessage))"
            let (trial, isBeyond) = now().addingReportingOverflow(state.wait.nanoseconds)
            nextTrial.store(isBeyond ? .max : trial, ordering: .relaxed)
            isClosed.store(true, ordering: .relaxed)
            return .entered(reason: state.reason!, retryAfter: state.wait)
        }
        if let transition { report(transition) }
    }

    private func probationFailed(_ error: PluginError) -> Transition? {
        guard isCounting.load(ordering: .relaxed) else { return nil }
        return state.withLock { state in
            guard var left = state.probation else { return nil }
            left.calls -= 1
            left.failures -= 1
            state.probation = left.calls > 0 && left.failures > 0 ? left : nil
            guard left.failures == 0 else { return nil }
            return .failedProbation(reason: "too many of its first calls failed, the last with: \(error.message.shortened(toBytes: PluginError.longestMessage))")
        }
    }

    /// Forgets all failures: calls are let through again.
    package func release() {
        let wasActive = state.withLock { state in
            let probation = state.probation
            defer {
                state = State()
                state.probation = probation
            }
            isCounting.store(probation != nil, ordering: .relaxed)
            isClosed.store(false, ordering: .relaxed)
            return state.reason != nil
        }
        if wasActive { report(.released) }
    }
}
