import LuaRuntime
import Synchronization

/// A plugin's text, compiled again for each of its states until it is known that there are several, then kept compiled: another
/// instance costs reading that and running it.
final class CompiledText: Sendable {
    private struct State {
        var count = 0
        var code: LuaCode?
    }

    private let state = Mutex(State())

    /// Whether it is kept.
    var isCached: Bool { state.withLock { $0.code != nil } }

    func load(_ script: Script, into lua: LuaState) throws -> LuaFunction {
        let (code, count) = state.withLock { state in
            state.count += 1
            return (state.code, state.count)
        }
        if let code { return try lua.load(code, chunk: script.chunk) }
        let function = try lua.load(bytes: script.bytes, chunk: script.chunk)
        // most plugins have one state for all their life
        if count > 1 {
            let code = try function.compiled()
            state.withLock { $0.code = code }
        }
        return function
    }
}
