import Foundation
import LuaPlugins
import PluginCore
import Testing

struct ModuleFinderTests {
    let folder = TemporaryFolder()

    /// Loads the folder `plugin_test` whose init.lua requires a module and offers what it returns.
    private func load(_ name: String, _ policy: PluginPolicy = PluginPolicy()) async throws -> LuaPlugin {
        folder.write("plugin_test/init.lua", Host.text("process = function() return m end", before: "local m = require('\(name)')"))
        let manager = Host(policy).manager
        try await manager.load(folder("plugin_test"))
        try await manager.initialize()
        return try manager.luaPlugin(named: "test")
    }

    private func complaint(_ name: String, _ policy: PluginPolicy = PluginPolicy()) async throws -> PluginError {
        try await failure { try await load(name, policy) }
    }

    private func value(_ name: String, _ policy: PluginPolicy = PluginPolicy()) async throws -> [DynamicValue] {
        try await load(name, policy).process(.null)
    }

    @Test(arguments: [("util", "util.lua"), ("util", "util/init.lua"), ("lib.text_2", "lib/text_2.lua"), ("lib.text", "lib/text/init.lua")])
    func findsModule_whenFolderHasIt(name: String, file: String) async throws {
        folder.write("plugin_test/" + file, "return '\(file)'")
        #expect(try await value(name) == [.string(file)])
    }

    @Test(arguments: ["", ".", "..", "a..b", ".a", "a.", "a/b", "../a", "/etc/passwd", "a-b", "a b", "ä", "a\\\\b", "a\\0b", "²"])
    func refuses_whenNameIsNone(name: String) async throws {
        folder.write("a.lua", "return 1")
        let error = try await complaint(name)
        #expect(error.message.hasPrefix("module name '"))
        #expect(error.message.hasSuffix("' may have letters, digits, '_' and single '.' only"))
        #expect(error.location == "plugin_test/init.lua:1")
    }

    /// A file, a folder, and a folder whose name begins like the plugin's.
    @Test(arguments: [
        ("outside.lua", "util.lua", "../outside.lua", "util"),
        ("lib/util.lua", "lib", "../lib", "lib.util"),
        ("plugin_test2/util.lua", "util.lua", "../plugin_test2/util.lua", "util"),
    ])
    func refuses_whenALinkLeadsOutOfTheFolder(file: String, link: String, target: String, module: String) async throws {
        folder.write(file, "return 1")
        folder.write("plugin_test/x", "")
        folder.link("plugin_test/\(link)", to: target)
        #expect(try await complaint(module).message == "module '\(module)' is a link that leads out of the plugin's folder")
    }

    @Test func follows_whenLinkStaysInside() async throws {
        folder.write("plugin_test/real.lua", "return 'real'")
        folder.link("plugin_test/util.lua", to: "real.lua")
        #expect(try await value("util") == ["real"])
    }

    @Test func findsModule_whenPluginsFolderIsALinkItself() async throws {
        folder.write("elsewhere/init.lua", Host.text("process = function() return require('util') end"))
        folder.write("elsewhere/util.lua", "return 'here'")
        folder.link("plugin_link", to: "elsewhere")
        let manager = Host().manager
        try await manager.load(folder("plugin_link"))
        try await manager.initialize()
        #expect(try await manager.luaPlugin(named: "test").process(.null) == ["here"])
    }

    @Test func saysWhereItLooked_whenFolderLacksIt() async throws {
        #expect(
            try await complaint("lib.none").message
                == "module 'lib.none' not found: the plugin's folder has no lib/none.lua or lib/none/init.lua, and the host shares none")
        #expect(
            try await complaint("none", PluginPolicy(sharedModules: ["b": "", "a": ""])).message
                == "module 'none' not found: the plugin's folder has no none.lua or none/init.lua, and the host shares a, b")
    }

    @Test func saysHow_whenPluginIsOneFile() async throws {
        folder.write("util.lua", "return 1")
        let path = folder.write("plugin_test.lua", Host.text("", before: "require 'util'"))
        let error = try await failure { try await Host().manager.load(path) }
        #expect(error.message == "module 'util' not found: a plugin of one file has no modules of its own (make it a folder with init.lua), and the host shares none")
    }

    @Test func saysWhy_whenModuleCannotBeRead() async throws {
        folder.write("plugin_test/bin.lua", "\u{1B}Lua")
        #expect(try await complaint("bin").message == "module 'bin': bin.lua is compiled Lua (bytecode), which can crash the interpreter")
        folder.write("plugin_test/dir.lua/x", "")
        #expect(try await complaint("dir").message == "module 'dir': dir.lua is a folder, not a script")
    }

    @Test func namesModulesLine_whenItRaises() async throws {
        folder.write("plugin_test/lib/bad.lua", "\n\nerror('broken')")
        let error = try await complaint("lib.bad")
        #expect(error.message == "broken")
        #expect(error.location == "plugin_test/lib/bad.lua:3")
    }

    @Test func namesModulesLine_whenItIsNotLua() async throws {
        folder.write("plugin_test/bad.lua", "\nx =")
        let error = try await complaint("bad")
        #expect(error.message == "plugin_test/bad.lua:2: unexpected symbol near <eof>")
    }

    @Test func usesSharedModule_whenHostHasOne() async throws {
        #expect(try await value("words", PluginPolicy(sharedModules: ["words": "return 'shared'"])) == ["shared"])
    }

    @Test func prefersOwnModule_whenHostSharesOneOfThatName() async throws {
        folder.write("plugin_test/words.lua", "return 'own'")
        #expect(try await value("words", PluginPolicy(sharedModules: ["words": "return 'shared'"])) == ["own"])
    }

    @Test func namesSharedModulesLine_whenItRaises() async throws {
        let error = try await complaint("words", PluginPolicy(sharedModules: ["words": "\nerror('broken')"]))
        #expect(error.location == "shared:words:2")
    }

    @Test func usesModulesThatCameWithTheText_whenItIsFromMemory() async throws {
        let plugin = try await Host().run(
            "process = function() return require('a.b') end", modules: ["a.b": "return require 'c' .. 'b'", "c": "return 'c'"])
        #expect(try await plugin.process(.null) == ["cb"])
    }

    @Test func namesModuleFromMemory_whenItRaises() async throws {
        let error = try await failure { try await Host().load("", before: "require 'bad'", modules: ["bad": "\nerror('broken')"]) }
        #expect(error.location == "plugin_test.lua:bad:2")
    }

    @Test func runsEachModuleOnce_whenItIsRequiredAgain() async throws {
        let plugin = try await Host().run(
            "process = function() require 'count' return require('count')() end", before: "require 'count'",
            modules: ["count": "runs = (runs or 0) + 1 return function() return runs end"])
        #expect(try await plugin.process(.null) == [1])
    }

    @Test func findsModule_whenItIsRequiredInACall() async throws {
        folder.write("plugin_test/late.lua", "return 'late'")
        folder.write("plugin_test/init.lua", Host.text("process = function(_, name) return require(name) end"))
        let manager = Host().manager
        try await manager.load(folder("plugin_test"))
        try await manager.initialize()
        #expect(try await manager.luaPlugin(named: "test").process("late") == ["late"])
    }
}
