import DynamicValues
import InMemoryLogging
@testable import LuaPlugins
import LuaRuntime
import MetricsTestKit
@testable import PluginCore
import Synchronization
import Testing

/// One version of a plugin after another.
struct ReloadTests {
    private let host: Host
    private let door = Door()

    init() throws { host = try Self.host(door) }

    private static func host(_ door: Door, _ change: (inout PluginPolicy) -> Void = { _ in }) throws -> Host {
        var policy = PluginPolicy(grants: [.hostAPI("door"), .hostAPI("gate"), .hostAPI("host")])
        change(&policy)
        let host = Host(policy)
        try host.manager.expose("door") { $0.asyncFunction("pass") { try await door.pass() } }
        return host
    }

    /// The text of a version, whose operation `run` returns that number.
    private func text(_ version: Int, _ body: String = "", type: String = "processor", before: String = "") -> String {
        """
        \(before) return { name = 'test', version = '\(version).0.0', plugin_type = '\(type)', permissions = { door = true, gate = true, host = true },
        run = function() return \(version) end, process = function(_, item) return item end, \(body) }
        """
    }

    @discardableResult
    private func start(_ body: String = "", type: String = "processor", before: String = "", on host: Host? = nil) async throws -> LuaPlugin {
        let host = host ?? self.host
        try await host.manager.load(source: text(1, body, type: type, before: before), name: "plugin_test.lua")
        try await host.manager.initialize()
        return try host.manager.luaPlugin(named: "test")
    }

    private func reload(_ version: Int, _ body: String = "", type: String = "processor", before: String = "", keepingState: Bool = true) async throws {
        try await host.manager.reload("test", source: text(version, body, type: type, before: before), keepingState: keepingState)
    }

    /// What plugins printed.
    private var printed: [String] { host.logs.entries.filter { $0.level == .info }.map { "\($0.message)" } }

    // MARK: The swap

    @Test func servesTheNewVersion_whereverItIsCalled() async throws {
        let plugin = try await start()
        let run = try plugin.operation("run", as: (() -> Int).self)
        #expect(try await run() == 1)
        try await reload(2, "config = { a = { type = 'integer', default = 7 } }, more = function(ctx) return ctx.config.a, ctx.plugin.version end")
        #expect(try await run() == 2)
        #expect(try run.callBlocking() == 2)
        #expect(try await plugin.call("run", as: Int.self) == 2)
        #expect(try await host.manager.call("test", "more") == [7, "2.0.0"])
        #expect(plugin.metadata.version == "2.0.0")
        #expect(try host.manager.plugin(named: "test").metadata.version == "2.0.0")
        #expect(try host.manager.status(of: "test").state == .running)
    }

    @Test func readsTheFileAgain() async throws {
        let folder = TemporaryFolder()
        try await host.manager.load(folder.write("plugin_test.lua", text(1)))
        try await host.manager.initialize()
        folder.write("plugin_test.lua", text(2))
        #expect(try await host.manager.reload("test").version == "2.0.0")
        #expect(try await host.manager.call("test", "run") == [2])
    }

    @Test func readsModulesAgain_andKeepsThemForTheVersion() async throws {
        let folder = TemporaryFolder()
        let script = "local part = require('part') "
        folder.write("plugin_test/part.lua", "return 'one'")
        try await host.manager.load(folder.write("plugin_test/init.lua", text(1, "part = function() return part end", before: script)).replacing("/init.lua", with: ""))
        try await host.manager.initialize()
        folder.write("plugin_test/part.lua", "return 'two'")
        #expect(try await host.manager.call("test", "part") == ["one"])
        try await host.manager.reload("test")
        #expect(try await host.manager.call("test", "part") == ["two"])
        // the file has changed since: the version has not
        try await host.manager.rollback("test")
        #expect(try await host.manager.call("test", "part") == ["one"])
    }

    @Test func takesTheSharedModules_ofThePluginsOwnPolicy() async throws {
        let folder = TemporaryFolder()
        folder.write("plugin_test/init.lua", text(1, "part = function() return part end", before: "local part = require('part')"))
        let host = try Self.host(door) { $0.sharedModules = ["part": "return 'all'"] }
        host.manager.updatePolicy(for: "test") { $0.sharedModules = ["part": "return 'own'"] }
        try await host.manager.load(folder("plugin_test"))
        try await host.manager.initialize()
        #expect(try await host.manager.call("test", "part") == ["own"])
    }

