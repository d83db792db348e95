/// One provider, any processors, any storages, any monitors: items are pulled one by one and pushed through.
///
/// ```swift
/// var pipeline = Pipeline(provider: "packages")
/// pipeline.processors = [Pipeline.Processor("by_section", onError: .skip)]
/// let report = try await pipeline.run(on: manager)
/// print(report.items, report.stored)
/// ```
///
/// The plugins must be initialized. Memory stays flat however many items there are, since nothing is buffered but one
/// item and what it fans out to.
public struct Pipeline: Sendable {
    /// What happens to an item that makes a plugin fail.
    public enum ErrorPolicy: Sendable, Equatable {
        /// The run ends.
        case fail
        /// The item is dropped and counted.
        case skip
        /// The item is tried again up to so many times, with a wait between; then the run ends.
        case retry(Int, backoff: Duration)
    }

    public struct Processor: Sendable, Equatable {
        public var plugin: String
        public var onError: ErrorPolicy

        public init(_ plugin: String, onError: ErrorPolicy = .fail) {
            self.plugin = plugin
            self.onError = onError
        }
    }

    /// Where items end up.
    public struct Storage: Sendable, Equatable {
        /// A storage plugin; `nil` is the manager's store, in the namespace `pipeline`.
        public var plugin: String?
        /// The field of an item that is its key; `nil` numbers the items.
        public var keyField: String?
        public var onError: ErrorPolicy

        public init(_ plugin: String? = nil, keyField: String? = nil, onError: ErrorPolicy = .fail) {
            self.plugin = plugin
            self.keyField = keyField
            self.onError = onError
        }
    }

    /// The namespace of the manager's store that items go to when no storage plugin is named.
    public static let storeNamespace = "pipeline"

    public var provider: String
    /// What `provide` gets.
    public var request: DynamicValue
    public var processors: [Processor]
    public var storages: [Storage]
    public var monitors: [String]
    /// Stops after so many items from the provider.
    public var limit: Int?

    public init(
        provider: String, request: DynamicValue = [:], processors: [Processor] = [], storages: [Storage] = [],
        monitors: [String] = [], limit: Int? = nil
    ) {
        self.provider = provider
        self.request = request
        self.processors = processors
        self.storages = storages
        self.monitors = monitors
        self.limit = limit
    }

    /// Runs until the provider has no more items.
    ///
    /// - Parameters:
    ///   - manager: has the plugins that the pipeline names.
    ///   - progress: called after each item with how many there were so far, on the run's own task.
    /// - Throws: ``PluginError`` when a plugin cannot do what it is needed for (before anything runs) or fails and its
    ///   policy says so; ``PipelineFailure`` carries the report of a run that was cut short.
    public func run(on manager: PluginManager, progress: ((Int) -> Void)? = nil) async throws -> PipelineReport {
        let run = try PipelineRun(self, manager)
        return try await run.execute(progress: progress)
    }
}

/// What a pipeline did.
public struct PipelineReport: Sendable, Equatable, Codable {
    /// One plugin's part in it.
    public struct Stage: Sendable, Equatable, Codable {
        public var plugin: String
        public var operation: String
        /// Items that reached the stage.
        public var received = 0
        /// Items that left it; more than received where it fans out.
        public var passed = 0
        /// Items for which it returned nothing.
        public var dropped = 0
        /// Items that made it fail for good.
        public var failed = 0
        /// Further tries.
        public var retried = 0
    }

    /// Items that the provider gave.
    public var items = 0
    /// Items that reached the end.
    public var stored = 0
    public var stages: [Stage] = []
    public var seconds = 0.0
    /// Items of the provider to a second.
    public var itemsPerSecond: Double { seconds > 0 ? Double(items) / seconds : 0 }
}

/// A run that ended early: why, and what had been done by then.
public struct PipelineFailure: Error, Sendable, CustomStringConvertible {
    public let error: PluginError
    public let report: PipelineReport
    public var description: String { "\(error) (after \(report.items) \(report.items == 1 ? "item" : "items"))" }
}
