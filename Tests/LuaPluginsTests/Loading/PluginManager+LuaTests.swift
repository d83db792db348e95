import LuaPlugins
import LuaRuntime
import PluginCore
import Synchronization
import Testing

struct PluginManagerLuaTests {
    struct Point: Codable, Sendable, Equatable { var x: Int, y: Int }
    struct Broken: Error, Equatable, CustomStringConvertible {
        var description: String { "the clock is broken" }
    }
    struct Shouter: ProcessorPlugin {
        let metadata = PluginMetadata(name: "shouter", version: "1.0.0", pluginType: .processor)
        func process(_ item: DynamicValue, options: CallOptions) async throws -> [DynamicValue] { [item] }
    }

    /// A host that exposes `clock` and grants it.
    private func host(grants: PluginPermissions = [.hostAPI("clock")]) throws -> Host {
        let host = Host(PluginPolicy(grants: grants))
        try host.manager.expose("clock") { api in
            api.function("add") { (a: Int, b: Int) in a + b }
            api.function("turn") { (point: Point, by: Int?) in Point(x: -point.y, y: point.x + (by ?? 0)) }
            api.function("nothing") { (_: String) -> Void in }
            api.function("none") { () -> Void in }
            api.function("fail") { () throws -> Int in throw Broken() }
            api.function("failSilently") { () throws -> Void in throw Broken() }
            api.function("refuse") { () throws -> Int in throw PluginError(code: .config, phase: .call, message: "no zone", hint: "set one") }
        }
        return host
    }

    private func results(_ body: String) async throws -> [DynamicValue] {
        try await host().run("permissions = { clock = true }, run = function(ctx) \(body) end").call("run", arguments: [])
    }

    @Test func findsPlugin_whenItIsLua() async throws {
        let host = Host()
        try await host.load("")
        #expect(try host.manager.luaPlugin(named: "test").metadata.name == "test")
    }

    @Test func throwsNotFound_whenPluginIsSwift() async throws {
        let manager = Host().manager
        try manager.register(Shouter())
        let error = try await failure { try manager.luaPlugin(named: "shouter") }
        #expect(error.code == .notFound)
        #expect(error.description == "shouter 1.0.0: is written in Swift, not in Lua: call it through the manager, or use its Swift type")
    }

    @Test func throwsNotFound_whenThereIsNone() async throws {
        #expect(try await failure { try Host().manager.luaPlugin(named: "none") }.code == .notFound)
    }

    @Test func passesTypedValues_whenFunctionIsExposed() async throws {
        #expect(try await results("return ctx.clock.add(20, 22)") == [42])
        #expect(try await results("local p = ctx.clock.turn({ x = 1, y = 2 }) return p.x, p.y") == [-2, 1])
        #expect(try await results("local p = ctx.clock.turn({ x = 1, y = 2 }, 5) return p.x, p.y") == [-2, 6])
        #expect(try await results("return select('#', ctx.clock.nothing('x')), select('#', ctx.clock.none())") == [0, 0])
    }

    /// Its end is told.
    final class Timer: Sendable {
        let left: Mutex<Int>
        let ended: @Sendable () -> Void
        init(_ seconds: Int, _ ended: @escaping @Sendable () -> Void) {
            left = Mutex(seconds)
            self.ended = ended
        }
        deinit { ended() }

        static let type = LuaObjectType<Timer>("timer") { type in
            type.property("left") { timer in timer.left.withLock { $0 } }
            type.method("run") { (timer, seconds: Int) in timer.left.withLock { $0 -= seconds } }
            type.asyncMethod("wait") { timer in
                await Task.yield()
                timer.left.withLock { $0 = 0 }
            }
        }
    }

    private func timers(_ ended: @escaping @Sendable () -> Void = {}) throws -> Host {
        let host = Host(PluginPolicy(grants: [.hostAPI("timers")]))
        try host.manager.expose("timers") { api in
            api.function("make") { (seconds: Int) -> LuaObject<Timer> in Timer.type.object(Timer(seconds, ended)) }
            api.function("sum") { (a: LuaObject<Timer>, b: LuaObject<Timer>?) in
                [a.object, b?.object].compactMap { $0 }.map { timer in timer.left.withLock { $0 } }.reduce(0, +)
            }
            api.asyncFunction("later") { (timer: LuaObject<Timer>) -> LuaObject<Timer> in
                await Task.yield()
                return timer
            }
            api.function("longest") { (list: LuaTableView) in
                var longest = 0
                try list.forEach { (row: LuaTableView) in longest = max(longest, try row.value("seconds")) }
                return longest
            }
        }
        return host
    }