    @Test func handsStateOver_throughSaveAndRestore() async throws {
        let body = "add = function() n = (n or 0) + 1 return n end, save = function() return { n = n, list = { 1, 2 } } end, restore = function(ctx, data) n = data.n + #data.list end"
        let plugin = try await start(body)
        for _ in 0..<5 { try await plugin.call("add") }
        try await reload(2, body)
        #expect(try await plugin.call("add", as: Int.self) == 8)
        #expect(host.manager.monitor.snapshot().operation("save", of: "test")?.calls == 1)
        #expect(host.manager.monitor.snapshot().operation("restore", of: "test")?.calls == 1)
        try await reload(3, body, keepingState: false)
        #expect(try await plugin.call("add", as: Int.self) == 1)
    }

    @Test func handsNothingOver_whereOneVersionKnowsNothingOfIt() async throws {
        let plugin = try await start("save = function() error('not asked') end")
        try await reload(2)
        #expect(try await plugin.call("run", as: Int.self) == 2)
        try await reload(3, "restore = function() error('not called') end")
        #expect(try await plugin.call("run", as: Int.self) == 3)
    }

    @Test func givesRestoreNil_whenSaveReturnsNothing() async throws {
        let plugin = try await start("save = function() end")
        try await reload(2, "restore = function(...) n = select('#', ...) got = select(2, ...) == nil end, see = function() return n, got end")
        #expect(try await plugin.call("see", arguments: []) == [2, true])
    }

    @Test func waitsInSaveAndRestore_whileOthersStayOut() async throws {
        let plugin = try await start("save = function(ctx) ctx.door.pass() return 5 end")
        let swap = Task { try await reload(2, "restore = function(ctx, data) ctx.door.pass() n = data end, see = function() return n end") }
        await door.isWaitedAt()
        let call = Task { try await plugin.call("run", as: Int.self) }
        await until { plugin.gate.waiting == 1 }
        door.open()
        try await swap.value
        #expect(try await call.value == 2)
        #expect(try await plugin.call("see", as: Int.self) == 5)
    }

    @Test func cleansUpTheOldVersion_onceTheNewOneServes() async throws {
        try await start("initialize = function() print('+1') end, cleanup = function() print('-1') end")
        try await reload(2, "initialize = function() print('+2') end, cleanup = function() print('-2') end")
        #expect(printed == ["+1", "+2", "-1"])
        try await host.manager.cleanup()
        #expect(printed == ["+1", "+2", "-1", "-2"])
    }

    @Test func reloadsAPlugin_thatIsNotInitializedYet() async throws {
        let plugin = try await host.load("run = function() return 1 end")
        try await host.manager.reload("test", source: text(2, "initialize = function() print('+2') end"))
        #expect(printed == [])
        #expect(try host.manager.status(of: "test").state == .loaded)
        try await host.manager.initialize()
        #expect(printed == ["+2"])
        #expect(try await plugin.call("run", as: Int.self) == 2)
    }

    @Test func takesThePolicyAnew() async throws {
        let host = try Self.host(door) { $0.config = ["a": 1, "b": 2] }
        let plugin = try await start("config = { a = { type = 'integer' } }, see = function(ctx) return ctx.config.a, ctx.config.b end", on: host)
        #expect(try await plugin.call("see", arguments: []) == [1, .null])
        let body = "config = { a = { type = 'integer' }, b = { type = 'integer' } }, see = function(ctx) return ctx.config.a, ctx.config.b end"
        try await host.manager.reload("test", source: text(2, body))
        #expect(try await plugin.call("see", arguments: []) == [1, 2])
        host.manager.updatePolicy(for: "test") { $0.config["a"] = 3 }
        try await host.manager.reload("test", source: text(3, body))
        #expect(try await plugin.call("see", arguments: []) == [3, 2])
    }

    @Test func lowersTheLimits_asTheNewVersionSays() async throws {
        let plugin = try await start("limits = { memory_mb = 1 }")
        try await reload(2, "limits = { memory_mb = 8 }, many = function() return #('x'):rep(2 * 1024 * 1024) end")
        #expect(try await plugin.call("many", as: Int.self) == 2 * 1024 * 1024)
        try await reload(3, "limits = { memory_mb = 1 }, many = function() return #('x'):rep(2 * 1024 * 1024) end")
        #expect(try await failure { try await plugin.call("many") }.code == .memory)
    }

    @Test func endsWell_whenTheCallerIsCancelled() async throws {
        try await start("save = function(ctx) ctx.door.pass() end")
        let swap = Task { try await reload(2, "restore = function() end") }
        await door.isWaitedAt()
        swap.cancel()
        door.open()
        try await swap.value
        #expect(try await host.manager.call("test", "run") == [2])
    }

