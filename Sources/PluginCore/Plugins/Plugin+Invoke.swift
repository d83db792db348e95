extension Plugin {
    /// Calls an operation by name: as the plugin offers it, or through the protocol of its type.
    func invoke(_ operation: String, _ arguments: [DynamicValue], _ options: CallOptions) async throws -> [DynamicValue] {
        if let plugin = self as? any CallablePlugin {
            return try await plugin.call(operation, arguments: arguments, options: options)
        }
        let first = arguments.first ?? .null
        switch (operation, self) {
        case ("process", let plugin as any ProcessorPlugin):
            return try await plugin.process(first, options: options)
        case ("provide", let plugin as any ProviderPlugin):
            let items = try await plugin.provide(first, options: options)
            var all: [DynamicValue] = []
            while let item = try await items.next() { all.append(item) }
            return [.array(all)]
        case ("put", let plugin as any StoragePlugin):
            try await plugin.put(first, arguments.count > 1 ? arguments[1] : .null, options: options)
            return []
        case ("get", let plugin as any StoragePlugin): return [try await plugin.get(first, options: options)]
        case ("delete", let plugin as any StoragePlugin):
            try await plugin.delete(first, options: options)
            return []
        case ("observe", let plugin as any MonitorPlugin):
            try await plugin.observe(MonitorEvent(first), options: options)
            return []
        case ("list", let plugin as any StoragePlugin): return [try await plugin.list(first, options: options)]
        default:
            throw PluginError(.unknownOperation(operation, nearest: nearestName(to: operation, among: operations), among: operations), plugin: metadata)
        }
    }
}
