import Foundation
import Logging
import Perilune
import Synchronization
import Testing

/// The examples of README and documentation, to the letter, in the surroundings that they need.
/// `DocumentationTests` finds an example that is not here. A file's name stands in `at(...)`, which puts the folder of the
/// test before it: the current folder belongs to all tests that run at once.
@Suite(.serialized)
struct Examples {
    static let wordsPlugin = """
        return {
          name = "words", version = "1.0.0", plugin_type = "processor",
          config = { minimum = { type = "integer", default = 7 } },
          process = function(ctx, text)
            local words, long = 0, 0
            for word in text:gmatch("%a+") do
              words = words + 1
              if #word >= ctx.config.minimum then long = long + 1 end
            end
            return { words = words, long = long }
          end,
        }
        """

    struct Count: Codable { var words: Int; var long: Int }

    /// A folder with plugin_words.lua, and the manager that it is loaded into.
    private func withWords(_ body: (PluginManager, String) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            try Self.wordsPlugin.write(toFile: folder + "/plugin_words.lua", atomically: true, encoding: .utf8)
            let manager = PluginManager()
            try await body(manager, folder)
        }
    }

    // MARK: README

    @Test func readmeHost() async throws {
        let readme = try Documentation.text(of: "README.md")
        let plugin = try #require(Documentation.blocks("lua", in: readme).first)
        try await TemporaryFolder.with { folder in
            let at = { folder + "/" + $0 }
            try plugin.write(toFile: at("plugin_words.lua"), atomically: true, encoding: .utf8)

            struct Count: Codable { var words: Int; var long: Int }

            let manager = PluginManager()
            manager.updatePolicy(for: "words") { $0.config["minimum"] = 4 }
            try await manager.load(at("plugin_words.lua"))
            try await manager.initialize()

            let words = try manager.luaPlugin(named: "words")
            let count = try await words.call("process", "a few considerable words", as: Count.self)
            print("\(count.words) words, \(count.long) of them long")

            for operation in manager.monitor.snapshot().operations {
                print(operation.plugin, operation.operation, operation.calls, operation.p99Seconds)
            }
            try await manager.cleanup()

            #expect(count.words == 4)
            #expect(count.long == 2)
            #expect(manager.monitor.snapshot().operation("process", of: "words")?.calls == 1)
        }
    }

    // MARK: DynamicValues

    @Test func dynamicValue() {
        let item: DynamicValue = ["name": "libc6", "size": 12_988, "tags": ["base", "required"]]
        print(item["size"]?.integer ?? 0)  // 12988
        #expect(item["size"]?.integer == 12_988)
    }

    // MARK: LuaRuntime

    @Test func luaState() throws {
        let state = try LuaState()
        let add = try state.load("local a, b = ... return a + b", chunk: "add.lua")
        let sum = try add.call(20, 22, as: Int.self)  // 42
        #expect(sum == 42)
    }

    @Test func hostFunction() throws {
        let state = try LuaState()
        let add = try state.function("add") { (a: Int, b: Int) in a + b }
        try state.setGlobal("add", to: add)
        let twice = try state.load("return add(...) * 2", chunk: "twice.lua")
        let result = try twice.call(20, 1, as: Int.self)  // 42
        #expect(result == 42)
    }

    @Test func objects() async throws {
        final class Counter: Sendable {
            let total = Mutex(0)
            var count: Int { total.withLock { $0 } }
            func add(_ amount: Int) { total.withLock { $0 += amount } }
        }

        let counters = LuaObjectType<Counter>("counter") { type in
            type.property("count") { $0.count }
            type.method("add") { (counter, amount: Int) in counter.add(amount) }
        }

        let state = try LuaState()
        try state.setGlobal("visits", to: counters.object(Counter()))
        let count = try state.load("visits:add(2) return visits.count", chunk: "visit.lua").call(as: Int.self)  // 2
        #expect(count == 2)

        let total = try state.function("total") { (a: LuaObject<Counter>, b: LuaObject<Counter>) in a.object.count + b.object.count }
        try state.setGlobal("total", to: total)
        #expect(try state.load("return total(visits, visits)", chunk: "total.lua").call(as: Int.self) == 4)
        let error = #expect(throws: LuaError.self) { try state.load("total({})", chunk: "total.lua").call() }
        #expect(error?.message == "bad argument #1 to 'total' (counter expected, got table)")

        let manager = PluginManager(policy: PluginPolicy(grants: [.hostAPI("counters"), .hostAPI("prices")]))
        let shared = Counter()
        try manager.expose("counters") { api in
            api.function("make") { () -> LuaObject<Counter> in counters.object(Counter()) }
            api.function("shared") { () -> LuaObject<Counter> in counters.object(shared) }
            api.function("sum") { (a: LuaObject<Counter>, b: LuaObject<Counter>) in a.object.count + b.object.count }
        }

        try manager.expose("prices") { api in
            api.function("total") { (rows: LuaTableView) in
                var total = 0.0
                try rows.forEach { (row: LuaTableView) in total += try row.value("price") }
                return total
            }
        }
        let text = """
            return { name = 'sums', version = '1.0.0', plugin_type = 'processor', permissions = { counters = true, prices = true }, process = function(ctx)
              local a = ctx.counters.make()
              a:add(2)
              ctx.counters.shared():add(3)
              return ctx.counters.sum(a, ctx.counters.shared()), ctx.prices.total { { price = 4 } }
            end }
            """
        try await manager.load(source: text, name: "plugin_sums.lua")
        try await manager.initialize()
        #expect(try await manager.call("sums", "process") == [5, 4.0])
        #expect(shared.count == 3)
        try await manager.cleanup()
    }

    @Test func views() throws {
        let state = try LuaState()
        let total = try state.function("total") { (rows: LuaTableView) in
            var total = 0.0
            try rows.forEach { (row: LuaTableView) in total += try row.value("price") }
            return total
        }
        try state.setGlobal("total", to: total)
        #expect(try state.load("return total { { price = 2 }, { price = 0.5 } }", chunk: "total.lua").call(as: Double.self) == 2.5)

        let zeros = try state.function("zeros") { (bytes: LuaStringView) in try bytes.withBytes { $0.count { $0 == 0 } } }
        try state.setGlobal("zeros", to: zeros)
        #expect(try state.load("return zeros('a\\0b\\0')", chunk: "zeros.lua").call(as: Int.self) == 2)

        let list = try state.load("return { ..., 'b.txt' }", chunk: "list.lua")
        let count = try list.call("*.txt") { (files: LuaTableView) in try files.count }
        #expect(count == 2)
    }

    /// A service that answers later.
    private actor Shop {
        private(set) var deadlines: [ContinuousClock.Instant?] = []

        func price(of item: String, by deadline: ContinuousClock.Instant? = nil) -> Int {
            deadlines.append(deadline)
            return item == "tea" ? 3 : 1
        }
    }

    @Test func asyncFunction() async throws {
        let shop = Shop()
        let state = try LuaState()
        let price = try state.asyncFunction("price") { (item: String) in await shop.price(of: item) }
        try state.setGlobal("price", to: price)
        let sum = try await state.load("return price('tea') + price('milk')", chunk: "sum.lua").callAsync(as: Int.self)
        #expect(sum == 4)
    }

    @Test func pluginCall() async throws {
        // other tests may keep this one waiting
        let policy = PluginPolicy(limits: PluginLimits(wall: .seconds(600)), grants: [.hostAPI("shop")])
        let (manager, shop) = (PluginManager(policy: policy), Shop())
        try manager.expose("shop") { api in
            api.asyncFunction("price") { (item: String) in await shop.price(of: item, by: PluginCall.current?.deadline) }
        }
        let text = "return { name = 'sums', version = '1.0.0', plugin_type = 'processor', permissions = { shop = true }, process = function(ctx) return ctx.shop.price('tea') end }"
        try await manager.load(source: text, name: "plugin_sums.lua")
        try await manager.initialize()
        #expect(try await manager.call("sums", "process") == [3])
        // the policy's limit
        #expect(try #require(await shop.deadlines.first) ?? .now > .now)
    }

    struct Point: LuaConvertible {
        var x: Double
        var y: Double

        func push(onto stack: LuaStack) throws {
            try stack.pushTable(members: 2) { table in
                try table.set("x", x)
                try table.set("y", y)
            }
        }

        static func read(from stack: LuaStack, at index: Int32) throws -> Point {
            try stack.readTable(at: index) { table in Point(x: try table.get("x"), y: try table.get("y")) }
        }
    }

    @Test func convertible() throws {
        let state = try LuaState()
        let mirror = try state.load("local p = ... return { x = p.y, y = p.x }", chunk: "mirror.lua")
        let point = try mirror.call(Point(x: 1, y: 2), as: Point.self)
        #expect((point.x, point.y) == (2, 1))
    }

    @Test func luaError() throws {
        let state = try LuaState()
        do {
            try state.load("local t = nil\nreturn t.x", chunk: "demo.lua").call()
        } catch let error as LuaError {
            print(error.code, error.line ?? 0)  // runtime 2
        }
        let error = #expect(throws: LuaError.self) { try state.load("local t = nil\nreturn t.x", chunk: "demo.lua").call() }
        #expect(error?.code == .runtime)
        #expect(error?.line == 2)
    }

    // MARK: PluginCore

    struct Shouter: ProcessorPlugin {
        let metadata = PluginMetadata(name: "shouter", version: "1.0.0", pluginType: .processor)
        func process(_ item: DynamicValue, options: CallOptions) async throws -> [DynamicValue] {
            [.string(item.string?.uppercased() ?? "")]
        }
    }

    struct UppercaseLoader: PluginLoader {
        func accepts(_ source: PluginSource) -> Bool { source.label.hasSuffix(".upper") }
        func load(
            _ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor
        ) async throws -> any Plugin {
            Shouter()
        }
    }

    @Test func loaders() async throws {
        let manager = PluginManager()
        try manager.loader.register(UppercaseLoader(), named: "uppercase")
        print(manager.loader.names)  // ["uppercase", "swift", "lua_folder", "lua_script"]
        #expect(manager.loader.names == ["uppercase", "swift", "lua_folder", "lua_script"])
        try await manager.load("words.upper")
        #expect(manager.plugins.first is Shouter)
    }

    @Test func factories() async throws {
        let manager = PluginManager()
        try manager.factories.register("shouter") { Shouter() }
        try await manager.load(named: "shouter")
        try await manager.initialize()
        #expect(try await manager.call("shouter", "process", ["a"]) == ["A"])
    }

    @available(*, deprecated, message: "of what is deprecated")
    @Test func legacyRegistry() async throws {
        try await withWords { manager, folder in
            let registry = LegacyPluginRegistry(manager)
            try registry.register("shouter", Shouter.self)  // manager.factories.register("shouter") { Shouter() }
            try await registry.load_plugin("shouter")  // manager.load(named: "shouter")
            try await registry.load_plugin(folder + "/plugin_words.lua")  // manager.load(folder + "/plugin_words.lua")
            #expect(manager.plugins.count == 2)
        }
    }

    @Test func nativePlugin() async throws {
        let manager = PluginManager(loaders: [])
        try manager.register(Shouter())
        try await manager.initialize()
        let loud = try await manager.call("shouter", "process", ["hello"])  // ["HELLO"]
        try await manager.cleanup()
        #expect(loud == ["HELLO"])
    }

    @Test func metadata() {
        let metadata = PluginMetadata(name: "words", version: "1.2.0", pluginType: .processor)
        #expect(metadata.version == SemanticVersion(1, 2, 0))
    }

    @Test func items() async throws {
        let items = PluginItems(["a", "b"])
        let first = try await items.next()  // "a"
        #expect(first == "a")
    }

    @Test func versions() {
        let newer = SemanticVersion(1, 10, 0) > "1.9.0-rc.1"  // true
        #expect(newer)
    }

    @Test func policy() {
        var policy = PluginPolicy()
        policy.limits.memory = 16 * 1024 * 1024
        policy.grants = [.store, .read("data/*.txt")]
        #expect(policy.grants.contains("store"))

        let grants: PluginPermissions = [.store, .read("data/*.txt"), .hostAPI("clock")]
        #expect(grants.patterns("read") == ["data/*.txt"])
    }

    @Test func quarantinePolicy() {
        var policy = PluginPolicy()
        policy.quarantine?.limitKills = 1
        policy.quarantine?.backoff = .seconds(30)
        #expect(policy.quarantine == QuarantinePolicy(limitKills: 1, backoff: .seconds(30)))
    }

    @Test func reloadPolicy() {
        var policy = PluginPolicy()
        policy.reload.keptVersions = 5
        policy.reload.probation = Probation(failures: 3, ofFirst: 20)
        #expect(policy.reload == ReloadPolicy(keptVersions: 5, probation: Probation(failures: 3, ofFirst: 20)))
    }

    @Test func reload() async throws {
        try await withWords { manager, folder in
            try await manager.load(folder + "/plugin_words.lua")
            try await manager.initialize()
            try Self.wordsPlugin.replacing("1.0.0", with: "1.1.0").write(toFile: folder + "/plugin_words.lua", atomically: true, encoding: .utf8)
            let metadata = try await manager.reload("words")
            print("now \(metadata.version)")
            #expect(metadata.version == "1.1.0")
            try await manager.rollback("words")
            for version in try manager.versions(of: "words") { print(version.version) }
            #expect(try manager.versions(of: "words").map(\.version) == ["1.0.0"])
        }
    }

    @Test func watch() async throws {
        try await withWords { manager, folder in
            let watch = try await manager.watch(folder) { change in print(change) }
            defer { watch.cancel() }
            #expect(try await manager.call("words", "process", ["some words"]) == [["words": 2, "long": 0]])
        }
    }

    @Test func policies() {
        var policy = PluginPolicy()
        policy.limits = PluginLimits(cpu: .milliseconds(50), wall: .milliseconds(500), memory: 16 * 1024 * 1024)
        policy.grants = [.read("data/*.txt")]
        let manager = PluginManager(policy: policy)
        manager.updatePolicy(for: "words") { policy in
            policy.grants.insert(.store)
            policy.config["minimum"] = 4
        }
        #expect(manager.policy(for: "words").config == ["minimum": 4])
        #expect(manager.policy(for: "others").limits.cpu == .milliseconds(50))
    }

    @Test func pluginError() async throws {
        try await TemporaryFolder.with { folder in
            let at = { folder + "/" + $0 }
            let manager = PluginManager()
            do {
                try await manager.load(at("plugin_words.lua"))
            } catch let error as PluginError {
                print(error.code, error.plugin ?? "?", error)
            }
            let error = await #expect(throws: PluginError.self) { try await manager.load(at("plugin_words.lua")) }
            #expect(error?.code == .load)
            #expect(error?.plugin == "plugin_words")
        }
    }

    @Test func manager() async throws {
        try await TemporaryFolder.with { folder in
            let at = { folder + "/" + $0 }
            try FileManager.default.createDirectory(atPath: at("plugins"), withIntermediateDirectories: false)
            try Self.wordsPlugin.write(toFile: at("plugins/plugin_words.lua"), atomically: true, encoding: .utf8)
            let manager = PluginManager()
            try await manager.load(at("plugins/plugin_words.lua"))
            try await manager.initialize()
            let result = try await manager.call("words", "process", ["some words"])
            try await manager.cleanup()
            #expect(result == [["words": 2, "long": 0]])
        }
    }

    @Test func monitor() {
        let monitor = PluginMonitor()
        monitor.recordOperation(plugin: "words", operation: "process", success: true, duration: .microseconds(40))
        let calls = monitor.snapshot().operation("process", of: "words")?.calls  // 1
        #expect(calls == 1)
    }

    private static let packagesPlugin = """
        return { name = "packages", version = "1.0.0", plugin_type = "provider",
                 provide = function() local n = 0 return function() n = n + 1 if n <= 3 then return { name = "p" .. n } end end end }
        """

    private static let sectionPlugin = """
        return { name = "by_section", version = "1.0.0", plugin_type = "processor",
                 process = function(_, item) if item.name == "p2" then error("no section") end return item end }
        """

    @Test func pipeline() async throws {
        let manager = PluginManager()
        try await manager.load(source: Self.packagesPlugin, name: "packages")
        try await manager.load(source: Self.sectionPlugin, name: "by_section")
        try await manager.initialize()

        var pipeline = Pipeline(provider: "packages")
        pipeline.processors = [Pipeline.Processor("by_section", onError: .skip)]
        let report = try await pipeline.run(on: manager)
        print(report.items, report.stored)

        #expect(report.items == 3)
        #expect(report.stored == 2)
    }

    @Test func hostingPipeline() async throws {
        let manager = PluginManager()
        try await manager.load(source: Self.packagesPlugin.replacing("packages", with: "numbers"), name: "numbers")
        try await manager.load(source: Self.sectionPlugin.replacing("by_section", with: "double"), name: "double")
        try await manager.initialize()

        var pipeline = Pipeline(provider: "numbers")
        pipeline.processors = [Pipeline.Processor("double", onError: .skip)]
        let report = try await pipeline.run(on: manager)
        print(report.items, report.stored)

        #expect(report.stored == 2)
    }

    // MARK: LuaPlugins

    @Test func typedCall() async throws {
        try await withWords { manager, folder in
            try await manager.load(folder + "/plugin_words.lua")
            try await manager.initialize()
            let words = try manager.luaPlugin(named: "words")
            let count = try await words.call("process", "a few considerable words", as: Count.self)
            #expect(count.words == 4)
        }
    }

    @Test func typedOperation() async throws {
        try await withWords { manager, folder in
            try await manager.load(folder + "/plugin_words.lua")
            try await manager.initialize()
            let words = try manager.luaPlugin(named: "words")
            let count = try words.operation("process", as: ((String) -> Count).self)
            let result = try await count("a few considerable words")
            #expect(result.words == 4)
        }
    }

    @Test func deadline() async throws {
        try await withWords { manager, folder in
            try await manager.load(folder + "/plugin_words.lua")
            try await manager.initialize()
            let words = try manager.luaPlugin(named: "words")
            // a generous deadline: this test is about the call, not about the speed of this machine
            let started = ContinuousClock.now
            do {
                let options = CallOptions(deadline: .now + .milliseconds(20))
                let count = try await words.call("process", "a few considerable words", as: Count.self, options: options)
                #expect(count.long == 1)
            } catch let error as PluginError {
                #expect(error.code == .timeout || error.code == .busy)
                #expect(started.duration(to: .now) >= .milliseconds(20))
            }
        }
    }

    @Test func expose() async throws {
        let manager = PluginManager(policy: PluginPolicy(grants: [.hostAPI("greeter")]))
        try manager.expose("greeter") { api in
            api.function("greet") { (name: String) in "hello, \(name)" }
        }
        try await manager.load(
            source: """
                return { name = "polite", version = "1.0.0", plugin_type = "processor", permissions = { greeter = true },
                         process = function(ctx, name) return ctx.greeter.greet(name) end }
                """, name: "polite")
        try await manager.initialize()
        #expect(try await manager.call("polite", "process", ["moon"]) == ["hello, moon"])
    }

    @Test func hosting() async throws {
        try await withWords { _, folder in
            let manager = PluginManager()
            let found = try await manager.discover(in: folder)
            for failure in found.failures { print(failure) }
            try await manager.initialize()

            let words = try manager.luaPlugin(named: "words")
            let count = try await words.call("process", "a few considerable words", as: Count.self)
            try await manager.cleanup()

            #expect(count.words == 4)
            let snapshot = manager.monitor.snapshot()
            for operation in snapshot.operations { print(operation.plugin, operation.operation, operation.calls, operation.errors) }
            for error in snapshot.errors { print(error.plugin, error.location ?? "", error.message) }
            #expect(snapshot.operation("process", of: "words")?.calls == 1)
        }
    }

    // MARK: PluginStores

    #if Stores
        @Test func store() async throws {
            try await TemporaryFolder.with { folder in
                let at = { folder + "/" + $0 }
                let path = at("other.db")
                do {
                    let store = try SQLiteStore(path: path)
                    let manager = PluginManager(policy: PluginPolicy(grants: [.store]), store: store)
                    #expect(manager.store != nil)
                }
                do {
                    let store = try SQLiteStore(path: at("perilune.db"))
                    let manager = PluginManager(store: store)
                    #expect(manager.store != nil)
                }
            }
        }
    #endif
}

extension Examples.Shouter: InitializablePlugin {}
