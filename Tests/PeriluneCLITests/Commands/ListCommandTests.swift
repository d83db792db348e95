import Testing

@testable import PeriluneCLI

struct ListCommandTests {
    private let folder = TemporaryFolder()

    @Test func printsATable_ofThePluginsInTheOrderOfNames() async {
        folder.plugin("b", type: "storage", version: "0.1.0-beta.1")
        folder.plugin("a", "permissions = { store = true, read = { 'x/*' } }, dependencies = { 'b >=0.1.0-a' }")
        let outcome = await perilune("list", folder.path)
        #expect(
            outcome.out == """
                NAME  VERSION       TYPE       PERMISSIONS     DEPENDENCIES  PATH
                a     1.0.0         processor  read=x/*,store  b >=0.1.0-a   \(folder("plugin_a.lua"))
                b     0.1.0-beta.1  storage    -               -             \(folder("plugin_b.lua"))

                """)
        #expect(outcome.err == "")
        #expect(outcome.status == 0)
    }

    @Test func printsALineOfJSON_forEachPlugin() async {
        folder.plugin("a", "description = 'Says \"a\"', permissions = { store = true }, dependencies = { 'b', 'c >=1.0.0 <2.0.0' }")
        let outcome = await perilune("list", folder.path, "--json")
        #expect(
            outcome.out
                == #"{"plugin":"a","version":"1.0.0","type":"processor","path":"\#(folder("plugin_a.lua"))","description":"Says \"a\"","permissions":["store"],"dependencies":["b","c >=1.0.0 <2.0.0"]}"#
                + "\n")
        #expect(outcome.status == 0)
    }

    @Test func initializesNothing() async {
        folder.plugin("a", "initialize = function() error('was called') end")
        #expect(await perilune("list", folder.path).status == 0)
    }

    @Test func staysInTheFolder_unlessRecursive() async {
        folder.plugin("a")
        folder.plugin("b", in: "below/more")
        #expect(await perilune("list", folder.path, "--json").outLines.count == 1)
        let all = await perilune("list", folder.path, "--json", "--recursive")
        #expect(all.outLines.map { $0.prefix(13) } == [#"{"plugin":"b""#, #"{"plugin":"a""#])
    }

    @Test func listsTheOthers_whenSomeFail() async {
        folder.plugin("a")
        folder.write("plugin_b.lua", "return 1")
        folder.write("plugin_c.lua", "\u{1B}Lua")
        let outcome = await perilune("list", folder.path)
        #expect(outcome.outLines.count == 2)
        #expect(
            outcome.errLines == [
                "perilune: \(folder("plugin_b.lua")): plugin_b: the script must return a table, found integer (plugin_b.lua): end it with 'return { name = ..., version = ..., plugin_type = ... }'",
                "perilune: plugin_c: \(folder("plugin_c.lua")) is compiled Lua (bytecode), which can crash the interpreter: give the source text",
            ])
        #expect(outcome.status == 1)
    }

    @Test func printsNoTable_whenAllFail() async {
        folder.write("plugin_b.lua", "return 1")
        let outcome = await perilune("list", folder.path)
        #expect(outcome.out == "")
        #expect(outcome.errLines.count == 1)
        #expect(outcome.status == 1)
    }

    @Test func keepsFailuresFromStandardOutput_inJSON() async {
        folder.plugin("a")
        folder.write("plugin_b.lua", "return 1")
        let outcome = await perilune("list", folder.path, "--json")
        #expect(outcome.outLines.count == 1)
        #expect(outcome.errLines.count == 1)
        #expect(outcome.status == 1)
    }

    @Test func saysHowPluginsAreNamed_whenThereAreNone() async {
        let outcome = await perilune("list", folder.path)
        #expect(outcome.err == "perilune: no plugins in \(folder.path): name them plugin_NAME.lua or plugin_NAME/init.lua\n")
        #expect(outcome.status == 1)
    }

    @Test func namesTheFolder_whenItIsNotThere() async {
        #expect(await perilune("list", folder("none")).err == "perilune: no such file or folder: \(folder("none")): check the path\n")
    }

    @Test func asksForTheFolder_whenAFileIsGiven() async {
        let path = folder.plugin("a")
        #expect(await perilune("list", path).err == "perilune: \(path) is a file, not a folder: give the folder that the plugins are in\n")
    }

    @Test func letsNoControlCharacterThrough_fromAPluginsTable() async {
        folder.plugin("a", #"permissions = { read = { 'a\27[2Jb' } }"#)
        let outcome = await perilune("list", folder.path)
        #expect(outcome.out.contains("read=a[2Jb"))
        #expect(!outcome.out.contains("\u{1B}"))
    }
}
