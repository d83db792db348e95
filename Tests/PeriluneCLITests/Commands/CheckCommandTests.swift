import Foundation
import Testing

@testable import PeriluneCLI

struct CheckCommandTests {
    private let folder = TemporaryFolder()

    private func check(_ name: String, _ options: String...) async -> Outcome {
        await perilune(["check", folder("plugin_\(name).lua")] + options)
    }

    /// A verdict's line with what differs from run to run replaced.
    private func line(
        _ plugin: String, _ path: String, _ outcome: String = "ok", _ phase: String = "cleanup", message: String = "", warnings: String = "",
        result: String = ""
    ) -> String {
        #"{"plugin":"\#(plugin)","path":"\#(path)","outcome":"\#(outcome)","phase":"\#(phase)","message":"\#(message)","duration_ms":N,"cpu_ms":N,"memory_peak_kib":N,"warnings":[\#(warnings)],"result":[\#(result)]}"# + "\n"
    }

    // MARK: What is checked

    @Test func printsAVerdictInJSON_ofOnePlugin() async {
        let path = folder.plugin("words")
        let outcome = await perilune("check", path, "--json")
        #expect(outcome.pinned == line("words", path))
        #expect(outcome.err == "")
        #expect(outcome.status == 0)
    }

    @Test func printsAVerdictForPeople_withoutJSON() async {
        let path = folder.plugin("words", version: "1.2.3")
        let outcome = await perilune("check", path)
        #expect(outcome.out.wholeMatch(of: /ok      words 1\.2\.3 \((.+)\): [0-9.]+ (us|ms|s), \d+ KiB\n/)?.output.1 == path[...])
        #expect(outcome.status == 0)
    }

    @Test func checksEveryPluginOfAFolder_inTheOrderOfNames() async {
        let b = folder.plugin("b")
        let a = folder.write("plugin_a/init.lua", "return { name = 'a', version = '1.0.0', plugin_type = 'processor', process = function() end }")
        folder.write("other.lua", "not a plugin")
        let outcome = await perilune("check", folder.path, "--json")
        #expect(outcome.pinned == line("a", String(a.dropLast("/init.lua".count))) + line("b", b))
        #expect(outcome.status == 0)
    }

    @Test(arguments: ["plugin_own", "plugin_own/"])
    func checksThePluginItself_whenItIsAFolderWithInit(name: String) async {
        folder.write("plugin_own/init.lua", "return { name = 'own', version = '1.0.0', plugin_type = 'processor', process = require('more').f }")
        folder.write("plugin_own/more.lua", "return { f = function() end }")
        let outcome = await perilune("check", folder(name), "--json")
        #expect(outcome.pinned == line("own", folder(name)))
    }

    @Test func checksSeveralPaths_inTheOrderGiven() async {
        let (a, b) = (folder.plugin("a"), folder.plugin("b"))
        #expect(await perilune("check", b, a, "--json").pinned == line("b", b) + line("a", a))
    }

    @Test func goesOnPastAFailure_withStatus1() async {
        let bad = folder.write("plugin_a.lua", "return 1")
        let good = folder.plugin("b")
        let outcome = await perilune("check", bad, good, folder("plugin_none.lua"), "--json")
        #expect(outcome.outLines.count == 3)
        #expect(outcome.pinned.contains(line("b", good)))
        #expect(outcome.err == "")
        #expect(outcome.status == 1)
    }

    @Test func putsTheReasonInTheVerdictForPeople_whenAPluginFails() async {
        let path = folder.plugin("a", "initialize = function() error('no luck') end")
        let outcome = await perilune("check", path)
        #expect(outcome.out == "error   a 1.0.0 (\(path)): initialize: no luck (plugin_a.lua:1)\n")
        #expect(outcome.err == "")
        #expect(outcome.status == 1)
    }

    // MARK: Outcome and phase

    @Test func endsInInitialize_whenThatRaises() async {
        let path = folder.plugin("a", "initialize = function() error('no luck') end")
        let outcome = await check("a", "--json")
        #expect(outcome.pinned == line("a", path, "error", "initialize", message: "no luck (plugin_a.lua:1)"))
        #expect(outcome.status == 1)
    }

