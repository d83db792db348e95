import Foundation

/// What tells one content of a plugin's files from another, in this process: whether a save has changed anything.
struct Fingerprint: Equatable {
    private let hash: Int
    let isFolder: Bool
    /// Whether a script has no text at all, as in the middle of some editors' save.
    let isEmpty: Bool

    /// Of a script, or of all scripts in a folder and below it.
    init(of path: String) {
        var hasher = Hasher()
        var isEmpty = false
        var info = stat()
        isFolder = stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
        if isFolder {
            for file in Self.scripts(in: path).sorted() {
                hasher.combine(file)
                Self.combine(file, &hasher)
            }
            isEmpty = Self.combine(path + "/init.lua", &hasher) == 0
        } else {
            isEmpty = Self.combine(path, &hasher) == 0
        }
        hash = hasher.finalize()
        self.isEmpty = isEmpty
    }

    private static func scripts(in folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)
        return (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".lua") }.map { folder + "/" + $0 }
    }

    /// What is larger is no script.
    private static let mostBytes = 8 * 1024 * 1024

    /// - Returns: how many bytes the file has; `nil` for what is no file, or cannot be read.
    @discardableResult private static func combine(_ path: String, _ hasher: inout Hasher) -> Int? {
        var info = stat()
        // a pipe would be waited for
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= mostBytes, let bytes = FileManager.default.contents(atPath: path) else {
            hasher.combine(info.st_size)
            return nil
        }
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        return bytes.count
    }
}
