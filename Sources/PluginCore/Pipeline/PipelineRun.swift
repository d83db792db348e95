import Logging

/// One run of a pipeline, on one task.
final class PipelineRun {
    private let pipeline: Pipeline
    private let manager: PluginManager
    private let provider: (entry: PluginEntry, plugin: any ProviderPlugin)
    private let processors: [(entry: PluginEntry, plugin: any ProcessorPlugin)]
    private let storages: [Target]
    private let monitors: [(entry: PluginEntry, plugin: any MonitorPlugin)]
    /// The stages up to the last processor that can be called on the spot; known once the provider gives items.
    @exclusivity(unchecked) private var directs: [(any DirectStage)?] = []
    @exclusivity(unchecked) private var report = PipelineReport()
    /// When the run had its thread last, by `CallClock`.
    private var sliceStart: Int64 = 0
    /// Where refusals are counted, by stage.
    private var refusals: [OperationRecorder?] = []
    /// Items that came out of the last processor, on the way into storages.
    private var emitted = 0
    private let options = CallOptions()

    private enum Target {
        case plugin(PluginEntry, any StoragePlugin)
        case store(any PluginStore)
    }

    /// How many failing items of a stage are logged; the others are counted only.
    private static let loggedFailures = 3

    /// Checks that each plugin is there and can do its part, before anything runs.
    init(_ pipeline: Pipeline, _ manager: PluginManager) throws {
        self.pipeline = pipeline
        self.manager = manager
        let (entry, plugin) = try Self.find(pipeline.provider, "provide", "pipeline's provider", manager, as: (any ProviderPlugin).self)
        provider = (entry, plugin)
        report.stages.append(.init(plugin: pipeline.provider, operation: "provide"))
        processors = try pipeline.processors.map {
            let (entry, plugin) = try Self.find($0.plugin, "process", "pipeline's processor", manager, as: (any ProcessorPlugin).self)
            return (entry, plugin)
        }
        report.stages += pipeline.processors.map { .init(plugin: $0.plugin, operation: "process") }
        storages = try pipeline.storages.map { storage in
            guard let name = storage.plugin else {
                guard let store = manager.store else { throw PluginError(.noStore) }
                return .store(store)
            }
            let (entry, plugin) = try Self.find(name, "put", "pipeline's storage", manager, as: (any StoragePlugin).self)
            return .plugin(entry, plugin)
        }
        report.stages += pipeline.storages.map { .init(plugin: $0.plugin ?? "store", operation: "put") }
        refusals = report.stages.map { _ in nil }
        monitors = try pipeline.monitors.map {
            let (entry, plugin) = try Self.find($0, "observe", "pipeline's monitor", manager, as: (any MonitorPlugin).self)
            return (entry, plugin)
        }
    }

    private static func find<P>(
        _ name: String, _ operation: String, _ role: String, _ manager: PluginManager, as type: P.Type
    ) throws -> (PluginEntry, P) {
        let entry = try manager.entry(name)
        guard let plugin = entry.plugin as? P, entry.plugin.operations.contains(operation) else {
            throw PluginError(.missingOperation(operation, role: role), plugin: entry.metadata)
        }
        return (entry, plugin)
    }

    func execute(progress: ((Int) -> Void)?) async throws -> PipelineReport {
        let watchers = monitors.map { watch($0.entry, $0.plugin) }
        let start = ContinuousClock.now
        var failure: PluginError?
        do {
            try await pull(progress)
        } catch let error as PluginError {
            failure = error
        } catch {
            failure = PluginError(.cancelled, underlying: error)  // plugins and store throw PluginErrors only
        }
        report.seconds = start.duration(to: .now) / .seconds(1)
        for watcher in watchers {
            watcher.events.finish()
            await watcher.task.value
        }
        if let failure { throw PipelineFailure(error: failure, report: report) }
        return report
    }

    private func pull(_ progress: ((Int) -> Void)?) async throws {
        let items = try await provider.entry.perform("provide") {
            try await provider.plugin.provide(pipeline.request, options: options)
        }
        // items that another plugin passes on are its own: each is to be recorded and let in as one
        directs = [provider.entry.recordsOwnCalls ? items.makeStage() : nil]
        for processor in processors { directs.append((processor.plugin as? any DirectProcessor)?.makeStage(after: directs.last!)) }
        let limit = pipeline.limit ?? .max
        var clock = CallClock.now
        sliceStart = clock
        while report.items < limit {
            try await pause(&clock)
            let reached = send(nil, from: 0, &clock)
            if case .end = reached, progress == nil { continue }  // the next call begins where this one has ended
            guard try await follow(reached, items) else { break }
            progress?(report.items)
            clock = CallClock.now
        }
    }

