import Foundation
import Perilune
import Testing

@testable import PeriluneCLI

struct InspectionTests {
    private let folder = TemporaryFolder()

    private func paths(_ paths: String...) -> (found: [String], refused: [String: any Error]) {
        var inspection = Inspection(policy: PluginPolicy())
        let found = inspection.plugins(at: paths)
        return (found, inspection.refused)
    }

    @Test func takesAPathAsItIs_unlessItIsAFolderOfPlugins() {
        let own = folder.write("plugin_own/init.lua", "").dropLast("/init.lua".count)
        #expect(paths("x", "missing.lua", String(own)).found == ["x", "missing.lua", String(own)])
    }

    @Test func takesThePluginsOfAFolder_andNotTheirModules() {
        let (a, b) = (folder.plugin("a"), folder.plugin("b"))
        folder.plugin("c", in: "below")
        folder.write("util.lua", "")
        #expect(paths(folder.path).found == [a, b])
    }

    @Test func keepsAFolderWithoutPlugins_toBeRefused() async {
        folder.write("empty/read.me", "")
        let result = paths(folder("empty"))
        #expect(result.found == [folder("empty")])
        #expect((result.refused[folder("empty")] as? PluginError)?.code == .file)
    }

    @Test func isAnErrorOfLoading_whenAPathOfOneLetterIsNotThere() throws {
        // Foundation's deletingLastPathComponent traps on it
        let outcome = try Binary.run("check", "x", in: folder.path)
        #expect(outcome.out == "error   x (x): load: no such file or folder: x: check the path\n")
        #expect(outcome.status == 1)
    }

    @Test func findsDependencies_whenAFileOfOneLetterIsGivenByItsNameAlone() throws {
        folder.write("x", "return { name = 'x', version = '1.0.0', plugin_type = 'processor', dependencies = { 'b' }, process = function() end }")
        folder.plugin("b")
        #expect(try Binary.run("check", "x", in: folder.path).status == 0)
    }

    @Test func takesAPluginOnce_howeverOftenItIsNamed() throws {
        let (a, b) = (folder.plugin("a"), folder.plugin("b"))
        try FileManager.default.createSymbolicLink(atPath: folder("plugin_link.lua"), withDestinationPath: a)
        #expect(paths(b, folder.path, a, folder.path + "/./plugin_b.lua").found == [b, a])
    }

    @Test func takesTheFolder_whenItsInitIsGiven() {
        let path = folder.write("plugin_own/init.lua", "")
        #expect(paths(path, folder("plugin_own")).found == [folder("plugin_own")])
    }
}