    // MARK: What keeps the old version

    private static let broken: [(name: String, body: String, before: String, says: String)] = [
        ("syntax", "= 1", "", "plugin_test.lua:2"),
        ("table", "proces = 5", "", "unknown key 'proces'"),
        ("chunk", "", "error('early')", "early (plugin_test.lua:1)"),
        ("initialize", "initialize = function() print('+2') error('no start') end, cleanup = function() print('-2') end", "", "no start (plugin_test.lua:2)"),
        ("save", "restore = function() end", "", "no save (plugin_test.lua:2)"),
        ("config", "config = { a = { type = 'integer', minimum = 3 } }", "", "config key 'a' must be at least 3"),
        ("type", "", "", "'plugin_type' was 'processor' and may not become 'provider' by a reload"),
        ("concurrency", "concurrency = 'serial'", "", "'concurrency' was 'interleaved' and may not become 'serial' by a reload"),
        ("dependency", "dependencies = { 'gone' }", "", "gone"),
    ]

    @Test(arguments: 0..<broken.count) func keepsTheOldVersion_whenTheNewOneCannotServe(index: Int) async throws {
        let (name, body, before, says) = Self.broken[index]
        let host = try Self.host(door) { $0.config = ["a": 1] }
        let plugin = try await start("add = function() n = (n or 0) + 1 return n end, save = function() error('no save') end", on: host)
        try await plugin.call("add")
        let text = text(2, body, type: name == "type" ? "provider" : "processor", before: before)
        let error = try await failure { try await host.manager.reload("test", source: text) }
        #expect("\(error)".contains(says), "\(error)")
        #expect(error.plugin?.contains("test") == true)
        #expect(try await plugin.call("add", as: Int.self) == 2)
        #expect(plugin.metadata.version == "1.0.0")
        #expect(try host.manager.status(of: "test").state == .running)
        #expect(try host.manager.versions(of: "test").map(\.version) == ["1.0.0"])
        let failures = host.logs.entries.filter { "\($0.message)" == "reload failed, the version before serves on" }
        #expect(failures.count == 1)
        #expect(host.manager.monitor.snapshot().loaders.first { $0.operation == "reload" }?.failures == 1)
        #expect(plugin.superseded.seats.isEmpty)
        // one that has not been initialized is not cleaned up either
        #expect(!host.output.contains { $0.hasSuffix("-2") })
    }

    @Test func cleansUpTheNewVersion_whenItIsGivenUp() async throws {
        let plugin = try await start("save = function() return 1 end")
        let body = "initialize = function() print('+2') end, restore = function() error('no restore') end, cleanup = function() print('-2') end"
        let error = try await failure { try await reload(2, body) }
        #expect("\(error)".hasPrefix("test 2.0.0, restore: no restore (plugin_test.lua:2)"))
        #expect(printed == ["+2", "-2"])
        #expect(try await plugin.call("run", as: Int.self) == 1)
    }

    @Test func keepsTheOldVersion_whenSaveGivesWhatIsNoData() async throws {
        let plugin = try await start("save = function() return { f = print } end")
        let error = try await failure { try await reload(2, "restore = function() end") }
        #expect(error.code == .conversion)
        #expect(error.operation == "save")
        #expect(try await plugin.call("run", as: Int.self) == 1)
    }

    @Test func refusesANewName_unlessThePolicyAllowsIt() async throws {
        let renamed = "return { name = 'other', version = '2.0.0', plugin_type = 'processor', run = function() return 2 end }"
        try await start("cleanup = function() print('-1') end")
        let error = try await failure { try await host.manager.reload("test", source: renamed) }
        #expect("\(error)".contains("'name' was 'test' and may not become 'other' by a reload"))
        #expect("\(error)".contains("allowsNewName"))
        #expect(try await host.manager.call("test", "run") == [1])
        host.manager.updatePolicy(for: "test") { $0.reload.allowsNewName = true }
        #expect(try await host.manager.reload("test", source: renamed).name == "other")
        #expect(host.manager.plugins.map(\.metadata.name) == ["other"])
        #expect(try await host.manager.call("other", "run") == [2])
        #expect(printed == ["-1"])
    }

