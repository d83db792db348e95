import Logging

/// Log lines for people, on standard error: `error: words 1.2.0: item failed (operation=process): ...`, with a
/// traceback below where there is one.
struct ConsoleLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let console: Console
    private let isQuiet: Bool

    /// - Parameter isQuiet: whether only what plugins print and log is shown, since the command tells the rest itself.
    init(level: Logger.Level, console: Console, isQuiet: Bool = false) {
        logLevel = level
        self.console = console
        self.isQuiet = isQuiet
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard !isQuiet || event.source == "LuaPlugins" else { return }
        var fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let plugin = fields.removeValue(forKey: "plugin").map { "\($0)" }
        let version = fields.removeValue(forKey: "version").map { " \($0)" } ?? ""
        let error = fields.removeValue(forKey: "error").map { "\($0)".oneLine } ?? ""
        let traceback = fields.removeValue(forKey: "traceback").map { "\($0)" }
        let rest = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var line = "\(event.level): " + (plugin.map { "\($0)\(version): " } ?? "") + "\(event.message)"
        if !rest.isEmpty { line += " (" + rest.joined(separator: ", ") + ")" }
        if !error.isEmpty { line += ": " + error }
        line = line.oneLine
        if let traceback {
            for frame in traceback.split(separator: "\n") { line += "\n    " + String(frame).oneLine }
        }
        console.error(line)
    }
}

extension Logger {
    /// The command's logger. What plugins print is at `info`.
    static func console(isQuiet: Bool = false) -> Logger {
        let console = Console.current
        return Logger(label: "perilune") { _ in ConsoleLogHandler(level: .info, console: console, isQuiet: isQuiet) }
    }
}