    /// Between two items: lets others have the thread after a while, and ends a run that was cancelled.
    private func pause(_ clock: inout Int64) async throws {
        if Task.isCancelled { throw CancellationError() }
        // one that went back has slept
        guard clock - sliceStart > CallClock.slice || clock < sliceStart else { return }
        await Task.yield()
        sliceStart = CallClock.now
        clock = sliceStart
    }

    /// How far an item came with nothing to wait for.
    private enum Reached {
        /// Its end.
        case end
        /// There was none.
        case noItem
        /// A stage, where it takes another way; `nil` is the item that the stage before has left.
        case stage(Int, DynamicValue?, Detour)
        /// The storages.
        case storages(DynamicValue?)
    }

    /// What came of a call that is not to be had on the spot, or gave more than one item.
    private enum Detour {
        case notMade
        case gave([DynamicValue])
        case waits(() async throws -> [DynamicValue])
        case failed(any Error)
    }

    /// Sends an item through the stages from that one on, of which the first is the provider's, that gives it.
    private func send(_ item: DynamicValue?, from first: Int, _ clock: inout Int64) -> Reached {
        var item = item
        for stage in first..<directs.count {
            if stage > 0 { report.stages[stage].received += 1 }
            guard let direct = directs[stage] else { return .stage(stage, item, .notMade) }
            do {
                switch try direct.call(item, &clock) {
                case .left: break
                case .nothing:
                    if stage == 0 { return .noItem }
                    report.stages[stage].dropped += 1
                    return .end
                case .gave(let values): return .stage(stage, item, .gave(values))
                case .declined: return .stage(stage, item, .notMade)
                case .waits(let finish): return .stage(stage, item, .waits(finish))
                }
            } catch {
                return .stage(stage, item, .failed(error))
            }
            if stage == 0 { countItem() } else { report.stages[stage].passed += 1 }
            item = nil
        }
        guard storages.isEmpty else { return .storages(item) }
        report.stored += 1
        return .end
    }

    private func countItem() {
        report.items += 1
        report.stages[0].received += 1
        report.stages[0].passed += 1
    }

    /// Goes on with an item to its end, however long that takes; `false` when there is none.
    private func follow(_ reached: Reached, _ items: PluginItems) async throws -> Bool {
        switch reached {
        case .end: return true
        case .noItem: return false
        case .storages(let item): try await store(item ?? directs.last!!.value)
        case .stage(0, _, let detour):
            guard let item = try await next(of: items, detour) else { return false }
            countItem()
            try await sendOn(item, from: 1, items)
        case .stage(let stage, let item, let detour):
            guard let results = try await self.results(of: item, at: stage, detour) else { return true }
            report.stages[stage].passed += results.count
            if results.isEmpty { report.stages[stage].dropped += 1 }
            for result in results { try await sendOn(result, from: stage + 1, items) }
        }
        return true
    }

    private func sendOn(_ item: DynamicValue, from stage: Int, _ items: PluginItems) async throws {
        var clock = CallClock.now
        try await pause(&clock)
        _ = try await follow(send(item, from: stage, &clock), items)
    }

    private func next(of items: PluginItems, _ detour: Detour) async throws -> DynamicValue? {
        switch detour {
        case .notMade: try await provider.entry.perform("provide.next", items.next)
        case .gave(let values): values.first
        case .waits(let finish): try await finish().first
        case .failed(let error): throw error
        }
    }

    /// What a processor makes of an item, which is `nil` where the stage before has left it; `nil` when the item was skipped.
    private func results(of item: DynamicValue?, at stage: Int, _ detour: Detour) async throws -> [DynamicValue]? {
        var failure: (any Error)?
        switch detour {
        case .notMade: break
        case .gave(let values): return values
        case .failed(let error): failure = error
        case .waits(let finish):
            do {
                return try await finish()
            } catch {
                failure = error
            }
        }
        let (entry, plugin) = processors[stage - 1]
        let policy = pipeline.processors[stage - 1].onError
        if failure == nil, isSkipped(stage, entry, "process", policy) { return nil }
        let item = item ?? directs[stage - 1]!.value
        return try await attempt(stage, entry, policy, after: failure) {
            try await entry.perform("process") { try await plugin.process(item, options: options) }
        }
    }

