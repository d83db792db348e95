import Perilune

/// What became of one plugin that was checked or called.
struct Verdict {
    var plugin: String
    var path: String
    var version: SemanticVersion?
    var error: PluginError?
    var phase = PluginError.Phase.load.rawValue
    var duration = Duration.zero
    var usage = PluginUsage()
    var warnings: [String] = []
    var result: [DynamicValue] = []

    /// ok, error, timeout, memory or denied.
    var outcome: String {
        switch error?.cause {
        case nil: "ok"
        case PluginError.Code.timeout: "timeout"
        case PluginError.Code.memory: "memory"
        case PluginError.Code.denied: "denied"
        default: "error"
        }
    }

    var message: String { error?.explanation.oneLine ?? "" }

    /// Takes an error in, with the phase in which it ended.
    mutating func fail(_ error: PluginError) {
        self.error = error
        phase = error.phase == .call ? error.operation ?? error.phase.rawValue : error.phase.rawValue
    }

    func json() throws -> String {
        try jsonLine([
            ("plugin", .string(plugin)), ("path", .string(path)), ("outcome", .string(outcome)), ("phase", .string(phase)),
            ("message", .string(message)), ("duration_ms", .number((duration / .milliseconds(1)).rounded(toDigits: 3))),
            ("cpu_ms", .number((usage.cpuTime / .milliseconds(1)).rounded(toDigits: 3))),
            ("memory_peak_kib", .integer(Int64(usage.memoryPeak / 1024))), ("warnings", .array(warnings.map { .string($0) })),
            ("result", .array(result)),
        ])
    }

    /// The verdict for people, on one line and one more for each warning.
    var text: String {
        let name = version.map { "\(plugin) \($0)" } ?? plugin
        let outcome = outcome.padding(to: 8)
        let detail = error == nil ? "\((duration / .seconds(1)).asDuration), \(usage.memoryPeak / 1024) KiB" : "\(phase): \(message)"
        return (["\(outcome)\(name) (\(path)): \(detail)".oneLine] + warnings.map { "        warning: \($0.oneLine)" }).joined(separator: "\n")
    }
}

extension PluginError {
    /// The code of what happened, which a load error wraps.
    var cause: Code { code == .load ? (underlying as? PluginError)?.code ?? code : code }
}

extension String {
    func padding(to width: Int) -> String { count < width ? self + String(repeating: " ", count: width - count) : self }
}
