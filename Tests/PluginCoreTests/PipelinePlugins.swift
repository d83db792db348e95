import PluginCore

/// Gives the items of a list.
struct Source: ProviderPlugin {
    var metadata = PluginMetadata(name: "source", version: "1.0.0", pluginType: .provider)
    var onProvide: @Sendable (DynamicValue) async throws -> PluginItems

    init(_ items: DynamicValue...) { onProvide = { _ in PluginItems(items) } }
    init(provide: @escaping @Sendable (DynamicValue) async throws -> PluginItems) { onProvide = provide }

    func provide(_ request: DynamicValue, options: CallOptions) async throws -> PluginItems { try await onProvide(request) }
}

/// Turns items into others.
struct Step: ProcessorPlugin {
    var metadata: PluginMetadata
    var onProcess: @Sendable (DynamicValue) async throws -> [DynamicValue]

    init(_ name: String = "step", process: @escaping @Sendable (DynamicValue) async throws -> [DynamicValue] = { [$0] }) {
        metadata = PluginMetadata(name: name, version: "1.0.0", pluginType: .processor)
        onProcess = process
    }

    func process(_ item: DynamicValue, options: CallOptions) async throws -> [DynamicValue] { try await onProcess(item) }
}

/// Writes down what it is to keep.
struct Shelf: StoragePlugin {
    var metadata: PluginMetadata
    let journal: Journal
    var onPut: @Sendable () throws -> Void

    init(_ name: String = "shelf", in journal: Journal = Journal(), put: @escaping @Sendable () throws -> Void = {}) {
        metadata = PluginMetadata(name: name, version: "1.0.0", pluginType: .storage)
        self.journal = journal
        onPut = put
    }

    func put(_ key: DynamicValue, _ value: DynamicValue, options: CallOptions) async throws {
        try onPut()
        journal.add("put \(try key.json()) \(try value.json())")
    }
    func get(_ key: DynamicValue, options: CallOptions) async throws -> DynamicValue { ["got": key] }
    func delete(_ key: DynamicValue, options: CallOptions) async throws { journal.add("delete \(try key.json())") }
    func list(_ prefix: DynamicValue, options: CallOptions) async throws -> DynamicValue { [prefix] }
}

/// Is told of each operation.
struct Observer: MonitorPlugin {
    var metadata: PluginMetadata
    var onObserve: @Sendable (MonitorEvent) async throws -> Void

    init(_ name: String = "observer", observe: @escaping @Sendable (MonitorEvent) async throws -> Void = { _ in }) {
        metadata = PluginMetadata(name: name, version: "1.0.0", pluginType: .monitor)
        onObserve = observe
    }

    func observe(_ event: MonitorEvent, options: CallOptions) async throws { try await onObserve(event) }
}
