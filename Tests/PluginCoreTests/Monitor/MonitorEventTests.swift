import Testing

@testable import PluginCore

@Suite(.timeLimit(.minutes(10)))
struct MonitorEventTests {
    private let monitor = PluginMonitor()

    private func record(_ operation: String, labels: [String: String] = [:]) {
        monitor.recordOperation(plugin: "words", operation: operation, success: true, duration: .milliseconds(500), labels: labels)
    }

    private func all(_ events: MonitorEvents) async -> [MonitorEvent] { await events.reduce(into: []) { $0.append($1) } }

    // MARK: The queue

    @Test func tellsEachOperation_fromTheSubscriptionOn() async throws {
        record("before")
        let events = monitor.events()
        record("process", labels: ["a": "1"])
        monitor.recorder(plugin: "words", operation: "provide").record(duration: .zero, error: PluginError(.disabled))
        events.finish()
        record("after")
        let told = await all(events)
        #expect(told.map(\.operation) == ["process", "provide"])
        let first = try #require(told.first)
        #expect(first.plugin == "words")
        #expect(first.success)
        #expect(first.duration == .milliseconds(500))
        #expect(first.error == nil)
        #expect(first.labels == ["a": "1"])
        #expect(first.time > 1_700_000_000)
        #expect(told.last?.success == false)
        #expect(told.last?.error?.code == .disabled)
        #expect(events.dropped == 0)
    }

    @Test func dropsAndCounts_whenTheQueueIsFull() async {
        let (small, large) = (monitor.events(capacity: 2), monitor.events(capacity: 3))
        for number in 1...5 { record("\(number)") }
        #expect(small.dropped == 3)
        #expect(large.dropped == 2)
        #expect(monitor.snapshot().droppedEvents == 5)
        small.finish()
        large.finish()
        #expect(await all(small).map(\.operation) == ["1", "2"])
        #expect(await all(large).map(\.operation) == ["1", "2", "3"])
    }

    @Test func countsAsDropped_onlyWhatTheReaderWants() async {
        let events = monitor.events { plugin, operation in operation != "own" } isRefusing: { true }
        for operation in ["own", "1", "own", "2"] { record(operation) }
        #expect(events.dropped == 2)
        #expect(monitor.snapshot().droppedEvents == 2)
        events.finish()
        #expect(await all(events).isEmpty)
    }

    @Test func cutsAnError_whileItWaits() async throws {
        let events = monitor.events()
        let error = PluginError(
            code: .runtime, phase: .call, message: String(repeating: "m", count: 5000), hint: "h", location: "a.lua:1",
            traceback: String(repeating: "t", count: 9000), fields: ["a": 1], underlying: Oops())
        monitor.recorder(plugin: "words", operation: "process").record(duration: .zero, error: error)
        events.finish()
        let kept = try #require(await all(events).first?.error)
        #expect(kept.message == String(repeating: "m", count: 4096) + "... (5000 bytes)")
        #expect(kept.traceback == String(repeating: "t", count: 8192) + "... (9000 bytes)")
        #expect(kept.location == "a.lua:1")
        #expect(kept.hint == "h")
        #expect(kept.fields == [:])
        #expect(kept.underlying == nil)
        let captured = try #require(monitor.snapshot().errors.first)
        #expect(captured.message == kept.message)
        #expect(captured.traceback == kept.traceback)
    }

    @Test func countsNoDrop_onceItIsFinished() {
        let events = monitor.events(capacity: 1)
        record("kept")
        events.finish()
        events.finish()
        record("after")
        #expect(events.dropped == 0)
        #expect(monitor.snapshot().droppedEvents == 0)
    }

    @Test func isForgotten_whenItIsFinished() {
        weak var events: MonitorEvents?
        do {
            let subscription = monitor.events()
            events = subscription
            subscription.finish()
        }
        #expect(events == nil)
    }

    @Test func isForgotten_whenItsReaderIsCancelled() async {
        weak var events: MonitorEvents?
        let began = Latch()
        let reader: Task<Void, Never>
        do {
            let subscription = monitor.events()
            events = subscription
            reader = Task { for await _ in subscription { began.open() } }
        }
        record("process")
        await began.wait()
        reader.cancel()
        await reader.value
        await until { events == nil }
    }

    @Test func endsAfterWhatIsInTheQueue_whenItsReaderIsCancelled() async {
        let subscription = monitor.events()
        for name in ["a", "b", "c"] { record(name) }
        let monitor = monitor
        let seen = await Task {
            var seen: [String] = []
            for await event in subscription {
                seen.append(event.operation)
                withUnsafeCurrentTask { $0?.cancel() }
                // would go on for ever
                monitor.recordOperation(plugin: "words", operation: "late", success: true, duration: .zero)
            }
            return seen
        }.value
        #expect(seen == ["a", "b", "c", "late"])
    }

    @Test func givesEachEventToOneReader_inTheOrderInWhichTheyWait() async {
        let subscription = monitor.events()
        func reader() -> Task<[String], Never> {
            Task {
                var seen: [String] = []
                for await event in subscription { seen.append(event.operation) }
                return seen
            }
        }
        let first = reader()
        await until { subscription.waitingReaders == 1 }
        let second = reader()
        await until { subscription.waitingReaders == 2 }
        record("a")
        record("b")
        subscription.finish()
        #expect(await first.value == ["a"])
        #expect(await second.value == ["b"])
    }

    // MARK: As a plain value

    private func event(error: PluginError? = nil) -> MonitorEvent {
        MonitorEvent(
            plugin: "words", operation: "process", success: error == nil, duration: .milliseconds(1500), error: error, labels: ["a": "1"], time: 12.5)
    }

    @Test func isAPlainValue_inSeconds() {
        #expect(
            event().value == [
                "plugin": "words", "operation": "process", "success": true, "duration": 1.5, "labels": ["a": "1"], "time": 12.5,
            ])
    }

    @Test func tellsWhatFailed_inItsValue() {
        let placed = PluginError(code: .runtime, phase: .call, message: "bad", location: "a.lua:1")
        #expect(event(error: placed).value["error"] == ["code": "runtime", "message": "bad", "location": "a.lua:1"])
        #expect(event(error: placed).value["success"] == false)
        #expect(event(error: PluginError(.disabled)).value["error"] == ["code": "disabled", "message": "is turned off"])
    }

    @Test func isTheSame_whenReadBackFromItsValue() {
        let error = PluginError(code: .timeout, phase: .call, message: "slow", location: "a.lua:1")
        let back = MonitorEvent(event(error: error).value)
        #expect(back.value == event(error: error).value)
        #expect(back.error?.plugin == "words")
        #expect(back.error?.operation == "process")
        #expect(MonitorEvent(event().value).value == event().value)
    }

    @Test(arguments: [.null, [:], ["error": .null, "duration": -1], ["duration": .number(.nan), "labels": 1], ["duration": 1e300]] as [DynamicValue])
    func leavesEmpty_whatAValueLacks(value: DynamicValue) {
        #expect(
            MonitorEvent(value).value == [
                "plugin": "", "operation": "", "success": true, "duration": 0.0, "labels": .object([:]), "time": 0.0,
            ])
    }

    @Test func fillsAnErrorIn_fromLittle() {
        let event = MonitorEvent(["error": ["location": "a.lua:1"], "labels": ["a": "1", "b": 2]])
        #expect(event.error?.code == .runtime)
        #expect(event.error?.message == "")
        #expect(event.error?.location == "a.lua:1")
        #expect(event.labels == ["a": "1"])
    }
}
