import Foundation
import Perilune

/// What came of tests, as text, as TAP, and as JUnit's XML.
struct TestReport {
    struct Result {
        /// The file of tests.
        var path: String
        var outcome: PluginTestFile.Outcome
        /// The plugin under test.
        var plugin: String

        /// What went wrong, a line each, with the line of the test or the plugin that it is about.
        var problem: [String] {
            guard let error = outcome.error else { return [] }
            let phase = error.operation.map { "in \($0): " } ?? ""
            var lines = (phase + error.message).split(separator: "\n", omittingEmptySubsequences: false).map { String($0).keepingBlanks }
            if let location = error.location { lines[0] += " (\(location))" }
            if let hint = error.hint { lines[lines.count - 1] += ": \(hint)" }
            let excerpt = SourceExcerpt(of: error, in: path) ?? SourceExcerpt(of: error, in: plugin)
            return lines + (excerpt?.lines ?? []) + TestReport.shown(outcome.output)
        }
    }

    /// The end of what was printed.
    fileprivate static func shown(_ output: [String]) -> [String] {
        let lines = output.suffix(mostOutput).map { "  " + $0.oneLine.shortened(toBytes: longestOutput) }
        return output.count > mostOutput ? ["  (\(output.count - mostOutput) lines before)"] + lines : lines
    }

    private static let mostOutput = 20
    private static let longestOutput = 400

    var results: [Result] = []

    var failed: Int { results.count { $0.outcome.error != nil } }

    var text: String {
        var lines: [String] = []
        var file = ""
        for result in results {
            if result.path != file { lines.append(result.path.oneLine) }
            file = result.path
            guard result.outcome.error != nil else {
                lines.append("  ok    \(result.outcome.name.oneLine)")
                continue
            }
            lines.append("  FAIL  \(result.outcome.name.oneLine)")
            lines += result.problem.map { "        " + $0 }
        }
        lines.append("\(results.count - failed) passed, \(failed) failed")
        return lines.joined(separator: "\n")
    }

    /// The Test Anything Protocol, version 13: https://testanything.org/tap-version-13-specification.html
    var tap: String {
        var lines = ["TAP version 13", "1..\(results.count)"]
        for (number, result) in results.enumerated() {
            // a '#' would begin a directive
            let name = "\(result.path): \(result.outcome.name)".oneLine.replacing("#", with: "\\#")
            lines.append("\(result.outcome.error == nil ? "ok" : "not ok") \(number + 1) - \(name)")
            guard result.outcome.error != nil else { continue }
            lines += ["  ---", "  message: |2-"] + result.problem.map { "    " + $0 } + ["  ..."]
        }
        return lines.joined(separator: "\n")
    }

    /// As Jenkins and others read it: https://github.com/windyroad/JUnit-Schema
    var junit: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"\(results.count)\" failures=\"\(failed)\">\n"
        for (path, group) in Dictionary(grouping: results, by: \.path).sorted(by: { $0.key < $1.key }) {
            let time = group.map(\.outcome.duration).reduce(.zero, +)
            let failures = group.count { $0.outcome.error != nil }
            text += "  <testsuite name=\"\(Self.escaped(path))\" tests=\"\(group.count)\" failures=\"\(failures)\" time=\"\(Self.seconds(time))\">\n"
            for result in group {
                let head = "    <testcase classname=\"\(Self.escaped(path))\" name=\"\(Self.escaped(result.outcome.name))\" time=\"\(Self.seconds(result.outcome.duration))\""
                guard let error = result.outcome.error else {
                    text += head + "/>\n"
                    continue
                }
                let message = error.message.split(separator: "\n").first.map(String.init) ?? ""
                text += head + ">\n      <failure message=\"\(Self.escaped(message))\">\(Self.escaped(result.problem.joined(separator: "\n")))</failure>\n    </testcase>\n"
            }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func seconds(_ duration: Duration) -> String { String(format: "%.6f", duration / .seconds(1)) }

    private static func escaped(_ text: String) -> String {
        // XML has no way to write most control characters
        let shown = String(String.UnicodeScalarView(text.unicodeScalars.filter { ($0.value >= 0x20 || $0 == "\n" || $0 == "\t") && $0.value & 0xFFFE != 0xFFFE }))
        return shown.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
