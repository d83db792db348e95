import Testing

@testable import PeriluneCLI

struct PeriluneMainTests {
    // MARK: Usage

    @Test(arguments: [
        (["frobnicate"], "unknown command 'frobnicate': see 'perilune help'"),
        (["chek", "x"], "unknown command 'chek', did you mean 'check'?: see 'perilune help'"),
        (["help", "frobnicate"], "unknown command 'frobnicate': see 'perilune help'"),
        (["help", "chek"], "unknown command 'chek', did you mean 'check'?: see 'perilune help'"),
        (["run"], "Missing expected argument '<pipeline>': see 'perilune help'"),
        (["check"], "Missing expected argument '<file-or-folder> ...': see 'perilune help'"),
        (["call", "x"], "Missing expected argument '<operation>': see 'perilune help'"),
        (["lua"], "Missing expected argument '<file>': see 'perilune help'"),
        (["list", "one", "two"], "Unexpected argument 'two': see 'perilune help'"),
        (["check", "x", "--jsn"], "Unknown option '--jsn'. Did you mean '--json'?: see 'perilune help'"),
        (["run", "x", "--grant", "store"], "Unknown option '--grant': see 'perilune help'"),
        (["run", "x", "--limit"], "Missing value for '--limit <n>': see 'perilune help'"),
        (["run", "x", "--limit", "0"], "--limit must be at least 1, found 0: see 'perilune help'"),
        (["run", "x", "--limit", "many"], "The value 'many' is invalid for '--limit <n>': see 'perilune help'"),
        (["check", "x", "--repeat", "0"], "--repeat must be at least 1, found 0: see 'perilune help'"),
        (["call", "x", "y", "--repeat", "0"], "--repeat must be at least 1, found 0: see 'perilune help'"),
        (["check", "x", "--argument", "1"], "--argument needs a --call: see 'perilune help'"),
    ])
    func saysWhatIsWrongOnOneLine_whenUsageIsWrong(arguments: [String], message: String) async {
        let outcome = await perilune(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.out == "")
        #expect(outcome.err == "perilune: \(message)\n")
    }

    @Test func saysNothingThatSteersATerminal_whenTheUnknownCommandHasControlCharacters() async {
        #expect(await perilune("a\u{1B}[2Jb\nc").err == "perilune: unknown command 'a[2Jb c': see 'perilune help'\n")
    }

    // MARK: Help