    @Test func givesObjects_whenAnExposedFunctionMakesThem() async throws {
        let plugin = try await timers().run(
            """
            permissions = { timers = true }, run = function(ctx)
              local t = ctx.timers.make(60)
              t:run(10)
              local left, sum = t.left, ctx.timers.sum(t, ctx.timers.make(5))
              local same = ctx.timers.later(t) == t
              t:wait()
              return left, sum, same, t.left, ctx.timers.longest { { seconds = 3 }, { seconds = 9 } }, select(2, pcall(ctx.timers.sum, {}))
            end
            """)
        #expect(
            try await plugin.call("run", arguments: []) == [
                50, 55, true, 0, 9, "bad argument #1 to 'ctx.timers.sum' (timer expected, got table)",
            ])
    }

    @Test func letsGoOfObjects_whenThePluginGoes() async throws {
        let ended = Mutex(0)
        let host = try timers { ended.withLock { $0 += 1 } }
        let plugin = try await host.run("permissions = { timers = true }, run = function(ctx) kept = kept or {} kept[#kept + 1] = ctx.timers.make(1) end")
        for _ in 0..<3 { _ = try await plugin.call("run", arguments: []) }
        #expect(ended.withLock { $0 } == 0)
        try await host.manager.cleanup()
        #expect(ended.withLock { $0 } == 3)
    }

    @Test(arguments: [
        ("ctx.clock.add(1)", "bad argument #2 to 'ctx.clock.add' (number expected, got no value)"),
        ("ctx.clock.add('1', 2)", "bad argument #1 to 'ctx.clock.add' (number expected, got string)"),
        ("ctx.clock.turn({ x = 1, y = 'b' })", "bad argument #1 to 'ctx.clock.turn' (value.y: number expected, got string)"),
        ("ctx.clock.nothing(5)", "bad argument #1 to 'ctx.clock.nothing' (string expected, got integer)"),
    ])
    func complainsAsLuaDoes_whenArgumentIsWrong(call: String, message: String) async throws {
        let error = try await failure { try await results(call) }
        #expect(error.message == message)
        #expect(error.location == "plugin_test.lua:1")
    }

    @Test(arguments: ["fail", "failSilently"])
    func keepsErrorAsUnderlying_whenFunctionThrows(name: String) async throws {
        let error = try await failure { try await results("ctx.clock.\(name)()") }
        #expect(error.description == "test 1.0.0, run: the clock is broken (plugin_test.lua:1)")
        #expect(error.code == .runtime)
        #expect(error.underlying as? Broken == Broken())
    }

    @Test func keepsCodeAndHint_whenFunctionThrowsAPluginError() async throws {
        let error = try await failure { try await results("ctx.clock.refuse()") }
        #expect(error.code == .config)
        #expect(error.hint == nil)
        #expect(error.description == "test 1.0.0, run: no zone: set one (plugin_test.lua:1)")
    }

    @Test func keepsHint_whenScriptWordsTheErrorAnew() async throws {
        let error = try await failure { try await results("local _, e = pcall(ctx.clock.refuse) error((e:gsub(': set one', ''))) ") }
        #expect(error.code == .runtime)
        #expect(error.message.hasSuffix("no zone"))
    }

    @Test func canBeCaught_whenFunctionThrows() async throws {
        #expect(try await results("return pcall(ctx.clock.fail)") == [false, "the clock is broken"])
    }

    @Test func isDenied_whenPluginDoesNotAskForIt() async throws {
        let plugin = try await host().run("run = function(ctx) ctx.clock.none() end")
        let error = try await failure { try await plugin.call("run") }
        #expect(error.code == .denied)
        #expect(error.message == "ctx.clock.none needs the permission 'clock': ask for it in the plugin's permissions, then grant it")
    }

    @Test func isDenied_whenHostDoesNotGrantIt() async throws {
        let plugin = try await host(grants: []).run("permissions = { clock = true }, run = function(ctx) ctx.clock.add(1, 2) end")
        let error = try await failure { try await plugin.call("run") }
        #expect(error.code == .denied)
        #expect(error.message == "ctx.clock.add needs the permission 'clock': grant it by the policy's grants, or --grant clock")
    }

    @Test(arguments: [
        "config", "plugin", "log", "metrics", "trace", "now", "json", "sleep", "fs", "store", "http", "env", "plugins", "events", "timer", "read", "write",
        "", "Clock", "1st", "a b", "a.b", "a-b", "end",
    ])
    func refusesName_whenItIsReservedOrNone(name: String) async throws {
        let error = try await failure { try Host().manager.expose(name) { _ in } }
        #expect(error.code == .state)
        #expect(error.description == "'\(name)' cannot be the name of a host API: choose a name that is no part of ctx: a lower-case letter, then letters, digits and '_', no keyword of Lua")
    }

    @Test func refusesToExpose_whenManagerHasNoLoaderForLua() async throws {
        #expect(try await failure { try PluginManager(loaders: []).expose("clock") { _ in } }.code == .state)
    }

    @Test func holdsForLaterPluginsOnly_whenExposedAfterLoading() async throws {
        let host = Host(PluginPolicy(grants: [.hostAPI("late")]))
        let plugin = try await host.load("permissions = { late = true }, run = function(ctx) return type(ctx.late) end")
        try host.manager.expose("late") { _ in }
        try await host.manager.initialize()
        #expect(try await plugin.call("run", arguments: []) == ["nil"])
    }

    @Test func refusesAName_whenItIsExposedAlready() async throws {
        let host = try host()
        let error = try await failure { try host.manager.expose("clock") { api in api.function("only") { () in 1 } } }
        #expect(error.description == "'clock' is exposed already: choose another name")
        let plugin = try await host.run("permissions = { clock = true }, run = function(ctx) return ctx.clock.only == nil, ctx.clock.add(1, 2) end")
        #expect(try await plugin.call("run", arguments: []) == [true, 3])
    }

    @Test func refusesAFunction_whoseNameStandsTwice() async throws {
        let error = try await failure {
            try Host().manager.expose("clock") { api in
                api.function("now") { () in 1 }
                api.function("now") { () in 2 }
            }
        }
        #expect(error.description == "'clock.now' is exposed already: choose another name")
    }

    @Test(arguments: ["", "to day", "1st", "a-b", "end", "ä"])
    func refusesAFunction_whoseNameLuaDoesNotTake(name: String) async throws {
        let host = Host()
        let error = try await failure { try host.manager.expose("clock") { api in api.function(name) { () in 1 } } }
        #expect(
            error.description
                == "'\(name)' cannot be the name of a function of 'clock': choose a name that Lua takes after a dot: letters, digits and '_', no digit first, no keyword")
        try host.manager.expose("clock") { api in api.function("_ok2") { () in 1 } }
    }

    /// Each number of arguments has code of its own.
    @Test(arguments: [[], [PluginPermissions.Permission.hostAPI("sums")]])
    func exposesFunctionsWithAnyNumberOfArguments(_ grants: [PluginPermissions.Permission]) async throws {
        let host = Host(PluginPolicy(grants: PluginPermissions(grants)))
        try host.manager.expose("sums") { api in
            api.function("f0") { 1 }
            api.function("f1") { (a: Int) in a }
            api.function("f2") { (a: Int, b: Int) in a + b }
            api.function("f3") { (a: Int, b: Int, c: Int) in a + b + c }
            api.function("f4") { (a: Int, b: Int, c: Int, d: Int) in a + b + c + d }
            api.function("g0") {}
            api.function("g1") { (a: Int) in }
            api.function("g2") { (a: Int, b: Int) in }
            api.function("g3") { (a: Int, b: Int, c: Int) in }
            api.function("g4") { (a: Int, b: Int, c: Int, d: Int) in }
            api.asyncFunction("h0") { 1 }
            api.asyncFunction("h1") { (a: Int) in a }
            api.asyncFunction("h2") { (a: Int, b: Int) in a + b }
            api.asyncFunction("h3") { (a: Int, b: Int, c: Int) in a + b + c }
            api.asyncFunction("h4") { (a: Int, b: Int, c: Int, d: Int) in a + b + c + d }
            api.asyncFunction("i0") {}
            api.asyncFunction("i1") { (a: Int) in }
            api.asyncFunction("i2") { (a: Int, b: Int) in }
            api.asyncFunction("i3") { (a: Int, b: Int, c: Int) in }
            api.asyncFunction("i4") { (a: Int, b: Int, c: Int, d: Int) in }
        }
        let plugin = try await host.run(
            """
            permissions = { sums = true },
            run = function(ctx)
              local sum, refused = 0, 0
              for _, kind in ipairs({ "f", "g", "h", "i" }) do
                for count = 0, 4 do
                  local ok, result = pcall(ctx.sums[kind .. count], 1, 2, 3, 4)
                  if not ok then refused = refused + 1 else sum = sum + (result or 0) end
                end
              end
              return sum, refused
            end
            """)
        #expect(try await plugin.call("run", arguments: []) == (grants.isEmpty ? [0, 20] : [42, 0]))
    }
}
