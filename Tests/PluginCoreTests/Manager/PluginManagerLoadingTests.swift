import Testing

@testable import PluginCore

struct PluginManagerLoadingTests {
    private let folder = TemporaryFolder()
    private let log = Log()
    private let manager: PluginManager

    init() { manager = PluginManager(loaders: [TestLoader()], logger: log.logger) }

    // MARK: Loading

    @Test func registersWhatItLoads() async throws {
        folder.write("plugin_words.lua")
        let plugin = try await manager.load(folder("plugin_words.lua"))
        #expect(plugin.metadata.name == "words")
        #expect(try manager.status(of: "words") == (.loaded, true))
        let load = manager.monitor.snapshot().loads.first
        #expect(load?.path == folder("plugin_words.lua"))
        #expect(load?.successes == 1)
        #expect(load?.failures == 0)
        #expect(log.lines.isEmpty)
    }

    @Test func loadsText_underTheNameGiven() async throws {
        #expect(try await manager.load(source: "ok", name: "words.lua").metadata.name == "words")
        let error = await #expect(throws: PluginError.self) { try await manager.load(source: "bro", name: "other.lua", modules: ["ken": ""]) }
        #expect(error?.description == "other: cannot load other.lua: oops")
    }

    @Test func asksTheLoadersInTurn() async throws {
        struct Picky: PluginLoader {
            func accepts(_ source: PluginSource) -> Bool { source.label == "special" }
            func load(
                _ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor
            ) async throws -> any Plugin { ScriptedPlugin("picked") }
        }
        let manager = PluginManager(loaders: [Picky(), TestLoader()])
        #expect(try await manager.load("special").metadata.name == "picked")
        #expect(try await manager.load("plugin_words.lua").metadata.name == "words")
    }

    @Test func tellsTheLoader_whichPolicyHolds() async throws {
        let seen = Journal()
        let loader = TestLoader { name, policy in
            seen.add("\(name) \(policy.root ?? "none")")
            return ScriptedPlugin(name)
        }
        let manager = PluginManager(loaders: [loader], policy: PluginPolicy(root: "/all"))
        manager.setPolicy(PluginPolicy(root: "/own"), for: "b")
        try await manager.load("plugin_a.lua")
        try await manager.load("plugin_b.lua")
        #expect(seen.lines == ["a /all", "b /own"])
    }

    @Test func wrapsAnyError_asALoadErrorThatIsLogged() async {
        folder.write("plugin_words.lua", text: "broken")
        let path = folder("plugin_words.lua")
        let error = await #expect(throws: PluginError.self) { try await manager.load(path) }
        #expect(error?.description == "plugin_words: cannot load \(path): oops")
        #expect(error?.code == .load)
        #expect(error?.phase == .load)
        #expect(error?.underlying is Oops)
        #expect(log.lines == ["error: load failed (error=plugin_words: cannot load \(path): oops, path=\(path))"])
        #expect(manager.plugins.isEmpty)
        #expect(manager.monitor.snapshot().loads.map(\.failures) == [1])
    }

