/// One operation that ended, as monitor plugins get it.
public struct MonitorEvent: Sendable {
    public var plugin: String
    public var operation: String
    public var success: Bool
    public var duration: Duration
    /// Its message is cut at 4 KB; it has neither `fields` nor `underlying`, since many events may wait for their reader.
    public var error: PluginError?
    public var labels: [String: String]
    /// Seconds since 1970.
    public var time: Double

    /// As `observe(ctx, event)` gets it: duration in seconds.
    public var value: DynamicValue {
        var members: [String: DynamicValue] = [
            "plugin": .string(plugin), "operation": .string(operation), "success": .bool(success),
            "duration": .number(duration / .seconds(1)), "labels": .object(labels.mapValues { .string($0) }), "time": .number(time),
        ]
        if let error {
            var details: [String: DynamicValue] = ["code": .string(error.code.rawValue), "message": .string(error.message)]
            details["location"] = error.location.map { .string($0) }
            members["error"] = .object(details)
        }
        return .object(members)
    }
}

extension MonitorEvent {
    /// An event from a plain value, what it lacks left empty.
    init(_ value: DynamicValue) {
        let seconds = value["duration"]?.number ?? 0
        self.init(
            plugin: value["plugin"]?.string ?? "", operation: value["operation"]?.string ?? "", success: value["success"]?.bool ?? true,
            duration: (0...1e9).contains(seconds) ? .seconds(seconds) : .zero,
            labels: value["labels"]?.object?.compactMapValues(\.string) ?? [:], time: value["time"]?.number ?? 0)
        if let details = value["error"], !details.isNull {
            error = PluginError(
                code: .init(rawValue: details["code"]?.string ?? "runtime"), phase: .call, message: details["message"]?.string ?? "",
                plugin: plugin, operation: operation, location: details["location"]?.string)
        }
    }
}
