import Logging

/// Hands over what plugins print, a line at a time.
struct DevLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    let take: @Sendable (String) -> Void

    init(_ take: @escaping @Sendable (String) -> Void) { self.take = take }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        // the rest is shown otherwise
        guard event.source == "LuaPlugins" else { return }
        let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        take("\(metadata["plugin"].map { "\($0): " } ?? "")\(event.message)\(fields)".oneLine)
    }
}
