/// What went wrong with a plugin: who, what, where, and what to do.
///
/// ```swift
/// do {
///     try await manager.load("plugin_words.lua")
/// } catch let error as PluginError {
///     print(error.code, error.plugin ?? "?", error)
/// }
/// ```
public struct PluginError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure. More may come, so a `switch` needs a default.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// No plugin of that name.
        public static let notFound = Code(rawValue: "not_found")
        /// A file could not be made a plugin; ``PluginError/underlying`` has the error behind it.
        public static let load = Code(rawValue: "load")
        /// A file that cannot be read, or is not a script.
        public static let file = Code(rawValue: "file")
        /// The text is not Lua.
        public static let syntax = Code(rawValue: "syntax")
        /// The plugin's table is wrong.
        public static let metadata = Code(rawValue: "metadata")
        /// A second plugin of the same name.
        public static let duplicate = Code(rawValue: "duplicate")
        /// A dependency is missing, has the wrong version, is circular, or failed itself.
        public static let dependency = Code(rawValue: "dependency")
        /// A configuration value is wrong.
        public static let config = Code(rawValue: "config")
        /// The plugin has no such operation.
        public static let operation = Code(rawValue: "operation")
        /// The plugin is not running: not initialized yet, failed, or cleaned up.
        public static let state = Code(rawValue: "state")
        /// The plugin was turned off.
        public static let disabled = Code(rawValue: "disabled")
        /// The plugin failed too often: calls are refused until a trial call succeeds.
        public static let quarantined = Code(rawValue: "quarantined")
        /// Too many calls wait for the plugin, or one waited too long.
        public static let busy = Code(rawValue: "busy")
        /// The plugin was closed while the call waited, or a handle of it was used later.
        public static let closed = Code(rawValue: "closed")
        /// The plugin raised an error.
        public static let runtime = Code(rawValue: "runtime")
        /// A value does not fit the type that was asked for.
        public static let conversion = Code(rawValue: "conversion")
        /// A limit on time ended the call.
        public static let timeout = Code(rawValue: "timeout")
        /// The plugin's quota of memory is used up.
        public static let memory = Code(rawValue: "memory")
        /// A permission was not granted.
        public static let denied = Code(rawValue: "denied")
        /// The calling task was cancelled.
        public static let cancelled = Code(rawValue: "cancelled")
        /// The host's store failed.
        public static let store = Code(rawValue: "store")
    }

    /// The phase of a plugin's life in which it happened.
    public enum Phase: String, Sendable, Codable {
        case load, metadata, dependencies, initialize, call, cleanup
    }

    public var code: Code
    public var phase: Phase
    /// What happened.
    public var message: String
    /// What to do about it.
    public var hint: String?
    public var plugin: String?
    public var version: SemanticVersion?
    public var operation: String?
    /// `file:line` in the plugin's text.
    public var location: String?
    /// The script's traceback.
    public var traceback: String?
    /// The plain fields of a table that the plugin raised.
    public var fields: [String: DynamicValue]
    /// The error behind this one.
    public var underlying: (any Error)?

    public init(
        code: Code, phase: Phase, message: String, hint: String? = nil, plugin: String? = nil,
        version: SemanticVersion? = nil, operation: String? = nil, location: String? = nil, traceback: String? = nil,
        fields: [String: DynamicValue] = [:], underlying: (any Error)? = nil
    ) {
        self.code = code
        self.phase = phase
        self.message = message
        self.hint = hint
        self.plugin = plugin
        self.version = version
        self.operation = operation
        self.location = location
        self.traceback = traceback
        self.fields = fields
        self.underlying = underlying
    }

    /// `words 1.2.0, process: attempt to index a nil value (plugin_words.lua:14): what to do`
    public var description: String {
        who + explanation
    }

    /// The most bytes of a message that a sentence shows; `message` itself has all.
    static let longestMessage = 4096

    /// What happened, where, and what to do; without who it is about.
    public var explanation: String { message.shortened(toBytes: Self.longestMessage) + (location.map { " (\($0))" } ?? "") + (hint.map { ": \($0)" } ?? "") }

    /// The error as the monitor keeps it, many at once: its texts cut, without fields and the error behind it.
    var kept: PluginError {
        if fields.isEmpty, underlying == nil, [message, hint ?? "", location ?? "", traceback ?? ""].allSatisfy({ $0.utf8.count <= Self.longestMessage }) {
            return self
        }
        func cut(_ text: String?, _ limit: Int = Self.longestMessage) -> String? { text?.shortened(toBytes: limit) }
        return PluginError(
            code: code, phase: phase, message: message.shortened(toBytes: Self.longestMessage), hint: cut(hint), plugin: plugin, version: version,
            operation: operation, location: cut(location), traceback: cut(traceback, 2 * Self.longestMessage))
    }

    private var who: String {
        var who = plugin ?? ""
        if let version { who += " \(version)" }
        if let operation, !who.isEmpty { who += ", \(operation)" }
        return who.isEmpty ? "" : who + ": "
    }
}

/// Several failures of one step that went on past each of them.
public struct PluginErrors: Error, Sendable, CustomStringConvertible {
    /// At least one, in the order in which they happened.
    public let errors: [PluginError]

    public var description: String { errors.map(\.description).joined(separator: "; ") }

    /// Throws if there is any.
    static func check(_ errors: [PluginError]) throws {
        if !errors.isEmpty { throw PluginErrors(errors: errors) }
    }
}
