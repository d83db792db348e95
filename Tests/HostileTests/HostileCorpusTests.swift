import CLuaBridge
import Perilune
import Synchronization
import Testing

@testable import PeriluneCLI

/// Every plugin of Tests/Hostile under 16 MB with nothing granted, and under 100 ms of CPU time and 2 s where time may end it.
@Suite(.serialized) struct HostileCorpusTests {
    @Test func corpusIsThere() {
        let scripts = HostileScript.all
        let kinds: Set = [
            "time", "waits", "memory", "stack", "coroutines", "metamethods", "close", "bytecode", "environment", "require", "output", "metadata", "ctx",
        ]
        #expect(Set(scripts.map { $0.name.prefix { $0 != "/" } }.map(String.init)).subtracting(["harmless"]) == kinds)
        #expect(scripts.filter { !$0.isHarmless }.count >= 150)
        #expect(scripts.filter(\.isHarmless).count >= 40)
        for script in scripts {
            #expect(!script.outcomes.isEmpty && !script.attacks.isEmpty, "\(script.name) lacks a header")
            #expect(script.outcomes.allSatisfy { ["ok", "error", "timeout", "memory", "denied"].contains($0) }, "\(script.name)")
            #expect(script.isHarmless == (script.result != nil), "\(script.name)")
        }
    }

    @Test(arguments: HostileScript.all.filter { !$0.isHarmless })
    func endsAsItMust_andHarmsNobody(script: HostileScript) async throws {
        let states = plu_open_states()
        let host = HostileHost(isPatient: !script.mayTimeOut)
        var remains = HostileHost.Remains()
        let verdict = await host.live(script, remains: &remains)
        #expect(script.outcomes.contains(verdict.outcome), "\(verdict.phase): \(verdict.message)")
        if verdict.outcome != "ok", let phase = script.phase { #expect(verdict.phase == phase, "\(verdict.outcome): \(verdict.message)") }
        if let says = script.says { #expect(verdict.message.contains(says), "\(verdict.message)") }
        #expect(!HostileHost.steers(verdict.message))
        #expect(!HostileHost.steers(verdict.plugin))
        #expect(host.steeringLines == [])
        // growth is granted until the next instruction, where refusing it would be unsafe: four times the quota at most
        #expect(verdict.usage.memoryPeak <= 4 * 16 * 1024 * 1024)
        #expect(host.manager.plugins.isEmpty)
        #expect(remains.plugin == nil)
        if Proof.isAsked { #expect(plu_open_states() == states) }  // other suites open some meanwhile
        #expect(try await GoodPlugin.isGood(in: host.manager))
    }

    @Test(arguments: HostileScript.all.filter(\.isHarmless))
    func passesUnchanged_whenPluginIsHarmless(script: HostileScript) async throws {
        let states = plu_open_states()
        let host = HostileHost(isPatient: true)
        var remains = HostileHost.Remains()
        let verdict = await host.live(script, remains: &remains)
        #expect(verdict.outcome == "ok", "\(verdict.phase): \(verdict.message)")
        #expect(DynamicValue.array(verdict.result) == script.result)
        #expect(host.steeringLines == [])
        #expect(remains.plugin == nil)
        if Proof.isAsked { #expect(plu_open_states() == states) }
    }

    /// What the count of states above is worth.
    @Test(.enabled(if: Proof.isAsked, "other suites open states meanwhile: scripts/test --proof"))
    func countsAState_whilePluginIsLoaded() async throws {
        let states = plu_open_states()
        let host = HostileHost()
        try await host.manager.load(source: GoodPlugin.text, name: "good.lua")
        #expect(plu_open_states() == states + 1)
        try await host.manager.unload("good")
        #expect(plu_open_states() == states)
    }

    @Test func refusesFile_whenItIsBytecode() async {
        let host = HostileHost()
        for text in ["\u{1B}Lua", "\u{1B}LuaT\0\u{19}", "\u{1B}"] {
            let error = await #expect(throws: PluginError.self) { try await host.manager.load(source: text, name: "plugin.lua") }
            #expect(error?.message.contains("bytecode") == true)
        }
    }

    private final class Countdown: Sendable {
        let left: Atomic<Int>
        init(_ count: Int) { left = Atomic(count) }
    }

    /// All plugins of the corpus in one host, called at once, while a good one goes on.
    @Test func leavesAGoodPluginAlone_whenAllOthersAreHostile() async throws {
        let host = HostileHost()
        for script in HostileScript.all { _ = try? await host.manager.load(script.path) }
        try await host.manager.load(source: GoodPlugin.text, name: "good.lua")
        try? await host.manager.initialize()
        #expect(host.manager.plugins.count > 150 || HostileScript.all.count < 150)
        // calls of the good plugin from one task: it must not matter that the others keep every thread busy
        let others = Countdown(host.manager.plugins.count - 1)
        let answers = try await withThrowingTaskGroup(of: Bool?.self) { group in
            for plugin in host.manager.plugins where plugin.metadata.name != "good" {
                group.addTask {
                    _ = try? await host.manager.call(plugin.metadata.name, "process", ["x"])
                    others.left.subtract(1, ordering: .relaxed)
                    return nil
                }
            }
            group.addTask {
                repeat {
                    guard try await host.manager.call("good", "process", ["x"]) == GoodPlugin.answer else { return false }
                    await Task.yield()
                } while others.left.load(ordering: .relaxed) > 0
                return true
            }
            return try await group.reduce(into: []) { $0 += [$1].compactMap { $0 } }
        }
        #expect(answers == [true])
        try? await host.manager.cleanup()
        #expect(host.manager.plugins.isEmpty)
        #expect(host.steeringLines == [])
        #expect(try await GoodPlugin.isGood(in: host.manager))
    }
}
