import LuaRuntime
import Synchronization

/// A plugin's text, compiled again for each of its states until it is known that there are several, then kept compiled: another
/// instance costs reading that and running it.
final class CompiledText: Sendable {
    private struct State {
        var count = 0
        var code: LuaCode?
    }

    let script: Script
    private let state = Mutex(State())
    /// Where it is looked for, and under what.
    private let place: (texts: CompiledTexts, key: Int)?

    init(_ script: Script, in place: (texts: CompiledTexts, key: Int)? = nil) {
        self.script = script
        self.place = place
    }

    deinit { place?.texts.remove(place!.key) }

    /// Whether it is kept.
    var isCached: Bool { state.withLock { $0.code != nil } }

    func load(into lua: LuaState) throws -> LuaFunction {
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

/// The texts that plugins of a loader are made of now: the same text is compiled once for all of them.
final class CompiledTexts: Sendable {
    private struct Entry {
        weak var text: CompiledText?
    }

    private let entries = Mutex<[Int: Entry]>([:])

    /// The text of a script, with what is known of it.
    func text(of script: Script) -> CompiledText {
        var hasher = Hasher()
        let bytes = script.bytes
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        // errors and tracebacks show it, and whatever else a script is found by
        hasher.combine(script.chunk)
        hasher.combine(script.file)
        let key = hasher.finalize()
        // what is found is let go of outside of the lock, which its end takes
        let (text, found): (CompiledText, CompiledText?) = entries.withLock { entries in
            if let known = entries[key]?.text { return (known.script.isSame(as: script, bytes) ? known : CompiledText(script), known) }
            let text = CompiledText(script, in: (self, key))
            entries[key] = Entry(text: text)
            return (text, nil)
        }
        return withExtendedLifetime(found) { text }
    }

    /// Called when a text is gone, after which another may have come.
    fileprivate func remove(_ key: Int) {
        let other = entries.withLock { entries -> CompiledText? in
            if let other = entries[key]?.text { return other }
            entries[key] = nil
            return nil
        }
        withExtendedLifetime(other) {}
    }

    /// How many there are.
    var count: Int { entries.withLock { $0.count } }
}