    @Test func keepsPhasePlaceAndCause_whenAPluginIsWrong() async {
        folder.write("plugin_words.lua", text: "wrong")
        let error = await #expect(throws: PluginError.self) { try await manager.load(folder("plugin_words.lua")) }
        #expect(
            error?.description
                == "plugin_words: 'version' is missing, expected a semantic version (plugin.lua:1): add it to the table that the script returns")
        #expect(error?.code == .load)
        #expect(error?.phase == .metadata)
        #expect((error?.underlying as? PluginError)?.code == .metadata)
    }

    @Test func saysSo_whenNoLoaderTakesAPath() async {
        let error = await #expect(throws: PluginError.self) { try await manager.load("plugin_words.txt") }
        #expect(
            error?.description == "plugin_words.txt: no loader takes plugin_words.txt: name it plugin_NAME.lua, or make it a folder with init.lua")
        #expect((error?.underlying as? PluginError)?.code == .file)
    }

    @Test func isALoadError_whenThereIsSuchAPlugin() async throws {
        try manager.register(ScriptedPlugin("words", "0.9.0"))
        let error = await #expect(throws: PluginError.self) { try await manager.load("plugin_words.lua") }
        #expect(error?.code == .load)
        #expect((error?.underlying as? PluginError)?.code == .duplicate)
        #expect(error?.message == "version 1.0.0 is a second plugin of that name: version 0.9.0 is registered")
    }

    // MARK: Discovering

    @Test func loadsWhatItFinds_pastWhatIsBroken() async throws {
        folder.write("plugin_c.lua", "plugin_a.lua", "plugin_d/init.lua", "below/plugin_e.lua")
        folder.write("plugin_b.lua", text: "broken")
        let discovery = try await manager.discover(in: folder.path)
        #expect(discovery.loaded.map(\.name) == ["a", "c", "d"])
        #expect(discovery.failures.map(\.description) == ["plugin_b: cannot load \(folder("plugin_b.lua")): oops"])
        #expect(manager.plugins.map(\.metadata.name) == ["a", "c", "d"])
        #expect(manager.monitor.snapshot().discoveries == [.init(package: folder.path, successes: 0, failures: 1)])
        #expect(log.lines.count == 1)
    }

    /// Reads `plugin_a.lua` after all others.
    private struct LateLoader: PluginLoader {
        let others: Int
        let read = Count()
        let isLast = Latch()

        func accepts(_ source: PluginSource) -> Bool { true }

        func load(_ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor) async throws -> any Plugin {
            if source.stem == "plugin_a" {
                await isLast.wait()
                return ScriptedPlugin("same", "1.0.0")
            }
            if read.add() == others { isLast.open() }
            return ScriptedPlugin(source.stem == "plugin_b" ? "same" : source.stem, "2.0.0")
        }
    }

    @Test func registersInTheOrderOfNames_thoughTheFirstWasReadLast() async throws {
        folder.write("plugin_a.lua", "plugin_b.lua", "plugin_c.lua", "plugin_d.lua")
        let manager = PluginManager(loaders: [LateLoader(others: 3)], logger: log.logger)
        let discovery = try await manager.discover(in: folder.path)
        #expect(discovery.loaded.map(\.name) == ["same", "plugin_c", "plugin_d"])
        #expect(
            discovery.failures.map(\.description) == [
                "same 2.0.0: version 2.0.0 is a second plugin of that name: version 1.0.0 is registered: rename one of them, or keep only one"
            ])
        #expect(manager.plugins.map(\.metadata.name) == ["same", "plugin_c", "plugin_d"])
    }

    @Test func looksIntoFoldersBelow_whenItIsTo() async throws {
        folder.write("plugin_a.lua", "below/plugin_b.lua")
        #expect(try await manager.discover(in: folder.path, recursive: true).loaded.map(\.name) == ["b", "a"])
        #expect(manager.monitor.snapshot().discoveries == [.init(package: folder.path, successes: 1, failures: 0)])
    }

    @Test func isEmpty_whenThereIsNothing() async throws {
        let discovery = try await manager.discover(in: folder.path)
        #expect(discovery.loaded.isEmpty && discovery.failures.isEmpty)
    }

    @Test func throwsAndLogs_whenThereIsNoSuchFolder() async {
        let error = await #expect(throws: PluginError.self) { try await manager.discover(in: "/none") }
        #expect(error?.description == "no such file or folder: /none: check the path")
        #expect(log.lines == ["error: discovery failed (error=no such file or folder: /none: check the path, path=/none)"])
        #expect(manager.monitor.snapshot().discoveries == [.init(package: "/none", successes: 0, failures: 1)])
    }

    // MARK: With a plugin

    private let journal = Journal()

    private func journaling(_ plugin: @escaping @Sendable (String, Journal) -> ScriptedPlugin = { ScriptedPlugin($0, in: $1) }) -> PluginManager {
        PluginManager(loaders: [TestLoader { [journal] name, _ in plugin(name, journal) }])
    }

    @Test func runsTheBody_withAPluginThatRuns() async throws {
        let manager = journaling()
        let result = try await manager.withPlugin(at: "plugin_words.lua") { plugin in
            journal.add("body \(plugin.metadata.name)")
            return try await manager.call("words", "run", [7])
        }
        #expect(result == [7])
        #expect(journal.lines == ["+words", "body words", "-words"])
        #expect(manager.plugins.isEmpty)
    }

    @Test func cleansUp_whenTheBodyThrows() async {
        let manager = journaling()
        await #expect(throws: Oops.self) { try await manager.withPlugin(at: "plugin_words.lua") { _ in throw Oops() } }
        #expect(journal.lines == ["+words", "-words"])
        #expect(manager.plugins.isEmpty)
    }

    @Test func cleansUp_whenTheBodyIsCancelled() async {
        let manager = journaling()
        let task = Task {
            try await manager.withPlugin(at: "plugin_words.lua") { _ in
                withUnsafeCurrentTask { $0?.cancel() }
                try Task.checkCancellation()
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(journal.lines == ["+words", "-words"])
    }

    @Test func cleansUp_whenTheTaskIsCancelledButTheBodyEnds() async throws {
        let manager = journaling()
        let task = Task {
            try await manager.withPlugin(at: "plugin_words.lua") { _ in
                withUnsafeCurrentTask { $0?.cancel() }
                return 7
            }
        }
        #expect(try await task.value == 7)
        #expect(journal.lines == ["+words", "-words"])
    }

    @Test func isNoFailure_whenTheBodyHasUnloadedThePlugin() async throws {
        let manager = journaling()
        try await manager.withPlugin(at: "plugin_words.lua") { _ in try await manager.unload("words") }
        try await manager.withPlugin(at: "plugin_words.lua") { _ in try await manager.cleanup() }
        #expect(journal.lines == ["+words", "-words", "+words", "-words"])
    }

    @Test func throwsWhatCleanupThrows_afterTheBody() async {
        let manager = journaling { name, _ in ScriptedPlugin(name, cleanup: { throw Oops() }) }
        let error = await #expect(throws: PluginError.self) { try await manager.withPlugin(at: "plugin_words.lua") { _ in } }
        #expect(error?.description == "words 1.0.0, cleanup: oops")
        #expect(manager.plugins.isEmpty)
    }

    @Test func throwsWhatTheBodyThrows_whenCleanupThrowsAsWell() async {
        let manager = journaling { name, _ in ScriptedPlugin(name, cleanup: { throw CancellationError() }) }
        await #expect(throws: Oops.self) { try await manager.withPlugin(at: "plugin_words.lua") { _ in throw Oops() } }
        #expect(manager.plugins.isEmpty)
    }

    @Test func runsNoBody_whenThePluginDoesNotStart() async {
        let manager = journaling { name, journal in ScriptedPlugin(name, initialize: { _ in throw Oops() }, cleanup: { journal.add("cleanup") }) }
        let error = await #expect(throws: PluginErrors.self) {
            try await manager.withPlugin(at: "plugin_words.lua") { _ in journal.add("body") }
        }
        #expect(error?.description == "words 1.0.0, initialize: oops")
        #expect(journal.lines == [])
        #expect(manager.plugins.isEmpty)
    }

    @Test func throws_whenThePluginCannotBeLoaded() async {
        let error = await #expect(throws: PluginError.self) { try await manager.withPlugin(at: "words.txt") { _ in } }
        #expect(error?.code == .load)
    }
}
