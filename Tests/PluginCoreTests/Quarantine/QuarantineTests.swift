import Synchronization
import Testing

@testable import PluginCore

struct QuarantineTests {
    /// A clock that a test moves, and what the quarantine reports.
    private final class Setup: Sendable {
        private let time = Mutex<Int64>(0)
        private let seen = Mutex<[Quarantine.Transition]>([])
        var transitions: [Quarantine.Transition] { seen.withLock { $0 } }

        func advance(_ duration: Duration) { time.withLock { $0 += duration.nanoseconds } }

        func quarantine(_ policy: QuarantinePolicy?) -> Quarantine {
            Quarantine(policy: policy, now: { self.time.withLock { $0 } }, report: { transition in self.seen.withLock { $0.append(transition) } })
        }
    }

    private let setup = Setup()
    private let policy = QuarantinePolicy(limitKills: 2, errors: 4, backoff: .seconds(1), growth: 3, maximumBackoff: .seconds(5))

    private func failure(_ code: PluginError.Code, _ message: String = "failed") -> PluginError {
        PluginError(code: code, phase: .call, message: message)
    }

    private func refusal(_ quarantine: Quarantine) -> String? {
        if case .refused(let problem) = quarantine.admission() { PluginError(problem, name: "p").description } else { nil }
    }

    private func isTrial(_ quarantine: Quarantine) -> Bool { if case .trial = quarantine.admission() { true } else { false } }

    @Test func letsCallsThrough_whenAllIsWell() {
        let quarantine = setup.quarantine(policy)
        quarantine.noteSuccess(isTrial: true)
        #expect(refusal(quarantine) == nil)
        #expect(!quarantine.isActive)
        #expect(setup.transitions.isEmpty)
    }

