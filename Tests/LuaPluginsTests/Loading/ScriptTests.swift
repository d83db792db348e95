import Foundation
import LuaPlugins
import PluginCore
import Testing

struct ScriptTests {
    let folder = TemporaryFolder()
    private let text = Host.text("")

    private func complaint(_ path: String) async throws -> String {
        let error = try await failure { try await Host().manager.load(path) }
        #expect(error.code == .load)
        #expect((error.underlying as? PluginError)?.code == .file)
        return error.description.replacing(folder.path, with: "FOLDER")
    }

    @Test func isNamedAfterTheFile_whenItIsAFile() async throws {
        let path = folder.write("plugin_test.lua", text)
        #expect(try await Host().manager.load(path).metadata.entryPoint == "plugin_test.lua")
    }

    @Test(arguments: ["", "/"])
    func isNamedAfterFolderAndScript_whenItIsAFolder(end: String) async throws {
        folder.write("plugin_test/init.lua", text)
        #expect(try await Host().manager.load(folder("plugin_test") + end).metadata.entryPoint == "plugin_test/init.lua")
    }

    @Test(arguments: ["\u{FEFF}", "#!/usr/bin/env perilune\n", "\u{FEFF}#!/usr/bin/env perilune\n", "# one line\n"])
    func skipsItsStart_whenThatIsAByteOrderMarkOrForTheShell(start: String) async throws {
        let path = folder.write("plugin_test.lua", start + text)
        #expect(try await Host().manager.load(path).metadata.name == "test")
        #expect(try await Host().manager.load(source: start + text, name: "memory").metadata.name == "test")
    }

    @Test func keepsLineNumbers_whenFirstLineIsForTheShell() async throws {
        let path = folder.write("plugin_test.lua", "#!/bin/lua\nerror('here')")
        let error = try await failure { try await Host().manager.load(path) }
        #expect(error.location == "plugin_test.lua:2")
    }

    @Test func isEmpty_whenTheShellsLineIsAll() async throws {
        let path = folder.write("plugin_test.lua", "#!/bin/lua")
        #expect(try await failure { try await Host().manager.load(path) }.message == "the script must return a table, found nothing")
    }

    @Test func namesPath_whenThereIsNothing() async throws {
        folder.write("file", "")
        #expect(try await complaint(folder("none.lua")) == "none: no such file or folder: FOLDER/none.lua: check the path")
        #expect(try await complaint(folder("file/none.lua")) == "none: no such file or folder: FOLDER/file/none.lua: check the path")
    }

    @Test func givesSystemsReason_whenPathLeadsNowhere() async throws {
        folder.link("loop.lua", to: "loop.lua")
        #expect(try await complaint(folder("loop.lua")) == "loop: cannot read FOLDER/loop.lua: too many levels of symbolic links: check its permissions")
    }

    @Test func givesSystemsReason_whenFoldersScriptLeadsNowhere() async throws {
        folder.write("plugin_a/x", "")
        folder.link("plugin_a/init.lua", to: "init.lua")
        #expect(try await complaint(folder("plugin_a")) == "plugin_a: cannot read FOLDER/plugin_a: too many levels of symbolic links: check its permissions")
    }