    @Test func keepsTheOldName_whenThePluginOfTheNewOneFails() async throws {
        let host = try Self.host(door) { $0.reload.allowsNewName = true }
        try await start(on: host)
        let renamed = "return { name = 'other', version = '2.0.0', plugin_type = 'processor', initialize = function() error('no') end }"
        _ = try await failure { try await host.manager.reload("test", source: renamed) }
        #expect(host.manager.plugins.map(\.metadata.name) == ["test"])
        #expect(try await host.manager.call("test", "run") == [1])
    }

    @Test func takesAnotherType_ifThePolicyAllowsIt() async throws {
        let host = try Self.host(door) { $0.reload.allowsNewType = true }
        let plugin = try await start(on: host)
        try await host.manager.reload("test", source: text(2, "provide = function() return 5 end", type: "provider"))
        #expect(plugin.metadata.pluginType == .provider)
        #expect(host.manager.plugins(ofType: .provider).count == 1)
    }

    @Test func refusesNewPermissions_ifThePolicyDoes() async throws {
        let plugin = try await start()
        let more = text(2).replacing("door = true", with: "store = true, door = true")
        try await host.manager.reload("test", source: more)  // asked for, and not granted
        try await host.manager.rollback("test")
        host.manager.updatePolicy(for: "test") { $0.reload.allowsNewPermissions = false }
        let error = try await failure { try await host.manager.reload("test", source: more) }
        #expect("\(error)".contains("asks for permissions that the version before did not ask for: store"))
        #expect(plugin.metadata.version == "1.0.0")
    }

    @Test func refusesAPlugin_thatNoLoaderHasRead() async throws {
        try host.manager.register(Native())
        #expect("\(try await failure { try await host.manager.reload("native") })".contains("the host has registered it"))
        #expect("\(try await failure { try await host.manager.rollback("native") })".contains("no earlier version"))
        #expect(try host.manager.versions(of: "native").map(\.version) == ["1.0.0"])
        try await start()
        let folder = TemporaryFolder()
        try await host.manager.load(folder.write("plugin_b.lua", text(1).replacing("'test'", with: "'b'")))
        #expect(try await failure { try await host.manager.reload("b", source: text(2)) }.code == .state)
    }

    private struct Native: Plugin {
        let metadata = PluginMetadata(name: "native", version: "1.0.0", pluginType: .monitor)
    }

    // MARK: Calls under way