    private func store(_ item: DynamicValue) async throws {
        emitted += 1
        let first = 1 + processors.count
        var isStored = true
        for (index, target) in storages.enumerated() {
            let (stage, settings) = (first + index, pipeline.storages[index])
            report.stages[stage].received += 1
            let done: Void?
            switch target {
            case .plugin(let entry, let plugin):
                if isSkipped(stage, entry, "put", settings.onError) {
                    done = nil
                } else {
                    done = try await attempt(stage, entry, settings.onError) {
                        try await entry.perform("put") { try await plugin.put(try key(of: item, settings.keyField), item, options: options) }
                    }
                }
            case .store(let store):
                done = try await attempt(stage, nil, settings.onError) { try put(item, settings.keyField, into: store) }
            }
            if done == nil { isStored = false } else { report.stages[stage].passed += 1 }
        }
        if isStored { report.stored += 1 }
    }

    private func put(_ item: DynamicValue, _ field: String?, into store: any PluginStore) throws {
        let key = try key(of: item, field)
        let text = key.string ?? key.integer.map(String.init) ?? key.number.map { "\($0)" } ?? ""
        do {
            try store.put(text, item, in: Pipeline.storeNamespace)
        } catch {
            throw error as? PluginError ?? PluginError(.storeFailed(String(describing: error)), operation: "put", underlying: error)
        }
    }

    private func key(of item: DynamicValue, _ field: String?) throws -> DynamicValue {
        guard let field else { return .integer(Int64(emitted)) }
        guard let key = item[field], !key.isNull else { throw PluginError(.noKey(field: field)) }
        switch key {
        case .string, .integer, .number: return key
        default: throw PluginError(.badKey(field: field, found: key.kind))
        }
    }

    /// Whether a stage that may fail is not even tried, since its plugin is quarantined, which costs the others nothing but this; counts it.
    private func isSkipped(_ stage: Int, _ entry: PluginEntry, _ operation: String, _ policy: Pipeline.ErrorPolicy) -> Bool {
        guard policy == .skip, entry.status.quarantine.isRefusing else { return false }
        let recorder = refusals[stage] ?? entry.recorder(operation)
        refusals[stage] = recorder
        recorder.countRefusal()
        report.stages[stage].failed += 1
        return true
    }

    /// Runs a stage for one item as its error policy says; `nil` when the item was skipped.
    ///
    /// - Parameter failure: what a try was ended by that was made already.
    private func attempt<R>(
        _ stage: Int, _ entry: PluginEntry?, _ policy: Pipeline.ErrorPolicy, after failure: (any Error)? = nil, _ body: () async throws -> R
    ) async throws -> R? {
        var failure = failure
        var triesLeft = 0
        var backoff = Duration.zero
        if case .retry(let count, let wait) = policy { (triesLeft, backoff) = (count, wait) }
        while true {
            if let error = failure {
                // an item that was under way when the run was cancelled did not fail
                if Task.isCancelled { throw error }
                guard triesLeft > 0 else {
                    report.stages[stage].failed += 1
                    note(error, stage, entry)
                    guard policy == .skip else { throw error }
                    return nil
                }
                triesLeft -= 1
                report.stages[stage].retried += 1
                try await Task.sleep(for: backoff)
            }
            do {
                return try await body()
            } catch {
                failure = error
            }
        }
    }

    private func note(_ error: any Error, _ stage: Int, _ entry: PluginEntry?) {
        guard report.stages[stage].failed <= Self.loggedFailures else { return }
        let logger = entry?.logger ?? manager.logger
        var metadata: Logger.Metadata = [
            "operation": "\(report.stages[stage].operation)", "item": "\(report.items)", "error": "\(((error as? PluginError)?.explanation ?? "\(error)").escaped)",
        ]
        metadata["traceback"] = (error as? PluginError)?.traceback.map { "\($0.escapedLines)" }
        logger.error("item failed", metadata: metadata)
        if report.stages[stage].failed == Self.loggedFailures {
            logger.notice("further items that fail here are counted, not logged", metadata: ["operation": metadata["operation"]!])
        }
    }

    /// Hands the monitor's events to a monitor plugin, but for those about itself, and about observing: two monitor
    /// plugins would keep each other busy for ever.
    private func watch(_ entry: PluginEntry, _ plugin: any MonitorPlugin) -> (events: MonitorEvents, task: Task<Void, Never>) {
        // what a quarantined monitor misses is dropped at once: a refusal for each event would be an event for the others
        let monitor = manager.monitor
        let name = entry.name
        let events = monitor.events { plugin, operation in plugin != name && operation != "observe" } isRefusing: { entry.status.quarantine.isRefusing }
        let task = Task {
            for await event in events {
                if entry.status.quarantine.isRefusing {
                    monitor.countDrop(of: events)
                    continue
                }
                // its failures are recorded like any other's, and stop nobody
                try? await entry.perform("observe") { try await plugin.observe(event, options: CallOptions()) }
            }
        }
        return (events, task)
    }
}