    @Test(arguments: [
        ("error({ code = 'quota', message = 'used up' })", "used up (plugin_a.lua:1)"),
        ("error({ code = 'quota' })", "(error object is a table value) (plugin_a.lua:1)"),
        ("error(nil)", "(error object is a nil value) (plugin_a.lua:1)"),
        ("error(setmetatable({}, { __tostring = function() error('x') end }))", "(error object is a table value whose __tostring failed) (plugin_a.lua:1)"),
    ])
    func saysWhatItCan_whenWhatInitializeRaisesIsNoText(raise: String, message: String) async {
        let path = folder.plugin("a", "initialize = function() \(raise) end")
        #expect(await check("a", "--json").pinned == line("a", path, "error", "initialize", message: message))
    }

    @Test func endsInCleanup_whenThatRaises() async {
        let path = folder.plugin("a", "cleanup = function() error('cannot end') end")
        let outcome = await check("a", "--json")
        #expect(outcome.pinned == line("a", path, "error", "cleanup", message: "cannot end (plugin_a.lua:1)"))
        #expect(outcome.status == 1)
    }

    @Test func endsInTheOperation_whenACallRaises() async {
        let path = folder.plugin("a", "shout = function() error('hoarse') end")
        let outcome = await check("a", "--call", "shout", "--json")
        #expect(outcome.pinned == line("a", path, "error", "shout", message: "hoarse (plugin_a.lua:1)"))
        #expect(outcome.status == 1)
    }

    @Test func endsInDependencies_whenOneIsMissing() async {
        let path = folder.plugin("a", "dependencies = { 'text >=1.0.0' }")
        let message = "needs text >=1.0.0, which is not there: load text as well"
        #expect(await check("a", "--json").pinned == line("a", path, "error", "dependencies", message: message))
    }

    @Test func endsInDependencies_whenOneHasTheWrongVersion() async {
        folder.plugin("text", version: "2.0.0")
        let path = folder.plugin("a", "dependencies = { 'text <2.0.0' }")
        let message = "needs text <2.0.0, found text 2.0.0: load a version of text that fits"
        #expect(await check("a", "--json").pinned == line("a", path, "error", "dependencies", message: message))
    }

    @Test func endsInDependencies_whenTheyAreCircular() async {
        folder.plugin("b", "dependencies = { 'a' }")
        let path = folder.plugin("a", "dependencies = { 'b' }")
        let message = "depends on itself: a -> b -> a: break the circle by moving what they share into a plugin of its own"
        #expect(await check("a", "--json").pinned == line("a", path, "error", "dependencies", message: message))
    }

    @Test func findsDependenciesBesideTheFile_andTheirs() async {
        folder.plugin("a_first")
        folder.plugin("c")
        folder.write("plugin_other_name.lua", "return { name = 'b', version = '1.0.0', plugin_type = 'processor', dependencies = { 'c' }, process = function() end }")
        folder.write("plugin_broken.lua", "return")
        let path = folder.plugin("a", "dependencies = { 'b' }")
        let outcome = await check("a", "--json")
        #expect(outcome.pinned == line("a", path))
        #expect(outcome.status == 0)
    }

    @Test func isATimeout_whenCPUTimeRunsOut() async {
        let path = folder.plugin("a", "spin = function() while true do end end")
        let outcome = await check("a", "--call", "spin", "--cpu-ms", "20", "--json")
        let message = "the call took more than its 20 ms of CPU time (plugin_a.lua:1): let the plugin do less in one call, or raise the policy's limit of time"
        #expect(outcome.pinned == line("a", path, "timeout", "spin", message: message))
        #expect(outcome.status == 1)
    }

    @Test func isATimeout_whenWallTimeRunsOut() async {
        let path = folder.plugin("a", "spin = function() while true do end end")
        let outcome = await check("a", "--call", "spin", "--cpu-ms", "100000", "--wall-ms", "300", "--json")
        let message = "the call took more than its 300 ms of wall-clock time (plugin_a.lua:1): let the plugin do less in one call, or raise the policy's limit of time"
        #expect(outcome.pinned == line("a", path, "timeout", "spin", message: message))
    }

    @Test func isATimeout_whenTheScriptItselfNeverReturns() async {
        folder.write("plugin_a.lua", "while true do end")
        let outcome = await check("a", "--json")
        #expect(outcome.out.contains(#""outcome":"timeout","phase":"metadata""#))
    }

