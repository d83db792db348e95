import Foundation
import Perilune
import Testing

@testable import PeriluneCLI

/// `perilune new` and `perilune stubs`.
@Suite(.timeLimit(.minutes(10))) struct NewCommandTests {
    private let folder = TemporaryFolder()

    @Test(arguments: ["provider", "processor", "storage", "monitor"])
    func writesAPlugin_thatPassesItsTestAtOnce(type: String) async throws {
        let terminal = try PseudoTerminal(["new", type, "mine", folder.path])
        #expect(await terminal.status() == 0)
        let test = try PseudoTerminal(["test", folder.path])
        #expect(await test.status() == 0)
        await test.shows(" passed, 0 failed")
        // and nothing to warn of
        let check = await perilune("check", "--json", "--grant", "store", folder.path)
        #expect(check.status == 0)
        #expect(try DynamicValue(json: check.outLines[0])["warnings"] == [])
        #expect(try DynamicValue(json: folder.read(".luarc.json"))["workspace.library"] == [".perilune"])
        #expect(try folder.read(".perilune/perilune.lua") == LuaStubs.text)
    }

    @Test func saysWhatItWrote_andWhatToDoNext() async {
        let outcome = await perilune("new", "processor", "mine", folder.path)
        #expect(
            outcome.outLines == [
                "wrote \(folder("plugin_mine.lua"))", "wrote \(folder("mine_test.lua"))", "wrote \(folder(".perilune/perilune.lua"))",
                "wrote \(folder(".luarc.json"))", "try it: perilune test \(folder.path); perilune dev \(folder.path)",
            ])
    }

    @Test func isToldFromATest_whateverItsName() async {
        _ = await perilune("new", "processor", "load_test", folder.path)
        #expect(await perilune("test", folder.path).outLines.last == "2 passed, 0 failed")
    }

    @Test func overwritesNothing() async {
        folder.write("plugin_mine.lua", "mine")
        let outcome = await perilune("new", "processor", "mine", folder.path)
        #expect(outcome.status == 1)
        #expect(outcome.err == "perilune: \(folder("plugin_mine.lua")) is there already: choose another name, or remove it\n")
        folder.write(".luarc.json", "{}")
        let other = await perilune("new", "processor", "other", folder.path)
        #expect(other.outLines.contains("left \(folder(".luarc.json")) as it is: its workspace.library should have \".perilune\""))
        #expect(try! folder.read(".luarc.json") == "{}")
    }

    @Test func refusesWhatIsNoTypeOrName() async {
        #expect(await perilune("new", "procesor", "mine").err == "perilune: a plugin is a provider, processor, storage or monitor, found 'procesor': did you mean 'processor'?\n")
        let outcome = await perilune("new", "processor", "Mine")
        #expect(outcome.status == 64)
        #expect(outcome.err.contains("found 'Mine'"))
        #expect(await perilune("new", "processor", "plugin_mine").err.contains("give the name without 'plugin_'"))
        #expect(await perilune("new", "processor", "mine", "").status == 64)
        folder.write("file", "")
        #expect(await perilune("new", "processor", "mine", folder("file")).err.hasPrefix("perilune: cannot write \(folder("file"))/plugin_mine.lua: "))
    }

    @Test func printsTheDefinitions() async {
        #expect(await perilune("stubs", "--print").out == LuaStubs.text)
        #expect(await perilune("stubs", folder.path).outLines.count == 2)
    }

    /// The file of the repository that editors of its own plugins use, and that users can copy.
    @Test func definitionsAreThoseOfTheRepository() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        #expect(try String(contentsOf: root.appendingPathComponent("bindings/lua/perilune.lua"), encoding: .utf8) == LuaStubs.text, "write it anew: perilune stubs --print > bindings/lua/perilune.lua")
    }

    /// Definitions are Lua themselves.
    @Test func definitionsCanBeRead() throws {
        let state = try LuaState()
        _ = try state.load(LuaStubs.text, chunk: "perilune.lua").call(dynamic: [])
    }
}
