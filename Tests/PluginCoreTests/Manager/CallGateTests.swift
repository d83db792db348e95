import PluginCore
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CallGateTests {
    private let gate = CallGate()

    @Test func letsOneIn_untilItLeaves() async throws {
        #expect(gate.tryEnter())
        #expect(!gate.tryEnter())
        gate.leave()
        try await gate.enter()
        #expect(!gate.tryEnter())
        gate.leave()
        #expect(gate.tryEnter())
    }

    @Test func letsThemIn_inTheOrderInWhichTheyCame() async throws {
        let journal = Journal()
        try await gate.enter()
        var tasks: [Task<Void, any Error>] = []
        for number in 1...5 {
            tasks.append(
                Task { [gate] in
                    try await gate.enter()
                    journal.add("\(number)")
                    gate.leave()
                })
            await until { gate.waiting == number }
        }
        gate.leave()
        for task in tasks { try await task.value }
        #expect(journal.lines == ["1", "2", "3", "4", "5"])
        #expect(gate.waiting == 0)
    }

    @Test func refuses_whenAsManyWaitAsMay() async throws {
        try await gate.enter()
        await #expect(throws: CallGate.Refusal.full(0)) { try await gate.enter(limit: 0) }
        let waiter = Task { [gate] in try await gate.enter(limit: 1) }
        await until { gate.waiting == 1 }
        await #expect(throws: CallGate.Refusal.full(1)) { try await gate.enter(limit: 1) }
        gate.leave()
        try await waiter.value
    }

    @Test func refuses_whenTheDeadlineComes() async throws {
        try await gate.enter()
        await #expect(throws: CallGate.Refusal.timeout) { try await gate.enter(deadline: .now) }
        await #expect(throws: CallGate.Refusal.timeout) { try await gate.enter(deadline: .now.advanced(by: .milliseconds(5))) }
        #expect(gate.waiting == 0)
        gate.leave()
        #expect(gate.tryEnter())
    }

    @Test func letsIn_whenTheDeadlineIsFarOff() async throws {
        try await gate.enter()
        let waiter = Task { [gate] in try await gate.enter(deadline: .now.advanced(by: .seconds(1_000_000))) }
        await until { gate.waiting == 1 }
        gate.leave()
        try await waiter.value
        #expect(!gate.tryEnter())
    }

    @Test func refuses_whenTheTaskWasCancelledBefore() async throws {
        try await gate.enter()
        let task = Task { [gate] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await gate.enter()
        }
        await #expect(throws: CallGate.Refusal.cancelled) { try await task.value }
        #expect(gate.waiting == 0)
    }

    @Test func refuses_whenTheTaskIsCancelledWhileItWaits() async throws {
        let journal = Journal()
        try await gate.enter()
        var tasks: [Task<Void, any Error>] = []
        for number in 1...3 {
            tasks.append(
                Task { [gate] in
                    try await gate.enter()
                    journal.add("\(number)")
                    gate.leave()
                })
            await until { gate.waiting == number }
        }
        tasks[1].cancel()
        await #expect(throws: CallGate.Refusal.cancelled) { try await tasks[1].value }
        #expect(gate.waiting == 2)
        gate.leave()
        try await tasks[0].value
        try await tasks[2].value
        #expect(journal.lines == ["1", "3"])
    }

    @Test func losesNobody_whenItIsLeftWhileAnotherComes() async throws {
        let (began, done) = (Latch(), Count())
        // never waits itself, so that the gate is often free again before the other one has queued
        let passer = Task { [gate] in
            began.open()
            while done.value == 0 { if gate.tryEnter() { gate.leave() } }
        }
        await began.wait()
        for _ in 0..<5000 {
            try await gate.enter(deadline: .now.advanced(by: .seconds(1_000_000)))
            gate.leave()
        }
        done.add()
        await passer.value
        #expect(gate.waiting == 0)
        #expect(gate.tryEnter())
    }

    @Test func losesNobodyAndLetsNoTwoIn_whenManyComeAndGiveUp() async {
        let (inside, answered) = (Count(), Count())
        await withTaskGroup { group in
            for number in 0..<8 {
                group.addTask { [gate] in
                    for round in 0..<400 {
                        let attempt = Task {
                            let deadline: ContinuousClock.Instant? = (number + round) % 5 == 0 ? .now : nil
                            do {
                                try await gate.enter(limit: 4, deadline: deadline)
                            } catch {
                                return
                            }
                            #expect(inside.add() == 1)
                            inside.add(-1)
                            gate.leave()
                        }
                        if (number + round) % 3 == 0 { attempt.cancel() }
                        await attempt.value
                        answered.add()
                    }
                }
            }
        }
        #expect(answered.value == 3200)
        #expect(gate.waiting == 0)
        #expect(gate.tryEnter())
    }
}
