import PluginCore
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PluginManagerLifecycleTests {
    private let journal = Journal()
    private let log = Log()
    private let manager: PluginManager

    init() { manager = PluginManager(loaders: [TestLoader()], logger: log.logger) }

    private func register(_ name: String, _ needs: String...) throws {
        try manager.register(ScriptedPlugin(name, needs: needs, in: journal))
    }

    private func broken(_ name: String, needs: [String] = []) -> ScriptedPlugin {
        ScriptedPlugin(name, needs: needs, initialize: { _ in throw Oops() }, cleanup: { [journal] in journal.add("-\(name)") })
    }

    // MARK: Initializing

    @Test func initializesDependenciesFirst_andEachOnce() async throws {
        try register("a", "b", "c")
        try register("b", "d")
        try register("c", "d")
        try register("d")
        try await manager.initialize()
        try await manager.initialize()
        #expect(journal.lines == ["+d", "+b", "+c", "+a"])
        #expect(manager.monitor.snapshot().operation("initialize", of: "d")?.calls == 1)
    }

    @Test func initializesOnePlugin_withWhatItNeeds() async throws {
        try register("a", "b")
        try register("b")
        try register("c")
        try await manager.initialize("a")
        #expect(journal.lines == ["+b", "+a"])
        try await manager.initialize("a")
        try await manager.initialize()
        #expect(journal.lines == ["+b", "+a", "+c"])
    }

    @Test func logsWhatItInitialized() async throws {
        let log = Log(level: .debug)
        let manager = PluginManager(loaders: [], logger: log.logger)
        try manager.register(ScriptedPlugin("a"))
        try await manager.initialize()
        #expect(log.lines.last == "debug: initialized (plugin=a, version=1.0.0)")
    }

    @Test func runsTheOthers_whenOneFails() async throws {
        try manager.register(broken("a"))
        try register("b", "a")
        try register("c")
        let error = await #expect(throws: PluginErrors.self) { try await manager.initialize() }
        #expect(
            error?.errors.map(\.description) == ["a 1.0.0, initialize: oops", "b 1.0.0: needs a, which failed: oops: put a right first"])
        #expect(error?.errors.map(\.phase) == [.initialize, .dependencies])
        #expect(journal.lines == ["+c"])
        #expect(try manager.status(of: "a").state == .failed)
        #expect(try manager.status(of: "b").state == .failed)
        #expect(
            log.lines == [
                "error: initialize failed (code=runtime, error=oops, operation=initialize, plugin=a, version=1.0.0)",
                "error: initialize failed (code=dependency, error=needs a, which failed: oops: put a right first, plugin=b, version=1.0.0)",
            ])
        let call = await #expect(throws: PluginError.self) { try await manager.call("a", "run") }
        #expect(call?.description == "a 1.0.0, run: did not start: oops: put that right and load it again")
    }

    @Test func logsTheTraceback_whenThereIsOne() async throws {
        let error = PluginError(code: .runtime, phase: .call, message: "bad", location: "a.lua:1", traceback: "stack traceback:")
        try manager.register(ScriptedPlugin("a", initialize: { _ in throw error }))
        await #expect(throws: PluginErrors.self) { try await manager.initialize() }
        #expect(
            log.lines == [
                "error: initialize failed (code=runtime, error=bad (a.lua:1), operation=initialize, plugin=a, traceback=stack traceback:, version=1.0.0)"
            ])
    }

    @Test func namesTheChain_whenADependencyIsMissing() async throws {
        try register("a", "b")
        try register("b", "c >=1.0.0")
        let error = await #expect(throws: PluginErrors.self) { try await manager.initialize("a") }
        #expect(
            error?.description
                == "b 1.0.0: needs c >=1.0.0, which is not there (a -> b -> c): load c as well; "
                + "a 1.0.0: needs b, which failed: needs c >=1.0.0, which is not there (a -> b -> c): put b right first")
    }

    @Test func namesTheChain_whenADependencyHasAnotherVersion() async throws {
        try register("a", "b")
        try register("b", "c >=2.0.0")
        try register("c")
        let error = await #expect(throws: PluginErrors.self) { try await manager.initialize() }
        #expect(error?.errors.first?.description == "b 1.0.0: needs c >=2.0.0, found c 1.0.0 (a -> b -> c): load a version of c that fits")
        #expect(journal.lines == ["+c"])
    }

    @Test func namesTheCircle_whenPluginsNeedEachOther() async throws {
        try register("a", "b")
        try register("b", "a")
        let error = await #expect(throws: PluginErrors.self) { try await manager.initialize() }
        let words = "depends on itself: a -> b -> a: break the circle by moving what they share into a plugin of its own"
        #expect(error?.description == "b 1.0.0: \(words); a 1.0.0: \(words)")
    }

    @Test func tellsWhy_whenADependencyFailedEarlier() async throws {
        try manager.register(broken("a"))
        await #expect(throws: PluginErrors.self) { try await manager.initialize() }
        try register("b", "a")
        let later = await #expect(throws: PluginErrors.self) { try await manager.initialize() }
        #expect(later?.description == "b 1.0.0: needs a, which failed: oops: put a right first")
        let again = await #expect(throws: PluginErrors.self) { try await manager.initialize("a") }
        #expect(again?.description == "a 1.0.0, initialize: oops")
        try await manager.initialize()
    }

    @Test func refusesAConfiguration_thatDoesNotFit() async throws {
        let manager = PluginManager(loaders: [], policy: PluginPolicy(config: ["n": "x"]))
        var plugin = ScriptedPlugin("a", in: journal)
        plugin.declaration.config = ConfigSchema(properties: ["n": .init(type: .integer)])
        try manager.register(plugin)
        let error = await #expect(throws: PluginErrors.self) { try await manager.initialize() }
        #expect(
            error?.description == "a 1.0.0, initialize: config key 'n' must be an integer, found string 'x': correct it in the host's configuration")
        #expect(journal.lines == [])
    }

    @Test func throws_whenThereIsNoSuchPlugin() async {
        await #expect(throws: PluginError.self) { try await manager.initialize("none") }
        await #expect(throws: PluginError.self) { try await manager.unload("none") }
    }

    // MARK: At the same time

    /// A scripted plugin whose `initialize` may run beside others.
    private struct Independent: InitializesConcurrently {
        let metadata: PluginMetadata
        let onInitialize: @Sendable () async throws -> Void

        init(_ name: String, needs: [String] = [], initialize: @escaping @Sendable () async throws -> Void) {
            metadata = PluginMetadata(name: name, version: "1.0.0", dependencies: needs.map { try! PluginDependency($0) }, pluginType: .processor)
            onInitialize = initialize
        }

        func initialize(_ context: PluginContext) async throws { try await onInitialize() }
    }

    @Test func initializesTwoAtOnce_whenNeitherNeedsTheOther() async throws {
        let (first, second) = (Latch(), Latch())
        try manager.register(
            Independent("a") {
                first.open()
                await second.wait()
            })
        try manager.register(
            Independent("b") {
                second.open()
                await first.wait()
            })
        try await manager.initialize()
        #expect(try manager.status(of: "a").state == .running)
        #expect(try manager.status(of: "b").state == .running)
    }

    @Test func tellsFailuresInOrder_thoughTheLastOneFailedFirst() async throws {
        let failed = Latch()
        try manager.register(
            Independent("a") { [journal] in
                await failed.wait()
                journal.add("a")
                throw Oops(description: "no a")
            })
        try manager.register(
            Independent("b") { [journal] in
                journal.add("b")
                failed.open()
                throw Oops(description: "no b")
            })
        try manager.register(Independent("c", needs: ["b"]) { [journal] in journal.add("c") })
        try manager.register(Independent("d", needs: ["e"]) { [journal] in journal.add("d") })
        try manager.register(Independent("e") { [journal] in journal.add("e") })
        let error = await #expect(throws: PluginErrors.self) { try await manager.initialize() }
        #expect(
            error?.errors.map(\.description) == [
                "a 1.0.0, initialize: no a", "b 1.0.0, initialize: no b", "c 1.0.0: needs b, which failed: no b: put b right first",
            ])
        #expect(log.lines.map { $0.contains("plugin=a") ? "a" : $0.contains("plugin=b") ? "b" : "c" } == ["a", "b", "c"])
        #expect(manager.monitor.snapshot().errors.map(\.message) == ["no a", "no b"])
        #expect(journal.lines.prefix(2) == ["b", "a"])
        #expect(journal.lines.suffix(2) == ["e", "d"])
    }

    @Test func initializesNativePlugins_afterAllThatComeBefore() async throws {
        let (began, goOn) = (Latch(), Latch())
        try manager.register(
            Independent("a") { [journal] in
                began.open()
                await goOn.wait()
                journal.add("+a")
            })
        try register("native")
        try manager.register(Independent("b") { [journal] in journal.add("+b") })
        let manager = manager
        let initialize = Task { try await manager.initialize() }
        await began.wait()
        #expect(try manager.status(of: "native").state == .loaded)
        goOn.open()
        try await initialize.value
        #expect(journal.lines == ["+a", "+native", "+b"])
    }

    // MARK: Unloading

    @Test func unloadsAPlugin_thatNoneNeeds() async throws {
        try register("a", "b")
        try register("b")
        try await manager.initialize()
        try await manager.unload("a")
        try await manager.unload("b")
        #expect(journal.lines == ["+b", "+a", "-a", "-b"])
        #expect(manager.plugins.isEmpty)
    }

    @Test func namesThosePlugins_thatNeedTheOneToUnload() async throws {
        try register("a")
        try register("b", "a")
        try register("c", "a")
        try await manager.initialize()
        let error = await #expect(throws: PluginError.self) { try await manager.unload("a") }
        #expect(error?.description == "a 1.0.0: is needed by b, c: unload those first")
        #expect(error?.code == .dependency)
        #expect(try manager.status(of: "a").state == .running)
    }

    @Test func unloadsAPlugin_whoseDependentsDoNotRun() async throws {
        try register("a")
        try register("b", "a")
        try await manager.initialize("a")
        try await manager.unload("a")
        #expect(journal.lines == ["+a", "-a"])
        #expect(manager.plugins.map(\.metadata.name) == ["b"])
    }

    @Test func cleansUpNothing_whereNothingWasInitialized() async throws {
        try register("a")
        try manager.register(broken("b"))
        await #expect(throws: PluginErrors.self) { try await manager.initialize("b") }
        try await manager.unload("a")
        try await manager.unload("b")
        #expect(journal.lines == [])
        #expect(manager.plugins.isEmpty)
    }

    @Test func removesAPlugin_whoseCleanupThrows() async throws {
        try manager.register(ScriptedPlugin("a", cleanup: { throw Oops() }))
        try await manager.initialize()
        let error = await #expect(throws: PluginError.self) { try await manager.unload("a") }
        #expect(error?.description == "a 1.0.0, cleanup: oops")
        #expect(error?.phase == .cleanup)
        #expect(log.lines == ["error: cleanup failed (code=runtime, error=oops, operation=cleanup, plugin=a, version=1.0.0)"])
        #expect(manager.plugins.isEmpty)
    }

    @Test func takesAnotherVersion_onceThePluginIsUnloaded() async throws {
        try manager.register(ScriptedPlugin("a", "1.0.0"))
        try await manager.initialize()
        try await manager.unload("a")
        try manager.register(ScriptedPlugin("a", "2.0.0"))
        try await manager.initialize()
        #expect(try manager.plugin(named: "a").metadata.version == "2.0.0")
        #expect(try await manager.call("a", "run") == [])
    }

    // MARK: Cleaning up

    @Test func cleansUp_inReverseOrder() async throws {
        try register("a", "b")
        try register("b")
        try register("c")
        try await manager.initialize()
        try register("d")
        try await manager.cleanup()
        #expect(journal.lines == ["+b", "+a", "+c", "-c", "-a", "-b"])
        #expect(manager.plugins.isEmpty)
        try await manager.cleanup()
    }

    @Test func goesOnPastFailures_andTellsAll() async throws {
        for name in ["a", "b", "c"] {
            try manager.register(
                ScriptedPlugin(name, cleanup: { [journal] in
                    journal.add("-\(name)")
                    if name != "b" { throw Oops(description: "no \(name)") }
                }))
        }
        try await manager.initialize()
        let error = await #expect(throws: PluginErrors.self) { try await manager.cleanup() }
        #expect(error?.description == "c 1.0.0, cleanup: no c; a 1.0.0, cleanup: no a")
        #expect(journal.lines == ["-c", "-b", "-a"])
        #expect(
            log.lines == ["c", "a"].map { "error: cleanup failed (code=runtime, error=no \($0), operation=cleanup, plugin=\($0), version=1.0.0)" })
        #expect(manager.plugins.isEmpty)
    }

    @Test func cleansUp_althoughTheTaskWasCancelled() async throws {
        let manager = manager
        try manager.register(
            ScriptedPlugin("a", cleanup: { [journal] in
                try Task.checkCancellation()
                journal.add("-a")
            }))
        try await manager.initialize()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await manager.cleanup()
        }
        try await task.value
        #expect(journal.lines == ["-a"])
    }

    @Test func cleansUpToTheEnd_whenTheTaskIsCancelledMeanwhile() async throws {
        let manager = manager
        let (began, goOn) = (Latch(), Latch())
        try manager.register(
            ScriptedPlugin("a", cleanup: { [journal] in
                began.open()
                await goOn.wait()
                try Task.checkCancellation()
                journal.add("-a")
            }))
        try await manager.initialize()
        let task = Task { try await manager.cleanup() }
        await began.wait()
        task.cancel()
        goOn.open()
        try await task.value
        #expect(journal.lines == ["-a"])
    }

    @Test func refusesToWait_whenTheTaskIsCancelled() async throws {
        let manager = manager
        let (began, goOn) = (Latch(), Latch())
        try manager.register(
            ScriptedPlugin("a") { _ in
                began.open()
                await goOn.wait()
            })
        let first = Task { try await manager.initialize() }
        await began.wait()
        let second = Task { try await manager.initialize() }
        second.cancel()
        let error = await #expect(throws: PluginError.self) { try await second.value }
        #expect(error?.description == "the calling task was cancelled")
        goOn.open()
        try await first.value
    }

    @Test func makesChangesOneAfterAnother_andCallsMeanwhile() async throws {
        let manager = manager
        let (began, goOn) = (Latch(), Latch())
        try register("a")
        try await manager.initialize()
        try manager.register(
            ScriptedPlugin("b") { [journal] _ in
                began.open()
                await goOn.wait()
                journal.add("+b")
            })
        let initialize = Task { try await manager.initialize() }
        await began.wait()
        let cleanup = Task { try await manager.cleanup() }
        #expect(try await manager.call("a", "run", [1]) == [1])
        let error = await #expect(throws: PluginError.self) { try await manager.call("b", "run") }
        #expect(error?.description == "b 1.0.0, run: is being initialized: wait until initialize() has returned")
        goOn.open()
        try await initialize.value
        try await cleanup.value
        #expect(journal.lines == ["+a", "+b", "-a"])
    }

    // MARK: From inside

    private func refusals(by plugin: ScriptedPlugin) async throws -> [String] {
        try manager.register(plugin)
        try await manager.initialize()
        try await manager.cleanup()
        return journal.lines
    }

    /// Tries each change of the set of plugins and writes down how it was refused.
    private var changes: @Sendable () async -> Void {
        { [manager, journal] in
            let all: [@Sendable () async throws -> Void] = [
                { try await manager.initialize() }, { try await manager.initialize("a") }, { try await manager.unload("a") }, { try await manager.cleanup() },
                { try await manager.withPlugin(at: "plugin_x.lua") { _ in } },
            ]
            for change in all {
                do {
                    try await change()
                    journal.add("done")
                } catch {
                    journal.add("\(error)")
                }
            }
        }
    }

    private static let refused = ["initialize", "initialize", "unload", "cleanup", "withPlugin"].map {
        "\($0) was called from inside a plugin's initialize, cleanup or call, where it would wait for itself: do it after that has returned"
    }

    @Test func refusesChanges_fromInsideInitialize() async throws {
        let changes = changes
        #expect(try await refusals(by: ScriptedPlugin("a", initialize: { _ in await changes() })) == Self.refused)
    }

    @Test func refusesChanges_fromInsideCleanup() async throws {
        let changes = changes
        #expect(try await refusals(by: ScriptedPlugin("a", cleanup: { await changes() })) == Self.refused)
    }

    @Test func refusesChanges_fromTasksStartedInsideInitialize() async throws {
        let changes = changes
        #expect(try await refusals(by: ScriptedPlugin("a", initialize: { _ in await Task { await changes() }.value })) == Self.refused)
    }

    @Test func takesChanges_fromATaskThatOutlivesInitialize() async throws {
        let manager = manager
        let returned = Latch()
        let task = Journal()
        let done = Latch()
        try manager.register(
            ScriptedPlugin("a") { _ in
                Task {
                    await returned.wait()
                    do { try await manager.unload("b") } catch { task.add("\(error)") }
                    done.open()
                }
            })
        try register("b")
        try await manager.initialize()
        returned.open()
        await done.wait()
        #expect(task.lines == [])
        #expect(journal.lines == ["+b", "-b"])
    }

    @Test func takesChangesOfAnotherManager_fromInsideInitialize() async throws {
        let (manager, journal) = (manager, journal)
        let inner = PluginManager(loaders: [])
        try inner.register(
            ScriptedPlugin("inner") { _ in
                do { try await manager.cleanup() } catch { journal.add("\(error)") }
            })
        try manager.register(ScriptedPlugin("outer") { _ in try await inner.initialize() })
        try await manager.initialize()
        #expect(try inner.status(of: "inner").state == .running)
        #expect(journal.lines == [Self.refused[3]])
    }

    @Test func takesCallsAndLoads_fromInsideInitialize() async throws {
        let manager = manager
        try register("a")
        try manager.register(
            ScriptedPlugin("b", needs: ["a"]) { _ in
                #expect(try await manager.call("a", "run", [1]) == [1])
                try await manager.load("plugin_c.lua")
            })
        try await manager.initialize()
        #expect(try manager.status(of: "c").state == .loaded)
        try await manager.initialize()
        #expect(try manager.status(of: "c").state == .running)
    }
}
