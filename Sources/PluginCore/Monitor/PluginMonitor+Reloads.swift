import CoreMetrics

/// A plugin's next version, or the attempt at one, as the monitor is told of it.
struct ReloadRecord: Sendable {
    let plugin: String
    let operation: LoaderRecords.Operation
    let loader: String
    /// Until it served, or failed.
    var duration: Duration
    /// The version that served before.
    let old: SemanticVersion
    /// The version that serves now; `nil` if it could not be read.
    var new: SemanticVersion?
    var error: PluginError?
    /// Earlier versions that can be rolled back to.
    var kept = 0
    /// Running plugins that depend on this one.
    var dependents: [String] = []
}

extension PluginMonitor {
    /// Counts a reload or rollback, and tells of it as an event of that operation, whose labels are `loader`, `from`, `to`, `kept` and
    /// `dependents`.
    func recordReload(_ record: ReloadRecord) {
        recordLoader(record.operation, loader: record.loader, success: record.error == nil, duration: record.duration)
        var labels = ["loader": record.loader, "from": "\(record.old)", "kept": "\(record.kept)"]
        labels["to"] = record.new.map { "\($0)" }
        if !record.dependents.isEmpty { labels["dependents"] = record.dependents.joined(separator: ",") }
        tell(plugin: record.plugin, operation: record.operation.rawValue, duration: record.duration, error: record.error, labels: labels)
        if record.error == nil, let backend {
            Gauge(label: "plugin_versions_kept", dimensions: [("plugin", record.plugin)], factory: backend).record(record.kept)
        }
    }
}
