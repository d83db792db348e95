import Foundation

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/perilune-cli-" + UUID().uuidString
        try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A path in the folder.
    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes a file, and the folders above it; gives its path.
    @discardableResult
    func write(_ name: String, _ text: String) -> String {
        let file = path + "/" + name
        try! FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: file).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try! Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    /// Writes `plugin_NAME.lua` with a body beside name, version and type; gives its path.
    @discardableResult
    func plugin(_ name: String, type: String = "processor", version: String = "1.0.0", in folder: String = "", _ body: String = "") -> String {
        write(
            (folder.isEmpty ? "" : folder + "/") + "plugin_\(name).lua",
            "return { name = '\(name)', version = '\(version)', plugin_type = '\(type)', \(Self.operations(type, body)) \(body) }")
    }

    /// The operations of the type that the body does not have.
    private static func operations(_ type: String, _ body: String) -> String {
        let all =
            switch type {
            case "provider": ["provide = function() end"]
            case "processor": ["process = function(_, item) return item end"]
            case "storage": ["put = function() end", "get = function() end", "delete = function() end", "list = function() end"]
            default: ["observe = function() end"]
            }
        return all.filter { !body.contains($0.prefix { $0 != "(" }) }.map { $0 + "," }.joined(separator: " ")
    }

    func link(_ name: String, to target: String) { try! FileManager.default.createSymbolicLink(atPath: self(name), withDestinationPath: target) }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
}
