import InMemoryLogging
import PluginCore

/// A logger whose lines a test reads.
struct Log {
    private let handler = InMemoryLogHandler()
    let logger: Logger

    init(level: Logger.Level = .info) {
        var logger = Logger(label: "test") { [handler] _ in handler }
        logger.logLevel = level
        self.logger = logger
    }

    /// `error: message (key=value, ...)`, keys sorted.
    var lines: [String] {
        handler.entries.map { entry in
            "\(entry.level): \(entry.message) (\(entry.metadata.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ", ")))"
        }
    }
}
