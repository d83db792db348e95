import Foundation

/// The project's texts, to be held against what the tests run.
enum Documentation {
    /// The project's folder.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The paths of files below a folder, seen from the project's.
    static func files(below folder: String, ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { $0.hasSuffix(ending) }.map { "\(folder)/\($0)" }.sorted()
    }

    /// The code blocks of a language, in Markdown or in documentation comments.
    static func blocks(_ language: String, in text: String) -> [String] {
        var blocks: [String] = []
        var block: [String]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let content = String(line.replacing(/^\s*\/\/\/ ?/, with: ""))
            if content.hasPrefix("```") {
                if let lines = block {
                    blocks.append(lines.joined(separator: "\n"))
                    block = nil
                } else if content == "```\(language)" {
                    block = []
                }
            } else {
                block?.append(content)
            }
        }
        return blocks
    }

    /// The lines of code, without indentation, blank lines and imports, and with the names of files as a reader sees them.
    static func lines(_ code: String) -> [String] {
        let lines = code.split(separator: "\n").map { line -> String in
            let text = line.trimmingCharacters(in: .whitespaces)
            return String(text.replacing(/at\(("[^"]*")\)/) { $0.1 })
        }
        return lines.filter { !$0.isEmpty && !$0.hasPrefix("import ") }
    }
}
