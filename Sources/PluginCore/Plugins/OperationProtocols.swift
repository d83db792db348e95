/// A plugin that gives items.
public protocol ProviderPlugin: Plugin {
    /// Starts to give items. What is returned is pulled from, so a slow consumer slows the provider.
    func provide(_ request: DynamicValue, options: CallOptions) async throws -> PluginItems
}

/// A plugin that turns an item into none, one or several.
public protocol ProcessorPlugin: Plugin {
    /// An empty array drops the item; several values fan out.
    func process(_ item: DynamicValue, options: CallOptions) async throws -> [DynamicValue]
}

/// A plugin that keeps items.
public protocol StoragePlugin: Plugin {
    func put(_ key: DynamicValue, _ value: DynamicValue, options: CallOptions) async throws
    func get(_ key: DynamicValue, options: CallOptions) async throws -> DynamicValue
    func delete(_ key: DynamicValue, options: CallOptions) async throws
    func list(_ prefix: DynamicValue, options: CallOptions) async throws -> DynamicValue
}

/// A plugin that is told of each operation.
public protocol MonitorPlugin: Plugin {
    func observe(_ event: MonitorEvent, options: CallOptions) async throws
}

/// A plugin whose operations are called by name.
public protocol CallablePlugin: Plugin {
    /// Calls an operation with plain values and gives all that it returned.
    func call(_ operation: String, arguments: [DynamicValue], options: CallOptions) async throws -> [DynamicValue]
}

/// A plugin that records its own calls in the monitor, so that nobody does it a second time.
package protocol RecordsOwnCalls: Plugin {}

/// The items of a provider, pulled one by one.
///
/// ```swift
/// let items = PluginItems(["a", "b"])
/// let first = try await items.next()  // "a"
/// ```
public struct PluginItems: Sendable {
    private let pull: @Sendable () async throws -> DynamicValue?
    /// The same items as a pipeline pulls them, where they can be had at once.
    package let makeStage: @Sendable () -> (any DirectStage)?

    /// Items from a closure that gives `nil` after the last. It is called by one task at a time.
    public init(next: @escaping @Sendable () async throws -> DynamicValue?) { self.init(next: next, makeStage: { nil }) }

    package init(next: @escaping @Sendable () async throws -> DynamicValue?, makeStage: @escaping @Sendable () -> (any DirectStage)?) {
        pull = next
        self.makeStage = makeStage
    }

    /// The items of an array.
    public init(_ items: [DynamicValue]) {
        let source = ItemSource(items: items)
        self.init { source.next() }
    }

    /// The next item, or `nil` after the last.
    public func next() async throws -> DynamicValue? { try await pull() }
}

/// A plugin whose `initialize` touches nothing of the host's but what it is given, and may run beside those of others.
package protocol InitializesConcurrently: Plugin {}
