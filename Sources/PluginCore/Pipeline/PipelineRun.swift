import Logging

/// One run of a pipeline, on one task.
final class PipelineRun {
    private let pipeline: Pipeline
    private let manager: PluginManager
    private let provider: (entry: PluginEntry, plugin: any ProviderPlugin)
    private let processors: [(entry: PluginEntry, plugin: any ProcessorPlugin)]
    private let storages: [Target]
    private let monitors: [(entry: PluginEntry, plugin: any MonitorPlugin)]
    private var report = PipelineReport()
    /// Items that came out of the last processor.
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

    func execute(progress: (Int) -> Void) async throws -> PipelineReport {
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

    private func pull(_ progress: (Int) -> Void) async throws {
        let items = try await provider.entry.perform("provide") {
            try await provider.plugin.provide(pipeline.request, options: options)
        }
        while report.items < pipeline.limit ?? .max {
            try Task.checkCancellation()
            guard let item = try await provider.entry.perform("provide.next", items.next) else { break }
            report.items += 1
            report.stages[0].received += 1
            report.stages[0].passed += 1
            try await process(item, from: 0)
            progress(report.items)
        }
    }

    /// Sends an item through the processors from that one on, then into every storage.
    private func process(_ item: DynamicValue, from index: Int) async throws {
        guard index < processors.count else { return try await store(item) }
        let (entry, plugin) = processors[index]
        let stage = index + 1
        let results = try await attempt(stage, entry, "process", pipeline.processors[index].onError) {
            try await plugin.process(item, options: options)
        }
        guard let results else { return }
        report.stages[stage].passed += results.count
        if results.isEmpty { report.stages[stage].dropped += 1 }
        for result in results { try await process(result, from: index + 1) }
    }

    private func store(_ item: DynamicValue) async throws {
        emitted += 1
        let first = 1 + processors.count
        var isStored = true
        for (index, target) in storages.enumerated() {
            let settings = pipeline.storages[index]
            var entry: PluginEntry?
            if case .plugin(let found, _) = target { entry = found }
            let done: Void? = try await attempt(first + index, entry, "put", settings.onError) {
                let key = try key(of: item, settings.keyField)
                switch target {
                case .plugin(_, let plugin): try await plugin.put(key, item, options: options)
                case .store(let store):
                    let text = key.string ?? key.integer.map(String.init) ?? key.number.map { "\($0)" } ?? ""
                    do {
                        try store.put(text, item, in: Pipeline.storeNamespace)
                    } catch {
                        throw error as? PluginError ?? PluginError(.storeFailed(String(describing: error)), operation: "put", underlying: error)
                    }
                }
            }
            if done == nil { isStored = false } else { report.stages[first + index].passed += 1 }
        }
        if isStored { report.stored += 1 }
    }

    private func key(of item: DynamicValue, _ field: String?) throws -> DynamicValue {
        guard let field else { return .integer(Int64(emitted)) }
        guard let key = item[field], !key.isNull else { throw PluginError(.noKey(field: field)) }
        switch key {
        case .string, .integer, .number: return key
        default: throw PluginError(.badKey(field: field, found: key.kind))
        }
    }

    /// Runs a stage for one item as its error policy says; `nil` when the item was skipped.
    private func attempt<R>(
        _ stage: Int, _ entry: PluginEntry?, _ operation: String, _ policy: Pipeline.ErrorPolicy, _ body: () async throws -> R
    ) async throws -> R? {
        report.stages[stage].received += 1
        var triesLeft = 0
        var backoff = Duration.zero
        if case .retry(let count, let wait) = policy { (triesLeft, backoff) = (count, wait) }
        while true {
            do {
                if let entry { return try await entry.perform(operation, body) }
                return try await body()
            } catch {
                // an item that was under way when the run was cancelled did not fail
                if Task.isCancelled { throw error }
                if triesLeft > 0 {
                    triesLeft -= 1
                    report.stages[stage].retried += 1
                    try await Task.sleep(for: backoff)
                    continue
                }
                report.stages[stage].failed += 1
                note(error, stage, entry)
                guard policy == .skip else { throw error }
                return nil
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
        let events = manager.monitor.events()
        let task = Task {
            for await event in events where event.plugin != entry.name && event.operation != "observe" {
                // its failures are recorded like any other's, and stop nobody
                try? await entry.perform("observe") { try await plugin.observe(event, options: CallOptions()) }
            }
        }
        return (events, task)
    }
}
