import LuaPlugins
import PluginCore
import Testing

struct LuaPluginOperationsTests {
    private func event() async throws -> MonitorEvent {
        let monitor = PluginMonitor()
        var events = monitor.events().makeAsyncIterator()
        monitor.recordOperation(plugin: "other", operation: "run", success: false, duration: .zero)
        return try #require(await events.next())
    }

    private func all(_ items: PluginItems) async throws -> [DynamicValue] {
        var all: [DynamicValue] = []
        while let item = try await items.next() { all.append(item) }
        return all
    }

    private func provider(_ body: String, host: Host = Host()) async throws -> (Host, LuaPlugin) {
        (host, try await host.run("provide = function(ctx, request) \(body) end, pulls = function() return pulls or 0 end", type: "provider"))
    }

    @Test func runsIteratorOncePerItem_whenItemsArePulled() async throws {
        let (host, plugin) = try await provider("return function() pulls = (pulls or 0) + 1 return pulls <= request and pulls or nil end")
        let items = try await plugin.provide(3)
        #expect(try await plugin.call("pulls", as: Int.self) == 0)
        #expect(try await items.next() == 1)
        #expect(try await plugin.call("pulls", as: Int.self) == 1)
        #expect(try await all(items) == [2, 3])
        let snapshot = host.manager.monitor.snapshot()
        #expect(snapshot.operation("provide", of: "test")?.calls == 1)
        #expect(snapshot.operation("provide.next", of: "test")?.calls == 4)
    }

    @Test(arguments: [("return { 1, 2 }", [[1, 2]]), ("return 'a', 'b'", ["a"]), ("return nil", []), ("", [])] as [(String, [DynamicValue])])
    func givesOneItemOrNone_whenItReturnsNoFunction(body: String, items: [DynamicValue]) async throws {
        let (host, plugin) = try await provider(body)
        #expect(try await all(plugin.provide(.null)) == items)
        #expect(host.manager.monitor.snapshot().operation("provide.next", of: "test") == nil)
    }

    @Test func namesPull_whenIteratorRaises() async throws {
        let (_, plugin) = try await provider("local n = 0 return function() n = n + 1 if n == 2 then error('broken') end return n end")
        let items = try await plugin.provide(.null)
        #expect(try await items.next() == 1)
        #expect(try await failure { try await items.next() }.description == "test 1.0.0, provide.next: broken (plugin_test.lua:1)")
        #expect(try await items.next() == 3)
    }

    @Test func refusesPull_whenPluginIsClosed() async throws {
        let (host, plugin) = try await provider("return function() return 1 end")
        let items = try await plugin.provide(.null)
        try await host.manager.cleanup()
        #expect(try await failure { try await items.next() }.code == .closed)
    }

    @Test func keepsDeadline_whenItemsArePulledLater() async throws {
        let (_, plugin) = try await provider("return function() while true do end end", host: Host(PluginPolicy(limits: PluginLimits(cpu: nil, wall: nil))))
        let error = try await failure {
            try await plugin.provide(.null, options: CallOptions(deadline: .now + .milliseconds(200))).next()
        }
        #expect(error.code == .timeout)
    }

    @Test func throws_whenItemIsNoPlainData() async throws {
        let (_, plugin) = try await provider("return function() return print end")
        let items = try await plugin.provide(.null)
        #expect(try await failure { try await items.next() }.code == .conversion)
    }

    @Test(arguments: [("return item", ["x"]), ("return item, 2, { 3 }", ["x", 2, [3]]), ("return nil", []), ("", []), ("return nil, 1", [1]), ("return 1, nil, 2", [1, 2]), ("return nil, nil", []), ("return nil, 'a', 'b'", ["a", "b"]), ("return 'a', nil", ["a"])] as [(String, [DynamicValue])])
    func passesDropsOrFansOut_whenItProcesses(body: String, items: [DynamicValue]) async throws {
        let plugin = try await Host().run("process = function(ctx, item) \(body) end")
        #expect(try await plugin.process("x") == items)
    }

    @Test func keepsItems_whenItStores() async throws {
        let plugin = try await Host().run(
            """
            put = function(_, k, v) kept = kept or {} kept[k] = v end, get = function(_, k) return kept[k] end,
            delete = function(_, k) kept[k] = nil end,
            list = function(_, prefix) local keys = {} for k in pairs(kept) do if k:sub(1, #prefix) == prefix then keys[#keys + 1] = k end end return keys end
            """, type: "storage")
        try await plugin.put("a1", ["n": 1])
        #expect(try await plugin.get("a1") == ["n": 1])
        #expect(try await plugin.list("a") == ["a1"])
        try await plugin.delete("a1")
        #expect(try await plugin.get("a1") == .null)
    }

    @Test func getsEvent_whenItObserves() async throws {
        let plugin = try await Host().run("observe = function(_, event) seen = event end, seen = function() return seen.plugin, seen.error.code, seen.success end", type: "monitor")
        var event = try await event()
        event.error = PluginError(code: .timeout, phase: .call, message: "late")
        try await plugin.observe(event)
        #expect(try await plugin.call("seen", arguments: []) == ["other", "timeout", false])
    }

    @Test(arguments: ["provide", "process", "put", "get", "delete", "list", "observe"])
    func refuses_whenOperationIsMissing(operation: String) async throws {
        let plugin = try await Host().run("run = function() end")
        let error = try await failure {
            switch operation {
            case "provide": _ = try await plugin.provide(.null)
            case "process": _ = try await plugin.process(.null)
            case "put": try await plugin.put("k", 1)
            case "get": _ = try await plugin.get("k")
            case "delete": try await plugin.delete("k")
            case "list": _ = try await plugin.list("")
            default: try await plugin.observe(event())
            }
        }
        #expect(error.message == "has no operation '\(operation)'")
        #expect(error.operation == operation)
    }

    @Test func throws_whenAProcessorReturnsNilAndAText() async throws {
        let host = Host()
        let plugin = try await host.run("process = function() return nil, 'no luck' end")
        let error = try await failure { try await plugin.process("x") }
        #expect(
            error.description
                == "test 1.0.0, process: the processor returned nil and 'no luck': raise it with error(), or return nothing to drop the item")
        #expect(host.manager.monitor.snapshot().operation("process", of: "test")?.errors == 1)
    }
}
