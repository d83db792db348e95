import LuaRuntime
import PluginCore

extension PluginError {
    /// A Lua error as a plugin's error. What a host function threw keeps its code and its advice.
    init(lua error: LuaError, phase: Phase) {
        let cause = error.underlying as? PluginError
        let code: Code =
            switch error.code {
            case .syntax: .syntax
            case .memory: .memory
            case .cpuLimit, .wallLimit, .instructionLimit: .timeout
            case .conversion: .conversion
            case .closed: .closed
            case .cancelled: .cancelled
            // a host function could not decode what the script gave it
            case _ where (error.underlying as? LuaError)?.code == .memory: .memory
            default: cause?.code ?? .runtime
            }
        var hint = cause?.hint ?? Self.hint(code)
        // the script was told what to do as well, in the message
        if let known = hint, error.message.contains(known) { hint = nil }
        self.init(
            code: code, phase: phase, message: error.message, hint: hint,
            location: error.chunk.map { chunk in error.line.map { "\(chunk):\($0)" } ?? chunk },
            traceback: error.traceback, fields: error.fields, underlying: error.underlying ?? error)
    }

    private static func hint(_ code: Code) -> String? {
        switch code {
        case .syntax: "correct the line and load again"
        case .memory: "let the plugin hold less, or raise the policy's limit of memory"
        case .timeout: "let the plugin do less in one call, or raise the policy's limit of time"
        case .closed: "load it again"
        default: nil
        }
    }
}
