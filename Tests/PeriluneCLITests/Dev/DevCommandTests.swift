import Foundation
import Perilune
import Testing

@testable import PeriluneCLI

/// `perilune dev`, on a terminal and elsewhere.
@Suite(.timeLimit(.minutes(10))) struct DevCommandTests {
    private let folder = TemporaryFolder()

    private func save(_ version: Int, _ body: String = "return { n = item }", more: String = "") {
        folder.write(
            "plugin_words.lua",
            """
            return {
              name = "words", version = "\(version).0.0", plugin_type = "processor",
              process = function(ctx, item)
                \(body)
              end,\(more)
            }
            """)
    }

    @Test func showsAScreen_thatFollowsWhatIsSaved() async throws {
        save(1, "print('hello') return { n = item }")
        let terminal = try PseudoTerminal(["dev", folder.path, "--call", "process", "--argument", "5"])
        await terminal.shows(#"words.process: [{"n":5}]"#)
        await terminal.shows("PLUGIN  VERSION  STATE    CALLS  ERRORS")
        await terminal.shows("words: hello")
        // a broken save, with the line and a caret
        save(2, "return item.a.b")
        await terminal.shows("attempt to index a")
        await terminal.shows("4 |     return item.a.b")
        await terminal.shows("^^^^")
        #expect(!terminal.text.contains("stack traceback"))
        terminal.type("t")
        await terminal.shows("stack traceback")
        // back to the version before, and its call again
        terminal.type("b")
        await terminal.shows("rolled back words 2.0.0 -> 1.0.0, until its text changes")
        let length = terminal.text.count
        terminal.type("r")
        await terminal.shows(#"words.process: [{"n":5}]"#, after: length)
        save(3, more: "\n  count = function() end,")
        await terminal.shows("reloaded words 1.0.0 -> 3.0.0 (+3 -2 lines, +operation count)")
        terminal.type("q")
        #expect(await terminal.status() == 0)
        // the screen that was there before is back
        await terminal.shows("\u{1B}[?25h\u{1B}[?1049l")
    }

    @Test func endsInOrder_whenInterruptedAtTheTerminal() async throws {
        save(1, more: "\n  cleanup = function() print('cleaned up') end,")
        let terminal = try PseudoTerminal(["dev", folder.path])
        await terminal.shows("words")
        await terminal.shows("running")
        terminal.type("\u{4}")
        #expect(await terminal.status() == 0)
    }

    @Test func printsALineForEachChange_whereThereIsNoTerminal() async throws {
        save(1)
        let dev = try RunningCommand(["dev", folder.path, "--call", "process", "--argument", #""x""#])
        await dev.shows(#"words.process: [{"n":"x"}]"#)
        save(1, "retrun item")
        await dev.shows("failed plugin_words.lua: words: syntax error near 'item' (plugin_words.lua:4)")
        await dev.shows("    4 |     retrun item\n      |            ^^^^\n")
        save(1)
        await dev.shows("recovered words 1.0.0\nwords.process: [{\"n\":\"x\"}]")
        save(1, "return item")
        await dev.shows("reloaded words 1.0.0 (+1 -1 lines)\nwords.process: [\"x\"]")
        try FileManager.default.removeItem(atPath: folder("plugin_words.lua"))
        await dev.shows("unloaded words 1.0.0")
        #expect(dev.end(by: SIGINT) == 0)
        #expect(dev.text.hasPrefix("watching; end with Ctrl-C\nloaded words 1.0.0\n"))
    }

    @Test func goesOnWithoutItsState_whenItCannotBeSaved() async throws {
        save(1, more: "\n  save = function() error('never') end, restore = function() end,")
        let terminal = try PseudoTerminal(["dev", folder.path])
        await terminal.shows("running")
        save(2, more: "\n  save = function() return 1 end, restore = function() end,")
        await terminal.shows("words 1.0.0, save: never")
        await terminal.shows("(f takes what is saved without the state of the version that serves)")
        terminal.type("f")
        await terminal.shows("reloaded words 2.0.0 without its state")
        terminal.type("q")
        #expect(await terminal.status() == 0)
    }

    @Test func reloadsAndEnds_whileACallIsUnderWay() async throws {
        save(1, "ctx.sleep(600) return item")
        let terminal = try PseudoTerminal(["dev", folder.path, "--call", "process", "--wall-ms", "900000", "--argument", "5"])
        await terminal.shows("loaded words 1.0.0")
        save(2, "return item")
        await terminal.shows("words.process: [5]")
        save(3, "while true do end")
        await terminal.shows("reloaded words 2.0.0 -> 3.0.0")
        terminal.type("q")
        #expect(await terminal.status() == 0)
    }

    @Test func endsWithAnError_whenTheFolderGoes() async throws {
        save(1)
        let terminal = try PseudoTerminal(["dev", folder.path])
        await terminal.shows("running")
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(await terminal.status() == 1)
        await terminal.shows("has gone or was renamed, and is not watched any more")
    }

    @Test func forgetsAProblem_onceItIsSolved() async throws {
        folder.write("plugin_words.lua", "return {")
        let terminal = try PseudoTerminal(["dev", folder.path])
        await terminal.shows("plugin_words.lua: plugin_words: unexpected symbol near <eof>")
        save(1)
        await terminal.shows("loaded words 1.0.0")
        let length = terminal.text.count
        terminal.type("t")
        await terminal.shows("loaded words 1.0.0", after: length)
        #expect(!terminal.text.dropFirst(length).contains("unexpected symbol"))
        terminal.type("q")
        #expect(await terminal.status() == 0)
    }

    @Test func cleansUp_whenItIsInterruptedInTheMiddleOfAReload() async throws {
        save(1, more: "\n  cleanup = function() print('cleaned up') end,")
        let terminal = try PseudoTerminal(["dev", folder.path])
        await terminal.shows("running")
        save(2, more: "\n  initialize = function(ctx) print('waits') ctx.sleep(2) end,")
        await terminal.shows("words: waits")
        terminal.interrupt()
        #expect(await terminal.status() == 0)
    }

    @Test func saysWhatIsWrong_beforeItWatches() async {
        #expect(await perilune("dev", folder("gone")).err == "perilune: no such file or folder: \(folder("gone")): check the path\n")
        #expect(await perilune("dev", folder.path, "--argument", "5").err == "perilune: --argument needs a --call: see 'perilune help'\n")
    }
}

struct DevScreenTests {
    private typealias Row = DevSession.Row

    private func lines(_ report: DevSession.Report, width: Int = 60, height: Int = 12) -> [String] {
        DevScreen.lines(report, folder: "plugins", headline: "loaded a", width: width, height: height).map { $0.replacing(/\u{1B}\[[0-9]*m/, with: "") }
    }

    @Test func showsRows_thenTheProblem_thenTheOutput() {
        var report = DevSession.Report(cause: .begun)
        report.rows = [
            Row(name: "a", version: "1.0.0", state: "running", calls: 1200, errors: 3, p50: 1e-5, p99: 0.002, reloaded: 2.7),
            Row(name: "b", version: "0.1.0", state: "failed"),
        ]
        report.selected = 1
        report.problem = ["plugin_b.lua: no", "    3 | error('no')"]
        report.output = ["one", "two"]
        #expect(
            lines(report, width: 80) == [
                "perilune dev plugins   q quit  r rerun  b roll back  f fresh  t traceback  arrows choos", "loaded a", "",
                "PLUGIN  VERSION  STATE    CALLS  ERRORS    P50     P99  RELOADED", "a       1.0.0    running  1,200       3  10 us  2.0 ms  2 s ago",
                "b       0.1.0    failed       0       0      -       -  -", "", "plugin_b.lua: no", "    3 | error('no')", "", "two",
            ] || lines(report, width: 80).suffix(1) == ["two"])
        #expect(lines(report, width: 20).allSatisfy { $0.count <= 20 })
        #expect(lines(report, height: 5).count == 5)
    }

    @Test func keepsTheChosenRowInSight_whenThereAreMany() {
        var report = DevSession.Report(cause: .begun)
        report.rows = (0..<50).map { Row(name: "p\($0)", version: "1.0.0", state: "running") }
        for selected in [0, 20, 49] {
            report.selected = selected
            #expect(lines(report).contains { $0.hasPrefix("p\(selected) ") })
            #expect(lines(report).count <= 12)
        }
    }

    @Test func wrapsWhatIsWrong_andCountsColumns() {
        var report = DevSession.Report(cause: .begun)
        report.problem = ["0123456789abc", "0123456789abc"]
        report.output = ["\u{6F22}\u{6F22}\u{6F22}\u{6F22}\u{6F22}\u{6F22}"]
        let shown = lines(report, width: 10, height: 20)
        #expect(shown.suffix(5) == ["0123456789", "abc", "0123456789", "", "\u{6F22}\u{6F22}\u{6F22}\u{6F22}\u{6F22}"])
    }

    @Test func saysWhatToDo_whenThereAreNoPlugins() {
        #expect(lines(DevSession.Report(cause: .begun)).contains("no plugins yet: save a plugin_NAME.lua in plugins"))
    }

    @Test func knowsTheKeys() {
        #expect(Terminal.keys(in: Array("qrbtfjk\u{1B}[A\u{1B}OB\u{1B}[1;5Bx\u{4}\u{1B}".utf8)) == [.quit, .rerun, .rollBack, .traceback, .fresh, .down, .up, .up, .down, .down, .quit])
    }
}

struct SourceExcerptTests {
    private let folder = TemporaryFolder()

    private func lines(_ text: String, _ message: String, line: Int, name: String = "plugin_a.lua", chunk: String? = nil) -> [String]? {
        folder.write(name, text)
        let error = PluginError(code: .runtime, phase: .call, message: message, location: "\(chunk ?? name):\(line)")
        return SourceExcerpt(of: error, in: folder(name.hasSuffix("init.lua") ? "plugin_f" : name))?.lines
    }

    @Test func putsACaret_underTheNameThatTheMessageQuotes() {
        #expect(
            lines("local a = 1\n\treturn item.count.n\nend\n", "attempt to index a nil value (field 'count')", line: 2)
                == ["1 | local a = 1", "2 |   return item.count.n", "  |               ^^^^^", "3 | end"])
    }

    @Test func putsItUnderAWholeName() {
        #expect(lines("return data.a.b", "attempt to index a nil value (field 'a')", line: 1) == ["1 | return data.a.b", "  |             ^"])
    }

    @Test func putsItUnderTheToken_ofASyntaxError() {
        #expect(lines("x = = 2", "unexpected symbol near '='", line: 1) == ["1 | x = = 2", "  |     ^"])
        #expect(lines("return {", "unexpected symbol near <eof>", line: 1) == ["1 | return {", "  | ^^^^^^^^"])
    }

    @Test func putsItUnderTheLine_whereNothingIsQuoted() {
        #expect(lines("\n  error('no')", "no", line: 2) == ["1 | ", "2 |   error('no')", "  |   ^^^^^^^^^^^"])
    }

    @Test func findsTheFile_ofAFolder() {
        #expect(lines("error('no')", "no", line: 1, name: "plugin_f/init.lua") == ["1 | error('no')", "  | ^^^^^^^^^^^"])
    }

    @Test func countsLines_asLuaDoes_whereTheyEndInCRLF() {
        #expect(lines("a = 1\r\nb = nil + 1\r\n", "attempt to perform arithmetic on a nil value", line: 2) == ["1 | a = 1", "2 | b = nil + 1", "  | ^^^^^^^^^^^"])
    }

    /// A script names what it compiles as it likes.
    @Test func showsNoOtherFile_whateverTheScriptCallsItself() {
        folder.write("secret.lua", "secret")
        folder.write("plugin_f/init.lua", "")
        folder.link("plugin_f/link.lua", to: "../secret.lua")
        for chunk in ["secret.lua", "../secret.lua", "plugin_f/../secret.lua", "plugin_f/link.lua", "plugin_f", "/etc/passwd"] {
            let error = PluginError(code: .runtime, phase: .call, message: "no", location: "\(chunk):1")
            #expect(SourceExcerpt(of: error, in: folder("plugin_f")) == nil, "\(chunk)")
        }
    }

    @Test func showsNothing_whereThereIsNoSuchLine() {
        #expect(lines("a", "no", line: 9) == nil)
        #expect(lines("a", "no", line: 1, chunk: "other.lua") == nil)
        #expect(SourceExcerpt(of: PluginError(code: .runtime, phase: .call, message: "no"), in: folder.path) == nil)
    }

    @Test func letsNoControlCharacterThrough() {
        #expect(lines("x\u{1B}[2Jy", "no", line: 1) == ["1 | x[2Jy", "  | ^^^^^"])
    }
}
