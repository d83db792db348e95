import Foundation
import Perilune
import Testing

/// A plugin of the corpus in Tests/Hostile, with what its header states:
///
///     -- outcome: timeout,memory      any of these is right
///     -- phase: process               where it ends, unless it is ok
///     -- attacks: the invariant       (about: in harmless ones)
///     -- says: part of the message
///     -- result: ["returned", "values"]
struct HostileScript: Sendable, CustomTestStringConvertible {
    /// `class/name`.
    let name: String
    /// A file, or a folder with `init.lua`.
    let path: String
    let outcomes: [String]
    let phase: String?
    let attacks: String
    let says: String?
    let result: DynamicValue?
    /// The operation to call it by.
    let operation: String

    var testDescription: String { name }
    var isHarmless: Bool { name.hasPrefix("harmless/") }
    /// Whether a limit on time is one of the right ends.
    var mayTimeOut: Bool { outcomes.contains("timeout") }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/Hostile"

    /// The whole corpus; with `HOSTILE=time/loop` in the environment, what begins with that.
    static let all: [HostileScript] = {
        let files = FileManager.default
        let wanted = ProcessInfo.processInfo.environment["HOSTILE"] ?? ""
        let folders = (try? files.contentsOfDirectory(atPath: folder)) ?? []
        return folders.sorted().flatMap { kind in
            ((try? files.contentsOfDirectory(atPath: "\(folder)/\(kind)")) ?? []).sorted().compactMap { file in
                HostileScript(kind: kind, file: file)
            }
        }.filter { $0.name.hasPrefix(wanted) }
    }()

    private init?(kind: String, file: String) {
        path = "\(Self.folder)/\(kind)/\(file)"
        var text = path
        if file.hasSuffix(".lua") {
            name = "\(kind)/\(file.dropLast(4))"
        } else {
            name = "\(kind)/\(file)"
            text += "/init.lua"
        }
        guard let bytes = FileManager.default.contents(atPath: text) else { return nil }
        let source = String(decoding: bytes, as: UTF8.self)
        operation = source.contains("plugin_type = \"provider\"") ? "provide" : "process"
        let lines = source.split(separator: "\n").drop { $0.hasPrefix("#!") || $0.hasPrefix("\u{FEFF}#!") }
        var fields: [Substring: String] = [:]
        for line in lines {
            guard let match = line.wholeMatch(of: /-- (\w+): (.*)/) else { break }
            fields[match.1] = String(match.2)
        }
        outcomes = (fields["outcome"] ?? "").split(separator: ",").map(String.init)
        phase = fields["phase"]
        attacks = fields["attacks"] ?? fields["about"] ?? ""
        says = fields["says"]
        result = fields["result"].flatMap { try? DynamicValue(json: $0) }
    }
}
