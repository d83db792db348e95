import Foundation
import Testing

@testable import PeriluneCLI

/// What can lie where a plugin should, and what is said about it. Each time a good plugin beside it is checked all the same.
struct BadInputTests {
    private let folder = TemporaryFolder()

    /// The verdict on one bad path; the message has `DIR` for the folder.
    private func verdict(_ path: String) async -> String {
        let good = folder.plugin("good")
        let outcome = await perilune("check", path, good, "--json")
        #expect(outcome.status == 1)
        #expect(outcome.err == "")
        #expect(outcome.outLines.count == 2)
        #expect(outcome.outLines.last?.hasPrefix(#"{"plugin":"good","path":"\#(good)","outcome":"ok""#) == true)
        let line = outcome.outLines.first?.replacing(folder.path, with: "DIR") ?? ""
        return String(line.prefix(upTo: line.firstRange(of: #","duration_ms""#)?.lowerBound ?? line.endIndex))
    }

    private func expectation(_ plugin: String, _ phase: String, _ message: String, path: String = "plugin_bad.lua") -> String {
        #"{"plugin":"\#(plugin)","path":"DIR/\#(path)","outcome":"error","phase":"\#(phase)","message":"\#(message.replacing("\"", with: "\\\""))""#
    }

    @Test(arguments: [
        ("this is no Lua", "syntax error near 'is' (plugin_bad.lua:1): correct the line and load again"),
        ("local x = 1\nreturn { name = = }", "unexpected symbol near '=' (plugin_bad.lua:2): correct the line and load again"),
        ("return {", "unexpected symbol near <eof> (plugin_bad.lua:1): correct the line and load again"),
    ])
    func isAnErrorOfLoading_whenTheTextIsNotLua(text: String, message: String) async {
        #expect(await verdict(folder.write("plugin_bad.lua", text)) == expectation("plugin_bad", "load", message))
    }

    @Test(arguments: [
        ("return 5", "integer"), ("return 'text'", "string"), ("return nil", "nil"), ("", "nothing"), ("return function() end", "function"),
    ])
    func asksForATable_whenTheChunkReturnsNone(text: String, found: String) async {
        let message = "the script must return a table, found \(found) (plugin_bad.lua): end it with 'return { name = ..., version = ..., plugin_type = ... }'"
        #expect(await verdict(folder.write("plugin_bad.lua", text)) == expectation("plugin_bad", "metadata", message))
    }

    @Test(arguments: [
        ("version = '1.0.0', plugin_type = 'processor'", "plugin_bad", "'name' is missing, expected a string (plugin_bad.lua): add it to the table that the script returns"),
        ("name = 'bad', plugin_type = 'processor'", "bad", #"'version' is missing, expected a string such as "1.2.0" (plugin_bad.lua): add it to the table that the script returns"#),
        ("name = 'bad', version = '1.0.0'", "bad", "'plugin_type' is missing, expected one of provider, processor, storage, monitor (plugin_bad.lua): add it to the table that the script returns"),
        ("name = 5, version = '1.0.0', plugin_type = 'processor'", "plugin_bad", "'name' must be a string, found an integer (plugin_bad.lua): correct it in the table that the script returns"),
        ("name = 'Bad!', version = '1.0.0', plugin_type = 'processor'", "plugin_bad", "'name' must be a lower-case letter, then letters, digits, '_' or '-', at most 64 in all, found 'Bad!' (plugin_bad.lua): rename the plugin"),
        ("name = 'bad', versoin = '1.0.0', plugin_type = 'processor'", "bad", "unknown key 'versoin' (plugin_bad.lua): did you mean 'version'?"),
        ("name = 'bad', version = 'one', plugin_type = 'processor'", "bad", "'version' must be a semantic version such as 1.2.0, found 'one' (plugin_bad.lua): write it as MAJOR.MINOR.PATCH"),
        ("name = 'bad', version = '1.0.0', plugin_type = 'procesor'", "bad", "'plugin_type' must be one of provider, processor, storage, monitor, found 'procesor' (plugin_bad.lua): did you mean 'processor'?"),
        ("name = 'bad', version = '1.0.0', plugin_type = 'processor', process = 5", "bad", "'process' must be a function, found a number (plugin_bad.lua): correct it in the table that the script returns"),
        ("name = 'bad', version = '1.0.0', plugin_type = 'processor', permissions = { store = 5 }", "bad", "'permissions.store' must be true (plugin_bad.lua): correct it in the table that the script returns"),
        ("name = 'bad', version = '1.0.0', plugin_type = 'processor', permissions = { stoer = 5 }", "bad", "'permissions.stoer' must be true, or did you mean 'store'? (plugin_bad.lua): correct it in the table that the script returns"),
        ("name = 'bad', version = '1.0.0', plugin_type = 'processor', limits = { cpu = 5 }", "bad", "unknown key 'limits.cpu' (plugin_bad.lua): use cpu_ms, wall_ms or memory_mb"),
        ("name = 'bad', version = '1.0.0', plugin_type = 'processor', dependencies = { 'text >>1' }", "bad", "'dependencies' has 'text >>1', where '>>1' is not understood (plugin_bad.lua): write a name and comparators, such as 'text >=1.2.0 <2.0.0'"),
        ("name = 'bad', version = '1.0.0', plugin_type = 'processor', entry_point = 'x'", "bad", "'entry_point' is filled in by the loader (plugin_bad.lua): remove it"),
        ("name = 'bad', version = '1.0.0', plugin_type = 'processor', http = {}", "bad", "'http' is reserved and not supported by this version of Perilune (plugin_bad.lua): remove it"),
    ])
    func namesTheFieldAndTheFix_whenTheTableIsWrong(table: String, plugin: String, message: String) async {
        #expect(await verdict(folder.write("plugin_bad.lua", "return { \(table) }")) == expectation(plugin, "metadata", message))
    }

    @Test func namesBothVersions_whenTwoFilesHaveOneName() async {
        folder.write("plugin_b1.lua", "return { name = 'twin', version = '1.0.0', plugin_type = 'processor', process = function() end }")
        folder.write("plugin_b2.lua", "return { name = 'twin', version = '2.0.0', plugin_type = 'processor', process = function() end }")
        let outcome = await perilune("check", folder.path, "--json")
        #expect(outcome.outLines.count == 2)
        #expect(outcome.outLines.first?.contains(#""outcome":"ok""#) == true)
        let message = "version 2.0.0 is a second plugin of that name: version 1.0.0 is registered from plugin_b1.lua: rename one of them, or keep only one"
        #expect(outcome.outLines.last?.replacing(folder.path, with: "DIR").hasPrefix(expectation("twin", "load", message, path: "plugin_b2.lua")) == true)
        #expect(outcome.status == 1)
    }

    @Test func saysWhatItIs_whenTheScriptIsAPipe() async {
        mkfifo(folder("plugin_bad.lua"), 0o600)
        let message = "DIR/plugin_bad.lua is a pipe, not a script: give a plugin_NAME.lua file, or a folder with init.lua"
        #expect(await verdict(folder("plugin_bad.lua")) == expectation("plugin_bad", "load", message))
    }

    @Test func saysWhatItIs_whenTheScriptIsADevice() async throws {
        try FileManager.default.createSymbolicLink(atPath: folder("plugin_bad.lua"), withDestinationPath: "/dev/zero")
        let message = "DIR/plugin_bad.lua is a device, not a script: give a plugin_NAME.lua file, or a folder with init.lua"
        #expect(await verdict(folder("plugin_bad.lua")) == expectation("plugin_bad", "load", message))
        #expect(await perilune("check", "/dev/zero").out.hasPrefix("error   zero (/dev/zero): load: /dev/zero is a device, not a script"))
    }

    @Test func saysHowLargeAScriptMayBe_whenItHas100MB() async throws {
        truncate(folder.write("plugin_bad.lua", ""), 100 * 1024 * 1024)
        let message = "DIR/plugin_bad.lua has 104857600 bytes, more than the 8388608 that a script may have: keep data out of the script, or split it into modules"
        #expect(await verdict(folder("plugin_bad.lua")) == expectation("plugin_bad", "load", message))
    }

    @Test func asksForTheSource_whenTheScriptIsBytecode() async {
        let message = "DIR/plugin_bad.lua is compiled Lua (bytecode), which can crash the interpreter: give the source text"
        #expect(await verdict(folder.write("plugin_bad.lua", "\u{1B}Lua\u{54}\0\u{19}")) == expectation("plugin_bad", "load", message))
    }

    @Test func asksForText_whenTheScriptHasNULs() async {
        let message = "DIR/plugin_bad.lua is not Lua text: it has NUL bytes: give a text file in UTF-8"
        #expect(await verdict(folder.write("plugin_bad.lua", "return\0")) == expectation("plugin_bad", "load", message))
    }

    @Test func saysSo_whenThereIsNoSuchFile() async {
        let message = "no such file or folder: DIR/plugin_bad.lua: check the path"
        #expect(await verdict(folder("plugin_bad.lua")) == expectation("plugin_bad", "load", message))
    }

    @Test func saysHowPluginsAreNamed_whenAFolderHasNone() async {
        folder.write("empty/read.me", "")
        let message = "no plugins in DIR/empty: name them plugin_NAME.lua or plugin_NAME/init.lua"
        #expect(await verdict(folder("empty")) == expectation("empty", "load", message, path: "empty"))
    }

    @Test func namesTheFolder_whenItMayNotBeRead() throws {
        let (good, path) = (folder.plugin("good"), folder("closed"))
        folder.write("closed/plugin_a.lua", "")
        chmod(path, 0)
        chmod(folder.path, 0o755)
        defer { chmod(path, 0o700) }
        let setpriv = "/usr/bin/setpriv"
        let prefix = getuid() == 0 ? [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        guard prefix.isEmpty || FileManager.default.isExecutableFile(atPath: setpriv) else { return }
        let outcome = try Binary.run("check", path, good, "--json", prefix: prefix)
        let message = "cannot read DIR/closed: permission denied: check its permissions"
        #expect(outcome.outLines.first?.replacing(folder.path, with: "DIR").hasPrefix(expectation("closed", "load", message, path: "closed")) == true)
        #expect(outcome.outLines.last?.contains(#""outcome":"ok""#) == true)
        #expect(outcome.status == 1)
        #expect(try Binary.run("list", path, prefix: prefix).err == "perilune: cannot read \(path): permission denied: check its permissions\n")
    }
}
