import Foundation

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/perilune-core-" + UUID().uuidString
        try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A path in the folder.
    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes files, and the folders above them.
    func write(_ names: String..., text: String = "") {
        for name in names {
            let file = URL(fileURLWithPath: self(name))
            try! FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try! Data(text.utf8).write(to: file)
        }
    }

    func link(_ name: String, to target: String) {
        try! FileManager.default.createSymbolicLink(atPath: self(name), withDestinationPath: target)
    }
}