    @Test(arguments: [[], ["help"], ["--help"], ["-h"]])
    func printsTheCommands_whenHelpIsAskedFor(arguments: [String]) async {
        let outcome = await perilune(arguments)
        #expect(outcome.status == 0)
        #expect(outcome.err == "")
        for command in ["run", "check", "call", "list", "lua"] { #expect(outcome.out.contains("\n  \(command) ")) }
    }

    @Test(arguments: [["help", "check"], ["check", "--help"]])
    func printsTheOptionsOfACommand_whenItsHelpIsAskedFor(arguments: [String]) async {
        let outcome = await perilune(arguments)
        #expect(outcome.status == 0)
        for option in ["--call", "--argument", "--repeat", "--json", "--cpu-ms", "--wall-ms", "--memory-mb", "--grant", "--no-sandbox"] {
            #expect(outcome.out.contains(option))
        }
    }

    @Test func printsTheVersion_whenAsked() async {
        let outcome = await perilune("--version")
        #expect(outcome.status == 0)
        #expect(outcome.out == "0.1.0\n")
        #expect(outcome.err == "")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func printsACompletionScript_forEachShell(shell: String) async {
        let outcome = await perilune("--generate-completion-script", shell)
        #expect(outcome.status == 0)
        #expect(outcome.out.contains("perilune"))
        #expect(outcome.out.contains("memory-mb"))
        #expect(outcome.err == "")
    }

    @Test func writesToItsOwnStreams_asAProcess() throws {
        let help = try Binary.run("--version")
        #expect(help.status == 0)
        #expect(help.out == "0.1.0\n")
        #expect(help.err == "")
        let wrong = try Binary.run("chek")
        #expect(wrong.status == 64)
        #expect(wrong.out == "")
        #expect(wrong.err == "perilune: unknown command 'chek', did you mean 'check'?: see 'perilune help'\n")
    }

    // MARK: CommandFailure

    @Test func keepsTheMessage_whenAJobsFailureIsACommandsOwn() {
        let failure = CommandFailure.job(CommandFailure.usage("wrong"))
        #expect(failure.message == "wrong")
        #expect(failure.status == 64)
    }

    // MARK: oneLine

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("  a\n\n  b\r\nc  ", "a b c"), ("a\tb", "ab"), ("a\u{1B}[2Jb", "a[2Jb"), ("a\u{7F}b", "ab"),
        ("a\u{9B}2Jb", "a2Jb"), ("a\u{202E}b\u{2066}c", "abc"), ("a\u{2028}b\u{85}c", "a b c"), ("grüße, 東京 🎉", "grüße, 東京 🎉"),
    ])
    func keepsOnlyWhatCannotSteerATerminal_onOneLine(text: String, line: String) {
        #expect(text.oneLine == line)
    }

    // MARK: Output that cannot be written

    #if os(Linux)
        @Test(arguments: [["--version"], ["check", "plugin_a.lua"], ["list"]])
        func hasStatus1_whenStandardOutputIsFull(arguments: [String]) throws {
            let folder = TemporaryFolder()
            folder.plugin("a")
            folder.write("a.lua", "print('a')")
            let outcome = try Binary.run(arguments, in: folder.path, prefix: ["/bin/sh", "-c", #"exec "$0" "$@" > /dev/full"#])
            #expect(outcome.err == "perilune: cannot write standard output: no space left on device\n")
            #expect(outcome.status == 1)
        }
    #endif

    #if os(Linux)
        @Test(arguments: ["print('a')", "io.write('a')"])
        func hasStatus1_whenWhatAScriptPrintsIsLost(text: String) throws {
            let folder = TemporaryFolder()
            let outcome = try Binary.run(["lua", folder.write("a.lua", text)], prefix: ["/bin/sh", "-c", #"exec "$0" "$@" > /dev/full"#])
            #expect(outcome.err == "perilune: cannot write standard output: what the script printed is lost in part\n")
            #expect(outcome.status == 1)
        }
    #endif

    @Test func hasStatus1_whenStandardOutputIsClosed() throws {
        let outcome = try Binary.run(["--version"], prefix: ["/bin/sh", "-c", #"exec "$0" "$@" >&-"#])
        #expect(outcome.err == "perilune: cannot write standard output: bad file descriptor\n")
        #expect(outcome.status == 1)
    }

    @Test func hasStatus1_whenStandardErrorIsClosed() throws {
        let folder = TemporaryFolder()
        folder.plugin("a", "initialize = function() print('a') end")
        let outcome = try Binary.run(["check", "plugin_a.lua"], in: folder.path, prefix: ["/bin/sh", "-c", #"exec "$0" "$@" 2>&-"#])
        #expect(outcome.out.hasPrefix("ok      a 1.0.0"))
        #expect(outcome.status == 1)
    }

    // MARK: NegativeNumbers

    @Test(arguments: [
        (["call", "f", "op", "-5", "-1.5e3", "-x"], ["call", "f", "op", " -5", " -1.5e3", "-x"]),
        (["call", "f", "op", "--cpu-ms", "-5", "--json", "-5"], ["call", "f", "op", "--cpu-ms", "-5", "--json", " -5"]),
        (["lua", "f", "-5"], ["lua", "f", "-5"]), ([], []),
    ])
    func shieldsNegativeNumbers_amongTheArgumentsOfCall(arguments: [String], shielded: [String]) {
        #expect(NegativeNumbers.shielded(arguments) == shielded)
    }
}
