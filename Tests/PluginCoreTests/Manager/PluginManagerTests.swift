import PluginCore
import Testing

struct PluginManagerTests {
    private let manager = PluginManager(loaders: [])

    // MARK: Registering

    @Test func keepsTheOrderOfRegistration() throws {
        for name in ["b", "a", "c"] { try manager.register(ScriptedPlugin(name, type: name == "a" ? .provider : .storage)) }
        #expect(manager.plugins.map(\.metadata.name) == ["b", "a", "c"])
        #expect(manager.plugins(ofType: .storage).map(\.metadata.name) == ["b", "c"])
        #expect(manager.plugins(ofType: .monitor).isEmpty)
    }

    @Test func refusesASecondPlugin_ofTheSameName() throws {
        try manager.register(ScriptedPlugin("words", "1.0.0"))
        let error = #expect(throws: PluginError.self) { try manager.register(ScriptedPlugin("words", "2.0.0")) }
        #expect(
            error?.description
                == "words 2.0.0: version 2.0.0 is a second plugin of that name: version 1.0.0 is registered: rename one of them, or keep only one")
        #expect(try manager.plugin(named: "words").metadata.version == "1.0.0")
    }

    @Test func refusesAName_thatIsNone() {
        let error = #expect(throws: PluginError.self) { try manager.register(ScriptedPlugin("No name")) }
        #expect(error?.code == .metadata)
        #expect(error?.message == "'name' must be a lower-case letter, then letters, digits, '_' or '-', at most 64 in all, found 'No name'")
        #expect(manager.plugins.isEmpty)
    }

    @Test func logsWhatItRegisters() throws {
        let log = Log(level: .debug)
        try PluginManager(loaders: [], logger: log.logger).register(ScriptedPlugin("words", "1.2.0"))
        #expect(log.lines == ["debug: registered (plugin=words, version=1.2.0)"])
    }

    // MARK: Looking up

    @Test func namesTheNearestPlugin_whenThereIsNone() throws {
        try manager.register(ScriptedPlugin("words"))
        let near = #expect(throws: PluginError.self) { try manager.plugin(named: "wrods") }
        #expect(near?.description == "wrods: no plugin of that name is registered: did you mean 'words'?")
        let far = #expect(throws: PluginError.self) { try manager.status(of: "zebra") }
        #expect(far?.description == "zebra: no plugin of that name is registered: load it first")
        #expect(far?.code == .notFound)
    }

    @Test func tellsWhereAPluginIs_inItsLife() async throws {
        let manager = manager
        let seen = Journal()
        @Sendable func look() throws { seen.add("\(try manager.status(of: "words").state)") }
        try manager.register(ScriptedPlugin("words", initialize: { _ in try look() }, cleanup: { try look() }))
        try look()
        try await manager.initialize()
        try look()
        try await manager.unload("words")
        #expect(seen.lines == ["loaded", "initializing", "running", "cleaningUp"])
        #expect(throws: PluginError.self) { try look() }
    }

    // MARK: Policy

    @Test func givesAPluginItsOwnPolicy_orElseTheOneForAll() async throws {
        let seen = Journal()
        let own = PluginPolicy(config: ["n": 2])
        let manager = PluginManager(loaders: [], policy: PluginPolicy(config: ["n": 1]))
        manager.setPolicy(own, for: "b")
        #expect(manager.policy() == PluginPolicy(config: ["n": 1]))
        #expect(manager.policy(for: "a") == manager.policy())
        #expect(manager.policy(for: "b") == own)
        for name in ["a", "b"] {
            var plugin = ScriptedPlugin(name, initialize: { seen.add("\(name) \($0.config) \($0.policy.config)") })
            plugin.declaration.config = ConfigSchema(properties: ["n": .init(type: .integer)])
            try manager.register(plugin)
        }
        try await manager.initialize()
        #expect(seen.lines == ["a \(["n": DynamicValue.integer(1)]) \(["n": DynamicValue.integer(1)])", "b \(own.config) \(own.config)"])
    }

    @Test func keepsWhatAChangeLeavesAlone_whenAPolicyIsUpdated() {
        let manager = PluginManager(loaders: [], policy: PluginPolicy(limits: PluginLimits(memory: 1024), config: ["n": 1]))
        manager.updatePolicy(for: "b") { $0.config["m"] = 2 }
        manager.updatePolicy(for: "b") { $0.root = "/b" }
        #expect(manager.policy(for: "b") == PluginPolicy(limits: PluginLimits(memory: 1024), config: ["n": 1, "m": 2], root: "/b"))
        #expect(manager.policy(for: "a").root == nil)
    }

    @Test func givesEachPluginTheValuesThatItTakes_whenTheyAreForAll() async throws {
        let seen = Journal()
        let manager = PluginManager(loaders: [], policy: PluginPolicy(config: ["n": 1, "other": true]))
        var plugin = ScriptedPlugin("a", initialize: { seen.add("\($0.config)") })
        plugin.declaration.config = ConfigSchema(properties: ["n": .init(type: .integer)])
        try manager.register(plugin)
        try await manager.initialize()
        #expect(seen.lines == ["\(["n": DynamicValue.integer(1)])"])
    }

    @Test func keepsThePolicy_thatAPluginWasRegisteredWith() async throws {
        let seen = Journal()
        try manager.register(ScriptedPlugin("words", initialize: { seen.add($0.policy.root ?? "none") }))
        manager.setPolicy(PluginPolicy(root: "/later"), for: "words")
        try await manager.initialize()
        #expect(seen.lines == ["none"])
    }

    @Test func givesAPluginItsContext() async throws {
        let log = Log()
        let store = MemoryStore()
        let manager = PluginManager(loaders: [], store: store, logger: log.logger)
        try manager.register(
            ScriptedPlugin("words", "1.2.0") { context in
                #expect(context.metadata.name == "words")
                #expect(context.store as? MemoryStore === store)
                #expect(context.monitor === manager.monitor)
                context.logger.info("hello")
            })
        try await manager.initialize()
        #expect(log.lines == ["info: hello (plugin=words, version=1.2.0)"])
    }

    @Test func refusesCalls_whileAPluginIsTurnedOff() async throws {
        try manager.register(ScriptedPlugin("words"))
        try await manager.initialize()
        try manager.setEnabled(false, for: "words")
        #expect(try manager.status(of: "words") == (.running, false))
        let error = await #expect(throws: PluginError.self) { try await manager.call("words", "run") }
        #expect(error?.description == "words 1.0.0, run: is turned off: turn it on with setEnabled")
        #expect(error?.code == .disabled)
        try manager.setEnabled(true, for: "words")
        #expect(try await manager.call("words", "run", [1]) == [1])
        #expect(throws: PluginError.self) { try manager.setEnabled(true, for: "none") }
    }

    // MARK: Calling

    @Test func callsAnOperation_andRecordsIt() async throws {
        try manager.register(ScriptedPlugin("words", call: { operation, arguments in [.string(operation)] + arguments }))
        try await manager.initialize()
        #expect(try await manager.call("words", "run", [1, "x"]) == ["run", 1, "x"])
        let record = manager.monitor.snapshot().operation("run", of: "words")
        #expect(record?.calls == 1)
        #expect(record?.errors == 0)
    }

    @Test func tellsWhoFailed_whenAnOperationThrows() async throws {
        try manager.register(ScriptedPlugin("words", call: { _, _ in throw Oops() }))
        try await manager.initialize()
        let error = await #expect(throws: PluginError.self) { try await manager.call("words", "run") }
        #expect(error?.description == "words 1.0.0, run: oops")
        #expect(error?.phase == .call)
        #expect(error?.underlying is Oops)
        #expect(manager.monitor.snapshot().operation("run", of: "words")?.errors == 1)
        #expect(manager.monitor.snapshot().errors.map(\.message) == ["oops"])
    }

    @Test func refusesCalls_beforeAPluginIsInitialized() async throws {
        try manager.register(ScriptedPlugin("words"))
        let error = await #expect(throws: PluginError.self) { try await manager.call("words", "run") }
        #expect(error?.description == "words 1.0.0, run: is not initialized: call initialize() on the manager first")
        await #expect(throws: PluginError.self) { try await manager.call("none", "run") }
    }

    @Test func recordsNothing_whenAPluginRecordsItsOwnCalls() async throws {
        struct Own: CallablePlugin, RecordsOwnCalls {
            let metadata = PluginMetadata(name: "own", version: "1.0.0", pluginType: .processor)
            func call(_ operation: String, arguments: [DynamicValue], options: CallOptions) async throws -> [DynamicValue] { arguments }
        }
        try manager.register(Own())
        #expect(try await manager.call("own", "run", [1]) == [1])
        #expect(manager.monitor.snapshot().operations.isEmpty)
    }
}
