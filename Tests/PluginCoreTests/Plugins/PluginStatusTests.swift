import Testing

@testable import PluginCore

struct PluginStatusTests {
    private let plugin = PluginMetadata(name: "words", version: "1.2.0", pluginType: .processor)

    @Test(arguments: [
        (.loaded, "is not initialized: call initialize() on the manager first"),
        (.initializing, "is being initialized: wait until initialize() has returned"),
        (.failed, "did not start: oops: put that right and load it again"),
        (.cleaningUp, "is closed: load it again"),
        (.closed, "is closed: load it again"),
    ] as [(PluginState, String)])
    func refusesACall_unlessThePluginRuns(state: PluginState, words: String) {
        let status = PluginStatus()
        status.state = state
        #expect(status.state == state)
        if state == .failed { status.error = PluginError(code: .runtime, phase: .initialize, message: "oops", hint: "help") }
        let error = #expect(throws: PluginError.self) { _ = try status.admit("process", of: plugin) }
        #expect(error?.description == "words 1.2.0, process: \(words)")
    }

    @Test func letsACallIn_onlyWhileItIsTurnedOn() throws {
        let status = PluginStatus()
        status.state = .running
        #expect(try !status.admit("process", of: plugin))
        status.isEnabled = false
        let error = #expect(throws: PluginError.self) { _ = try status.admit("process", of: plugin) }
        #expect(error?.description == "words 1.2.0, process: is turned off: turn it on with setEnabled")
        status.isEnabled = true
        #expect(try !status.admit("process", of: plugin))
    }

    @Test func staysTurnedOff_whenItsStateChanges() {
        let status = PluginStatus()
        status.isEnabled = false
        #expect(!status.isOpen)
        status.state = .running
        #expect(status.state == .running && !status.isEnabled && !status.isOpen)
        status.isEnabled = true
        #expect(status.state == .running && status.isEnabled && status.isOpen)
    }
}
