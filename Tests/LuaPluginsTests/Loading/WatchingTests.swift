import DynamicValues
import Foundation
import InMemoryLogging
@testable import LuaPlugins
@testable import PluginCore
import Synchronization
import Testing

/// A folder whose plugins follow its files.
@Suite(.timeLimit(.minutes(10))) struct WatchingTests {
    private let host = Host()
    private let folder = TemporaryFolder()
    private let changes = Changes()
    private let ends = Ends()

    /// How often a test has looked whether all has been seen to.
    private final class Ends: Sendable {
        let count = Atomic(0)
    }

    /// What a watch has told of.
    private final class Changes: Sendable {
        private let all = Mutex<[PluginWatch.Change]>([])
        private let signal = Signal()

        func add(_ change: PluginWatch.Change) {
            all.withLock { $0.append(change) }
            signal.notify()
        }

        /// All so far, as `reloaded test 2.0.0`, without what a test adds to see that nothing else comes.
        var lines: [String] { all.withLock { $0 }.filter { $0.plugin != "last" }.map { "\($0)" } }
        var errors: [PluginError] { all.withLock { $0.compactMap(\.error) } }

        func contain(_ line: String) async { await signal.wait { all.withLock { $0.contains { "\($0)" == line } } } }
        func haveCome(_ count: Int) async { await signal.wait { lines.count >= count } }
    }

    private func text(_ version: Int, name: String = "test", _ body: String = "", before: String = "") -> String {
        "\(before) return { name = '\(name)', version = '\(version).0.0', plugin_type = 'processor', run = function() return \(version) end, \(body) }\n"
    }

    private func watch(recursive: Bool = false) async throws -> PluginWatch {
        let changes = changes
        return try await host.manager.watch(folder.path, recursive: recursive, absence: .seconds(2)) { changes.add($0) }
    }

    /// Returns once everything that has happened in the folder so far has been seen to: a plugin's end is told later than all else.
    private func settle() async throws {
        let count = ends.count.add(1, ordering: .relaxed).newValue
        let path = folder.write("plugin_last.lua", text(count, name: "last"))
        await changes.contain("loaded last \(count).0.0")
        try FileManager.default.removeItem(atPath: path)
        await changes.contain("unloaded last \(count).0.0")
    }

    // MARK: How files are saved

    enum Save: String, CaseIterable, Sendable {
        case inPlace, truncatedFirst, inPieces, renamedOver, vim, deletedFirst, deletedAndLinked

        func save(_ text: String, to path: String) throws {
            let temporary = path + "~"
            switch self {
            case .inPlace: try Self.write(text, to: path, O_TRUNC)
            case .truncatedFirst:
                try Self.write("", to: path, O_TRUNC)
                try Self.write(text, to: path, 0)
            case .inPieces:
                let file = open(path, O_WRONLY | O_TRUNC)
                defer { close(file) }
                for byte in text.utf8 { withUnsafeBytes(of: byte) { _ = Foundation.write(file, $0.baseAddress, 1) } }
            case .renamedOver:
                try Self.write(text, to: temporary, O_CREAT)
                rename(temporary, path)
            case .vim:
                rename(path, temporary)
                try Self.write(text, to: path, O_CREAT)
                unlink(temporary)
            case .deletedFirst:
                unlink(path)
                try Self.write(text, to: path, O_CREAT)
            case .deletedAndLinked:
                unlink(path)
                try Self.write(text, to: temporary, O_CREAT)
                link(temporary, path)
                unlink(temporary)
            }
        }

        private static func write(_ text: String, to path: String, _ flags: Int32) throws {
            let file = open(path, O_WRONLY | flags, 0o644)
            guard file >= 0 else { throw POSIXError(.EIO) }
            defer { close(file) }
            #expect(Foundation.write(file, text, text.utf8.count) == text.utf8.count)
        }
    }

    @Test(arguments: Save.allCases) func reloadsOnce_howeverAFileIsSaved(save: Save) async throws {
        let path = folder.write("plugin_test.lua", text(1))
        let watch = try await watch()
        try save.save(text(2), to: path)
        await changes.contain("reloaded test 2.0.0")
        try await settle()
        #expect(changes.lines == ["loaded test 1.0.0", "reloaded test 2.0.0"])
        #expect(try await host.manager.call("test", "run") == [2])
        watch.cancel()
    }

    @Test func reloadsNothing_whenASaveChangesNothing() async throws {
        let path = folder.write("plugin_test.lua", text(1))
        let watch = try await watch()
        for save in Save.allCases { try save.save(text(1), to: path) }
        folder.write("other.lua", "")
        folder.write("plugin_test.txt", "")
        try await settle()
        #expect(changes.lines == ["loaded test 1.0.0"])
        watch.cancel()
    }

    @Test func servesTheLast_ofSavesThatFollowAtOnce() async throws {
        let path = folder.write("plugin_test.lua", text(1))
        let watch = try await watch()
        for version in 2...20 { try Save.inPlace.save(text(version), to: path) }
        await changes.contain("reloaded test 20.0.0")
        try await settle()
        #expect(try await host.manager.call("test", "run") == [20])
        #expect(changes.lines.last == "reloaded test 20.0.0")
        watch.cancel()
    }

    @Test func reloadsEachOnce_whenManyAreCheckedOut() async throws {
        func git(_ arguments: String...) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["git", "-C", folder.path, "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"] + arguments
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        try git("init", "-q", "-b", "one")
        for number in 1...20 { folder.write("plugin_p\(number).lua", text(1, name: "p\(number)")) }
        try git("add", ".")
        try git("commit", "-qm", "one")
        try git("checkout", "-qb", "two")
        for number in 1...20 { folder.write("plugin_p\(number).lua", text(2, name: "p\(number)")) }
        try git("commit", "-qam", "two")
        let watch = try await watch()
        await changes.haveCome(20)
        try git("checkout", "-q", "one")
        await changes.haveCome(40)
        try await settle()
        #expect(changes.lines.sorted() == ((1...20).map { "loaded p\($0) 2.0.0" } + (1...20).map { "reloaded p\($0) 1.0.0" }).sorted())
        watch.cancel()
    }

    // MARK: Folders and modules

    @Test func reloadsWhatRequiresAModule_andNothingElse() async throws {
        for name in ["a", "b"] {
            folder.write("plugin_\(name)/part/one.lua", "return 1")
            folder.write("plugin_\(name)/unused.lua", "return 1")
            folder.write("plugin_\(name)/init.lua", text(1, name: name, "part = function() return part end", before: "local part = require('part.one')"))
        }
        let watch = try await watch()
        folder.write("plugin_a/unused.lua", "return 2")
        folder.write("plugin_a/data.txt", "2")
        folder.write("plugin_a/part/one.lua", "return 2")
        await changes.haveCome(3)
        try await settle()
        #expect(changes.lines == ["loaded a 1.0.0", "loaded b 1.0.0", "reloaded a 1.0.0"])
        #expect(try await host.manager.call("a", "part") == [2])
        #expect(try await host.manager.call("b", "part") == [1])
        // a module that is required late is one of them too, and so is one that comes before another of its name
        folder.write("plugin_b/part/one/init.lua", "return 5")
        try await settle()
        #expect(changes.lines.count == 3)
        watch.cancel()
    }

    @Test func triesAgain_whenAModuleComesThatWasMissing() async throws {
        folder.write("plugin_test/init.lua", text(1))
        let watch = try await watch()
        folder.write("plugin_test/init.lua", text(2, before: "require('late')"))
        await changes.haveCome(2)
        #expect(changes.errors.first?.message.contains("module 'late' not found") == true)
        folder.write("plugin_test/late.lua", "return 1")
        await changes.contain("reloaded test 2.0.0")
        try await settle()
        #expect(changes.lines.count == 3)
        watch.cancel()
    }

    @Test func keepsThePlugin_whenAModuleGoesAndComes() async throws {
        folder.write("plugin_test/init.lua", text(1, before: "require('part')"))
        let part = folder.write("plugin_test/part.lua", "return 1")
        let watch = try await watch()
        try Save.deletedFirst.save("return 2", to: part)
        await changes.contain("reloaded test 1.0.0")
        try await settle()
        #expect(changes.lines == ["loaded test 1.0.0", "reloaded test 1.0.0"])
        // for good
        try FileManager.default.removeItem(atPath: part)
        await changes.haveCome(3)
        #expect(changes.errors.first?.message.contains("module 'part' not found") == true)
        #expect(try await host.manager.call("test", "run") == [1])
        watch.cancel()
    }

    @Test func loadsAndCleansUpAFolder_thatComesAndGoes() async throws {
        let watch = try await watch()
        let other = TemporaryFolder()
        other.write("plugin_test/init.lua", text(1, "cleanup = function() print('-1') end", before: "require('part')"))
        other.write("plugin_test/part.lua", "return 1")
        try FileManager.default.moveItem(atPath: other("plugin_test"), toPath: folder("plugin_test"))
        await changes.contain("loaded test 1.0.0")
        folder.write("plugin_test/part.lua", "return 2")
        await changes.contain("reloaded test 1.0.0")
        try FileManager.default.removeItem(atPath: folder("plugin_test"))
        await changes.contain("unloaded test 1.0.0")
        // made step by step
        folder.write("plugin_new/part.lua", "return 1")
        folder.write("plugin_new/init.lua", text(1, name: "new", before: "require('part')"))
        await changes.contain("loaded new 1.0.0")
        try FileManager.default.moveItem(atPath: folder("plugin_new"), toPath: other("plugin_new"))
        await changes.contain("unloaded new 1.0.0")
        try await settle()
        #expect(changes.lines == ["loaded test 1.0.0", "reloaded test 1.0.0", "unloaded test 1.0.0", "loaded new 1.0.0", "unloaded new 1.0.0"])
        #expect(host.manager.plugins.isEmpty)
        watch.cancel()
    }

    @Test func keepsTheState_whenTheFileIsRenamed() async throws {
        let path = folder.write("plugin_test.lua", text(1, "save = function() return 7 end, restore = function(_, data) n = data end, see = function() return n end"))
        let watch = try await watch()
        rename(path, folder("plugin_better.lua"))
        await changes.contain("reloaded test 1.0.0")
        try await settle()
        #expect(changes.lines == ["loaded test 1.0.0", "reloaded test 1.0.0"])
        #expect(try await host.manager.call("test", "see") == [7])
        watch.cancel()
    }

    @Test func unloadsAll_whenTheFolderItselfGoes() async throws {
        folder.write("plugin_a.lua", text(1, name: "a"))
        folder.write("plugin_b/init.lua", text(1, name: "b"))
        let watch = try await watch()
        try FileManager.default.removeItem(atPath: folder.path)
        await until { host.manager.plugins.isEmpty }
        watch.cancel()
    }

    @Test func takesALinkUp_thatIsPointedElsewhere() async throws {
        for version in [1, 2] {
            folder.write("v/\(version).lua", text(version))
            folder.write("releases/\(version)/init.lua", text(version, name: "tree", "part = function() return part end", before: "local part = require('part')"))
            folder.write("releases/\(version)/part.lua", "return \(version)")
        }
        func point(_ version: Int) {
            for (name, target) in [("plugin_test.lua", "v/\(version).lua"), ("plugin_tree", "releases/\(version)")] {
                folder.link(name + ".new", to: target)
                rename(folder(name + ".new"), folder(name))
            }
        }
        point(1)
        let watch = try await watch()
        point(2)
        await changes.contain("reloaded test 2.0.0")
        await changes.contain("reloaded tree 2.0.0")
        #expect(try await host.manager.call("test", "run") == [2])
        #expect(try await host.manager.call("tree", "part") == [2])
        watch.cancel()
    }

    @Test func looksBelow_whenItIsToldTo() async throws {
        folder.write("deep/er/plugin_a.lua", text(1, name: "a"))
        folder.write(".git/plugin_b.lua", text(1, name: "b"))
        let watch = try await watch(recursive: true)
        folder.write("deep/er/plugin_a.lua", text(2, name: "a"))
        await changes.contain("reloaded a 2.0.0")
        folder.write("new/plugin_c.lua", text(1, name: "c"))
        await changes.contain("loaded c 1.0.0")
        watch.cancel()
        let flat = try await self.watch()
        folder.write("deep/er/plugin_a.lua", text(3, name: "a"))
        try await settle()
        #expect(try await host.manager.call("a", "run") == [2])
        flat.cancel()
    }

    // MARK: What cannot serve

    @Test func tellsOnceForEachSave_whatCannotServe() async throws {
        let path = folder.write("plugin_test.lua", "return {")
        let watch = try await watch()
        #expect(changes.lines.count == 1)
        #expect("\(changes.errors[0])".contains("plugin_test.lua:1"))
        try Save.renamedOver.save("return {", to: path)
        try Save.inPlace.save("return {{", to: path)
        await changes.haveCome(2)
        try Save.inPlace.save(text(1, "initialize = function() error('no start') end"), to: path)
        await changes.haveCome(3)
        #expect(changes.errors[2].message == "no start")
        #expect(changes.errors[2].location == "plugin_test.lua:1")
        try Save.inPlace.save(text(1), to: path)
        await changes.contain("reloaded test 1.0.0")
        try Save.inPlace.save("error('early')", to: path)
        await changes.haveCome(5)
        #expect(try await host.manager.call("test", "run") == [1])
        // back to what serves
        try Save.inPlace.save(text(1), to: path)
        try await settle()
        #expect(changes.lines.count == 6)
        #expect(changes.lines.last == "recovered test 1.0.0")
        #expect(host.logs.entries.filter { $0.level == .error }.count == 4)
        watch.cancel()
    }

    @Test func keepsAPlugin_thatOthersNeed_whenItsScriptGoes() async throws {
        let path = folder.write("plugin_base.lua", text(1, name: "base"))
        folder.write("plugin_user.lua", text(1, name: "user", "dependencies = { 'base' }"))
        let watch = try await watch()
        try FileManager.default.removeItem(atPath: path)
        await changes.haveCome(3)
        #expect(changes.errors.first?.code == .dependency)
        #expect(try await host.manager.call("base", "run") == [1])
        folder.write("plugin_other.lua", text(1, name: "other"))
        await changes.contain("loaded other 1.0.0")
        // once nobody needs it any longer
        try FileManager.default.removeItem(atPath: folder("plugin_user.lua"))
        await changes.contain("unloaded base 1.0.0")
        #expect(changes.lines.suffix(2) == ["unloaded user 1.0.0", "unloaded base 1.0.0"])
        #expect(changes.lines.count == 6)
        watch.cancel()
    }

    @Test func unloadsPluginsTogether_inTheRightOrder() async throws {
        folder.write("plugin_base.lua", text(1, name: "base"))
        folder.write("plugin_user.lua", text(1, name: "user", "dependencies = { 'base' }"))
        let watch = try await watch()
        for name in ["base", "user"] { try FileManager.default.removeItem(atPath: folder("plugin_\(name).lua")) }
        await changes.haveCome(4)
        #expect(changes.lines.suffix(2) == ["unloaded user 1.0.0", "unloaded base 1.0.0"])
        watch.cancel()
    }

    @Test func bringsBothUpToDate_whenOneNeedsTheOthersNextVersion() async throws {
        folder.write("plugin_base.lua", text(1, name: "base"))
        let watch = try await watch()
        // the one that needs it comes first, by its name as well
        folder.write("plugin_a.lua", text(1, name: "a", "dependencies = { 'base >=2.0.0' }"))
        folder.write("plugin_base.lua", text(2, name: "base"))
        await until { (try? host.manager.status(of: "a").state) == .running }
        #expect(try host.manager.plugin(named: "base").metadata.version == "2.0.0")
        watch.cancel()
    }

    @Test func takesOneOfTwoFiles_thatHaveTheNameOfAPluginWhoseFileIsGone() async throws {
        let path = folder.write("plugin_a.lua", text(1))
        try await host.manager.load(path)
        try await host.manager.initialize()
        rename(path, folder("plugin_b.lua"))
        try FileManager.default.copyItem(atPath: folder("plugin_b.lua"), toPath: folder("plugin_c.lua"))
        let watch = try await watch()
        #expect(changes.lines.count == 2)
        #expect(changes.lines.contains("reloaded test 1.0.0"))
        #expect(changes.errors.count == 1)
        // the other one serves when the first goes
        try FileManager.default.removeItem(atPath: folder("plugin_b.lua"))
        await changes.contain("loaded test 1.0.0")
        #expect(try await host.manager.call("test", "run") == [1])
        watch.cancel()
    }

    @Test func leavesAlone_whatItWouldNotFindItself() async throws {
        let path = folder.write("words.lua", text(1))
        folder.write("deep/plugin_deep.lua", text(1, name: "deep"))
        try await host.manager.load(path)
        try await host.manager.load(folder("deep/plugin_deep.lua"))
        try await host.manager.initialize()
        let watch = try await watch()
        folder.write("words.lua", text(2))
        try await settle()
        #expect(changes.lines == [])
        #expect(try await host.manager.call("test", "run") == [1])
        #expect(host.manager.plugins.count == 2)
        watch.cancel()
    }

    @Test func doesNothingMore_onceCancelled() async throws {
        let path = folder.write("plugin_test.lua", text(1))
        let synchronizer = FolderSynchronizer(host.manager, root: folder.path, recursive: false) { [changes] in changes.add($0) }
        try await synchronizer.handle(.init(isAll: true))
        synchronizer.cancel()
        folder.write("plugin_test.lua", text(2))
        #expect(try await synchronizer.handle(.init(paths: [path])) == [])
        #expect(changes.lines == ["loaded test 1.0.0"])
        #expect(try await host.manager.call("test", "run") == [1])
    }

    @Test func tellsWhatItCanNoLongerWatch() async throws {
        let synchronizer = FolderSynchronizer(host.manager, root: folder.path, recursive: false) { [changes] in changes.add($0) }
        try await synchronizer.handle(.init(isAll: true, failures: [PluginError(.watchEnded(folder.path))]))
        #expect(changes.errors.map(\.message) == ["\(folder.path) has gone or was renamed, and is not watched any more"])
    }

    @Test func isRefused_fromInsideOfAPluginsInitialize() async throws {
        folder.write("plugin_test.lua", text(1))
        let (path, manager) = (folder.path, host.manager)
        try manager.register(WatchingPlugin { _ = try await manager.watch(path) })
        let error = try await onlyFailure { try await manager.initialize() }
        #expect(error.message.contains("was called from inside a plugin's initialize"))
    }

    private struct WatchingPlugin: Plugin {
        let metadata = PluginMetadata(name: "watcher", version: "1.0.0", pluginType: .monitor)
        let body: @Sendable () async throws -> Void
        init(_ body: @escaping @Sendable () async throws -> Void) { self.body = body }
        func initialize(_ context: PluginContext) async throws { try await body() }
    }

    @Test func tellsAgain_whenAPluginThatIsNeededComesAndGoes() async throws {
        let path = folder.write("plugin_base.lua", text(1, name: "base"))
        folder.write("plugin_user.lua", text(1, name: "user", "dependencies = { 'base' }"))
        let watch = try await watch()
        for count in [4, 6] {
            try FileManager.default.removeItem(atPath: path)
            await changes.haveCome(count - 1)
            folder.write("plugin_base.lua", text(1, name: "base"))
            await changes.haveCome(count)
        }
        #expect(changes.lines.filter { $0 == "recovered base 1.0.0" }.count == 2)
        #expect(changes.errors.map(\.code) == [.dependency, .dependency])
        watch.cancel()
    }

    @Test func tellsThatItIsGone_whenWhatNeverServedIsDeleted() async throws {
        let path = folder.write("plugin_test.lua", "return {")
        let watch = try await watch()
        #expect(changes.errors.first?.plugin == "plugin_test")
        try FileManager.default.removeItem(atPath: path)
        await changes.contain("unloaded \(path)")
        #expect(changes.lines.count == 2)
        watch.cancel()
    }

    @Test func takesTheSave_thatComesWhileTheVersionBeforeIsRolledBack() async throws {
        let path = folder.write("plugin_test.lua", text(1))
        let synchronizer = FolderSynchronizer(host.manager, root: folder.path, recursive: false) { [changes] in changes.add($0) }
        try await synchronizer.handle(.init(isAll: true))
        folder.write("plugin_test.lua", text(2))
        try await synchronizer.handle(.init(paths: [path]))
        folder.write("plugin_test.lua", text(3))
        var work = FolderWork()
        work.reloads = [(path, try #require(host.manager.entries(below: folder.path, recursive: false)[path]))]
        // what was decided for one version holds for the one that serves by then
        try await host.manager.rollback("test")
        let told = try await host.manager.apply(work) { false }
        #expect(told.map { "\($0)" } == ["reloaded test 3.0.0"])
    }

    @Test func startsWhatFailedForLackOfAnother_onceThatComes() async throws {
        folder.write("plugin_user.lua", text(1, name: "user", "dependencies = { 'base' }"))
        let watch = try await watch()
        #expect(changes.errors.first?.code == .dependency)
        folder.write("plugin_base.lua", text(1, name: "base"))
        await changes.contain("loaded user 1.0.0")
        #expect(changes.lines.contains("loaded base 1.0.0"))
        #expect(try await host.manager.call("user", "run") == [1])
        watch.cancel()
    }

    @Test func refusesWhatIsNoFolder() async throws {
        #expect("\(try await failure { try await host.manager.watch(folder("gone")) })".contains("no such file or folder"))
        let file = folder.write("plugin_test.lua", text(1))
        #expect("\(try await failure { try await host.manager.watch(file) })".contains("is a file, not a folder"))
    }

    // MARK: Begin and end

    @Test func bringsTheManagerInLine_whenItBegins() async throws {
        try await host.manager.load(folder.write("plugin_a.lua", text(1, name: "a")))
        try await host.manager.load(folder.write("plugin_b.lua", text(1, name: "b")))
        let gone = folder.write("plugin_c.lua", text(1, name: "c"))
        try await host.manager.load(gone)
        try await host.manager.initialize()
        folder.write("plugin_b.lua", text(2, name: "b"))
        try FileManager.default.removeItem(atPath: gone)
        folder.write("plugin_d.lua", text(1, name: "d"))
        let watch = try await watch()
        #expect(changes.lines == ["reloaded b 2.0.0", "loaded d 1.0.0"])
        await changes.contain("unloaded c 1.0.0")
        watch.cancel()
    }

    @Test func leavesARollbackAlone_untilTheNextSave() async throws {
        let path = folder.write("plugin_test.lua", text(1))
        let watch = try await watch()
        try Save.inPlace.save(text(2), to: path)
        await changes.contain("reloaded test 2.0.0")
        try await host.manager.rollback("test")
        try Save.inPlace.save(text(2), to: path)  // the same again
        try await settle()
        #expect(try await host.manager.call("test", "run") == [1])
        try Save.inPlace.save(text(3), to: path)
        await changes.contain("reloaded test 3.0.0")
        watch.cancel()
    }

    @Test func seesToEverything_whenEventsWereMissed() async throws {
        folder.write("plugin_a.lua", text(1, name: "a"))
        let changes = changes
        let synchronizer = FolderSynchronizer(host.manager, root: folder.path, recursive: false) { changes.add($0) }
        #expect(try await synchronizer.handle(.init(isAll: true)) == [])
        folder.write("plugin_a.lua", text(2, name: "a"))
        folder.write("plugin_b.lua", text(1, name: "b"))
        #expect(try await synchronizer.handle(.init(isAll: true)) == [])
        #expect(changes.lines == ["loaded a 1.0.0", "reloaded a 2.0.0", "loaded b 1.0.0"])
        folder.write("plugin_a.lua", "")
        #expect(try await synchronizer.handle(.init(isAll: true)) == [folder("plugin_a.lua")])
        #expect(try await synchronizer.handle(.init(paths: [folder("plugin_a.lua")], isLast: [folder("plugin_a.lua")])) == [])
        #expect(changes.lines.count == 4)
    }

    @Test func endsWithItsHandle() async throws {
        let path = folder.write("plugin_test.lua", text(1))
        weak var gone: PluginWatch?
        do {
            let watch = try await watch()
            gone = watch
            withExtendedLifetime(watch) {}
        }
        #expect(gone == nil)
        try Save.inPlace.save(text(2), to: path)
        let other = try await watch()
        await changes.contain("reloaded test 2.0.0")
        try await settle()
        #expect(changes.lines == ["loaded test 1.0.0", "reloaded test 2.0.0"])
        other.cancel()
    }
}
