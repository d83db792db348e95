import Logging
@testable import PluginCore
import Testing

struct UnifiedLoaderTests {
    private let journal = Journal()
    private let manager = PluginManager(loaders: [TestLoader()])

    /// Takes what ends in its suffix, and writes down what it is asked for.
    private struct SuffixLoader: PluginLoader {
        let suffix: String
        let journal: Journal

        func accepts(_ source: PluginSource) -> Bool { source.label.hasSuffix(suffix) }

        func load(_ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor) async throws -> any Plugin {
            journal.add("load \(source.label)")
            return ScriptedPlugin("made", "1.0.0", cleanup: { journal.add("cleanup") })
        }

        func reload(
            _ plugin: any Plugin, from source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor
        ) async throws -> any Plugin {
            journal.add("reload \(plugin.metadata.version)")
            return ScriptedPlugin("made", "2.0.0", cleanup: { journal.add("cleanup") })
        }

        func unload(_ plugin: any Plugin) async { journal.add("unload \(plugin.metadata.version)") }
    }

    @Test func asksTheLoaderFirst_thatWasRegisteredLast() async throws {
        try manager.loader.register(SuffixLoader(suffix: ".lua", journal: journal), named: "mine")
        #expect(manager.loader.names == ["mine", "swift", "TestLoader"])
        #expect(try await manager.load("plugin_a.lua").metadata.name == "made")
        #expect(try await manager.load("plugin_b").metadata.name == "b")
        #expect(manager.monitor.snapshot().loaders.map { "\($0.loader) \($0.operation) \($0.successes)" } == ["TestLoader load 1", "mine load 1"])
    }

    @Test func tellsTheLoader_whatBecomesOfItsPlugin() async throws {
        try manager.loader.register(SuffixLoader(suffix: "x", journal: journal), named: "mine")
        try await manager.load("x")
        try await manager.initialize()
        try await manager.reload("made")
        try await manager.unload("made")
        #expect(journal.lines == ["load x", "reload 1.0.0", "cleanup", "unload 1.0.0", "cleanup", "unload 2.0.0"])
        #expect(manager.monitor.snapshot().loaders.map { "\($0.loader) \($0.operation) \($0.successes)" } == ["mine load 1", "mine reload 1", "mine unload 1"])
    }

    @Test func refusesASecondLoader_ofTheSameName() throws {
        let error = #expect(throws: PluginError.self) { try manager.loader.register(SuffixLoader(suffix: "", journal: journal), named: "swift") }
        #expect(error?.message == "'swift' is registered already")
    }

    @Test func makesPluginsOfFactories_anewForEachReload() async throws {
        let journal = journal
        try manager.factories.register("shouter") {
            journal.add("made")
            return ScriptedPlugin("shouter", initialize: { _ in journal.add("+") }, cleanup: { journal.add("-") })
        }
        #expect(try await manager.load(named: "shouter").metadata.name == "shouter")
        try await manager.initialize()
        try await manager.reload("shouter")
        try await manager.cleanup()
        #expect(journal.lines == ["made", "+", "made", "+", "-", "-"])
        #expect(manager.factories.names == ["shouter"])
        #expect(throws: PluginError.self) { try manager.factories.register("shouter") { ScriptedPlugin("shouter") } }
    }

    @Test func namesTheNearest_whenNoLoaderKnowsAName() async throws {
        let manager = PluginManager(loaders: [])
        try manager.factories.register("shouter") { ScriptedPlugin("shouter") }
        let error = await #expect(throws: PluginError.self) { try await manager.load(named: "shoutre") }
        #expect(error.map { "\($0)" } == "shoutre: no loader knows a plugin named 'shoutre': did you mean 'shouter'?")
        let other = await #expect(throws: PluginError.self) { try await manager.load(named: "gone") }
        #expect(other?.hint == "register it with the manager's factories")
        #expect(manager.monitor.snapshot().loaders.map { "\($0.loader) \($0.operation) \($0.failures)" } == ["none load 2"])
    }

    private struct Shouter: InitializablePlugin, ProcessorPlugin {
        let metadata = PluginMetadata(name: "shouter", version: "1.0.0", pluginType: .processor)
        func process(_ item: DynamicValue, options: CallOptions) async throws -> [DynamicValue] { [.string(item.string?.uppercased() ?? "")] }
    }

    @available(*, deprecated, message: "of what is deprecated")
    @Test func takesTheCallsOfALegacyRegistry() async throws {
        let registry = LegacyPluginRegistry(manager)
        try registry.register("shouter", Shouter.self)
        try await registry.load_plugin("shouter")
        try await registry.load_plugin("plugin_other.lua")
        #expect(try await manager.call("shouter", "process", ["a"]) == ["A"])
        #expect(try manager.status(of: "other").state == .running)
        _ = try? await registry.load_plugin("note.txt")
        #expect(manager.plugins.count == 2)
    }
}
