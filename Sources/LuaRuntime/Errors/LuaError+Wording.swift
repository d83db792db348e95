/// Every sentence that ``LuaError`` says on its own behalf.
extension LuaError {
    static var closed: LuaError {
        LuaError(code: .closed, message: "the Lua state is closed: keep it open as long as its functions and tables are used")
    }

    static var condemned: LuaError {
        LuaError(code: .closed, message: "the Lua state was given up, since a call could only be broken off in the middle of a step: open a new one")
    }

    static var notWatched: LuaError {
        LuaError(code: .runtime, message: "the call's time cannot be watched: more than 16 states call each other, or no thread can be made")
    }

    static var cancelled: LuaError { LuaError(code: .cancelled, message: "the call was cancelled") }

    static func instructionLimit(_ limit: Int) -> LuaError {
        LuaError(code: .instructionLimit, message: "the call ran more than its \(limit) instructions")
    }

    static var noMemoryToOpen: LuaError {
        LuaError(code: .memory, message: "no memory to open a Lua state")
    }

    static var noMemoryToCall: LuaError {
        LuaError(code: .memory, message: "no memory for another coroutine or for the arguments of a call")
    }

    static func memory(quota: Int?) -> LuaError {
        let limit = quota.map { ": the quota is \($0) bytes" } ?? ""
        return LuaError(code: .memory, message: "not enough memory\(limit)")
    }

    /// The script caught its memory errors and went on.
    static func memoryGivenUp(quota: Int?) -> LuaError {
        var error = memory(quota: quota)
        error.message += ", and the call went on at the limit"
        return error
    }

    static func timeLimit(_ code: Code, budget: Duration) -> LuaError {
        let kind = code == .cpuLimit ? "CPU" : "wall-clock"
        let milliseconds = budget / .milliseconds(1)
        return LuaError(code: code, message: "the call took more than its \(Int(milliseconds.rounded())) ms of \(kind) time")
    }

    static var yieldToHost: LuaError {
        LuaError(
            code: .yield,
            message: "attempt to yield to the host: coroutine.yield works inside of a coroutine that the script made")
    }

    static func conversion(_ failure: ConversionFailure, of root: String) -> LuaError {
        LuaError(code: .conversion, message: failure.sentence(root: root))
    }

    static func badArgument(_ number: Int, to function: String, _ failure: ConversionFailure) -> LuaError {
        let detail = failure.path.isEmpty ? failure.problem.words : failure.sentence(root: "value")
        return LuaError(code: .conversion, message: "bad argument #\(number) to '\(function)' (\(detail))")
    }

    static func unprintable(_ kind: String) -> String { "(error object is a \(kind) value)" }

    static func brokenToString(_ kind: String) -> String { "(error object is a \(kind) value whose __tostring failed)" }
}

extension ConversionFailure {
    /// `result.items[3].price: number expected, got string`.
    func sentence(root: String) -> String {
        root + path.map(\.description).joined() + ": " + problem.words
    }
}

extension ConversionFailure.Problem {
    var words: String {
        switch self {
        case .type(let expected, let found): "\(expected) expected, got \(found)"
        case .fraction(let value): "integer expected, got \(value), which has a fraction or is too large"
        case .range(let value, let type): "\(value) is out of range for \(type)"
        case .inexact(let value): "\(value) is beyond 2^53 and cannot be a Double without loss: ask for Int64"
        case .notUTF8: "text expected, got bytes that are not UTF-8: ask for [UInt8] or Data"
        case .cycle: "the table contains itself"
        case .depth(let limit): "tables are nested deeper than \(limit) levels"
        case .hole(let index): "element \(index) of the array is nil: ask for an array of optionals to keep holes"
        case .mixed(let key): "array expected, got a table with the key \(key)"
        case .key(let key): "a table key must be a string or an integer, got \(key)"
        case .twins(let key): "the table has both the integer key \(key) and the string key '\(key)'"
        case .stack: "too many values for Lua's stack"
        case .custom(let message): message
        }
    }
}
