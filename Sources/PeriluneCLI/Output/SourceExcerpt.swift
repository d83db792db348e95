import Foundation
import Perilune

/// The lines of a script around an error, with a caret under what it is about:
///
///     13 |   local words = 0
///     14 |   return item.words.count
///        |          ^^^^^^^^^^
struct SourceExcerpt {
    let lines: [String]

    /// - Parameters:
    ///   - error: whose location is a line of the script, or of one of its modules.
    ///   - path: the script, or the plugin's folder.
    init?(of error: PluginError, in path: String) {
        // what is wrong with a module is told where it is required
        let place = error.message.prefixMatch(of: /([^:\n]+\.lua):([0-9]+):[ ]/).map { ($0.1, $0.2) } ?? error.location?.wholeMatch(of: /(.+):([0-9]+)/).map { ($0.1, $0.2) }
        guard let place, let number = Int(place.1), number > 0 else { return nil }
        guard let file = Self.file(String(place.0), in: path), let text = Self.text(of: file) else { return nil }
        let all = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map { String($0).replacing("\t", with: "  ").keepingBlanks }
        guard number <= all.count else { return nil }
        let width = String(number + 1).count
        func label(_ text: String) -> String { String(repeating: " ", count: width - text.count) + text + " | " }
        var lines: [String] = []
        for shown in max(1, number - 1)...min(all.count, number + 1) where shown <= number || !all[shown - 1].isEmpty {
            lines.append(label("\(shown)") + all[shown - 1])
            if shown == number { lines.append(label("") + Self.caret(under: all[shown - 1], error.message)) }
        }
        self.lines = lines
    }

    /// The file of a plugin that a chunk's name means. A script can call what it compiles as it likes, and must not choose what is shown.
    private static func file(_ chunk: String, in path: String) -> String? {
        guard let name = path.split(separator: "/").last else { return nil }
        if path.hasSuffix(".lua") { return name == chunk ? path : nil }
        // a folder's files are called by the folder's own name
        guard chunk.hasPrefix(name + "/"), !chunk.split(separator: "/").contains("..") else { return nil }
        let file = path + chunk.dropFirst(name.count)
        return Discovery.real(file).hasPrefix(Discovery.real(path) + "/") ? file : nil
    }

    private static func text(of file: String) -> String? {
        guard Script.isRegularFile(file), let data = FileManager.default.contents(atPath: file) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// Under the name or the token that the message quotes, else under the whole line.
    private static func caret(under line: String, _ message: String) -> String {
        let quoted = message.firstMatch(of: /(?:near|local|global|field|method|upvalue|constant|function) '([^']+)'/).map { String($0.1) }
        let trimmed = line.drop { $0 == " " }
        let found = quoted.map { words($0, in: line) } ?? []
        // what a syntax error is near to is the last that was read
        let range = (message.contains("near '") ? found.last : found.first) ?? (trimmed.startIndex..<line.endIndex)
        return String(repeating: " ", count: line.distance(from: line.startIndex, to: range.lowerBound))
            + String(repeating: "^", count: max(1, line.distance(from: range.lowerBound, to: range.upperBound)))
    }
}

extension SourceExcerpt {
    /// Where a text stands in a line, and not as a part of a longer name.
    private static func words(_ text: String, in line: String) -> [Range<String.Index>] {
        func isPart(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false }
        return line.ranges(of: text).filter { range in
            let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : nil
            let after = range.upperBound < line.endIndex ? line[range.upperBound] : nil
            return !(isPart(text.first) && isPart(before)) && !(isPart(text.last) && isPart(after))
        }
    }
}

extension String {
    /// As `oneLine`, with the blanks that a line begins and ends with.
    var keepingBlanks: String {
        let begin = prefix { $0 == " " }
        return begin + String(dropFirst(begin.count)).oneLine
    }
}