    @Test func endsAWaitingCall_onTheVersionThatItBeganOn() async throws {
        let plugin = try await start("wait = function(ctx) ctx.door.pass() return 'old' end, cleanup = function() print('-1') end")
        let wait = try plugin.operation("wait", as: (() -> String).self)
        let calls = [Task { try await plugin.call("wait", as: String.self) }, Task { try await wait() }]
        await door.isWaitedAt(by: 2)
        try await reload(2, "wait = function() return 'new' end")
        #expect(try await wait() == "new")
        #expect(printed == [])
        #expect(plugin.superseded.usedCount == 1)
        door.open()
        for call in calls { #expect(try await call.value == "old") }
        await plugin.endSuperseded()
        #expect(printed == ["-1"])
        #expect(plugin.superseded.seats.isEmpty)
    }

    @Test func endsWaitingCallsOfAllVersions_whenThePluginIsUnloaded() async throws {
        let body = "wait = function(ctx) ctx.door.pass() end, cleanup = function() print('-') end"
        let plugin = try await start(body)
        var calls: [Task<Void, any Error>] = []
        for version in 2...4 {
            calls.append(Task { try await plugin.call("wait") })
            await door.isWaitedAt(by: version - 1)
            try await reload(version, body)
        }
        try await host.manager.unload("test")
        for call in calls { #expect(try await failure { try await call.value }.code == .closed) }
        #expect(printed == ["-", "-", "-", "-"])
    }

    @Test func cancelsTheCallsOfAllVersions() async throws {
        let body = "wait = function(ctx) ctx.door.pass() end"
        let plugin = try await start(body)
        let call = Task { try await plugin.call("wait") }
        await door.isWaitedAt()
        try await reload(2)
        plugin.cancel()
        #expect(try await failure { try await call.value }.code == .cancelled)
    }

    @Test func sendsCallsThatWaitToGoIn_toTheNewVersion() async throws {
        let hold = HeldCall()
        try hold.expose(on: host.manager)
        let plugin = try await start("hold = function(ctx) ctx.gate.wait() end")
        let held = await hold.begin { try await plugin.call("hold") }
        let call = Task { try await plugin.call("run", as: Int.self) }
        await until { plugin.gate.waiting == 1 }
        let swap = Task { try await reload(2) }
        await until { plugin.gate.waiting == 2 }
        hold.letGo()
        try await held.value
        try await swap.value
        #expect(try await call.value == 2)
    }

    @Test func waitsForTheCallThatWaits_whenThePluginIsSerial() async throws {
        let body = "concurrency = 'serial', wait = function(ctx) ctx.door.pass() n = 7 end, save = function() return n end"
        let plugin = try await start(body)
        let call = Task { try await plugin.call("wait") }
        await door.isWaitedAt()
        let swap = Task { try await reload(2, body + ", restore = function(_, data) m = data end, see = function() return m end") }
        await until { plugin.gate.waiting == 1 }
        door.open()
        try await call.value
        try await swap.value
        #expect(try await plugin.call("see", as: Int.self) == 7)
    }

    @Test func goesOnGivingItems_fromTheVersionThatBeganTo() async throws {
        let body = "provide = function() local n = 0 return function() n = n + 1 if n <= 3 then return 'old ' .. n end end end, cleanup = function() print('-1') end"
        let plugin = try await start(body, type: "provider")
        let items = try await plugin.provide(.null)
        let stage = try #require(items.makeStage())
        #expect(try await items.next() == "old 1")
        try await reload(2, "provide = function() return 'new' end", type: "provider")
        #expect(try await items.next() == "old 2")
        var clock: Int64 = 0
        _ = try stage.call(nil, &clock)
        #expect(stage.value == "old 3")
        #expect(try await items.next() == nil)
        #expect(try await plugin.provide(.null).next() == "new")
        #expect(printed == [])
        withExtendedLifetime(items) {}
    }

    @Test func cleansUp_onceNoIteratorIsLeft() async throws {
        let plugin = try await start("provide = function() return function() return 1 end end, cleanup = function() print('-1') end", type: "provider")
        var items: PluginItems? = try await plugin.provide(.null)
        _ = try await items?.next()
        try await reload(2, type: "provider")
        #expect(plugin.superseded.usedCount == 1)
        items = nil
        await until { plugin.superseded.seats.isEmpty }
        #expect(printed == ["-1"])
    }

    @Test func cleansUpAtTheEnd_whatAnIteratorHeld() async throws {
        let plugin = try await start("provide = function() return function() return 1 end end, cleanup = function() print('-1') end", type: "provider")
        let items = try await plugin.provide(.null)
        try await reload(2, "cleanup = function() print('-2') end", type: "provider")
        try await host.manager.cleanup()
        #expect(printed == ["-1", "-2"])
        #expect(try await failure { try await items.next() }.code == .closed)
    }

    @Test func replacesEveryInstance_ofAParallelPlugin() async throws {
        let host = try Self.host(door) { $0.limits.instances = 3 }
        let body = "concurrency = 'parallel', initialize = function() print('+') end, cleanup = function() print('-') end, wait = function(ctx) ctx.door.pass() end"
        let plugin = try await start(body, on: host)
        // as many as there may be, since each is held in its gate
        for _ in 0..<2 { try await plugin.addSeat(try #require(plugin.host.withLock { $0 })) }
        try await host.manager.reload("test", source: text(2, body))
        #expect(plugin.others.all.count == 2)
        for seat in [plugin.first] + plugin.others.all {
            #expect(try seat.instance.functions["run"]?.call(as: Int.self) == 2)
            #expect(seat.generation > 1)
        }
        let printed = host.logs.entries.filter { $0.level == .info }.map { "\($0.message)" }
        #expect(printed == ["+", "+", "+", "+", "+", "+", "-", "-", "-"])
    }

    private final class End: Sendable {
        let hasCome = Atomic(false)
    }

    @Test func losesNoCall_whileItIsReloadedOftenUnderLoad() async throws {
        let body = "save = function() return 1 end, restore = function() end"
        let plugin = try await start(body)
        let run = try plugin.operation("run", as: (() -> Int).self)
        let end = End()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var last = 0
                    while !end.hasCome.load(ordering: .relaxed) {
                        let version = try await run()
                        guard version >= last else { return -1 }
                        last = version
                        await Task.yield()
                    }
                    return last
                }
            }
            weak var early: LuaInstance?
            for version in 2...200 {
                try await reload(version, body)
                if version == 3 { early = plugin.first.instance }
            }
            end.hasCome.store(true, ordering: .relaxed)
            for try await last in group { #expect(last >= 1) }
            #expect(early == nil)
        }
        #expect(plugin.superseded.seats.isEmpty)
        #expect(host.manager.monitor.snapshot().operation("run", of: "test")?.errors == 0)
        #expect(try host.manager.versions(of: "test").count == 4)
    }

    // MARK: From inside

    private struct Unowned: Sendable {
        unowned let value: PluginManager
        init(_ value: PluginManager) { self.value = value }
    }

    /// Lets plugins reload the one under test: `ctx.host.reload()` waits for that, and returns the version.
    private func exposeReload(_ text: String) throws {
        let manager = Unowned(host.manager)
        try host.manager.expose("host") { api in
            api.asyncFunction("reload") { () async throws -> String in try await manager.value.reload("test", source: text).version.description }
            api.function("later") { () -> Void in Task { try await manager.value.reload("test", source: text) } }
        }
    }

    @Test func comesToItsEndOnTheOldVersion_whenACallReloadsItsPlugin() async throws {
        try exposeReload(text(2))
        let plugin = try await start("again = function(ctx) return ctx.host.reload(), n end, n = function() end, cleanup = function() print('-1') end")
        #expect(try await plugin.call("again", as: String.self) == "2.0.0")
        #expect(try await plugin.call("run", as: Int.self) == 2)
        await plugin.endSuperseded()
        #expect(printed == ["-1"])
    }

    @Test func reloadsAfterTheCall_whenASynchronousFunctionBeginsIt() async throws {
        try exposeReload(text(2))
        let plugin = try await start("again = function(ctx) ctx.host.later() return 1 end")
        #expect(try await plugin.call("again", as: Int.self) == 1)
        await until { plugin.metadata.version == "2.0.0" }
        #expect(try await plugin.call("run", as: Int.self) == 2)
    }

    @Test func isRefused_whenACallOfASerialPluginWouldWaitForItself() async throws {
        try exposeReload(text(2, "concurrency = 'serial'"))
        let plugin = try await start("concurrency = 'serial', again = function(ctx) return ctx.host.reload() end")
        let error = try await failure { try await plugin.call("again") }
        #expect(error.code == .state)
        #expect(error.message.contains("reload"))
        #expect(try await plugin.call("run", as: Int.self) == 1)
    }

    @Test(arguments: ["initialize", "cleanup", "save", "restore"]) func isRefused_inTheCourseOfItsLife(phase: String) async throws {
        try exposeReload(text(3))
        let body = "save = function() end, restore = function() end, \(phase) = function(ctx) print(pcall(ctx.host.reload)) end"
        let plugin = try await start("save = function() end")
        try await reload(2, body)
        try await reload(3, "restore = function() end")
        #expect(plugin.metadata.version == "3.0.0")
        #expect(printed.count == 1)
        #expect(printed.first?.hasPrefix("false") == true && printed.first?.contains("reload") == true, "\(printed)")
    }

    // MARK: Rollback

    @Test func servesTheVersionBefore_whenRolledBack() async throws {
        let state = "save = function() return n end, restore = function(_, data) n = data end, add = function() n = (n or 0) + 1 return n end"
        let plugin = try await start(state)
        for version in 2...5 { try await reload(version, state) }
        try await plugin.call("add")
        #expect(try host.manager.versions(of: "test").map(\.version) == ["2.0.0", "3.0.0", "4.0.0", "5.0.0"])
        #expect(try await host.manager.rollback("test").version == "4.0.0")
        #expect(try await plugin.call("run", as: Int.self) == 4)
        #expect(try await plugin.call("add", as: Int.self) == 2)
        try await host.manager.rollback("test")
        #expect(try host.manager.versions(of: "test").map(\.version) == ["2.0.0", "3.0.0"])
        try await reload(6, state)
        try await host.manager.rollback("test")
        try await host.manager.rollback("test")
        #expect(try await plugin.call("run", as: Int.self) == 2)
        #expect("\(try await failure { try await host.manager.rollback("test") })".contains("there is no earlier version to roll back to"))
        #expect(try await plugin.call("run", as: Int.self) == 2)
        let rollbacks = host.manager.monitor.snapshot().loaders.first { $0.operation == "rollback" }
        #expect(rollbacks?.successes == 4)
        #expect(rollbacks?.failures == 1)
    }

    @Test func keepsAsManyVersions_asThePolicySays() async throws {
        let host = try Self.host(door) { $0.reload.keptVersions = 0 }
        try await start(on: host)
        try await host.manager.reload("test", source: text(2))
        #expect(try host.manager.versions(of: "test").map(\.version) == ["2.0.0"])
        #expect(try await failure { try await host.manager.rollback("test") }.code == .state)
    }

    @Test(arguments: [false, true]) func rollsBackByItself_whenTheFirstCallsFail(isQuarantining: Bool) async throws {
        let host = try Self.host(door) {
            $0.reload.probation = Probation(failures: 2, ofFirst: 4)
            if !isQuarantining { $0.quarantine = nil }
        }
        let plugin = try await start("fail = function() return 'good' end, save = function() return 1 end, restore = function() end", on: host)
        // one whose state cannot be had is rolled back without
        let bad = text(2, "fail = function() error('bad') end, save = function() error('worse') end, restore = function() end")
        try await host.manager.reload("test", source: bad)
        for operation in ["fail", "run", "fail"] { _ = try? await plugin.call(operation) }
        await until { plugin.metadata.version == "1.0.0" }
        #expect(try await plugin.call("fail", as: String.self) == "good")
        // after its first calls it may fail
        try await host.manager.reload("test", source: bad)
        for _ in 0..<3 { try await plugin.call("run") }
        for _ in 0..<5 { _ = try? await plugin.call("fail") }
        #expect(plugin.metadata.version == "2.0.0")
    }

    @Test func leavesTheFixAlone_whenTheVersionBeforeFailedItsProbation() async throws {
        let host = try Self.host(door) { $0.reload.probation = Probation(failures: 1, ofFirst: 4) }
        let plugin = try await start("save = function() end", on: host)
        try await host.manager.reload("test", source: text(2, "fail = function() error('bad') end, save = function(ctx) ctx.door.pass() end, restore = function() end"))
        // the next one is under way when the probation fails
        let fix = Task { try await host.manager.reload("test", source: text(3, "restore = function() end")) }
        await door.isWaitedAt()
        host.manager.rollBack("test", because: "of the test")
        door.open()
        _ = try await fix.value
        try await host.manager.load(source: text(1).replacing("'test'", with: "'after'"), name: "after.lua")
        try await host.manager.initialize()  // after the rollback, which came before
        #expect(plugin.metadata.version == "3.0.0")
    }

    @Test func rollsBackToPermissions_thatTheVersionHadBefore() async throws {
        let host = try Self.host(door) { $0.reload.allowsNewPermissions = false }
        let plugin = try await start(on: host)
        try await host.manager.reload("test", source: text(2).replacing("door = true,", with: ""))
        try await host.manager.rollback("test")
        #expect(plugin.metadata.version == "1.0.0")
    }

    @Test func keepsNoVersion_thatHasNotServed() async throws {
        try await host.manager.load(source: text(1, "initialize = function() error('no') end"), name: "plugin_test.lua")
        try await reload(2, "initialize = function() error('no') end")
        _ = try? await host.manager.initialize()
        try await reload(3)
        #expect(try host.manager.versions(of: "test").map(\.version) == ["3.0.0"])
    }

    @Test func countsNothingForTheNewVersion_ofWhatAnOldIteratorDoes() async throws {
        let host = try Self.host(door) { $0.reload.probation = Probation(failures: 1, ofFirst: 100) }
        let plugin = try await start("provide = function() return function() error('old') end end", type: "provider", on: host)
        let items = try await plugin.provide(.null)
        let stage = try #require(items.makeStage())
        try await host.manager.reload("test", source: text(2, type: "provider"))
        var clock: Int64 = 0
        #expect(throws: PluginError.self) { try stage.call(nil, &clock) }
        #expect(try await failure { try await items.next() }.message == "old")
        try await host.manager.reload("test", source: text(3, type: "provider"))
        #expect(try host.manager.versions(of: "test").map(\.version) == ["1.0.0", "2.0.0", "3.0.0"])
    }

    @Test func saysThatAnOperationIsGone_whoeverCallsIt() async throws {
        let plugin = try await start("more = function() return 1 end")
        let more = try plugin.operation("more", as: (() -> Int).self)
        #expect(try await more() == 1)
        try await reload(2)
        #expect(try await failure { try more.callBlocking() }.code == .operation)
        #expect(try await failure { try await more() }.code == .operation)
    }

    // MARK: What failed before

    @Test func isReleasedFromQuarantine_byANewVersion() async throws {
        let host = try Self.host(door) { $0.quarantine = QuarantinePolicy(errors: 2, backoff: .seconds(100_000)) }
        let fail = "fail = function() error('no') end, wait = function(ctx) ctx.door.pass() error('late') end"
        let plugin = try await start(fail, on: host)
        let late = (0..<3).map { _ in Task { try await plugin.call("wait") } }
        await door.isWaitedAt(by: 3)
        for _ in 0..<2 { _ = try? await plugin.call("fail") }
        #expect(try host.manager.status(of: "test").state == .quarantined)
        try await host.manager.reload("test", source: text(2, fail))
        #expect(try host.manager.status(of: "test").state == .running)
        door.open()
        for call in late { #expect(try await failure { try await call.value }.message == "late") }
        // what the old version did since is not the new one's fault
        #expect(try await plugin.call("run", as: Int.self) == 2)
    }

    @Test func givesAFailedPluginAnotherTry_andWhatDependsOnIt() async throws {
        try await host.manager.load(source: text(1, "initialize = function() error('no') end"), name: "plugin_test.lua")
        try await host.manager.load(
            source: "return { name = 'user', version = '1.0.0', plugin_type = 'processor', dependencies = { 'test >=1.0.0' }, run = function() return 'used' end }",
            name: "plugin_user.lua")
        _ = try? await host.manager.initialize()
        #expect(try host.manager.status(of: "user").state == .failed)
        // still broken, with another reason
        #expect(try await failure { try await reload(2, "initialize = function() error('still no') end") }.message == "still no")
        #expect(try await failure { try await host.manager.call("test", "run") }.message.contains("still no"))
        try await reload(3)
        #expect(try await host.manager.call("test", "run") == [3])
        #expect(try await host.manager.call("user", "run") == ["used"])
        try await host.manager.cleanup()
    }

    @Test func givesItAFreshState_whenTheOldOneHadToBeGivenUp() async throws {
        let plugin = try await start("save = function() return 5 end")
        plugin.first.instance.close()
        try await reload(2, "restore = function(_, data) n = data end, see = function() return n end")
        #expect(try await plugin.call("see", arguments: []) == [.null])
    }

    // MARK: Others

    private func loadUser(_ range: String, version: String = "1.0.0") -> String {
        """
        return { name = 'user', version = '\(version)', plugin_type = 'processor', dependencies = { 'test \(range)' }, permissions = { plugins = true },
        ask = function(ctx) return ctx.plugins.call('test', 'run') end, cleanup = function() print('-user') end }
        """
    }

    @Test func callsTheNewVersion_fromAPluginThatDependsOnIt() async throws {
        host.manager.updatePolicy(for: "user") { $0.grants.insert(.plugins) }
        try await host.manager.load(source: loadUser("<3.0.0"), name: "plugin_user.lua")
        try await start()
        let events = host.manager.monitor.events()
        try await reload(2)
        #expect(try await host.manager.call("user", "ask") == [2])
        let error = try await failure { try await reload(3) }
        #expect("\(error)".contains("version 3.0.0 is not one that user can work with"))
        #expect(try await host.manager.call("user", "ask") == [2])
        events.finish()
        var told: [MonitorEvent] = []
        for await event in events where event.operation == "reload" { told.append(event) }
        #expect(told.map(\.success) == [true, false])
        #expect(told.first?.labels == ["loader": "lua_script", "from": "1.0.0", "to": "2.0.0", "kept": "1", "dependents": "user"])
        #expect(told.last?.error?.code == .dependency)
        #expect(told.first.map { $0.duration > .zero } == true)
    }

    @Test func cleansUpInTheRightOrder_whenDependenciesChange() async throws {
        try await start("cleanup = function() print('-test') end")
        try await host.manager.load(source: "return { name = 'base', version = '1.0.0', plugin_type = 'processor', cleanup = function() print('-base') end }", name: "plugin_base.lua")
        // it is initialized for the one that needs it now
        try await reload(2, "dependencies = { 'base' }, cleanup = function() print('-test') end")
        #expect(try host.manager.status(of: "base").state == .running)
        try await host.manager.cleanup()
        #expect(printed == ["-test", "-test", "-base"])
    }

    @Test func tellsMetricsOfIt() async throws {
        try await start()
        try await reload(2)
        let labels = [("loader", "lua_script"), ("operation", "reload")]
        #expect(try host.metrics.expectCounter("loader_operations", labels + [("success", "true")]).totalValue == 1)
        #expect(try host.metrics.expectTimer("loader_duration", labels).values.count == 1)
        #expect(try host.metrics.expectGauge("plugin_versions_kept", [("plugin", "test")]).lastValue == 1)
        try await host.manager.unload("test")
        #expect(host.manager.monitor.snapshot().loaders.map(\.operation) == ["load", "reload", "unload"])
    }
}
