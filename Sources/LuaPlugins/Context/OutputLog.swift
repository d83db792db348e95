import Logging
import LuaRuntime
import PluginCore
import Synchronization

/// What a plugin prints and logs, on its way to the host's log: one line at a time, without control characters, and at
/// most so many in a second. What is over that is counted, and the count is logged.
final class OutputLog: Sendable {
    private struct Window {
        var start: ContinuousClock.Instant
        var lines = 0
        var dropped = 0
    }

    /// The most bytes of a text that are shown.
    private static let longestText = 8192
    /// The most fields of a line that are shown.
    private static let mostFields = 32

    private let logger: Logger
    private let linesPerSecond: Int
    private let window: Mutex<Window>
    private let now: @Sendable () -> ContinuousClock.Instant

    init(logger: Logger, linesPerSecond: Int = 200, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.logger = logger
        self.linesPerSecond = linesPerSecond
        self.now = now
        window = Mutex(Window(start: now()))
    }

    /// Takes what a state's script prints.
    func listen(to state: LuaState) {
        state.onOutput { stream, line in self.write(line, level: stream == .warn ? .warning : .info) }
    }

    func write(_ text: String, level: Logger.Level, fields: [String: String] = [:]) {
        let (isLet, dropped) = window.withLock { window in
            let time = now()
            var dropped = 0
            if window.start.duration(to: time) >= .seconds(1) {
                dropped = window.dropped
                window = Window(start: time)
            }
            window.lines += 1
            if window.lines > linesPerSecond { window.dropped += 1 }
            return (window.lines <= linesPerSecond, dropped)
        }
        tell(dropped: dropped)
        guard isLet else { return }
        var metadata: Logger.Metadata = [:]
        for (key, value) in fields.sorted(by: { $0.key < $1.key }).prefix(Self.mostFields) { metadata[Self.shown(key)] = "\(Self.shown(value))" }
        if fields.count > Self.mostFields { metadata["fields_left_out"] = "\(fields.count - Self.mostFields)" }
        logger.log(level: level, "\(Self.shown(text))", metadata: metadata)
    }

    /// When the plugin goes, what was dropped last is still told.
    deinit { tell(dropped: window.withLock { $0.dropped }) }

    private func tell(dropped: Int) {
        if dropped > 0 { logger.warning("plugin output dropped", metadata: ["lines": "\(dropped)"]) }
    }

    private static func shown(_ text: String) -> String { text.shortened(toBytes: longestText).escaped }
}
