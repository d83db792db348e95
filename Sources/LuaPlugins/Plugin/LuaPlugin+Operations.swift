import LuaRuntime
public import PluginCore

/// A script offers what its table has; what is missing is an error where it is needed.
extension LuaPlugin: ProviderPlugin, DirectProcessor, StoragePlugin, MonitorPlugin {
    public func provide(_ request: DynamicValue, options: CallOptions = CallOptions()) async throws -> PluginItems {
        let ((iterator, value), seat) = try await runSomewhere("provide", options) {
            try $0.begin($1, request)
        } _: { instance, stack, count in
            let (iterator, value) = try stack.readItems(count)
            return (iterator.map { LuaIterator($0, of: instance) }, value)
        }
        guard let iterator else { return PluginItems(value.isNull ? [] : [value]) }
        return PluginItems {
            // where they came from: another instance knows nothing of them
            let item = try await self.enter(Self.nextItem, options, at: seat, pulling: iterator) { _, _ in
                try iterator.function.begin(nil)
            } _: { _, stack, _ in
                try stack.read(DynamicValue.self, at: 1)
            }.result
            return item.isNull ? nil : item
        } makeStage: {
            !options.hasDeadline && seat === self.first ? LuaStage(pulling: iterator, of: self) : nil
        }
    }

    public func process(_ item: DynamicValue, options: CallOptions = CallOptions()) async throws -> [DynamicValue] {
        try await run("process", options) { try $0.begin($1, item) } _: { try $0.readProcessed($1) }
    }

    package func makeStage(after previous: (any DirectStage)?) -> (any DirectStage)? { LuaStage(processingWith: self, after: previous) }

    public func put(_ key: DynamicValue, _ value: DynamicValue, options: CallOptions = CallOptions()) async throws {
        try await run("put", options) { try $0.begin($1, key, value) } _: { _, _ in }
    }

    public func get(_ key: DynamicValue, options: CallOptions = CallOptions()) async throws -> DynamicValue {
        try await run("get", options) { try $0.begin($1, key) } _: { stack, _ in try stack.read(DynamicValue.self, at: 1) }
    }

    public func delete(_ key: DynamicValue, options: CallOptions = CallOptions()) async throws {
        try await run("delete", options) { try $0.begin($1, key) } _: { _, _ in }
    }

    public func list(_ prefix: DynamicValue, options: CallOptions = CallOptions()) async throws -> DynamicValue {
        try await run("list", options) { try $0.begin($1, prefix) } _: { stack, _ in try stack.read(DynamicValue.self, at: 1) }
    }

    public func observe(_ event: MonitorEvent, options: CallOptions = CallOptions()) async throws {
        try await run("observe", options) { try $0.begin($1, event.value) } _: { _, _ in }
    }
}

extension LuaStack {
    /// What a processor has returned: items, among which nil is none.
    func readProcessed(_ count: Int32) throws -> [DynamicValue] {
        let results = try readAll(count)
        // Lua's own functions fail like this: taken for two items, the text would go on as one
        if results.count == 2, results[0].isNull, let text = results[1].string { throw PluginError(.returnedFailure(text)) }
        return results.filter { !$0.isNull }
    }
}
