import LuaPlugins
import PluginCore
import Testing

struct StoreFunctionsTests {
    private let store = MemoryStore()

    private func host(_ grants: PluginPermissions = [.store]) -> Host { Host(PluginPolicy(grants: grants), store: store) }

    private func results(_ body: String) async throws -> [DynamicValue] {
        try await host().run("permissions = { store = true }, run = function(ctx) local store = ctx.store \(body) end").call("run", arguments: [])
    }

    @Test func keepsValues_whenScriptPutsThem() async throws {
        #expect(try await results("store.put('k', { a = { 1, 2 } }) store.put(7, 'seven') return store.get('k').a[2], store.get('7'), store.get(7)") == [2, "seven", "seven"])
        #expect(store.values(in: "test") == ["k": ["a": [1, 2]], "7": "seven"])
    }

    @Test func isNil_whenKeyIsNotThere() async throws {
        #expect(try await results("return store.get('k'), store.delete('k')") == [.null, false])
    }

    @Test func deletes_whenKeyIsThere() async throws {
        #expect(try await results("store.put('k', 1) return store.delete('k'), store.get('k')") == [true, .null])
    }

    @Test func listsKeys_whenGivenAPrefixOrNone() async throws {
        #expect(try await results("store.put('b1', 1) store.put('a', 1) store.put('b2', 1) return store.list('b'), store.list(), store.list('c')") == [["b1", "b2"], ["a", "b1", "b2"], []])
    }

    @Test func takesANumberForAPrefix_asForAKey() async throws {
        #expect(try await results("store.put(12, 1) store.put(2, 1) store.put('1x', 1) return store.list(1)") == [["12", "1x"]])
    }

    @Test(arguments: [
        ("store.get()", "bad argument #1 to 'ctx.store.get' (string expected, got no value)"),
        ("store.get({})", "bad argument #1 to 'ctx.store.get' (string expected, got table)"),
        ("store.put(1.5, 1)", "bad argument #1 to 'ctx.store.put' (string expected, got number)"),
        ("store.put('k', print)", "bad argument #2 to 'ctx.store.put' (plain data expected, got function)"),
        ("store.delete(true)", "bad argument #1 to 'ctx.store.delete' (string expected, got boolean)"),
        ("store.list(true)", "bad argument #1 to 'ctx.store.list' (string expected, got boolean)"),
        ("store.transaction('x')", "bad argument #1 to 'ctx.store.transaction' (function expected, got string)"),
    ])
    func complains_whenArgumentIsWrong(call: String, message: String) async throws {
        let error = try await failure { try await results(call) }
        #expect(error.message == message)
    }

    @Test func isOneTransaction_whenScriptOpensOne() async throws {
        #expect(
            try await results(
                "return store.transaction(function() store.put('x', 1) store.put('y', 2) store.delete('x') return { store.get('x') == nil, store.get('y'), store.list() } end)")
                == [[true, 2, ["y"]]])
        #expect(store.transactions == 1)
    }

    @Test func isATransactionEach_whenScriptOpensNone() async throws {
        _ = try await results("store.put('x', 1) store.delete('x')")
        #expect(store.transactions == 2)
    }

    @Test func keepsNothingAndRaisesTheSame_whenBodyRaises() async throws {
        let error = try await failure {
            try await results("store.put('x', 1) store.transaction(function() store.put('x', 2) store.put('y', 2) error({ code = 'no', message = 'broken' }) end)")
        }
        #expect(error.message == "broken")
        #expect(error.fields == ["code": "no", "message": "broken"])
        #expect(store.values(in: "test") == ["x": 1])
    }

    @Test func givesTheSameTable_whenScriptCatchesWhatBodyRaised() async throws {
        #expect(try await results("local t = {} local _, e = pcall(store.transaction, function() error(t) end) return e == t") == [true])
    }

    @Test func goesOnOutside_whenBodyRaised() async throws {
        #expect(try await results("pcall(store.transaction, function() store.put('x', 1) error('no') end) store.put('y', 2) return store.list()") == [["y"]])
    }

    @Test func isPartOfTheOuter_whenTransactionsNest() async throws {
        #expect(
            try await results(
                "return store.transaction(function() store.put('x', 1) store.transaction(function() store.put('y', store.get('x') + 1) end) store.put('z', 3) return store.list() end)")
                == [["x", "y", "z"]])
        #expect(store.transactions == 1)
    }

    @Test func keepsNothingOfTheInner_whenTheOuterRaises() async throws {
        _ = try await failure {
            try await results("store.transaction(function() store.transaction(function() store.put('y', 1) end) error('no') end)")
        }
        #expect(store.values(in: "test") == [:])
    }

    @Test func goesOnInTheOuter_whenTheInnerRaisedAndWasCaught() async throws {
        #expect(
            try await results("store.transaction(function() pcall(store.transaction, function() error('no') end) store.put('x', 1) end) return store.get('x')") == [1])
        #expect(store.transactions == 1)
    }

    @Test func rollsBack_whenTimeIsOverInsideOfATransaction() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(cpu: .milliseconds(5)), grants: [.store]), store: store)
        let plugin = try await host.run("permissions = { store = true }, run = function(ctx) ctx.store.transaction(function() ctx.store.put('x', 1) while true do end end) end")
        #expect(try await failure { try await plugin.call("run") }.code == .timeout)
        #expect(store.values(in: "test") == [:])
    }

    @Test func hasANamespaceOfItsOwn_whenSeveralPluginsStore() async throws {
        let host = host()
        for name in ["a", "b"] {
            try await host.manager.load(
                source: "return { name = '\(name)', version = '1.0.0', plugin_type = 'processor', permissions = { store = true }, process = function(ctx, v) ctx.store.put('k', v) return ctx.store.list() end }",
                name: name)
        }
        try await host.manager.initialize()
        #expect(try await host.manager.call("a", "process", [1]) == [["k"]])
        #expect(try await host.manager.call("b", "process", [2]) == [["k"]])
        #expect(store.values(in: "a") == ["k": 1])
        #expect(store.values(in: "b") == ["k": 2])
    }

    @Test(arguments: [("get('k')", "get"), ("put('k', 1)", "put"), ("delete('k')", "delete"), ("list()", "list"), ("transaction(function() end)", "transaction")])
    func isDenied_whenNotAskedForOrNotGranted(call: String, name: String) async throws {
        let notAsked = try await host().run("run = function(ctx) ctx.store.\(call) end")
        let error = try await failure { try await notAsked.call("run") }
        #expect(error.code == .denied)
        #expect(error.description == "test 1.0.0, run: ctx.store.\(name) needs the permission 'store': ask for it in the plugin's permissions, then grant it (plugin_test.lua:1)")
        let notGranted = try await host([]).run("permissions = { store = true }, run = function(ctx) ctx.store.\(call) end")
        #expect(
            try await failure { try await notGranted.call("run") }.message
                == "ctx.store.\(name) needs the permission 'store': grant it by the policy's grants, or --grant store")
    }

    @Test func saysSo_whenHostHasNoStore() async throws {
        let plugin = try await Host(PluginPolicy(grants: [.store])).run("permissions = { store = true }, run = function(ctx) ctx.store.get('k') end")
        let error = try await failure { try await plugin.call("run") }
        #expect(error.code == .store)
        #expect(error.message == "the host has no store: give PluginManager one, such as PluginStores' SQLiteStore")
    }
}
