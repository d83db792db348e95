import Foundation
import Perilune

/// What is written for authors.
enum AuthorFiles {
    static let definitions = ".perilune/perilune.lua"
    /// The language server's settings: https://luals.github.io/wiki/settings
    private static let settings = """
        {
          "runtime.version": "Lua 5.4",
          "workspace.library": [".perilune"],
          "workspace.checkThirdParty": false,
          "runtime.builtin": { "io": "disable", "package": "disable", "ffi": "disable" }
        }
        """

    /// A folder as it was given, without a slash at its end.
    static func folder(_ path: String) throws -> String {
        // a variable that is not set, most likely
        guard !path.isEmpty else { throw CommandFailure.usage("an empty path names no folder: give one, or nothing for this folder") }
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The definitions, and the settings that name them where there are none.
    static func writeEditorFiles(in folder: String) throws {
        try write(LuaStubs.text, to: "\(folder)/\(definitions)")
        let path = "\(folder)/.luarc.json"
        if FileManager.default.fileExists(atPath: path) {
            Console.current.print("left \(path) as it is: its workspace.library should have \".perilune\"".oneLine)
        } else {
            try write(settings + "\n", to: path)
        }
    }

    static func write(_ text: String, to path: String) throws {
        do {
            let folder = Discovery.folder(of: path)
            if !folder.isEmpty { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(message: "cannot write \(path): \(Discovery.reason(error)): choose another folder".oneLine)
        }
        Console.current.print("wrote \(path)".oneLine)
    }
}
