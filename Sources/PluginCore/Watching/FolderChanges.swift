import Dispatch
import Foundation

/// Tells each time that a script in one of several folders has changed, or a folder has come, once that has settled. Ends when it is
/// forgotten, or when the folders can no longer be watched.
package final class FolderChanges: Sendable {
    package let stream: AsyncStream<Void>
    private let events: [FolderEvents]

    /// - Throws: ``PluginError`` when a folder cannot be watched.
    package init(of folders: [String]) throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.stream = stream
        let queue = DispatchQueue(label: "perilune.changes")
        let settled = SettledChanges(on: queue) { changes in
            if changes.failures.isEmpty { continuation.yield() } else { continuation.finish() }
        }
        events = try folders.map { folder in
            let root = Discovery.real(folder)
            // hidden ones are none of the author's
            return try FolderEvents(of: root, on: queue, isWanted: { !$0.dropFirst(root.count).contains("/.") }) { event in
                if case .changed(let path) = event, !Self.isScriptOrFolder(path) { return }
                settled.note(event)
            }
        }
    }

    private static func isScriptOrFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        guard let name = path.split(separator: "/").last, !name.hasPrefix(".") else { return false }
        return name.hasSuffix(".lua") || (FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue)
    }

    deinit { for event in events { event.cancel() } }
}
