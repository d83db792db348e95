import Testing

@testable import PeriluneCLI

struct CallCommandTests {
    private let folder = TemporaryFolder()

    private func call(_ body: String, _ arguments: String..., type: String = "processor") async -> Outcome {
        await perilune(["call", folder.plugin("a", type: type, body)] + arguments)
    }

    @Test(arguments: [
        ("return 'x'", #"["x"]"#),
        ("return 1, 'b', { 1, 2 }, { k = true }", #"[1,"b",[1,2],{"k":true}]"#),
        ("return nil, 1", "[null,1]"),
        ("return nil", "[null]"),
        ("", "[]"),
        ("return {}", "[[]]"),
        ("return 9223372036854775807, 0.5", "[9223372036854775807,0.5]"),
        (#"return '\255\0a'"#, #"[{"base64":"/wBh"}]"#),
        (#"return { a = { '\255' } }"#, #"[{"a":[{"base64":"/w=="}]}]"#),
    ])
    func printsTheReturnedValues_asAListOfJSON(body: String, list: String) async {
        let outcome = await call("act = function() \(body) end", "act")
        #expect(outcome.out == list + "\n")
        #expect(outcome.err == "")
        #expect(outcome.status == 0)
    }

    @Test func givesTheArguments_asJSONHasThem() async {
        let outcome = await call("act = function(_, ...) return select('#', ...), ... end", "act", "1", "-1.5", #""t""#, "null", "[1]", #"{"k":"v"}"#, "true", "-5")
        #expect(outcome.out == #"[8,1,-1.5,"t",null,[1],{"k":"v"},true,-5]"# + "\n")
    }

    @Test func callsBetweenInitializeAndCleanup() async {
        let outcome = await call("initialize = function() print('first') end, act = function() print('then') end, cleanup = function() print('last') end", "act")
        #expect(outcome.err == "info: a 1.0.0: first\ninfo: a 1.0.0: then\ninfo: a 1.0.0: last\n")
        #expect(outcome.out == "[]\n")
    }

    @Test func callsSoOften_andPrintsTheLastResult() async {
        #expect(await call("add = function() N = (N or 0) + 1 return N end", "add", "--repeat", "4").out == "[4]\n")
    }

    @Test func printsTheVerdictWithTheResult_inJSON() async {
        let outcome = await call("act = function() return 1, 'x' end, permissions = { store = true }", "act", "--json")
        #expect(
            outcome.pinned
                == #"{"plugin":"a","path":"\#(folder("plugin_a.lua"))","outcome":"ok","phase":"cleanup","message":"","duration_ms":N,"cpu_ms":N,"memory_peak_kib":N,"warnings":["asks for 'store', which is not granted (--grant store)"],"result":[1,"x"]}"#
                + "\n")
        #expect(outcome.err == "")
    }

    @Test func printsTheItemsOfAProvider_thatGivesAnIterator() async {
        let body = "provide = function(_, request) local n = 0 return function() n = n + 1 if n <= request.count then return { n = n } end end end"
        #expect(await call(body, "provide", #"{"count":3}"#, type: "provider").out == #"[{"n":1},{"n":2},{"n":3}]"# + "\n")
    }

    @Test func printsTheValueOfAProvider_thatGivesOne() async {
        #expect(await call("provide = function(_, request) return request end", "provide", type: "provider").out == "[]\n")
        #expect(await call("provide = function(_, request) return request end", "provide", "5", type: "provider").out == "[5]\n")
    }

    @Test func putsAnErrorOnOneLine_withNothingOnStandardOutput() async {
        let outcome = await call(#"act = function() error('a\27[2J\nb') end"#, "act")
        #expect(outcome.err == "perilune: a 1.0.0, act: a[2J b (plugin_a.lua:1)\n")
        #expect(outcome.out == "")
        #expect(outcome.status == 1)
    }

    @Test func putsAnErrorInTheVerdictAlone_inJSON() async {
        let outcome = await call("act = function() error('bad') end", "act", "--json")
        #expect(outcome.out.contains(#""outcome":"error","phase":"act","message":"bad (plugin_a.lua:1)""#))
        #expect(outcome.err == "")
        #expect(outcome.status == 1)
    }

    @Test func suggestsTheNearestOperation_whenThereIsNoneOfThatName() async {
        let outcome = await call("count = function() end", "cuont")
        #expect(outcome.err == "perilune: a 1.0.0, cuont: has no operation 'cuont': did you mean 'count'?\n")
        #expect(outcome.status == 1)
    }

    @Test func namesEightOperations_whenNoneIsNear() async {
        let body = (1...9).map { "op_number_\($0) = function() end" }.joined(separator: ", ")
        #expect(
            await call(body, "frobnicate").err
                == "perilune: a 1.0.0, frobnicate: has no operation 'frobnicate': it has \((1...8).map { "op_number_\($0)" }.joined(separator: ", ")) and 2 more\n")
    }

    @Test(arguments: ["initialize", "cleanup"])
    func saysThatTheHostCallsIt_whenItIsNoOperation(name: String) async {
        let outcome = await call("initialize = function() end, count = function() end", name)
        #expect(outcome.err == "perilune: a 1.0.0, \(name): '\(name)' is no operation, the host calls it itself: it has count, process\n")
        #expect(outcome.status == 1)
    }

    @Test func namesTheOperations_whenNoneIsNear() async {
        let outcome = await call("", "frobnicate", "--json")
        #expect(outcome.out.contains(#""phase":"frobnicate","message":"has no operation 'frobnicate': it has process""#))
    }

    @Test(arguments: [("0/0", "NaN"), ("1/0", "inf"), ("-1/0", "-inf")])
    func saysWhereAResultIsNoJSON(expression: String, number: String) async {
        let outcome = await call("act = function() return 1, { x = \(expression) } end", "act")
        #expect(outcome.err == "perilune: a 1.0.0, act: the result is no JSON: value[2].x: JSON has no \(number): return numbers that are finite\n")
        #expect(outcome.out == "")
        #expect(outcome.status == 1)
    }

    @Test func printsAVerdict_whenAResultIsNoJSON() async {
        let outcome = await call("act = function() return 0/0 end", "act", "--json")
        #expect(outcome.out.contains(#""outcome":"error","phase":"act","message":"the result is no JSON: value[1]: JSON has no NaN: return numbers that are finite""#))
        #expect(outcome.err == "")
        #expect(outcome.status == 1)
    }

    @Test func failsTheCall_whenAResultCannotBeConverted() async {
        let outcome = await call("act = function() local t = {} t.t = t return t end", "act")
        #expect(outcome.err.hasPrefix("perilune: a 1.0.0, act: "))
        #expect(outcome.err.contains("the table contains itself"))
        #expect(outcome.status == 1)
    }

    @Test func refusesAnArgument_thatIsNoJSON() async {
        let outcome = await call("", "process", "1", "{bad")
        // between the two stands what Foundation's reader says
        #expect(outcome.err.hasPrefix("perilune: argument 2 is not valid JSON: "))
        #expect(outcome.err.hasSuffix(": write text as '\"text\"', numbers and tables as JSON has them\n"))
        #expect(!outcome.err.contains(".:"))
        #expect(outcome.status == 64)
    }

    @Test func namesTheFile_whenItIsNotThere() async {
        let outcome = await perilune("call", folder("plugin_none.lua"), "act")
        #expect(outcome.err == "perilune: plugin_none: no such file or folder: \(folder("plugin_none.lua")): check the path\n")
        #expect(outcome.status == 1)
    }

    @Test func loadsWhatThePluginDependsOn_fromItsFolder() async {
        folder.plugin("b")
        #expect(await call("dependencies = { 'b >=1.0.0' }, act = function() return 1 end", "act").out == "[1]\n")
    }

    @Test func takesTheFolder_whenItsInitIsGiven() async {
        folder.write("plugin_own/init.lua", "return { name = 'own', version = '1.0.0', plugin_type = 'processor', process = require('more').f }")
        let path = folder.write("plugin_own/more.lua", "return { f = function() return 1 end }").replacing("more.lua", with: "init.lua")
        #expect(await perilune("call", path, "process").out == "[1]\n")
    }

    @Test func tellsWhatTheLimitOnLinesDropped_whenThePluginGoes() async {
        let outcome = await call("act = function() for n = 1, 20000 do print(n) end end", "act")
        #expect(outcome.errLines.filter { $0.hasPrefix("warning: a 1.0.0: plugin output dropped (lines=") }.isEmpty == false)
    }

    @Test func cutsALongLineAndALongMessage_withTheirLength() async {
        let outcome = await call("act = function() print(('x'):rep(1000000)) error(('y'):rep(1000000), 0) end", "act")
        #expect(outcome.errLines.first == "info: a 1.0.0: \(String(repeating: "x", count: 8192))... (1000000 bytes)")
        #expect(outcome.errLines.last == "perilune: a 1.0.0, act: \(String(repeating: "y", count: 4096))... (1000000 bytes) (plugin_a.lua:1)")
    }
}
