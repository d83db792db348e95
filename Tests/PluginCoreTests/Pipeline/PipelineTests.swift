import Testing

@testable import PluginCore

@Suite(.timeLimit(.minutes(10)))
struct PipelineTests {
    private let journal = Journal()
    private let log = Log()

    private func manager(_ plugins: any Plugin..., store: (any PluginStore)? = nil) async throws -> PluginManager {
        let manager = PluginManager(loaders: [], store: store, logger: log.logger)
        for plugin in plugins { try manager.register(plugin) }
        try await manager.initialize()
        return manager
    }

    /// What each stage counted, as `plugin.operation received passed dropped failed retried`.
    private func counts(_ report: PipelineReport?) -> [String] {
        (report?.stages ?? []).map { "\($0.plugin).\($0.operation) \($0.received) \($0.passed) \($0.dropped) \($0.failed) \($0.retried)" }
    }

    // MARK: Items

    @Test func sendsItems_throughTheProcessorsIntoEveryStorage() async throws {
        let manager = try await manager(
            Source("a", "b"), Step("upper") { [.string($0.string!.uppercased())] }, Step("twice") { [$0, $0] }, Shelf("one", in: journal), Shelf("two", in: journal))
        var pipeline = Pipeline(provider: "source")
        pipeline.processors = [.init("upper"), .init("twice")]
        pipeline.storages = [.init("one"), .init("two")]
        let report = try await pipeline.run(on: manager)
        #expect(journal.lines == [1, 2, 3, 4].flatMap { number in Array(repeating: "put \(number) \(number < 3 ? "\"A\"" : "\"B\"")", count: 2) })
        #expect(report.items == 2)
        #expect(report.stored == 4)
        #expect(
            counts(report) == ["source.provide 2 2 0 0 0", "upper.process 2 2 0 0 0", "twice.process 2 4 0 0 0", "one.put 4 4 0 0 0", "two.put 4 4 0 0 0"])
        #expect(report.seconds > 0)
        #expect(report.itemsPerSecond == 2 / report.seconds)
    }

    @Test func givesTheProviderItsRequest() async throws {
        let manager = try await manager(Source { PluginItems([$0]) }, Shelf(in: journal))
        _ = try await Pipeline(provider: "source", request: ["a": 1], storages: [.init("shelf")]).run(on: manager)
        #expect(journal.lines == [#"put 1 {"a":1}"#])
    }

    @Test func dropsAnItem_forWhichNothingIsReturned() async throws {
        let manager = try await manager(Source(1, 2, 3), Step { $0 == 2 ? [] : [$0] }, Shelf(in: journal))
        let report = try await Pipeline(provider: "source", processors: [.init("step")], storages: [.init("shelf")]).run(on: manager)
        #expect(journal.lines == ["put 1 1", "put 2 3"])
        #expect(counts(report) == ["source.provide 3 3 0 0 0", "step.process 3 2 1 0 0", "shelf.put 2 2 0 0 0"])
    }

    @Test func countsItems_thatReachTheEndOfAPipelineWithoutStorage() async throws {
        let report = try await Pipeline(provider: "source").run(on: try await manager(Source(1, 2)))
        #expect(report.stored == 2)
    }

    @Test(arguments: [(0, 0), (2, 2), (5, 3), (-1, 0)])
    func stopsAtTheLimit(limit: Int, items: Int) async throws {
        let progress = Journal()
        let report = try await Pipeline(provider: "source", limit: limit).run(on: try await manager(Source(1, 2, 3))) { progress.add("\($0)") }
        #expect(report.items == items)
        #expect(progress.lines == (0..<items).map { "\($0 + 1)" })
    }

    @Test func pullsNoFurther_thanTheLimit() async throws {
        let pulls = Journal()
        let source = Source { _ in
            PluginItems {
                pulls.add("pull")
                return 1
            }
        }
        let manager = try await manager(source)
        _ = try await Pipeline(provider: "source", limit: 3).run(on: manager)
        #expect(pulls.lines.count == 3)
        #expect(manager.monitor.snapshot().operation("provide.next", of: "source")?.calls == 3)
        #expect(manager.monitor.snapshot().operation("provide", of: "source")?.calls == 1)
    }

    @Test func hasNoRate_beforeItHasRun() {
        #expect(PipelineReport().itemsPerSecond == 0)
    }

    // MARK: What is needed

    private func refusal(_ pipeline: Pipeline, _ plugins: any Plugin...) async throws -> String? {
        let manager = PluginManager(loaders: [])
        for plugin in plugins { try manager.register(plugin) }
        try await manager.initialize()
        let error = await #expect(throws: PluginError.self) { try await pipeline.run(on: manager) }
        #expect(manager.monitor.snapshot().operations.allSatisfy { $0.operation == "initialize" })
        return error?.description
    }

    @Test func namesTheMissingOperation_beforeAnythingRuns() async throws {
        let hint = "add a function of that name to the plugin's table, or use another plugin"
        #expect(
            try await refusal(Pipeline(provider: "step"), Step()) == "step 1.0.0: has no operation 'provide', which a pipeline's provider needs: \(hint)")
        #expect(
            try await refusal(Pipeline(provider: "source", processors: [.init("source")]), Source())
                == "source 1.0.0: has no operation 'process', which a pipeline's processor needs: \(hint)")
        #expect(
            try await refusal(Pipeline(provider: "source", storages: [.init("source")]), Source())
                == "source 1.0.0: has no operation 'put', which a pipeline's storage needs: \(hint)")
        #expect(
            try await refusal(Pipeline(provider: "source", monitors: ["source"]), Source())
                == "source 1.0.0: has no operation 'observe', which a pipeline's monitor needs: \(hint)")
    }

    @Test func namesTheMissingOperation_ofAPluginThatHasTheTypeOnly() async throws {
        struct Empty: ProviderPlugin {
            let metadata = PluginMetadata(name: "empty", version: "1.0.0", pluginType: .provider)
            var operations: Set<String> { [] }
            func provide(_ request: DynamicValue, options: CallOptions) async throws -> PluginItems { PluginItems([]) }
        }
        #expect(try await refusal(Pipeline(provider: "empty"), Empty())?.hasPrefix("empty 1.0.0: has no operation 'provide'") == true)
    }

    @Test func saysSo_whenThereIsNoPluginOrStore() async throws {
        #expect(
            try await refusal(Pipeline(provider: "sorce"), Source()) == "sorce: no plugin of that name is registered: did you mean 'source'?")
        #expect(
            try await refusal(Pipeline(provider: "source", storages: [.init()]), Source())
                == "the host has no store: give PluginManager one, such as PluginStores' SQLiteStore")
    }

    // MARK: Items that fail

    private func failing(_ policy: Pipeline.ErrorPolicy, _ process: @escaping @Sendable (DynamicValue) async throws -> [DynamicValue]) async throws
        -> (report: PipelineReport?, failure: PipelineFailure?)
    {
        let manager = try await manager(Source(1, 2, 3), Step(process: process), Shelf(in: journal))
        let pipeline = Pipeline(provider: "source", processors: [.init("step", onError: policy)], storages: [.init("shelf")])
        do {
            return (try await pipeline.run(on: manager), nil)
        } catch let failure as PipelineFailure {
            return (nil, failure)
        }
    }

    @Test func endsTheRun_atTheFirstItemThatFails() async throws {
        let failure = try await failing(.fail) { if $0 == 2 { throw Oops() } else { [$0] } }.failure
        #expect(failure?.description == "step 1.0.0, process: oops (after 2 items)")
        #expect(failure?.error.underlying is Oops)
        #expect(counts(failure?.report) == ["source.provide 2 2 0 0 0", "step.process 2 1 0 1 0", "shelf.put 1 1 0 0 0"])
        #expect(failure?.report.items == 2)
        #expect(failure?.report.stored == 1)
        #expect(log.lines == ["error: item failed (error=oops, item=2, operation=process, plugin=step, version=1.0.0)"])
    }

    @Test func saysItem_whenThereWasOne() async throws {
        #expect(try await failing(.fail) { _ in throw Oops() }.failure?.description == "step 1.0.0, process: oops (after 1 item)")
    }

    @Test func goesOnWithTheNextItem_whenItSkips() async throws {
        let report = try await failing(.skip) { if $0 == 2 { throw Oops() } else { [$0] } }.report
        #expect(counts(report) == ["source.provide 3 3 0 0 0", "step.process 3 2 0 1 0", "shelf.put 2 2 0 0 0"])
        #expect(journal.lines == ["put 1 1", "put 2 3"])
    }

    @Test func triesAgain_whenItRetries() async throws {
        let tries = Journal()
        let report = try await failing(.retry(2, backoff: .zero)) {
            tries.add("try")
            if tries.lines.count < 3 { throw Oops() }
            return [$0]
        }.report
        #expect(counts(report) == ["source.provide 3 3 0 0 0", "step.process 3 3 0 0 2", "shelf.put 3 3 0 0 0"])
        #expect(log.lines.isEmpty)
    }

    @Test func endsTheRun_whenTheRetriesAreUsedUp() async throws {
        let tries = Journal()
        let failure = try await failing(.retry(2, backoff: .zero)) { _ in
            tries.add("try")
            throw Oops()
        }.failure
        #expect(tries.lines.count == 3)
        #expect(counts(failure?.report) == ["source.provide 1 1 0 0 0", "step.process 1 0 0 1 2", "shelf.put 0 0 0 0 0"])
    }

    @Test func logsTheFirstThree_ofAStagesFailures() async throws {
        let items = (1...6).map { DynamicValue.integer($0) }
        let manager = try await manager(
            Source { _ in PluginItems(items) },
            Step { _ in throw PluginError(code: .runtime, phase: .call, message: "bad", location: "a.lua:1", traceback: "stack traceback:") })
        let report = try await Pipeline(provider: "source", processors: [.init("step", onError: .skip)]).run(on: manager)
        #expect(report.stages.last?.failed == 6)
        let lines = (1...3).map {
            "error: item failed (error=bad (a.lua:1), item=\($0), operation=process, plugin=step, traceback=stack traceback:, version=1.0.0)"
        }
        #expect(log.lines == lines + ["notice: further items that fail here are counted, not logged (operation=process, plugin=step, version=1.0.0)"])
    }

    @Test func endsTheRun_whenTheProviderFails() async throws {
        let pulls = Journal()
        let source = Source { _ in
            PluginItems {
                pulls.add("pull")
                if pulls.lines.count == 3 { throw Oops() }
                return 1
            }
        }
        let manager = try await manager(source)
        let failure = await #expect(throws: PipelineFailure.self) { try await Pipeline(provider: "source").run(on: manager) }
        #expect(failure?.description == "source 1.0.0, provide.next: oops (after 2 items)")
    }

    @Test func endsTheRun_whenAPluginIsTurnedOff() async throws {
        let manager = try await manager(Source(1), Step())
        try manager.setEnabled(false, for: "step")
        let failure = await #expect(throws: PipelineFailure.self) { try await Pipeline(provider: "source", processors: [.init("step")]).run(on: manager) }
        #expect(failure?.error.description == "step 1.0.0, process: is turned off: turn it on with setEnabled")
    }

    // MARK: Keys and the store

    @Test func storesItems_underTheKeyField() async throws {
        let manager = try await manager(Source(["id": "x"], ["id": 7], ["id": 1.5]), Shelf(in: journal))
        _ = try await Pipeline(provider: "source", storages: [.init("shelf", keyField: "id")]).run(on: manager)
        #expect(journal.lines == [#"put "x" {"id":"x"}"#, #"put 7 {"id":7}"#, #"put 1.5 {"id":1.5}"#])
    }

    @Test(arguments: [
        (["other": 1], "the item has no 'id' to store it under: set key_field to a field that each item has"),
        (["id": .null], "the item has no 'id' to store it under: set key_field to a field that each item has"),
        (1, "the item has no 'id' to store it under: set key_field to a field that each item has"),
        (["id": true], "the item's 'id' cannot be a key, found boolean: set key_field to a field that is text or a number"),
        (["id": ["a": 1]], "the item's 'id' cannot be a key, found table: set key_field to a field that is text or a number"),
    ] as [(DynamicValue, String)])
    func saysWhy_whenAnItemHasNoKey(item: DynamicValue, words: String) async throws {
        let manager = try await manager(Source(item), Shelf(in: journal))
        let pipeline = Pipeline(provider: "source", storages: [.init("shelf", keyField: "id")])
        let failure = await #expect(throws: PipelineFailure.self) { try await pipeline.run(on: manager) }
        #expect(failure?.error.description == "shelf 1.0.0, put: \(words)")
        #expect(journal.lines == [])
    }

    @Test func putsItemsIntoTheStore_whenNoStorageIsNamed() async throws {
        let store = MemoryStore()
        let manager = try await manager(Source(["id": "x"], ["id": 7], ["id": 3.0], ["id": 1.5]), store: store)
        let report = try await Pipeline(provider: "source", storages: [.init(keyField: "id"), .init()]).run(on: manager)
        #expect(try store.list(prefix: "", in: Pipeline.storeNamespace) == ["1", "1.5", "2", "3", "4", "7", "x"])
        #expect(try store.get("1.5", in: "pipeline") == ["id": 1.5])
        #expect(try store.get("2", in: "pipeline") == ["id": 7])
        #expect(counts(report).suffix(2) == ["store.put 4 4 0 0 0", "store.put 4 4 0 0 0"])
    }

    @Test func tellsThatTheStoreFailed() async throws {
        let manager = try await manager(Source(1), store: MemoryStore(failing: Oops()))
        let failure = await #expect(throws: PipelineFailure.self) { try await Pipeline(provider: "source", storages: [.init()]).run(on: manager) }
        #expect(failure?.error.message == "the host's store failed: oops")
        #expect(failure?.error.operation == "put")
        #expect(failure?.error.underlying is Oops)
        #expect(log.lines == ["error: item failed (error=the host's store failed: oops, item=1, operation=put)"])
    }

    @Test func keepsTheStoresOwnError() async throws {
        let manager = try await manager(Source(1), store: MemoryStore(failing: PluginError(.storeFailed("disk full"), name: "disk")))
        let failure = await #expect(throws: PipelineFailure.self) { try await Pipeline(provider: "source", storages: [.init()]).run(on: manager) }
        #expect(failure?.error.description == "disk: the host's store failed: disk full")
    }

    @Test func fillsTheOtherStorages_whenOneSkipsAnItem() async throws {
        let manager = try await manager(Source(1), Shelf("bad") { throw Oops() }, Shelf("good", in: journal))
        let report = try await Pipeline(provider: "source", storages: [.init("bad", onError: .skip), .init("good")]).run(on: manager)
        #expect(journal.lines == ["put 1 1"])
        #expect(report.stored == 0)
        #expect(counts(report).suffix(2) == ["bad.put 1 0 0 1 0", "good.put 1 1 0 0 0"])
    }

    // MARK: Monitors

    @Test func tellsMonitors_ofAllButThemselves() async throws {
        let observer = { @Sendable [journal] (name: String) in Observer(name) { journal.add("\(name): \($0.plugin).\($0.operation) \($0.success)") } }
        let manager = try await manager(Source(1), Step { _ in throw Oops() }, observer("m"), observer("n"))
        let pipeline = Pipeline(provider: "source", processors: [.init("step", onError: .skip)], monitors: ["m", "n"])
        _ = try await pipeline.run(on: manager)
        let events = ["source.provide true", "source.provide.next true", "step.process false", "source.provide.next true"]
        for name in ["m", "n"] { #expect(journal.lines.filter { $0.hasPrefix(name) } == events.map { "\(name): \($0)" }) }
    }

    @Test func goesOn_whenAMonitorFails() async throws {
        let manager = try await manager(Source(1, 2), Observer { _ in throw Oops() })
        let report = try await Pipeline(provider: "source", monitors: ["observer"]).run(on: manager)
        #expect(report.items == 2)
        #expect(manager.monitor.snapshot().operation("observe", of: "observer")?.errors == 4)
    }

    // MARK: Cancelling

    @Test func endsTheRun_whenItsTaskIsCancelled() async throws {
        let manager = try await manager(Source(1, 2, 3))
        let task = Task {
            try await Pipeline(provider: "source").run(on: manager) { if $0 == 2 { withUnsafeCurrentTask { $0?.cancel() } } }
        }
        let failure = await #expect(throws: PipelineFailure.self) { try await task.value }
        #expect(failure?.description == "the calling task was cancelled (after 2 items)")
        #expect(failure?.error.code == .cancelled)
    }

    @Test(arguments: [.skip, .retry(9, backoff: .zero)] as [Pipeline.ErrorPolicy])
    func skipsAndRetriesNothing_onceItsTaskIsCancelled(policy: Pipeline.ErrorPolicy) async throws {
        let manager = try await manager(
            Source(1, 2),
            Step { _ in
                withUnsafeCurrentTask { $0?.cancel() }
                throw CancellationError()
            })
        let task = Task { try await Pipeline(provider: "source", processors: [.init("step", onError: policy)]).run(on: manager) }
        let failure = await #expect(throws: PipelineFailure.self) { try await task.value }
        #expect(failure?.description == "step 1.0.0, process: the calling task was cancelled (after 1 item)")
        #expect(failure?.report.stages.last?.retried == 0)
    }

    @Test func endsTheRun_whenItsTaskIsCancelledBetweenTries() async throws {
        let tried = Latch()
        let manager = try await manager(
            Source(1),
            Step { _ in
                tried.open()
                throw Oops()
            })
        let pipeline = Pipeline(provider: "source", processors: [.init("step", onError: .retry(1, backoff: .seconds(1_000_000)))])
        let task = Task { try await pipeline.run(on: manager) }
        await tried.wait()
        // the failed try is recorded before the wait begins; a cancellation in between would be seen as no retry
        await until { manager.monitor.snapshot().operation("process", of: "step")?.errors == 1 }
        task.cancel()
        let failure = await #expect(throws: PipelineFailure.self) { try await task.value }
        #expect(failure?.report.items == 1)
    }
}
