import Foundation
import Testing

@testable import PeriluneCLI

/// The page "Your first plugin in five minutes", step by step: each command is run, and prints what the page says.
@Suite(.timeLimit(.minutes(10))) struct FirstPluginTests {
    private let folder = TemporaryFolder()

    private enum Step {
        /// A command, and the lines that it is to print.
        case run([String], prints: [String])
        /// A file to write.
        case write(String, text: String)
        /// What a command that still runs is to print.
        case goesOn(prints: [String])
    }

    @Test func everyStepIsAsThePageSays() async throws {
        var dev: RunningCommand?
        var count = 0
        for step in try Self.steps() {
            count += 1
            switch step {
            case .write(let name, let text): folder.write(name, text)
            case .run(let words, let lines) where words.first == "dev":
                dev = try RunningCommand(words, in: folder.path)
                await dev?.shows(lines.joined(separator: "\n") + "\n")
            case .run(let words, let lines):
                let outcome = try Binary.run(words, in: folder.path)
                #expect(lines.isEmpty || outcome.outLines == lines, "\(words)")
                #expect(outcome.err == "")
                #expect((outcome.status == 0) == !outcome.out.contains("FAIL"))
            case .goesOn(let lines):
                let dev = try #require(dev)
                let text = try folder.read("plugins/plugin_shout.lua")
                // the mistake that the page names, and its correction
                folder.write("plugins/plugin_shout.lua", text.contains("retrun") ? text.replacing("retrun", with: "return") : text.replacing("then return nil", with: "then retrun nil"))
                await dev.shows(lines.joined(separator: "\n") + "\n")
            }
        }
        #expect(count == 9)
        #expect(dev?.end(by: SIGTERM) == 0)
    }

    /// The page's blocks in order.
    private static func steps() throws -> [Step] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("Sources/Perilune/Perilune.docc/FirstPlugin.md"), encoding: .utf8)
        return try page.matches(of: /(?s)```(sh|lua)\n(.*?)```/).flatMap { match -> [Step] in
            let lines = match.2.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
            if match.1 == "lua" {
                let name = try #require(lines[0].wholeMatch(of: /-- (.*)/)?.1)
                return [.write(String(name), text: String(match.2))]
            }
            guard lines[0].hasPrefix("$ ") else { return [.goesOn(prints: lines)] }
            var steps: [Step] = []
            for line in lines {
                if line.hasPrefix("$ perilune ") {
                    steps.append(.run(words(String(line.dropFirst("$ perilune ".count))), prints: []))
                } else if case .run(let words, let prints) = steps.removeLast() {
                    steps.append(.run(words, prints: prints + [line]))
                }
            }
            return steps
        }
    }

    /// As a shell takes a line apart.
    private static func words(_ line: String) -> [String] { line.matches(of: /'([^']*)'|([^ ]+)/).map { String($0.1 ?? $0.2!) } }
}
