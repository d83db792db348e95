import InMemoryLogging
@testable import LuaPlugins
import PluginCore
import Testing

struct LuaPluginLoaderTests {
    let folder = TemporaryFolder()
    private let trusted = PluginPolicy(trust: .trusted)

    @Test func reachesNoFiles_whenSandboxed() async throws {
        #expect(try await Host().results("return type(io), type(os.execute), type(loadfile), type(package)") == ["nil", "nil", "nil", "nil"])
    }

    @Test func reachesAllLibraries_whenTrusted() async throws {
        #expect(try await Host(trusted).results("return type(io.open), type(os.execute), type(debug.sethook)") == ["function", "function", "function"])
    }

    @Test func startsAnew_whenItsOwnPolicyTrustsIt() async throws {
        let host = Host()
        host.manager.setPolicy(trusted, for: "test")
        let plugin = try await host.run("run = function() return seen end", before: "seen = type(io) print 'run'")
        #expect(try await plugin.call("run", arguments: []) == ["table"])
        #expect(host.output == ["info run", "info run"])
    }

    @Test func startsAnew_whenItsOwnPolicyDoesNotTrustIt() async throws {
        let host = Host(trusted)
        host.manager.setPolicy(PluginPolicy(), for: "test")
        #expect(try await host.results("return type(io)") == ["nil"])
    }

    @Test func startsAnew_whenItsOwnPolicySharesOtherModules() async throws {
        let host = Host()
        host.manager.setPolicy(PluginPolicy(sharedModules: ["words": "return 'shared'"]), for: "test")
        #expect(try await host.run("run = function() return m end", before: "_, m = pcall(require, 'words')").call("run", arguments: []) == ["shared"])
    }

    @Test func accountsCPUTime_whenItsOwnPolicyAsksForIt() async throws {
        let host = Host()
        host.manager.setPolicy(PluginPolicy(accountsCPUTime: true), for: "test")
        let plugin = try await host.run("run = function() for i = 1, 1e5 do end end")
        try await plugin.call("run")
        #expect(await plugin.usage().cpuTime > .zero)
    }

    @Test func runsOnce_whenItsOwnPolicyChangesNothingOfThat() async throws {
        let host = Host()
        host.manager.setPolicy(PluginPolicy(config: [:], root: "/"), for: "test")
        try await host.load("", before: "print 'run'")
        #expect(host.output == ["info run"])
    }

    @Test func hasNoContext_whileItsTextRuns() async throws {
        #expect(try await failure { try await Host().load("", before: "local ctx = ... ; ctx.log.info('x')") }.message == "attempt to index a nil value (local 'ctx')")
    }

    @Test func writesToTheLog_whenItsTextPrints() async throws {
        let host = Host()
        try await host.load("", before: "print('a', 1, nil) warn('b')")
        #expect(host.output == ["info a\t1\tnil".replacing("\t", with: "\\t"), "warning b"])
        #expect(host.logs.entries.first?.metadata["plugin"] == "plugin_test")
    }

    @Test func isStopped_whenItsTextRunsLongerThanTheMetadataBudget() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(metadata: .milliseconds(5))))
        let error = try await failure { try await host.load("", before: "while true do end") }
        #expect(error.message == "the call took more than its 5 ms of CPU time")
        #expect((error.underlying as? PluginError)?.code == .timeout)
        #expect(error.phase == .metadata)
    }

    @Test func raisesMemory_whenItsTextHoldsMoreThanTheQuota() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(memory: 1 << 20)))
        let error = try await failure { try await host.load("", before: "x = ('x'):rep(2 << 20)") }
        #expect(error.description == "plugin_test: not enough memory: the quota is 1048576 bytes (plugin_test.lua:1): let the plugin hold less, or raise the policy's limit of memory")
    }

    @Test func hasMetadataPhase_whenItsTextRaises() async throws {
        let error = try await failure { try await Host().load("", before: "error({ code = 'x', message = 'broken' })") }
        #expect(error.phase == .metadata)
        #expect(error.fields == ["code": "x", "message": "broken"])
        #expect((error.underlying as? PluginError)?.code == .runtime)
    }

    // MARK: Trusted scripts

    @Test func requiresOwnModulesAndLuas_whenTrusted() async throws {
        folder.write("plugin_test/own.lua", "local name, chunk = ... return name .. ' ' .. chunk")
        folder.write("other/luas.lua", "return 'luas'")
        folder.write(
            "plugin_test/init.lua",
            Host.text(
                "run = function() return require 'own', require 'luas', (require 'shared') end",
                before: "package.path = '\(folder("other"))/?.lua'"))
        let manager = Host(PluginPolicy(trust: .trusted, sharedModules: ["shared": "return 'shared'"])).manager
        try await manager.load(folder("plugin_test"))
        try await manager.initialize()
        #expect(try await manager.call("test", "run") == ["own plugin_test/own.lua", "luas", "shared"])
    }

    @Test func saysWhereItLooked_whenTrustedScriptRequiresWhatIsNowhere() async throws {
        let error = try await failure { try await Host(trusted).load("", before: "package.path = '' package.cpath = '' require 'none'") }
        #expect(error.message.contains("module 'none' not found: a plugin of one file has no modules of its own"))
        #expect(error.location == "plugin_test.lua:1")
    }

    @Test func namesModulesLine_whenTrustedScriptsModuleIsNotLua() async throws {
        let error = try await failure { try await Host(trusted).load("", before: "require 'bad'", modules: ["bad": "\nx ="]) }
        #expect(error.message.contains("plugin_test.lua:bad:2: unexpected symbol near <eof>"))
    }

    @Test func namesModulesLine_whenTrustedScriptsModuleRaises() async throws {
        let error = try await failure { try await Host(trusted).load("", before: "require 'bad'", modules: ["bad": "\nerror('broken')"]) }
        #expect(error.location == "plugin_test.lua:bad:2")
    }

    @Test func refusesBytecode_whenTrustedScriptRequiresIt() async throws {
        let error = try await failure { try await Host(trusted).load("", before: "require 'bad'", modules: ["bad": "\u{1B}Lua"]) }
        #expect(error.message.contains("attempt to load a binary chunk (mode is 't')"))
    }

    @Test func printsToTheLog_whenTrusted() async throws {
        let host = Host(trusted)
        _ = try await host.results("print('a', nil, setmetatable({}, { __tostring = function() return 'b' end })) print() print('\\xff')")
        #expect(host.output == ["info a\\tnil\\tb", "info ", "info \u{FFFD}"])
    }
}

