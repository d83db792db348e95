import Foundation
import Testing

@testable import PluginCore

struct DiscoveryTests {
    private let folder = TemporaryFolder()

    private func paths(_ name: String = "", recursive: Bool = false) throws -> [String] {
        let path = name.isEmpty ? folder.path : folder(name)
        return try Discovery.paths(in: path, recursive: recursive).map { $0.replacing(folder.path + "/", with: "") }
    }

    @Test func findsScriptsAndFolders_inTheOrderOfTheirBytes() throws {
        folder.write("plugin_b.lua", "plugin_a.lua", "plugin_B.lua", "plugin_10.lua", "plugin_9.lua", "plugin_ä.lua", "plugin_c/init.lua")
        #expect(
            try paths() == ["plugin_10.lua", "plugin_9.lua", "plugin_B.lua", "plugin_a.lua", "plugin_b.lua", "plugin_c", "plugin_ä.lua"])
    }

    @Test func leavesOut_whatIsNoPlugin() throws {
        folder.write("plugin_a.txt", "words.lua", "init.lua", ".plugin_a.lua", "Plugin_a.lua", "plugin_x/main.lua", "other/init.lua", "plugin_")
        #expect(try paths() == [])
        #expect(try paths(recursive: true) == [])
    }

    @Test func looksIntoFoldersBelow_onlyWhenItIsTo() throws {
        folder.write("plugin_z.lua", "b/plugin_a.lua", "b/c/plugin_d/init.lua", "b/c/plugin_d/plugin_e.lua", "plugin_x/plugin_y.lua")
        #expect(try paths() == ["plugin_z.lua"])
        #expect(try paths(recursive: true) == ["b/c/plugin_d", "b/plugin_a.lua", "plugin_x/plugin_y.lua", "plugin_z.lua"])
    }

    @Test func keepsThePath_asTheFolderIsGiven() throws {
        folder.write("a/plugin_x.lua")
        #expect(try paths("a/") == ["a/plugin_x.lua"])
        folder.link("b", to: "a")
        #expect(try paths("b") == ["b/plugin_x.lua"])
    }

    // MARK: Links

    @Test func followsALink_thatStaysInTheFolder() throws {
        folder.write("root/real.lua", "root/real/init.lua")
        folder.link("root/plugin_a.lua", to: "real.lua")
        folder.link("root/plugin_b", to: folder("root/real"))
        #expect(try paths("root") == ["root/plugin_a.lua", "root/plugin_b"])
    }

    @Test func followsNoLink_thatLeadsOutOfTheFolder() throws {
        folder.write("outside/plugin_x.lua", "outside/init.lua", "root2/plugin_y.lua", "root/plugin_c/main.lua")
        folder.link("root/plugin_a.lua", to: "../outside/plugin_x.lua")
        folder.link("root/plugin_b", to: folder("outside"))
        folder.link("root/plugin_c/init.lua", to: "../../outside/init.lua")
        folder.link("root/plugin_d.lua", to: "../root2/plugin_y.lua")
        folder.link("root/below", to: "../outside")
        #expect(try paths("root") == [])
        #expect(try paths("root", recursive: true) == [])
    }

    @Test func leavesOutALink_thatLeadsNowhere() throws {
        folder.link("plugin_a.lua", to: "nothing.lua")
        folder.link("plugin_b.lua", to: "plugin_b.lua")
        #expect(try paths() == [])
    }

    @Test func looksIntoNoFolderTwice_whenLinksGoInCircles() throws {
        folder.write("a/plugin_x.lua")
        folder.link("a/again", to: "..")
        folder.link("b", to: "a")
        #expect(try paths(recursive: true) == ["a/plugin_x.lua"])
    }

    // MARK: Folders that cannot be read

    @Test func saysSo_whenThereIsNoSuchFolder() {
        let error = #expect(throws: PluginError.self) { try paths("none") }
        #expect(error?.description == "no such file or folder: \(folder("none")): check the path")
    }

    @Test func saysSo_whenItIsAFile() {
        folder.write("plugin_a.lua")
        let error = #expect(throws: PluginError.self) { try paths("plugin_a.lua") }
        #expect(error?.description == "\(folder("plugin_a.lua")) is a file, not a folder: give the folder that the plugins are in")
    }

    @Test func throws_whenTheFolderMayNotBeRead() async {
        folder.write("closed/plugin_a.lua")
        chmod(folder("closed"), 0)
        defer { chmod(folder("closed"), 0o700) }
        chmod(folder.path, 0o755)
        let task = Task(executorPreference: UnprivilegedExecutor()) { [folder] in
            try Discovery.paths(in: folder("closed"), recursive: false)
        }
        let error = await #expect(throws: PluginError.self) { try await task.value }
        #expect(error?.description == "cannot read \(folder("closed")): permission denied: check its permissions")
        #expect(error?.underlying != nil)
    }

    @Test func goesOn_whenAFolderBelowMayNotBeRead() async throws {
        folder.write("a/plugin_a.lua", "closed/plugin_b.lua", "d/plugin_d.lua")
        chmod(folder("closed"), 0)
        defer { chmod(folder("closed"), 0o700) }
        chmod(folder.path, 0o755)
        let log = Log()
        let manager = PluginManager(loaders: [TestLoader()], logger: log.logger)
        let discovery = try await Task(executorPreference: UnprivilegedExecutor()) { [folder] in
            try await manager.discover(in: folder.path, recursive: true)
        }.value
        let words = "cannot read \(folder("closed")): permission denied: check its permissions"
        #expect(discovery.loaded.map(\.name) == ["a", "d"])
        #expect(discovery.failures.map(\.description) == [words])
        #expect(log.lines == ["error: discovery failed (error=\(words), path=\(folder.path))"])
        #expect(manager.monitor.snapshot().discoveries == [.init(package: folder.path, successes: 0, failures: 1)])
    }

    @Test func leavesOutAFolderBelow_thatMayNotBeRead() async throws {
        folder.write("closed/plugin_b.lua", "d/plugin_d.lua")
        chmod(folder("closed"), 0)
        defer { chmod(folder("closed"), 0o700) }
        chmod(folder.path, 0o755)
        let task = Task(executorPreference: UnprivilegedExecutor()) { [folder] in
            try Discovery.paths(in: folder.path, recursive: true)
        }
        #expect(try await task.value == [folder("d/plugin_d.lua")])
    }

    // MARK: Paths and reasons

    @Test(arguments: [
        ("a/b.lua", "a"), ("/a/b/c", "/a/b"), ("a//b", "a"), ("a/b/", "a"), ("/a", "/"), ("//a", "/"), ("a", ""), ("a/", ""), ("/", ""), ("", ""), ("./a", "."),
    ])
    func tellsTheFolderOfAPath(path: String, expected: String) {
        #expect(Discovery.folder(of: path) == expected)
    }

    @Test(arguments: [
        (NSError(domain: NSPOSIXErrorDomain, code: Int(EACCES)), "permission denied"),
        (NSError(domain: NSPOSIXErrorDomain, code: Int(EISDIR)), "is a directory"),
        (
            NSError(
                domain: NSCocoaErrorDomain, code: CocoaError.Code.fileReadUnknown.rawValue,
                userInfo: [NSUnderlyingErrorKey: NSError(domain: NSPOSIXErrorDomain, code: Int(ENOSPC))]), "no space left on device"
        ),
        (NSError(domain: NSCocoaErrorDomain, code: CocoaError.Code.fileReadNoPermission.rawValue), "permission denied"),
        (NSError(domain: NSCocoaErrorDomain, code: CocoaError.Code.fileWriteNoPermission.rawValue), "permission denied"),
        (NSError(domain: NSCocoaErrorDomain, code: CocoaError.Code.fileNoSuchFile.rawValue), "no such file or folder"),
        (NSError(domain: NSCocoaErrorDomain, code: CocoaError.Code.fileReadNoSuchFile.rawValue), "no such file or folder"),
        (NSError(domain: "other", code: 1, userInfo: [NSLocalizedDescriptionKey: "the tape broke"]), "the tape broke"),
    ])
    func wordsAnError_asTheSystemDoes(error: NSError, reason: String) {
        #expect(Discovery.reason(error) == reason)
    }

    @Test(arguments: [
        ("a/init.lua", "a"), ("/init.lua", "/"), ("init.lua", "."), ("a//init.lua", "a"), ("a/init.lua/", "a/init.lua/"), ("a/plugin_b.lua", "a/plugin_b.lua"), ("", ""),
    ])
    func takesAFolder_whenItsInitIsGiven(path: String, plugin: String) {
        #expect(Discovery.plugin(at: path) == plugin)
    }
}
