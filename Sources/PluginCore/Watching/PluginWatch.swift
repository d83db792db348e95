import Dispatch
import Foundation
import Synchronization

/// A folder that is watched, made by ``PluginManager/watch(_:recursive:onChange:)``. Ends when it is cancelled or forgotten.
public final class PluginWatch: Sendable {
    /// What a change in the folder came to.
    public struct Change: Sendable, CustomStringConvertible {
        public enum Kind: String, Sendable {
            /// A plugin has come: it runs.
            case loaded
            /// A new version serves.
            case reloaded
            /// What is saved is what serves again, after something that could not.
            case recovered
            /// A plugin's script has gone, and so has the plugin, if there was one.
            case unloaded
            /// What was saved cannot serve. Told once for each save.
            case failed
        }

        public var kind: Kind
        /// The script, or the folder with `init.lua`.
        public var path: String
        /// The plugin's name, once that is known.
        public var plugin: String?
        /// The version that came, or went.
        public var version: SemanticVersion?
        public var error: PluginError?

        /// `reloaded words 1.2.0`
        public var description: String {
            if let error { return "\(kind.rawValue) \(path): \(error)" }
            return [kind.rawValue, plugin ?? path, version.map { "\($0)" }].compactMap { $0 }.joined(separator: " ")
        }
    }

    /// The folder, its links followed.
    public let folder: String
    private let synchronizer: FolderSynchronizer
    private let events: FolderEvents
    private let settled: SettledChanges
    private let changes: AsyncStream<SettledChanges.Changes>
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Begins to watch. What changes is gathered until ``begin()``.
    init(of folder: String, recursive: Bool, absence: DispatchTimeInterval, _ synchronizer: FolderSynchronizer) throws(PluginError) {
        self.folder = folder
        self.synchronizer = synchronizer
        let queue = DispatchQueue(label: "perilune.watch")
        let (stream, continuation) = AsyncStream.makeStream(of: SettledChanges.Changes.self)
        changes = stream
        let settled = SettledChanges(on: queue, absence: absence) { continuation.yield($0) }
        self.settled = settled
        events = try FolderEvents(of: folder, on: queue, isWanted: { Self.isWanted($0, below: folder, recursive) }) { settled.note($0) }
    }

    /// Sees to what is in the folder now, and from then on to what changes, one after another.
    func begin() async throws {
        for path in try await synchronizer.handle(SettledChanges.Changes(isAll: true)) { settled.noteLater(path) }
        // it knows of no change of the set of plugins that this is a part of, and holds nothing that has the watch
        let (changes, synchronizer, settled) = (changes, synchronizer, settled)
        let task = Task.detached {
            for await change in changes {
                for path in (try? await synchronizer.handle(change)) ?? [] { settled.noteLater(path) }
            }
        }
        self.task.withLock { $0 = task }
    }

    deinit { cancel() }

    /// Watches no longer. The plugins stay as they are; a change that is under way comes to its end, and is not told.
    public func cancel() {
        synchronizer.cancel()
        events.cancel()
        task.withLock { $0 }?.cancel()
    }

    /// Whether what is in a folder can be part of a plugin.
    private static func isWanted(_ path: String, below root: String, _ recursive: Bool) -> Bool {
        let parts = path.dropFirst(root.count + 1).split(separator: "/")
        guard !parts.contains(where: { $0.hasPrefix(".") }) else { return false }
        return recursive || parts.first?.hasPrefix("plugin_") == true
    }
}
