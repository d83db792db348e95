import Testing

@testable import PeriluneCLI

struct PolicyOptionsTests {
    private let folder = TemporaryFolder()

    @Test(arguments: [
        (["--cpu-ms", "0"], "--cpu-ms must be above 0 and below a billion, found 0.0"),
        (["--wall-ms=-1"], "--wall-ms must be above 0 and below a billion, found -1.0"),
        (["--memory-mb", "1e12"], "--memory-mb must be above 0 and below a billion, found 1000000000000.0"),
        (["--cpu-ms", "nan"], "--cpu-ms must be above 0 and below a billion, found nan"),
        (["--cpu-ms", "soon"], "The value 'soon' is invalid for '--cpu-ms <n>'"),
        (["--grant", "nonsense=x"], "--grant takes a permission such as store or read=GLOB, found 'nonsense=x'"),
        (["--grant", "read"], "--grant takes a permission such as store or read=GLOB, found 'read'"),
        (["--grant", "read="], "--grant takes a permission such as store or read=GLOB, found 'read='"),
        (["--grant", "store=yes"], "--grant takes a permission such as store or read=GLOB, found 'store=yes'"),
        (["--grant", "No Name"], "--grant takes a permission such as store or read=GLOB, found 'No Name'"),
        (["--grant", "stor"], "--grant does not know 'stor', did you mean 'store'?"),
    ])
    func refusesOptions_whenTheirValueIsWrong(options: [String], message: String) async {
        for command in [["check", "p.lua"], ["call", "p.lua", "op"]] {
            let outcome = await perilune(command + options)
            #expect(outcome.err == "perilune: \(message): see 'perilune help'\n")
            #expect(outcome.status == 64)
        }
    }

    @Test func takesANameThatIsLikeNoPermission_forAHostAPI() async {
        let path = folder.plugin("a", "permissions = { greeter = true }")
        #expect(await perilune("check", path, "--grant", "greeter", "--json").out.contains(#""warnings":[]"#))
    }

    @Test func letsAPluginReadTheFiles_thatAreGranted() async {
        folder.write("data/a.txt", "first\n")
        let path = folder.plugin("a", "permissions = { read = { 'data/*.txt' } }, first = function(ctx) return ctx.fs.lines('data/a.txt')() end")
        let outcome = await perilune("call", path, "first", "--grant", "read=data/*.txt", "--grant", "read=more/*")
        #expect(outcome.out == "[\"first\"]\n")
    }

    #if Stores
        @Test func opensTheStoreThatIsNamed_whenStoreIsGranted() async {
            let body = "permissions = { store = true }, add = function(ctx) ctx.store.put('n', (ctx.store.get('n') or 0) + 1) return ctx.store.get('n') end"
            let path = folder.plugin("a", body)
            for expected in ["[1]\n", "[2]\n"] {
                #expect(await perilune("call", path, "add", "--grant", "store", "--store", folder("more/own.db")).out == expected)
            }
        }

        @Test func opensNoStore_whenStoreIsNotGranted() async throws {
            let path = folder.plugin("a")
            #expect(await perilune("check", path, "--store", folder("own.db")).status == 0)
            #expect(throws: (any Error).self) { try folder.read("own.db") }
        }

        @Test(arguments: [["check"], ["call"]])
        func saysWhichStoreCannotBeOpened(command: [String]) async {
            let path = folder.plugin("a")
            let outcome = await perilune(command + [path] + (command == ["call"] ? ["process"] : []) + ["--grant", "store", "--store", path + "/own.db"])
            #expect(outcome.status == 1)
            #expect(outcome.errLines.count == 1)
            #expect(outcome.err.hasPrefix("perilune: cannot open the store \(path)/own.db: "))
            #expect(outcome.err.hasSuffix(": check that the file and its disk can be written to\n"))
            #expect(!outcome.err.contains("Domain"))
        }
    #else
        @Test func saysHowToBuildIt_whenAStoreIsWanted() async {
            let outcome = await perilune("check", folder.plugin("a"), "--grant", "store")
            #expect(outcome.err == "perilune: this perilune was built without a store: build it with --traits Stores\n")
            #expect(outcome.status == 1)
        }
    #endif

    @Test func keepsLuasLibrariesFromPlugins_butForTrustedOnes() async {
        let path = folder.plugin("a", "has = function() return io ~= nil, os.getenv ~= nil end")
        #expect(await perilune("call", path, "has").out == "[false,false]\n")
        #expect(await perilune("call", path, "has", "--no-sandbox").out == "[true,true]\n")
    }
}
