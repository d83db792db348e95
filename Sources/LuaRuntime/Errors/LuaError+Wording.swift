import CLuaBridge
import DynamicValues

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

    /// Of a coroutine whose call was ended while it waited.
    static var waitEnded: LuaError { LuaError(code: .runtime, message: "the call that this coroutine waited in has ended") }

    /// - Parameter answer: of `plu_can_wait`.
    static func cannotWait(_ function: String, _ answer: Int32, boundary: String?) -> LuaError {
        let reason =
            switch answer {
            case Int32(PLU_CALL_CANNOT_WAIT): "the host made this call in a way that does not wait"
            case Int32(PLU_NESTED_CALL_CANNOT_WAIT): "this call was made by a host function inside of another call"
            case Int32(PLU_COROUTINE_CANNOT_WAIT): "this coroutine was resumed inside of a function that cannot be suspended"
            default: "it is called inside of \(boundary.map { "'\($0)'" } ?? "a C function"), which cannot be suspended"
            }
        return LuaError(code: .runtime, message: "'\(function)' cannot wait here: \(reason)")
    }

    static func conversion(_ failure: ConversionFailure, of root: String) -> LuaError {
        LuaError(code: .conversion, message: failure.sentence(root: root).shortened(toBytes: longestMessage))
    }

    static func badArgument(_ number: Int, to function: String, _ failure: ConversionFailure) -> LuaError {
        let detail = failure.path.isEmpty ? failure.problem.words : failure.sentence(root: "value")
        return LuaError(code: .conversion, message: "bad argument #\(number) to '\(function)' (\(detail))".shortened(toBytes: longestMessage))
    }

    /// Of a method that was called with `.`, above all.
    static func badSelf(_ path: String, expected: String, found: String) -> LuaError {
        let call = path.split(separator: ":").dropFirst().first.map { ": call it with ':', as in object:\($0)(...)" } ?? ""
        return LuaError(code: .runtime, message: "bad self of '\(path)' (\(expected) expected, got \(found))\(call)")
    }

    static func objectClosed(_ type: String) -> LuaError { LuaError(code: .runtime, message: "\(type) is closed") }

    static var viewEnded: LuaError {
        LuaError(code: .closed, message: "a view of a Lua value was used after the call or closure that it was given to: copy what is needed later")
    }

    static func noMember(_ name: String, of type: String, nearest: String?) -> LuaError {
        let hint = nearest.map { ": did you mean '\($0)'?" } ?? ""
        return LuaError(code: .runtime, message: "\(type) has no member \(name)\(hint)".shortened(toBytes: longestMessage))
    }

    static func notSettable(_ name: String, of type: String, isMethod: Bool) -> LuaError {
        LuaError(code: .runtime, message: "cannot set '\(name)' of \(type): it is \(isMethod ? "a method" : "read-only")")
    }

    static func badValue(_ path: String, _ failure: ConversionFailure) -> LuaError {
        let detail = failure.path.isEmpty ? failure.problem.words : failure.sentence(root: "value")
        return LuaError(code: .conversion, message: "bad value for '\(path)' (\(detail))".shortened(toBytes: longestMessage))
    }

    static func unprintable(_ kind: String) -> String { "(error object is a \(kind) value)" }

    static func brokenToString(_ kind: String) -> String { "(error object is a \(kind) value whose __tostring failed)" }
}

extension ConversionFailure {
    static var misplaced: ConversionFailure { ConversionFailure(.custom("the value belongs to another Lua state")) }

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
        case .closedObject(let type): "\(type) is closed"
        case .changed: "the table was changed while it was gone through"
        case .stack: "too many values for Lua's stack"
        case .custom(let message): message
        }
    }
}