    @Test func isMemory_whenTheQuotaIsUsedUp() async {
        let path = folder.plugin("a", "eat = function() return ('x'):rep(8 * 1024 * 1024) end")
        let outcome = await check("a", "--call", "eat", "--memory-mb", "2", "--json")
        let message = "not enough memory: the quota is 2097152 bytes (plugin_a.lua:1): let the plugin hold less, or raise the policy's limit of memory"
        #expect(outcome.pinned == line("a", path, "memory", "eat", message: message))
    }

    @Test func isDenied_whenAPermissionIsRefused() async {
        let path = folder.plugin("a", "permissions = { store = true }, initialize = function(ctx) ctx.store.put('k', 1) end")
        let outcome = await check("a", "--json")
        let message = "ctx.store.put needs the permission 'store': grant it by the policy's grants, or --grant store (plugin_a.lua:1)"
        let warning = #""asks for 'store', which is not granted (--grant store)""#
        #expect(outcome.pinned == line("a", path, "denied", "initialize", message: message, warnings: warning))
        #expect(outcome.status == 1)
    }

    // MARK: Warnings

    @Test func onlyWarns_whenAPluginMerelyAsks() async {
        let path = folder.plugin("a", "permissions = { store = true, read = { 'a/*', 'b/*' } }")
        let outcome = await check("a")
        #expect(outcome.outLines.dropFirst() == [
            "        warning: asks for 'read=a/*', which is not granted (--grant read=a/*)",
            "        warning: asks for 'read=b/*', which is not granted (--grant read=b/*)",
            "        warning: asks for 'store', which is not granted (--grant store)",
        ])
        #expect(outcome.out.hasPrefix("ok      a 1.0.0 (\(path))"))
        #expect(outcome.status == 0)
    }

    @Test func warnsOfWhatIsProbablyNotMeant() async {
        let path = folder.write("plugin_a.lua", "return { name = 'a', version = '1.0.0', plugin_type = 'processor', proces = function() end }")
        let warnings = #""operation 'proces' is close to 'process': did you mean that?","a processor has the operation 'process', which is missing""#
        #expect(await check("a", "--json").pinned == line("a", path, warnings: warnings))
    }

    @Test func letsNoControlCharacterThrough_fromAPluginsTable() async {
        folder.plugin("a", #"permissions = { read = { '\27[2J' } }"#)
        let outcome = await check("a")
        #expect(!outcome.out.contains("\u{1B}"))
        #expect(outcome.outLines.last == "        warning: asks for 'read=[2J', which is not granted (--grant read=[2J)")
    }

    // MARK: --call, --argument, --repeat

    @Test func callsWithTheArguments_inTheirOrder() async {
        let path = folder.plugin("a", "join = function(_, ...) return table.concat({ ... }, '-'), 2 end")
        let outcome = await check("a", "--call", "join", "--argument", #""x""#, "--argument", "1", "--json")
        #expect(outcome.pinned == line("a", path, result: #""x-1",2"#))
    }

    @Test func callsOnlyThePluginsThatHaveTheOperation() async {
        let a = folder.plugin("a", "first = function() return 1 end")
        let b = folder.plugin("b")
        #expect(await perilune("check", a, b, "--call", "first", "--json").pinned == line("a", a, result: "1") + line("b", b))
    }

    @Test func hasStatus1_whenNoPluginHasTheOperation() async {
        folder.plugin("a", "shout = function() end")
        let outcome = await check("a", "--call", "shuot")
        #expect(outcome.status == 1)
        #expect(outcome.err == "perilune: no plugin has the operation 'shuot', did you mean 'shout'?\n")
        #expect(outcome.out.hasPrefix("ok      a 1.0.0"))
        #expect(outcome.outLines.last == "        warning: no plugin has the operation 'shuot', did you mean 'shout'?")
    }

    @Test func makesEachOfSeveralCalls_andShowsTheLastResult() async {
        let path = folder.plugin("a", "add = function() N = (N or 0) + 1 return N end, twice = function() return N * 2 end")
        #expect(await check("a", "--call", "add", "--call", "twice", "--json").pinned == line("a", path, result: "2"))
    }

    @Test func makesEachCallSoOften_whenItIsRepeated() async {
        let path = folder.plugin("a", "add = function() N = (N or 0) + 1 return N end")
        #expect(await check("a", "--call", "add", "--repeat", "5", "--json").pinned == line("a", path, result: "5"))
    }

    @Test func livesSoOften_whenItIsRepeatedWithoutACall() async {
        let path = folder.plugin("a", "initialize = function() print('born') end")
        let outcome = await check("a", "--repeat", "3", "--json")
        #expect(outcome.pinned == line("a", path))
        #expect(outcome.err == String(repeating: "info: a 1.0.0: born\n", count: 3))
    }

    @Test func stopsRepeating_atAFailure() async {
        folder.plugin("a", "initialize = function() print('born') error('x') end")
        #expect(await check("a", "--repeat", "3").err == "info: a 1.0.0: born\n")
    }

    @Test(arguments: [(["{bad"], 1), (["1", "word"], 2)])
    func refusesArguments_thatAreNoJSON(arguments: [String], number: Int) async {
        folder.plugin("a")
        let outcome = await perilune(["check", folder("plugin_a.lua"), "--call", "process"] + arguments.flatMap { ["--argument", $0] })
        #expect(outcome.status == 64)
        // between the two stands what Foundation's reader says
        #expect(outcome.err.hasPrefix("perilune: argument \(number) is not valid JSON: "))
        #expect(outcome.err.hasSuffix(": write text as '\"text\"', numbers and tables as JSON has them\n"))
        #expect(outcome.out == "")
    }

    @Test func isAnErrorOfThatPluginAlone_whenAResultIsNoJSON() async {
        let a = folder.plugin("a", "first = function() return { deep = { 1, 0/0 } } end")
        let b = folder.plugin("b", "first = function() return 1 end")
        let outcome = await perilune("check", a, b, "--call", "first", "--json")
        let message = "the result is no JSON: value[1].deep[2]: JSON has no NaN: return numbers that are finite"
        #expect(outcome.pinned == line("a", a, "error", "first", message: message) + line("b", b, result: "1"))
        #expect(outcome.status == 1)
    }

    // MARK: What plugins print

    @Test func sendsWhatAPluginPrintsToStandardError_escaped() async {
        let path = folder.plugin("a", #"initialize = function(ctx) print('one', 2, '\27[2J') ctx.log.warn('careful', { n = 1 }) end"#)
        let outcome = await check("a", "--json")
        #expect(outcome.pinned == line("a", path))
        #expect(outcome.err == "info: a 1.0.0: one\\t2\\t\\u{1b}[2J\nwarning: a 1.0.0: careful (n=1)\n")
    }

    @Test func sendsWhatATrustedPluginPrintsToStandardError() async {
        let path = folder.plugin("a", "initialize = function() print('one', nil, 2) end")
        let outcome = await check("a", "--json", "--no-sandbox")
        #expect(outcome.pinned == line("a", path))
        #expect(outcome.err == "info: a 1.0.0: one\\tnil\\t2\n")
    }

    @Test func keepsStandardOutputToItself_whenATrustedPluginPrintsWhileItLoads() async throws {
        let path = folder.write(
            "plugin_a.lua", "print('loading') return { name = 'a', version = '1.0.0', plugin_type = 'processor', process = function() print('at work') end }")
        let outcome = try Binary.run("check", path, "--json", "--no-sandbox", "--call", "process")
        #expect(outcome.pinned == line("a", path))
        #expect(outcome.err == "info: plugin_a: loading\ninfo: a 1.0.0: at work\n")
    }

    @Test(arguments: [(["read=a/*"], ["b/c.txt"]), (["read=**"], []), (["read=*/*.txt"], ["a/*"]), (["read=a/*", "read=b/*"], [])])
    func warnsOfEachPattern_thatNoGrantCovers(grants: [String], left: [String]) async {
        folder.plugin("a", "permissions = { read = { 'a/*', 'b/c.txt' } }")
        let outcome = await perilune(["check", folder("plugin_a.lua")] + grants.flatMap { ["--grant", $0] })
        #expect(outcome.outLines.dropFirst() == left.map { "        warning: asks for 'read=\($0)', which is not granted (--grant read=\($0))" }[...])
    }

    @Test func takesANegativeNumber_asAnArgument() async {
        let path = folder.plugin("a", "minus = function(_, n) return n end")
        #expect(await check("a", "--call", "minus", "--argument", "-5", "--json").pinned == line("a", path, result: "-5"))
    }

    @Test func asksForAPath_whenItIsEmpty() async {
        #expect(await perilune("check", "").out == "error    (): load: an empty path names no plugin: give a plugin_NAME.lua file, or a folder with init.lua\n")
    }
}
