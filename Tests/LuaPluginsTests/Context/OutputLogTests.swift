import InMemoryLogging
import Logging
import PluginCore
import Synchronization
import Testing

@testable import LuaPlugins

struct OutputLogTests {
    /// A clock that stands still until it is moved.
    private final class Clock: Sendable {
        private let time = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { time.withLock { $0 } }
        func advance(by duration: Duration) { time.withLock { $0 += duration } }
    }

    private let handler = InMemoryLogHandler()
    private let clock = Clock()
    private var lines: [String] { handler.entries.map { "\($0.level) \($0.message) \($0.metadata.map { "\($0.key)=\($0.value)" }.sorted())" } }

    private func log(linesPerSecond: Int = 2) -> OutputLog {
        let (handler, clock) = (handler, clock)
        return OutputLog(logger: Logger(label: "test") { _ in handler }, linesPerSecond: linesPerSecond, now: { clock.now })
    }

    @Test(arguments: [
        ("plain ä \u{1F600}", "plain ä \u{1F600}"), ("a\nb\r\n", #"a\nb\r\n"#), ("a\tb", #"a\tb"#), ("\u{1B}[31m", #"\u{1b}[31m"#), ("\u{0}\u{7}", #"\u{0}\u{7}"#),
        ("\u{7F}\u{85}\u{9F}\u{A0}", "\\u{7f}\\u{85}\\u{9f}\u{A0}"), ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#),
        ("\u{202A}\u{202E}\u{202F}", "\\u{202a}\\u{202e}\u{202F}"), ("\u{2066}\u{2069}\u{206A}", "\\u{2066}\\u{2069}\u{206A}"),
    ])
    func escapes_whenTextHasControls(text: String, escaped: String) {
        log().write(text, level: .info)
        #expect(lines == ["info \(escaped) []"])
    }

    @Test func escapesFieldsAsWell_whenTheyHaveControls() {
        log().write("a", level: .error, fields: ["k\n": "v\n"])
        #expect(lines == [#"error a ["k\\n=v\\n"]"#])
    }

    @Test func dropsLines_whenThereAreMoreInASecond() {
        let log = log()
        for number in 1...4 { log.write("\(number)", level: .info) }
        clock.advance(by: .milliseconds(999))
        log.write("5", level: .info)
        #expect(lines == ["info 1 []", "info 2 []"])
    }

    @Test func tellsHowManyWereDropped_whenTheNextSecondBegins() {
        let log = log()
        for number in 1...5 { log.write("\(number)", level: .info) }
        clock.advance(by: .seconds(1))
        log.write("6", level: .info)
        #expect(lines == ["info 1 []", "info 2 []", #"warning plugin output dropped ["lines=3"]"#, "info 6 []"])
    }

    @Test func tellsNothing_whenNothingWasDropped() {
        let log = log()
        for number in 1...4 {
            log.write("\(number)", level: .info)
            clock.advance(by: .seconds(1))
        }
        #expect(lines == (1...4).map { "info \($0) []" })
    }

    @Test func tellsWhatWasDroppedLast_whenThePluginGoes() {
        do {
            let log = log(linesPerSecond: 1)
            for number in 1...3 { log.write("\(number)", level: .info) }
        }
        #expect(lines == ["info 1 []", #"warning plugin output dropped ["lines=2"]"#])
    }

    @Test func tellsWhatWasDroppedLast_whenAScriptIsCleanedUp() async throws {
        let host = Host()
        _ = try await host.results("for i = 1, 1000 do print(i) end")
        try await host.manager.cleanup()
        let told = host.logs.entries.compactMap { $0.message == "plugin output dropped" ? $0.metadata["lines"].flatMap { Int("\($0)") } : nil }
        // a slow machine begins another second meanwhile
        #expect(told.reduce(0, +) == 1000 - host.output.count { $0.hasPrefix("info ") })
        #expect(!told.isEmpty)
    }

    @Test func leavesFieldsOut_whenThereAreMany() {
        log().write("a", level: .info, fields: Dictionary(uniqueKeysWithValues: (10..<50).map { ("f\($0)", "v") }))
        #expect(lines == ["info a \((["fields_left_out=8"] + (10..<42).map { "f\($0)=v" }).sorted())"])
    }

    @Test func cutsTextAndFields_whenTheyAreLong() {
        log().write(String(repeating: "x", count: 9000), level: .info, fields: ["k": String(repeating: "y", count: 8193)])
        #expect(lines == ["info \(String(repeating: "x", count: 8192))... (9000 bytes) [\"k=\(String(repeating: "y", count: 8192))... (8193 bytes)\"]"])
    }
}
