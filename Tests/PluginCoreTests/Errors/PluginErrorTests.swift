import Testing

@testable import PluginCore

struct PluginErrorTests {
    private func error(
        hint: String? = nil, plugin: String? = nil, version: SemanticVersion? = nil, operation: String? = nil, location: String? = nil
    ) -> PluginError {
        PluginError(
            code: .runtime, phase: .call, message: "bad", hint: hint, plugin: plugin, version: version, operation: operation, location: location)
    }

    @Test func tellsWhoWhatWhereAndWhatToDo() {
        let whole = error(hint: "do it", plugin: "words", version: "1.2.0", operation: "process", location: "plugin_words.lua:14")
        #expect(whole.description == "words 1.2.0, process: bad (plugin_words.lua:14): do it")
        #expect(whole.explanation == "bad (plugin_words.lua:14): do it")
    }

    @Test func leavesOutWhatIsNotKnown() {
        #expect(error().description == "bad")
        #expect(error(plugin: "words").description == "words: bad")
        #expect(error(plugin: "words", version: "1.2.0").description == "words 1.2.0: bad")
        #expect(error(plugin: "words", operation: "process").description == "words, process: bad")
        #expect(error(operation: "process").description == "bad")
    }

    @Test func keepsLocationAndHint_whenAMessageIsCut() {
        let error = PluginError(code: .runtime, phase: .call, message: String(repeating: "x", count: 5000), hint: "less", location: "a.lua:1")
        #expect(error.explanation == String(repeating: "x", count: 4096) + "... (5000 bytes) (a.lua:1): less")
        #expect(error.message.count == 5000)
    }

    @Test func joinsSeveral() {
        let errors = PluginErrors(errors: [error(plugin: "a"), error(hint: "do it", plugin: "b")])
        #expect(errors.description == "a: bad; b: bad: do it")
    }

    @Test func throwsSeveral_onlyWhenThereAreAny() throws {
        try PluginErrors.check([])
        #expect(throws: PluginErrors.self) { try PluginErrors.check([error()]) }
    }

    @Test func tellsCodesAndPhases_asTheyAreWritten() {
        #expect(PluginError.Code.notFound.description == "not_found")
        #expect(PluginError.Code(rawValue: "quota") != .runtime)
        let codes: [PluginError.Code] = [
            .notFound, .load, .file, .syntax, .metadata, .duplicate, .dependency, .config, .operation, .state, .disabled, .busy, .closed, .runtime,
            .conversion, .timeout, .memory, .denied, .cancelled, .store,
        ]
        let words = [
            "not_found", "load", "file", "syntax", "metadata", "duplicate", "dependency", "config", "operation", "state", "disabled", "busy", "closed",
            "runtime", "conversion", "timeout", "memory", "denied", "cancelled", "store",
        ]
        #expect(codes.map(\.rawValue) == words)
    }

    // MARK: Other errors as a plugin's

    private let plugin = PluginMetadata(name: "words", version: "1.2.0", pluginType: .processor)

    @Test func fillsInWhatAnErrorLacks() {
        let wrapped = PluginError(wrapping: error(), plugin: plugin, operation: "process", phase: .cleanup)
        #expect(wrapped.description == "words 1.2.0, process: bad")
        #expect(wrapped.phase == .cleanup)
    }

    @Test func keepsWhatAnErrorSays() {
        var known = error(plugin: "other", version: "2.0.0", operation: "get")
        known.phase = .load
        let wrapped = PluginError(wrapping: known, plugin: plugin, operation: "process", phase: .initialize)
        #expect(wrapped.description == "other 2.0.0, get: bad")
        #expect(wrapped.phase == .load)
    }

    @Test func isCancelled_whenTheTaskWas() {
        let wrapped = PluginError(wrapping: CancellationError(), plugin: plugin, operation: "process", phase: .initialize)
        #expect(wrapped.description == "words 1.2.0, process: the calling task was cancelled")
        #expect(wrapped.code == .cancelled)
        #expect(wrapped.phase == .initialize)
        #expect(wrapped.underlying is CancellationError)
    }

    @Test func describesAnyOtherError() {
        let wrapped = PluginError(wrapping: Oops(), plugin: plugin, operation: nil, phase: .call)
        #expect(wrapped.description == "words 1.2.0: oops")
        #expect(wrapped.code == .runtime)
        #expect(wrapped.underlying is Oops)
    }
}
