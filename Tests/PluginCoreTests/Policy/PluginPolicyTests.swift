import PluginCore
import Testing

struct PluginPolicyTests {
    @Test func limitsAndGrantsNothing_unlessTheHostSaysOtherwise() {
        let policy = PluginPolicy()
        #expect(policy.limits == PluginLimits(cpu: .seconds(1), wall: .seconds(10), memory: 67_108_864, metadata: .milliseconds(250), waitingCalls: 1024))
        #expect(policy.grants == [])
        #expect(policy.trust == .sandboxed)
        #expect(policy.sharedModules.isEmpty && policy.config.isEmpty)
        #expect(policy.root == nil)
        #expect(!policy.accountsCPUTime)
    }

    @Test func isWhatItsPartsAre() {
        var policy = PluginPolicy(
            limits: PluginLimits(cpu: nil), grants: [.store], trust: .trusted, sharedModules: ["m": "return 1"], config: ["a": 1], root: "/data",
            accountsCPUTime: true)
        #expect(policy.limits.cpu == nil)
        #expect(policy != PluginPolicy())
        policy.limits = PluginLimits()
        (policy.grants, policy.trust, policy.sharedModules, policy.config, policy.root, policy.accountsCPUTime) = ([], .sandboxed, [:], [:], nil, false)
        #expect(policy == PluginPolicy())
    }

    @Test func lowersALimit_toWhatAPluginDeclares() {
        let lowered = PluginLimits().lowered(to: DeclaredLimits(cpu: .milliseconds(50), wall: .milliseconds(500), memory: 1 << 20))
        #expect(lowered == PluginLimits(cpu: .milliseconds(50), wall: .milliseconds(500), memory: 1 << 20))
    }

    @Test func keepsALimit_whenAPluginDeclaresMoreOrNone() {
        let limits = PluginLimits(metadata: nil, waitingCalls: 7)
        #expect(limits.lowered(to: DeclaredLimits(cpu: .seconds(99), wall: .seconds(99), memory: .max)) == limits)
        #expect(limits.lowered(to: DeclaredLimits()) == limits)
    }

    @Test func takesWhatAPluginDeclares_whereTheHostHasNoLimit() {
        let none = PluginLimits(cpu: nil, wall: nil, memory: nil)
        #expect(none.lowered(to: DeclaredLimits(cpu: .seconds(1))) == PluginLimits(cpu: .seconds(1), wall: nil, memory: nil))
    }
}
