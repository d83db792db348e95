import LuaRuntime
public import PluginCore

/// A script offers what its table has; what is missing is an error where it is needed.
extension LuaPlugin: ProviderPlugin, ProcessorPlugin, StoragePlugin, MonitorPlugin {
    public func provide(_ request: DynamicValue, options: CallOptions = CallOptions()) async throws -> PluginItems {
        let (iterator, value) = try await run("provide", options) { function, context in
            let (iterator, value) = try function.callForItems(context, request)
            return (iterator.map(LuaIterator.init), value)
        }
        guard let iterator else { return PluginItems(value.isNull ? [] : [value]) }
        return PluginItems {
            let item = try await self.enter("provide.next", options) { _, _ in try iterator.function.call(as: DynamicValue.self) }
            return item.isNull ? nil : item
        }
    }

    public func process(_ item: DynamicValue, options: CallOptions = CallOptions()) async throws -> [DynamicValue] {
        let results = try await run("process", options) { function, context in
            let results = try function.callForAll(context, item)
            // Lua's own functions fail like this: taken for two items, the text would go on as one
            if results.count == 2, results[0].isNull, let text = results[1].string { throw PluginError(.returnedFailure(text)) }
            return results
        }
        return results.filter { !$0.isNull }
    }

    public func put(_ key: DynamicValue, _ value: DynamicValue, options: CallOptions = CallOptions()) async throws {
        try await run("put", options) { try $0.call($1, key, value) }
    }

    public func get(_ key: DynamicValue, options: CallOptions = CallOptions()) async throws -> DynamicValue {
        try await run("get", options) { try $0.call($1, key) }
    }

    public func delete(_ key: DynamicValue, options: CallOptions = CallOptions()) async throws {
        try await run("delete", options) { try $0.call($1, key) }
    }

    public func list(_ prefix: DynamicValue, options: CallOptions = CallOptions()) async throws -> DynamicValue {
        try await run("list", options) { try $0.call($1, prefix) }
    }

    public func observe(_ event: MonitorEvent, options: CallOptions = CallOptions()) async throws {
        try await run("observe", options) { try $0.call($1, event.value) }
    }
}
