import Dispatch

/// Tells each time that something in one of several folders has changed, once it has settled. Ends when it is forgotten.
package final class FolderChanges: Sendable {
    package let stream: AsyncStream<Void>
    private let events: [FolderEvents]

    /// - Throws: ``PluginError`` when a folder cannot be watched.
    package init(of folders: [String]) throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.stream = stream
        let queue = DispatchQueue(label: "perilune.changes")
        let settled = SettledChanges(on: queue) { _ in continuation.yield() }
        events = try folders.map { folder in
            let root = Discovery.real(folder)
            // hidden ones are none of the author's
            return try FolderEvents(of: root, on: queue, isWanted: { !$0.dropFirst(root.count).contains("/.") }) { settled.note($0) }
        }
    }

    deinit { for event in events { event.cancel() } }
}
