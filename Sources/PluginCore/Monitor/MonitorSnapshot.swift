public import Foundation

/// What a monitor has counted, at one moment. Durations are in seconds; percentiles are of successful calls and at most
/// 6.25 % above the true value.
public struct MonitorSnapshot: Codable, Sendable, Equatable {
    /// One operation of one plugin.
    public struct Operation: Codable, Sendable, Equatable {
        public var plugin: String
        public var operation: String
        /// Successful or not.
        public var calls: Int
        public var errors: Int
        /// Of successful calls.
        public var totalSeconds: Double
        public var maxSeconds: Double
        public var p50Seconds: Double
        public var p90Seconds: Double
        public var p99Seconds: Double

        enum CodingKeys: String, CodingKey {
            case plugin, operation, calls, errors
            case totalSeconds = "total_seconds"
            case maxSeconds = "max_seconds"
            case p50Seconds = "p50_seconds"
            case p90Seconds = "p90_seconds"
            case p99Seconds = "p99_seconds"
        }
    }

    /// Loads of one path.
    public struct Load: Codable, Sendable, Equatable {
        public var path: String
        public var successes: Int
        public var failures: Int
        /// Of all loads of that path together.
        public var totalSeconds: Double

        enum CodingKeys: String, CodingKey {
            case path, successes, failures
            case totalSeconds = "total_seconds"
        }
    }

    /// Discoveries in one folder.
    public struct Discovery: Codable, Sendable, Equatable {
        public var package: String
        public var successes: Int
        public var failures: Int
    }

    /// What one loader did: `load`, `reload`, `rollback` or `unload`.
    public struct LoaderOperation: Codable, Sendable, Equatable {
        public var loader: String
        public var operation: String
        public var successes: Int
        public var failures: Int
        /// Of all of them together; a reload's until the new version served.
        public var totalSeconds: Double

        enum CodingKeys: String, CodingKey {
            case loader, operation, successes, failures
            case totalSeconds = "total_seconds"
        }
    }

    /// One error that was captured.
    public struct CapturedError: Codable, Sendable, Equatable {
        public var plugin: String
        public var operation: String
        public var code: String
        public var message: String
        public var location: String?
        public var traceback: String?
        /// Seconds since 1970.
        public var time: Double
    }

    /// Ordered by plugin, then operation.
    public var operations: [Operation]
    public var loads: [Load]
    public var discoveries: [Discovery]
    /// Ordered by loader, then operation.
    public var loaders: [LoaderOperation]
    /// The last ones, oldest first.
    public var errors: [CapturedError]
    /// Events that monitor plugins were too slow to take, or that came while one was quarantined.
    public var droppedEvents: Int

    enum CodingKeys: String, CodingKey {
        case operations, loads, discoveries, loaders, errors
        case droppedEvents = "dropped_events"
    }

    /// The record of one operation.
    public func operation(_ operation: String, of plugin: String) -> Operation? {
        operations.first { $0.plugin == plugin && $0.operation == operation }
    }

    /// The snapshot as JSON, keys sorted.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