    @Test(arguments: [PluginError.Code.timeout, .memory])
    func refusesCalls_afterKillsInARow(code: PluginError.Code) {
        let quarantine = setup.quarantine(policy)
        quarantine.noteFailure(failure(code), isTrial: false)
        #expect(refusal(quarantine) == nil)
        quarantine.noteFailure(failure(code, "took too long"), isTrial: false)
        #expect(
            refusal(quarantine)
                == "p: is quarantined: 2 calls in a row failed, the last with: took too long: it is tried again in 1000 ms; call resetQuarantine to try now")
        #expect(setup.transitions == [.entered(reason: "2 calls in a row failed, the last with: took too long", retryAfter: .seconds(1))])
    }

    @Test func cutsTheReason_whenTheMessageIsLong() {
        let quarantine = setup.quarantine(policy)
        for _ in 0..<2 { quarantine.noteFailure(failure(.timeout, String(repeating: "x", count: 5000)), isTrial: false) }
        let message = String(repeating: "x", count: 4096) + "... (5000 bytes)"
        #expect(setup.transitions == [.entered(reason: "2 calls in a row failed, the last with: " + message, retryAfter: .seconds(1))])
    }

    @Test func refusesCalls_afterErrorsInARow() {
        let quarantine = setup.quarantine(policy)
        for _ in 0..<3 { quarantine.noteFailure(failure(.runtime), isTrial: false) }
        #expect(refusal(quarantine) == nil)
        quarantine.noteFailure(failure(.conversion), isTrial: false)
        #expect(refusal(quarantine) != nil)
    }

    @Test func countsAnew_whenACallSucceedsInBetween() {
        let quarantine = setup.quarantine(policy)
        for _ in 0..<5 {
            quarantine.noteFailure(failure(.timeout), isTrial: false)
            quarantine.noteSuccess(isTrial: true)
        }
        #expect(refusal(quarantine) == nil)
    }

    @Test func countsKillsInARowOnly_whenOtherErrorsComeBetween() {
        let quarantine = setup.quarantine(policy)
        for code in [PluginError.Code.timeout, .runtime, .timeout] { quarantine.noteFailure(failure(code), isTrial: false) }
        #expect(refusal(quarantine) == nil)
    }

    @Test(arguments: [PluginError.Code.cancelled, .busy, .denied, .operation, .state])
    func doesNotCount_whatIsNotThePluginsFault(code: PluginError.Code) {
        let quarantine = setup.quarantine(policy)
        for _ in 0..<10 { quarantine.noteFailure(failure(code), isTrial: false) }
        #expect(refusal(quarantine) == nil)
    }

    @Test func letsOneTrialThrough_whenTheWaitIsOver() {
        let quarantine = setup.quarantine(policy)
        for _ in 0..<2 { quarantine.noteFailure(failure(.timeout), isTrial: false) }
        setup.advance(.milliseconds(400))
        #expect(refusal(quarantine)?.hasSuffix("it is tried again in 600 ms; call resetQuarantine to try now") == true)
        #expect(quarantine.isRefusing)
        setup.advance(.milliseconds(600))
        #expect(!quarantine.isRefusing)
        #expect(refusal(quarantine) == nil)
        #expect(quarantine.isRefusing)
        #expect(refusal(quarantine)?.hasSuffix("a trial call is under way; call again later") == true)
    }

    @Test func opensAgain_whenTheTrialSucceeds() {
        let quarantine = setup.quarantine(policy)
        for _ in 0..<2 { quarantine.noteFailure(failure(.timeout), isTrial: false) }
        setup.advance(.seconds(1))
        #expect(refusal(quarantine) == nil)
        quarantine.noteSuccess(isTrial: true)
        #expect(refusal(quarantine) == nil)
        #expect(setup.transitions.last == .released)
        quarantine.noteFailure(failure(.timeout), isTrial: false)
        #expect(!quarantine.isActive)
    }

    @Test func waitsLonger_eachTimeATrialFails() {
        let quarantine = setup.quarantine(policy)
        for _ in 0..<2 { quarantine.noteFailure(failure(.timeout), isTrial: false) }
        var waits: [Duration] = []
        for _ in 0..<3 {
            setup.advance(.seconds(5))
            #expect(isTrial(quarantine))
            quarantine.noteFailure(failure(.runtime), isTrial: true)
            if case .entered(_, let wait)? = setup.transitions.last { waits.append(wait) }
        }
        #expect(waits == [.seconds(3), .seconds(5), .seconds(5)])
    }

    @Test func givesAnotherTrial_whenOneWasCancelled() {
        let quarantine = setup.quarantine(policy)
        for _ in 0..<2 { quarantine.noteFailure(failure(.timeout), isTrial: false) }
        setup.advance(.seconds(1))
        #expect(isTrial(quarantine))
        quarantine.noteFailure(failure(.cancelled), isTrial: true)
        #expect(isTrial(quarantine))
    }

    @Test(arguments: [PluginError.Code.timeout, .cancelled])
    func keepsToOneTrial_whenACallThatWasUnderWayFails(code: PluginError.Code) {
        let quarantine = setup.quarantine(policy)
        for _ in 0..<2 { quarantine.noteFailure(failure(.timeout), isTrial: false) }
        setup.advance(.seconds(1))
        #expect(isTrial(quarantine))
        quarantine.noteFailure(failure(code), isTrial: false)
        #expect(quarantine.isRefusing)
        #expect(setup.transitions.count == 1)
        quarantine.noteFailure(failure(.timeout), isTrial: true)
        #expect(setup.transitions.last == .entered(reason: "\(code == .timeout ? 4 : 3) calls in a row failed, the last with: failed", retryAfter: .seconds(3)))
    }

    @Test func doesNotWaitLonger_whenACallThatWasUnderWayFails() {
        let quarantine = setup.quarantine(policy)
        for _ in 0..<3 { quarantine.noteFailure(failure(.timeout), isTrial: false) }
        #expect(setup.transitions.count == 1)
    }

    @Test func letsCallsThrough_whenItIsReset() {
        let quarantine = setup.quarantine(policy)
        quarantine.release()
        #expect(setup.transitions.isEmpty)
        for _ in 0..<2 { quarantine.noteFailure(failure(.timeout), isTrial: false) }
        quarantine.release()
        #expect(refusal(quarantine) == nil)
        #expect(setup.transitions.last == .released)
    }

    @Test func neverRefuses_withoutAPolicy() {
        let quarantine = setup.quarantine(nil)
        for _ in 0..<1000 { quarantine.noteFailure(failure(.timeout), isTrial: false) }
        #expect(refusal(quarantine) == nil)
    }

    // MARK: In a manager

    @Test func failsFast_andTellsTheMonitor_whenAPluginKeepsFailing() async throws {
        let calls = Atomic<Int>(0)
        let time = Mutex<Int64>(0)
        let manager = PluginManager(
            namedLoaders: [], policy: PluginPolicy(quarantine: QuarantinePolicy(errors: 2, backoff: .seconds(1))), now: { time.withLock { $0 } })
        try manager.register(
            ScriptedPlugin("bad", call: { _, arguments in
                calls.add(1, ordering: .relaxed)
                guard arguments.isEmpty else { return arguments }
                throw Oops()
            }))
        try await manager.initialize()
        let events = manager.monitor.events()
        for _ in 0..<2 { await #expect(throws: PluginError.self) { try await manager.call("bad", "run") } }
        let error = try await #require(throws: PluginError.self) { try await manager.call("bad", "run") }
        #expect(error.code == .quarantined)
        #expect(error.description.hasPrefix("bad 1.0.0, run: is quarantined: 2 calls in a row failed, the last with: oops: it is tried again in"))
        #expect(calls.load(ordering: .relaxed) == 2)
        #expect(try manager.status(of: "bad").state == .quarantined)
        time.withLock { $0 += 1_000_000_000 }
        #expect(try await manager.call("bad", "run", [1]) == [1])
        #expect(try manager.status(of: "bad").state == .running)
        for _ in 0..<2 { await #expect(throws: PluginError.self) { try await manager.call("bad", "run") } }
        try manager.resetQuarantine(of: "bad")
        #expect(try await manager.call("bad", "run", [1]) == [1])
        events.finish()
        var seen: [String] = []
        for await event in events where event.operation == "quarantine" { seen.append("\(event.plugin) \(event.labels["event"] ?? "") \(event.success)") }
        #expect(seen == ["bad entered false", "bad released true", "bad entered false", "bad released true"])
    }
}