/// A text is compiled once for all plugins that are made of it.
struct CompiledTextTests {
    private let host = Host()

    private func text(_ name: String) -> String { "return { name = '\(name)', version = '1.0.0', plugin_type = 'processor', run = function() return 1 end }" }

    @Test func compilesATextOnce_forAllVersionsThatHaveIt() async throws {
        try await host.manager.load(source: text("test"), name: "plugin_test.lua")
        let plugin = try host.manager.luaPlugin(named: "test")
        try await host.manager.initialize()
        #expect(!plugin.version.maker.compiled.isCached)
        let first = plugin.version
        try await host.manager.reload("test")
        #expect(plugin.version !== first)
        #expect(plugin.version.maker.compiled === first.maker.compiled)
        #expect(plugin.version.maker.compiled.isCached)
        try await host.manager.reload("test")
        #expect(try await plugin.call("run", as: Int.self) == 1)
    }

    @Test func keepsTextsApart_thatDifferInAnything() throws {
        let texts = CompiledTexts()
        let one = texts.text(of: try Script(.text("return 1", name: "a.lua", modules: [:])))
        #expect(texts.text(of: try Script(.text("return 1", name: "a.lua", modules: [:]))) === one)
        #expect(texts.text(of: try Script(.text("return 1", name: "a.lua", modules: ["m": ""]))) !== one)
        #expect(texts.text(of: try Script(.text("return 1", name: "b.lua", modules: [:]))) !== one)
        #expect(texts.text(of: try Script(.text("return 2", name: "a.lua", modules: [:]))) !== one)
    }

    @Test func forgetsATextThatNoPluginHas() async throws {
        let texts = CompiledTexts()
        var text: CompiledText? = texts.text(of: try Script(.text("return 1", name: "a.lua", modules: [:])))
        #expect(texts.count == 1)
        withExtendedLifetime(text) {}
        text = nil
        #expect(texts.count == 0)
    }

    @Test func hasALoaderForFolders_andOneForScripts() async throws {
        let folder = TemporaryFolder()
        folder.write("plugin_a/init.lua", text("a"))
        folder.write("plugin_b.lua", text("b"))
        for path in ["plugin_a", "plugin_b.lua"] { try await host.manager.load(folder(path)) }
        try await host.manager.load(source: text("c"), name: "c.lua")
        #expect(host.manager.loader.names == ["swift", "lua_folder", "lua_script"])
        #expect(host.manager.monitor.snapshot().loaders.map { "\($0.loader) \($0.successes)" } == ["lua_folder 1", "lua_script 2"])
        try host.manager.expose("clock") { $0.function("now") { 5 } }
        host.manager.updatePolicy(for: "d") { $0.grants = [.hostAPI("clock")] }
        folder.write("plugin_d/init.lua", text("d").replacing("run", with: "permissions = { clock = true }, now = function(ctx) return ctx.clock.now() end, run"))
        try await host.manager.load(folder("plugin_d"))
        try await host.manager.initialize()
        #expect(try await host.manager.call("d", "now") == [5])
    }
}
