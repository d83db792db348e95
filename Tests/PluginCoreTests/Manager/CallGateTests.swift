import Foundation
import PluginCore
import Testing

@Suite(.timeLimit(.minutes(10)))
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

    /// Tasks that wait one after another, and write their number once they are inside.
    private func queue(_ count: Int, in journal: Journal) async -> [Task<Void, any Error>] {
        var tasks: [Task<Void, any Error>] = []
        for number in 1...count {
            tasks.append(
                Task { [gate] in
                    try await gate.enter()
                    journal.add("\(number)")
                    gate.leave()
                })
            await until { gate.waiting == number }
        }
        return tasks
    }

    @Test func letsThemIn_inTheOrderInWhichTheyCame() async throws {
        let journal = Journal()
        try await gate.enter()
        let tasks = await queue(5, in: journal)
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
        let tasks = await queue(3, in: journal)
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
        // never waits itself, so that the gate is often free again before the other one has queued; not on a thread of
        // Swift's pool, which others need
        async let passer: Void = withCheckedContinuation { [gate] continuation in
            Thread.detachNewThread {
                began.open()
                while done.value == 0 { if gate.tryEnter() { gate.leave() } }
                continuation.resume()
            }
        }
        await began.wait()
        for _ in 0..<5000 {
            try await gate.enter(deadline: .now.advanced(by: .seconds(1_000_000)))
            gate.leave()
        }
        done.add()
        await passer
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

    // MARK: Stepping out

    /// Starts a task that goes in and writes its name down, once it waits.
    private func wait(_ name: String, inFlight: Int = .max, _ journal: Journal) async -> Task<Void, any Error> {
        let before = gate.waiting
        let task = Task { [gate] in
            try await gate.enter(inFlight: inFlight)
            journal.add(name)
            gate.leave()
        }
        await until { gate.waiting == before + 1 }
        return task
    }

    @Test func letsOthersIn_whileOneHasSteppedOut() async throws {
        #expect(gate.tryEnter())
        gate.stepOut()
        #expect(gate.inFlight == 1)
        #expect(gate.tryEnter())
        #expect(gate.inFlight == 2)
        gate.leave()
        await gate.stepIn()
        #expect(!gate.tryEnter())
        #expect(gate.inFlight == 1)
        gate.leave()
        #expect(gate.inFlight == 0)
        #expect(gate.tryEnter())
    }

    @Test func letsTheNextOneIn_whenOneStepsOut() async throws {
        let journal = Journal()
        try await gate.enter()
        let other = await wait("other", journal)
        gate.stepOut()
        try await other.value
        await gate.stepIn()
        gate.leave()
        #expect(gate.inFlight == 0)
    }

    @Test func letsThoseBackInFirst_inTheOrderInWhichTheyCome() async throws {
        let journal = Journal()
        for _ in 0..<2 {
            try await gate.enter()
            gate.stepOut()
        }
        try await gate.enter()
        let new = await wait("new", journal)
        var tasks: [Task<Void, Never>] = []
        for (number, waiting) in [(1, 2), (2, 3)] {
            tasks.append(
                Task { [gate] in
                    await gate.stepIn()
                    journal.add("back \(number)")
                    gate.leave()
                })
            await until { gate.waiting == waiting }
        }
        gate.leave()
        for task in tasks { await task.value }
        try await new.value
        #expect(journal.lines == ["back 1", "back 2", "new"])
        #expect(gate.inFlight == 0)
    }

    @Test func letsOneBackIn_thoughTheQueueIsFullAndItsTaskCancelled() async throws {
        let journal = Journal()
        try await gate.enter()
        gate.stepOut()
        try await gate.enter(limit: 1)
        let new = await wait("new", journal)
        await #expect(throws: CallGate.Refusal.full(1)) { try await gate.enter(limit: 1) }
        let back = Task { [gate] in
            withUnsafeCurrentTask { $0?.cancel() }
            await gate.stepIn()
            journal.add("back")
            gate.leave()
        }
        await until { gate.waiting == 2 }
        gate.leave()
        await back.value
        try await new.value
        #expect(journal.lines == ["back", "new"])
    }

    @Test func letsOneInThatOneInFlightWaitsFor_beforeNewcomers() async throws {
        let journal = Journal()
        try await gate.enter(inFlight: 1)
        gate.stepOut()
        let new = await wait("new", inFlight: 1, journal)
        try await gate.enterForOneInFlight(deadline: nil)
        #expect(gate.inFlight == 2)
        let inner = Task { [gate] in
            try await gate.enterForOneInFlight(deadline: nil)
            journal.add("inner")
            gate.leave()
        }
        await until { gate.waiting == 2 }
        gate.leave()
        try await inner.value
        await gate.stepIn()
        #expect(journal.lines == ["inner"])
        gate.leave()
        try await new.value
        #expect(journal.lines == ["inner", "new"])
        #expect(gate.inFlight == 0)
    }

    @Test func refusesOneThatOneInFlightWaitsFor_whenItsDeadlineComes() async throws {
        try await gate.enter()
        await #expect(throws: CallGate.Refusal.timeout) { try await gate.enterForOneInFlight(deadline: .now) }
        #expect(gate.waiting == 0)
        #expect(gate.inFlight == 1)
    }

    @Test func holdsNewcomersBack_whileAsManyAreInFlightAsMay() async throws {
        let journal = Journal()
        for _ in 0..<2 {
            try await gate.enter(inFlight: 2)
            gate.stepOut()
        }
        #expect(!gate.tryEnter(inFlight: 2))
        let (first, second) = (await wait("first", inFlight: 2, journal), await wait("second", inFlight: 2, journal))
        // though it might go in, others came before
        #expect(!gate.tryEnter())
        await gate.stepIn()
        #expect(journal.lines == [])
        gate.leave()
        try await first.value
        try await second.value
        #expect(journal.lines == ["first", "second"])
        #expect(gate.inFlight == 1)
    }

    @Test func letsTheNextOneIn_whenTheOneThatHeldItUpIsCancelled() async throws {
        let journal = Journal()
        try await gate.enter()
        gate.stepOut()
        let held = await wait("held", inFlight: 1, journal)
        let next = await wait("next", inFlight: 2, journal)
        held.cancel()
        await #expect(throws: CallGate.Refusal.cancelled) { try await held.value }
        try await next.value
        #expect(journal.lines == ["next"])
    }

    @Test func losesNobodyAndLetsNoTwoIn_whenManyStepOutAndIn() async {
        let (inside, flying, done) = (Count(), Count(), Count())
        await withTaskGroup { group in
            for number in 0..<8 {
                group.addTask { [gate] in
                    for round in 0..<400 {
                        guard (try? await gate.enter(inFlight: 3)) != nil else { continue }
                        #expect(flying.add() <= 3)
                        for _ in 0..<(number + round) % 3 {
                            #expect(inside.add() == 1)
                            inside.add(-1)
                            gate.stepOut()
                            await Task.yield()
                            await gate.stepIn()
                        }
                        #expect(inside.add() == 1)
                        inside.add(-1)
                        flying.add(-1)
                        gate.leave()
                        done.add()
                    }
                }
            }
        }
        #expect(done.value == 3200)
        #expect(gate.waiting == 0)
        #expect(gate.inFlight == 0)
        #expect(gate.tryEnter())
    }
}
