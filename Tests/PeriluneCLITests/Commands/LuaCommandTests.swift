import Testing

@testable import PeriluneCLI

struct LuaCommandTests {
    private let folder = TemporaryFolder()

    private func lua(_ text: String, _ arguments: String...) async -> Outcome {
        await perilune(["lua", folder.write("script.lua", text)] + arguments)
    }

    @Test func givesTheScriptItsArguments_optionsIncluded() async throws {
        let text = """
            local file = io.open(arg[1], 'w')
            file:write(arg[0], '\\n', table.concat(arg, ' ', 2), '\\n', select('#', ...), ' ', (select(3, ...)))
            file:close()
            """
        let outcome = await lua(text, folder("out"), "two", "--three", "-4")
        #expect(outcome.status == 0)
        #expect(outcome.err == "")
        #expect(try folder.read("out") == "\(folder("script.lua"))\ntwo --three -4\n4 --three")
    }

    @Test func hasAllOfLuasLibraries() async {
        let names = "io, os.getenv, os.execute, debug.getinfo, package.path, dofile, loadfile, string.dump, collectgarbage, require, utf8, coroutine"
        #expect(await lua("for i, v in ipairs({ \(names) }) do assert(v, i) end assert(select('#', \(names)) == 12)").status == 0)
    }

    @Test func putsTheErrorOnOneLine_andTheTracebackBelow() async {
        let outcome = await lua("local function f()\n  error('bad\\27[2J\\nthing')\nend\nf()")
        #expect(outcome.errLines.first == "perilune: script.lua:2: bad[2J thing")
        #expect(outcome.errLines.dropFirst().first == "stack traceback:")
        #expect(outcome.errLines.contains("    script.lua:4: in main chunk"))
        #expect(outcome.out == "")
        #expect(outcome.status == 1)
    }

    @Test func namesTheLine_whenTheTextIsNotLua() async {
        let outcome = await lua("local x = 1\nx = = 2")
        #expect(outcome.err == "perilune: script.lua:2: unexpected symbol near '='\n")
        #expect(outcome.status == 1)
    }

    @Test func namesTheFile_whenItIsNotThere() async {
        let outcome = await perilune("lua", folder("none.lua"))
        #expect(outcome.err == "perilune: no such file or folder: \(folder("none.lua")): check the path\n")
        #expect(outcome.status == 1)
    }

    @Test func skipsTheFirstLine_whenItNamesAnInterpreter() async {
        #expect(await lua("#!/usr/bin/env -S perilune lua\nassert(true)").status == 0)
    }

    @Test func printsToStandardOutput() throws {
        let outcome = try Binary.run("lua", folder.write("script.lua", "print('one', 2) io.write('three\\n')"))
        #expect(outcome.out == "one\t2\nthree\n")
        #expect(outcome.err == "")
        #expect(outcome.status == 0)
    }

    @Test func endsWithTheStatusOfTheScript_whenItExits() throws {
        #expect(try Binary.run("lua", folder.write("script.lua", "print('before') os.exit(3)")).status == 3)
    }
}
