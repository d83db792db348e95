import PluginCore
import Testing

struct PluginTests {
    private struct Idle: Plugin {
        let metadata = PluginMetadata(name: "idle", version: "1.0.0", pluginType: .processor)
    }

    private struct Everything: ProviderPlugin, ProcessorPlugin, StoragePlugin, MonitorPlugin {
        let metadata = PluginMetadata(name: "everything", version: "1.0.0", pluginType: .provider)
        func provide(_ request: DynamicValue, options: CallOptions) async throws -> PluginItems { PluginItems([]) }
        func process(_ item: DynamicValue, options: CallOptions) async throws -> [DynamicValue] { [] }
        func put(_ key: DynamicValue, _ value: DynamicValue, options: CallOptions) async throws {}
        func get(_ key: DynamicValue, options: CallOptions) async throws -> DynamicValue { .null }
        func delete(_ key: DynamicValue, options: CallOptions) async throws {}
        func list(_ prefix: DynamicValue, options: CallOptions) async throws -> DynamicValue { .null }
        func observe(_ event: MonitorEvent, options: CallOptions) async throws {}
    }

    @Test func asksForNothingAndDoesNothing_unlessItSaysSo() async throws {
        #expect(Idle().declaration == PluginDeclaration(permissions: [], config: ConfigSchema(), limits: DeclaredLimits()))
        #expect(Idle().operations == [])
        let manager = PluginManager(loaders: [])
        try manager.register(Idle())
        try await manager.initialize()
        try await manager.cleanup()
        #expect(manager.monitor.snapshot().operations.map(\.operation) == ["cleanup", "initialize"])
    }

    @Test func offersTheOperations_ofItsTypes() {
        #expect(Source().operations == ["provide"])
        #expect(Step().operations == ["process"])
        #expect(Shelf().operations == ["put", "get", "delete", "list"])
        #expect(Observer().operations == ["observe"])
        #expect(Everything().operations == ["provide", "process", "put", "get", "delete", "list", "observe"])
    }

    @Test func givesItems_oneByOne() async throws {
        let items = PluginItems([1, 2])
        #expect(try await items.next() == 1)
        #expect(try await items.next() == 2)
        #expect(try await items.next() == nil)
        #expect(try await items.next() == nil)
    }

    @Test func givesItems_fromAClosure() async throws {
        let journal = Journal()
        let items = PluginItems {
            journal.add("pull")
            return journal.lines.count < 2 ? "one" : nil
        }
        #expect(try await items.next() == "one")
        #expect(try await items.next() == nil)
    }
}
