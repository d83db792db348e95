import Foundation
import Logging
@testable import PluginCore
import Synchronization
import Testing

/// Plugins in Swift that a loader of the host makes, and that follow their files all the same.
@Suite(.timeLimit(.minutes(10))) struct NativeWatchingTests {
    private let journal = Journal()
    private let folder = TemporaryFolder()

    @discardableResult private func save(_ version: String) -> String {
        folder.write("plugin_a.lua", text: version)
        return folder.path + "/plugin_a.lua"
    }

    /// Makes a plugin whose version is what the file holds.
    private struct VersionLoader: PluginLoader {
        let journal: Journal

        func accepts(_ source: PluginSource) -> Bool { true }

        func load(_ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor) async throws -> any Plugin {
            guard case .path(let path) = source else { throw Oops() }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            guard let version = SemanticVersion(text) else { throw PluginError(.version(text), location: path) }
            let journal = journal
            return ScriptedPlugin(
                source.stem.replacing("plugin_", with: ""), version, initialize: { _ in journal.add("+\(text)") }, cleanup: { journal.add("-\(text)") }
            ) { _, _ in [.string(text)] }
        }
    }

    @Test func replacesThePlugin_whenItsFileChanges() async throws {
        let manager = PluginManager(loaders: [VersionLoader(journal: journal)])
        let path = save("1.0.0")
        let changes = Journal()
        let watch = try await manager.watch(folder.path, absence: .seconds(1)) { changes.add("\($0)") }
        #expect(try await manager.call("a", "run") == ["1.0.0"])
        save("2.0.0")
        await until { changes.lines.count == 2 }
        #expect(try await manager.call("a", "run") == ["2.0.0"])
        save("nonsense")
        await until { changes.lines.count == 3 }
        #expect(try await manager.call("a", "run") == ["2.0.0"])
        // saved by way of another name, which another plugin's coming shows to have been seen
        try FileManager.default.removeItem(atPath: path)
        folder.write("plugin_b.lua", text: "1.0.0")
        await until { changes.lines.count == 4 }
        save("2.5.0")
        await until { changes.lines.count == 5 }
        try FileManager.default.removeItem(atPath: path)
        await until { changes.lines.count == 6 }
        #expect(changes.lines.filter { !$0.hasPrefix("failed") } == ["loaded a 1.0.0", "reloaded a 2.0.0", "loaded b 1.0.0", "reloaded a 2.5.0", "unloaded a 2.5.0"])
        #expect(changes.lines[2].contains("'version' must be a semantic version such as 1.2.0, found 'nonsense'"))
        #expect(journal.lines == ["+1.0.0", "+2.0.0", "-1.0.0", "+1.0.0", "+2.5.0", "-2.0.0", "-2.5.0"])
        #expect(manager.monitor.snapshot().loaders.map { "\($0.loader) \($0.operation) \($0.successes) \($0.failures)" } == ["VersionLoader load 2 0", "VersionLoader reload 2 1", "VersionLoader unload 1 0"])
        watch.cancel()
    }

    @Test func reloadsByName_whenAsked() async throws {
        let manager = PluginManager(loaders: [VersionLoader(journal: journal)])
        try await manager.load(save("1.0.0"))
        save("1.5.0")
        // not initialized yet: neither is the new one
        #expect(try await manager.reload("a").version == "1.5.0")
        #expect(journal.lines == [])
        try await manager.initialize()
        save("2.0.0")
        try await manager.reload("a")
        #expect(journal.lines == ["+1.5.0", "+2.0.0", "-1.5.0"])
        let error = await #expect(throws: PluginError.self) { try await manager.rollback("a") }
        #expect(error?.message.contains("no earlier version") == true)
        try await manager.cleanup()
    }
}