    @Test func saysSo_whenFolderHasNoScript() async throws {
        folder.write("plugin_a/x", "")
        #expect(
            try await complaint(folder("plugin_a"))
                == "plugin_a: FOLDER/plugin_a is a folder without init.lua, not a script: give a plugin_NAME.lua file, or a folder with init.lua")
    }

    @Test func saysSo_whenPathIsTheRoot() async throws {
        #expect(try await complaint("/") == "/: / is a folder without init.lua, not a script: give a plugin_NAME.lua file, or a folder with init.lua")
    }

    @Test func saysSo_whenFoldersScriptIsAFolder() async throws {
        folder.write("plugin_a/init.lua/x", "")
        #expect(
            try await complaint(folder("plugin_a"))
                == "plugin_a: FOLDER/plugin_a/init.lua is a folder, not a script: give a plugin_NAME.lua file, or a folder with init.lua")
    }

    @Test func refusesAtOnce_whenFileIsAPipeThatNobodyWrites() async throws {
        #expect(mkfifo(folder("pipe.lua"), 0o600) == 0)
        #expect(
            try await complaint(folder("pipe.lua"))
                == "pipe: FOLDER/pipe.lua is a pipe, not a script: give a plugin_NAME.lua file, or a folder with init.lua")
    }

    @Test func refuses_whenFileIsADevice() async throws {
        #expect(try await complaint("/dev/zero") == "zero: /dev/zero is a device, not a script: give a plugin_NAME.lua file, or a folder with init.lua")
    }

    @Test func refuses_whenFileIsASocket() async throws {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(server) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = "/tmp/plu-\(UUID().uuidString.prefix(8)).lua"
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(name.utf8)) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(server, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        defer { unlink(name) }
        #expect(status == 0)
        #expect(try await complaint(name).contains("\(name) is a socket or device, not a script"))
    }

    @Test func givesSystemsReason_whenReadFails() async throws {
        #expect(try await complaint("/proc/self/mem") == "mem: cannot read /proc/self/mem: input/output error: check its permissions")
    }

    @Test func refusesBeforeReading_whenFileIsTooLarge() async throws {
        let path = folder.write("plugin_big.lua", "")
        #expect(truncate(path, 8 * 1024 * 1024 + 1) == 0)
        #expect(
            try await complaint(path)
                == "plugin_big: FOLDER/plugin_big.lua has 8388609 bytes, more than the 8388608 that a script may have: keep data out of the script, or split it into modules")
    }

    @Test func loads_whenFileIsAsLargeAsItMayBe() async throws {
        let padding = [UInt8](repeating: UInt8(ascii: " "), count: 8 * 1024 * 1024 - text.utf8.count)
        let path = folder.write("plugin_test.lua", bytes: padding + Array(text.utf8))
        #expect(try await Host().manager.load(path).metadata.name == "test")
    }

    @Test func refuses_whenItIsBytecode() async throws {
        let path = folder.write("plugin_a.lua", "\u{1B}LuaS")
        #expect(try await complaint(path) == "plugin_a: FOLDER/plugin_a.lua is compiled Lua (bytecode), which can crash the interpreter: give the source text")
        let error = try await failure { try await Host().manager.load(source: "\u{1B}Lua", name: "memory") }
        #expect(error.description == "memory: memory is compiled Lua (bytecode), which can crash the interpreter: give the source text")
    }

    @Test(arguments: ["\u{FEFF}\u{1B}Lua", "#\n\u{1B}Lua"])
    func refuses_whenBytecodeHidesBehindItsStart(text: String) async throws {
        let error = try await failure { try await Host().manager.load(source: text, name: "memory") }
        #expect((error.underlying as? PluginError)?.code == .syntax)
    }

    @Test func refuses_whenItHasNULBytes() async throws {
        let path = folder.write("plugin_a.lua", "return\0")
        #expect(try await complaint(path) == "plugin_a: FOLDER/plugin_a.lua is not Lua text: it has NUL bytes: give a text file in UTF-8")
        #expect(try await failure { try await Host().manager.load(source: "#\0\nreturn", name: "memory") }.message == "memory is not Lua text: it has NUL bytes")
    }

    @Test func namesLine_whenItIsNotLua() async throws {
        let path = folder.write("plugin_a.lua", "return {\n = }")
        let error = try await failure { try await Host().manager.load(path) }
        #expect(error.description == "plugin_a: unexpected symbol near '=' (plugin_a.lua:2): correct the line and load again")
        #expect(error.phase == .load)
        #expect((error.underlying as? PluginError)?.code == .syntax)
    }

    @Test func takesTheFolder_whenItsInitIsGiven() async throws {
        let folder = TemporaryFolder()
        let path = folder.write("plugin_own/init.lua", "return { name = 'own', version = '1.0.0', plugin_type = 'processor', process = require('more').f }")
        folder.write("plugin_own/more.lua", "return { f = function() return 1 end }")
        let plugin = try await Host().manager.load(path)
        #expect(plugin.metadata.entryPoint == "plugin_own/init.lua")
    }

    @Test func callsAPluginByItsFolder_whenItsInitIsNotThere() async throws {
        let path = TemporaryFolder()("plugin_own/init.lua")
        #expect(try await failure { try await Host().manager.load(path) }.description == "plugin_own: no such file or folder: \(path): check the path")
    }

    @Test func refusesAPath_whenItIsEmpty() async throws {
        #expect(try await failure { try await Host().manager.load("") }.message == "an empty path names no plugin")
    }
}
