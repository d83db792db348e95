import Foundation
import Perilune
import Testing

@testable import PeriluneCLI

/// `perilune test`.
@Suite(.timeLimit(.minutes(10))) struct TestCommandTests {
    private let folder = TemporaryFolder()

    init() {
        folder.write(
            "plugin_words.lua",
            """
            return {
              name = "words", version = "1.0.0", plugin_type = "processor",
              permissions = { store = true, plugins = true }, dependencies = { "prices" },
              config = { minimum = { type = "integer", default = 3 } },
              initialize = function(ctx) ctx.log.info("begun") end,
              cleanup = function(ctx) if broken then error("cannot end") end end,
              process = function(ctx, item)
                ctx.metrics.increment("items", 2)
                ctx.metrics.record("size", 1.5)
                return { words = select(2, item:gsub("%a+", "")), minimum = ctx.config.minimum }
              end,
              keep = function(ctx, key, value) ctx.store.put(key, value) return ctx.store.get(key) end,
              wait = function(ctx) local before = ctx.now() ctx.sleep(60) return ctx.now() - before end,
              price = function(ctx) return ctx.plugins.call("prices", "get") end,
              fail = function(ctx) local t = nil return t.x end,
              leak = function() broken = true end,
              loop = function() while true do end end,
            }
            """)
    }

    private func run(_ tests: String, head: String = "", _ arguments: String...) async -> Outcome {
        folder.write("words_test.lua", "return { \(head) tests = {\n\(tests)\n} }")
        return await perilune(["test", folder.path] + arguments)
    }

    @Test func passes_whenEachTestDoes() async {
        let outcome = await run(
            """
            ["counts words"] = function(t)
              t.equal(t.call("process", "a few words"), { words = 3, minimum = 5 })
              t.equal(t.metrics(), { items = 2, size = 1.5 })
              t.equal(t.logs()[1], { level = "info", message = "begun", fields = {} })
            end,
            ["keeps values"] = function(t) t.equal(t.call("keep", "a", { 1, 2 }), { 1, 2 }) end,
            ["begins with an empty store"] = function(t) t.equal(t.ctx.store.get("a"), nil) end,
            ["has the clock in hand"] = function(t)
              t.now(100)
              t.equal(t.ctx.now(), 100)
              t.advance(5)
              t.equal(t.ctx.now(), 105)
              t.equal(t.call("wait"), 60)
            end,
            ["answers for other plugins"] = function(t)
              t.answer("prices", "get", { tea = 5 })
              t.equal(t.call("price"), { tea = 5 })
            end,
            ["knows errors"] = function(t)
              local problem = t.error("attempt to index a nil value", t.call, "fail")
              t.ok(problem:find("local 't'"), "names what was nil")
            end,
            """, head: "config = { minimum = 5 }, grants = { 'store', 'plugins' },")
        #expect(outcome.err == "")
        #expect(outcome.status == 0)
        let names = ["answers for other plugins", "begins with an empty store", "counts words", "has the clock in hand", "keeps values", "knows errors"]
        #expect(outcome.out == "\(folder.path)/words_test.lua\n" + names.map { "  ok    \($0)\n" }.joined() + "6 passed, 0 failed\n")
    }

    @Test func showsBothValues_whenTheyDiffer() async {
        let line = #"["differs"] = function(t) t.equal(t.call("process", "a b"), { words = 3, minimum = 3, more = "x\n" }, "a note") end,"#
        let outcome = await run(line)
        #expect(outcome.status == 1)
        #expect(
            outcome.outLines.dropFirst() == [
                "  FAIL  differs", "        a note: expected (-) and found (+) differ (words_test.lua:2)", "          {", "            minimum = 3,",
                #"        -   more = "x\n","#, "        -   words = 3", "        +   words = 2", "          }", "        1 | return {  tests = {",
                "        2 | " + line, "          | " + String(repeating: "^", count: line.count), "        3 | } }", "          info: begun", "0 passed, 1 failed",
            ])
    }

    @Test(arguments: [
        ("t.equal({}, { 1 })", "+ {}"), ("t.equal(1, '1')", #"- "1""#), ("t.equal({ [true] = { a = { 'x' } } }, {})", "+   [true] = {"),
        ("local a = {} a.a = a a.b = { a, a } t.equal(a, {})", "+   a = { ... },"),
        ("local a, b = {}, {} for i = 1, 300 do a[i], b[i] = i, i end b[250] = 0 t.equal(a, b)", "(247 lines alike)\n            247,"),
        ("t.equal(('x'):rep(5000) .. '1', ('x'):rep(5000) .. '2')", "differ from byte 4981 on"), ("t.ok(false, {})", "expected something true, found false"),
        ("t.ok(nil, 'it is there')", "it is there: expected something true, found nil"), ("t.ok(false)", "expected something true, found false"),
        ("t.error('no', function() end)", "expected an error with 'no', and there was none"),
        ("t.error('no', error, 'yes')", "expected an error with 'no', found 'yes'"),
        ("t.call('proces')", "the plugin has no function 'proces'"),
        ("t.call('price')", "nothing answers 'get' of 'prices': set it by t.answer(\"prices\", \"get\", value)"),
        ("t.call('keep', 'a', 1)", "ctx.store.put needs the permission 'store'"),
        ("t.call('fail')", "attempt to index a nil value (local 't') (plugin_words.lua:15)"),
        ("t.call('leak')", "in cleanup: cannot end (plugin_words.lua:6)"),
        ("t.call('loop')", "the call took more than its 100 ms of CPU time"),
        ("error({ code = 'mine', message = 'own' })", "own"),
    ])
    func saysWhatIsWrong(body: String, message: String) async {
        let outcome = await run("x = function(t) \(body) end,", head: body.contains("price") ? "grants = { 'plugins' }," : "", "--cpu-ms", "100")
        #expect(outcome.status == 1)
        #expect(outcome.out.contains(message), "\(outcome.out)")
        #expect(outcome.out.hasSuffix("0 passed, 1 failed\n"))
    }

    @Test func runsAll_evenIfOneFails_andOnlyWhatTheFilterNames() async {
        let tests = "a = function(t) error('no') end, ab = function(t) end, b = function(t) end,"
        #expect(await run(tests).outLines.last == "2 passed, 1 failed")
        #expect(await run(tests, "--filter", "b").outLines.last == "2 passed, 0 failed")
        let none = await run(tests, "--filter", "zz")
        #expect(none.status == 1)
        #expect(none.err == "perilune: no test has 'zz' in its name: see the names without --filter\n")
    }

    @Test func writesTAP() async throws {
        let outcome = await run("['a # b'] = function(t) t.ok(false) end, c = function(t) end,", "--tap")
        #expect(outcome.outLines.prefix(2) == ["TAP version 13", "1..2"])
        #expect(outcome.outLines[2] == "not ok 1 - \(folder.path)/words_test.lua: a \\# b")
        #expect(outcome.outLines[3...4] == ["  ---", "  message: |2-"])
        #expect(outcome.outLines[5] == "    expected something true, found false (words_test.lua:2)")
        #expect(outcome.outLines.suffix(2) == ["  ...", "ok 2 - \(folder.path)/words_test.lua: c"])
    }

    @Test func writesJUnit() async throws {
        _ = await run("['a < b'] = function(t) error('\"no\" & more') end, c = function(t) end,", "--junit", folder("out.xml"))
        let document = try XML.parse(folder.read("out.xml"))
        #expect(document.first { $0.name == "testsuites" }?.attributes == ["tests": "2", "failures": "1"])
        #expect(document.filter { $0.name == "testcase" }.compactMap { $0.attributes["name"] } == ["a < b", "c"])
        #expect(document.first { $0.name == "failure" }?.attributes["message"] == "\"no\" & more")
        let refused = await run("c = function(t) end,", "--junit", folder("gone/out.xml"))
        #expect(refused.err.hasPrefix("perilune: cannot write \(folder("gone/out.xml")): no such file or directory"))
    }

    @Test(arguments: [
        ("return 5", "the file must return a table of tests, found integer"), ("return { test = {} }", "unknown key 'test': did you mean 'tests'?"),
        ("return {}", "'tests' is missing, expected a table of functions"), ("return { tests = { a = 5 } }", "the test 'a' must be a function, found number"),
        ("return { plugin = 'gone.lua', tests = {} }", "there is no plugin gone.lua beside it: set 'plugin' to its path"),
        ("return { grants = { 5 }, tests = {} }", "'grants' holds what is no permission"),
        ("return { grants = 'store', tests = {} }", "'grants' must be an array of permissions, found a string"),
        ("return { config = 'x', tests = {} }", "'config' must be a table of values, found a string"),
        ("return { plugin = 5, tests = {} }", "'plugin' must be the path of a plugin, found a integer"),
        ("return { tests = { function(t) end } }", "the test '[1]' needs a name"), ("return {", "unexpected symbol near <eof>"), ("error('early')", "early"),
    ])
    func saysWhatIsWrong_withAFileOfTests(text: String, message: String) async {
        folder.write("words_test.lua", text)
        let outcome = await perilune("test", folder.path)
        #expect(outcome.status == 1)
        #expect(outcome.out.contains("FAIL  is a file of tests"))
        #expect(outcome.out.contains(message), "\(outcome.out)")
    }

    @Test func findsThePlugin_byTheTestsName_inItsFolderAsWell() async {
        folder.write("plugin_inner/init.lua", "return { name = 'inner', version = '1.0.0', plugin_type = 'processor', process = function() return require('part') end }")
        folder.write("plugin_inner/part.lua", "return 7")
        folder.write("inner_test.lua", "return { tests = { requires = function(t) t.equal(t.call('process'), 7) end } }")
        folder.write("plugin_inner/more_test.lua", "local part = require('part') return { tests = { again = function(t) t.equal(t.call('process'), part) end } }")
        let outcome = await perilune("test", folder.path)
        #expect(outcome.outLines.last == "2 passed, 0 failed", "\(outcome.out)")
        #expect(await perilune("test", folder("inner_test.lua")).outLines.last == "1 passed, 0 failed")
    }

    @Test func saysHowToBegin_whenThereAreNone() async {
        let outcome = await perilune("test", folder.path)
        #expect(outcome.status == 1)
        #expect(outcome.err == "perilune: no tests: write NAME_test.lua beside plugin_NAME.lua, or see 'perilune new'\n")
    }

    @Test func runsThemAgain_afterAChange() async throws {
        folder.write("words_test.lua", "return { tests = { a = function(t) t.ok(false) end } }")
        let terminal = try PseudoTerminal(["test", "--watch", folder.path])
        await terminal.shows("0 passed, 1 failed")
        await terminal.shows("waiting for a change; end with Ctrl-C")
        folder.write("words_test.lua", "return { tests = { a = function(t) t.ok(true) end } }")
        await terminal.shows("1 passed, 0 failed")
        terminal.interrupt()
        #expect(await terminal.status() == 0)
    }
}

/// The elements of an XML document, in order.
private final class XML {
    struct Element {
        var name: String
        var attributes: [String: String]
    }

    /// Enough of a reader for what the command writes: it fails where tags are not closed in order.
    static func parse(_ text: String) throws -> [Element] {
        var (elements, open): ([Element], [String]) = ([], [])
        for match in text.matches(of: /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/) {
            let name = String(match.2)
            if match.1 == "/" {
                try #require(open.popLast() == name)
                continue
            }
            let attributes = String(match.3).matches(of: /([a-z]+)="([^"]*)"/).map { (String($0.1), plain(String($0.2))) }
            elements.append(Element(name: name, attributes: Dictionary(attributes) { $1 }))
            if match.4 != "/" { open.append(name) }
        }
        try #require(open.isEmpty)
        return elements
    }

    private static func plain(_ text: String) -> String {
        text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }
}
