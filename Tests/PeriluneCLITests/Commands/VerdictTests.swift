import Perilune
import Testing

@testable import PeriluneCLI

struct VerdictTests {
    private func verdict(_ code: PluginError.Code, underlying: PluginError.Code? = nil, phase: PluginError.Phase = .call, operation: String? = nil) -> Verdict {
        var error = PluginError(code: code, phase: phase, message: "bad", operation: operation)
        error.underlying = underlying.map { PluginError(code: $0, phase: phase, message: "worse") }
        var verdict = Verdict(plugin: "a", path: "plugin_a.lua")
        verdict.fail(error)
        return verdict
    }

    @Test func isOK_whenThereIsNoError() {
        #expect(Verdict(plugin: "a", path: "a.lua").outcome == "ok")
    }

    @Test(arguments: [
        (PluginError.Code.timeout, "timeout"), (.memory, "memory"), (.denied, "denied"), (.runtime, "error"), (.metadata, "error"), (.busy, "error"),
    ])
    func hasTheOutcome_ofTheErrorsCode(code: PluginError.Code, outcome: String) {
        #expect(verdict(code).outcome == outcome)
    }

    @Test(arguments: [(PluginError.Code.timeout, "timeout"), (.memory, "memory"), (.syntax, "error")])
    func hasTheOutcome_ofTheErrorBehindALoadError(code: PluginError.Code, outcome: String) {
        #expect(verdict(.load, underlying: code).outcome == outcome)
    }

    @Test func endsInTheOperation_ratherThanInACall() {
        #expect(verdict(.runtime, operation: "process").phase == "process")
        #expect(verdict(.runtime).phase == "call")
        #expect(verdict(.runtime, phase: .initialize, operation: "initialize").phase == "initialize")
    }

    @Test func throws_whenTheResultIsNoJSON() {
        var verdict = Verdict(plugin: "a", path: "a.lua")
        verdict.result = [.number(.nan)]
        #expect(throws: JSONError.self) { try verdict.json() }
    }

    @Test func showsTheNameAlone_whenTheVersionIsNotKnown() {
        #expect(verdict(.load, phase: .load).text == "error   a (plugin_a.lua): load: bad")
    }
}
