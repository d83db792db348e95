import Foundation
import Testing

@testable import PeriluneCLI

// a pipeline without a storage plugin needs the store
#if Stores
    struct PipelineJobTests {
        private let files = PipelineFolder()
        private var folder: TemporaryFolder { files.folder }

        init() {
            files.folder.plugin(
                "read", type: "provider", in: "plugins",
                """
                permissions = { read = { '**' } },
                provide = function(ctx, request)
                  print(table.concat(request.inputs or {}, '|'))
                  return function() end
                end
                """)
            files.folder.plugin(
                "cat", type: "provider", in: "plugins",
                """
                permissions = { read = { '**' } },
                provide = function(ctx, request)
                  for _, path in ipairs(request.inputs) do for line in ctx.fs.lines(path) do print(line) end end
                end
                """)
        }

        // MARK: Grants

        @Test func grantsToAPlugin_thatAnotherDependsOn() async {
            folder.plugin(
                "library", in: "plugins",
                "permissions = { store = true }, initialize = function(ctx) ctx.store.put('a', 1) print(ctx.store.get('a')) end")
            folder.plugin("user", type: "provider", in: "plugins", "dependencies = { 'library' }, provide = function() end")
            let outcome = await files.run("provider: { plugin: user }\ngrants: { library: { store: true } }")
            #expect(outcome.status == 0)
            #expect(outcome.err == "info: library 1.0.0: 1\n")
        }

        @Test func namesTheNearestPlugin_whenGrantsNameNone() async {
            let outcome = await files.run("provider: { plugin: numbers }\ngrants: { nubmers: { store: true } }")
            #expect(outcome.status == 1)
            #expect(outcome.err.contains("pipeline.yaml:4: 'grants' names 'nubmers', which is no plugin in "))
            #expect(outcome.err.hasSuffix(": did you mean 'numbers'?\n"))
        }

        @Test func saysItem_whenThereIsOne() async {
            #expect(await files.run("provider: { plugin: numbers, request: { count: 1 } }").out.contains("\n1 item in "))
        }

        // MARK: Inputs

        @Test func givesInputsToTheProvider_besideItsRequest() async {
            folder.plugin("both", type: "provider", in: "plugins", "provide = function(_, request) print(request.kind, table.unpack(request.inputs)) end")
            let outcome = await files.run("provider: { plugin: both, request: { kind: k } }", "one", "https://example.com/two")
            #expect(outcome.err == "info: both 1.0.0: k\\tone\\thttps://example.com/two\n")
        }

        @Test func givesNoInputs_whenThereAreNone() async {
            #expect(await files.run("provider: { plugin: read }").err == "info: read 1.0.0:\n")
        }

        @Test(arguments: ["plain.log", "we[1]rd*?.log", "back\\slash.log", ".hidden", "with space", "**"])
        func letsTheProviderReadAnInput_whateverItIsCalled(name: String) async {
            let path = folder.write(name, "a line\n")
            #expect(await files.run("provider: { plugin: cat }", path).err == "info: cat 1.0.0: a line\n")
        }

        @Test func letsTheProviderReadAnInput_thatIsALinkBelowAFolderWithAWildcard() async throws {
            folder.write("real/log", "a line\n")
            folder.write("odd[x]/read.me", "")
            try FileManager.default.createSymbolicLink(atPath: folder("odd[x]/link"), withDestinationPath: folder("real"))
            #expect(await files.run("provider: { plugin: cat }", folder("odd[x]/link/log")).err == "info: cat 1.0.0: a line\n")
        }

        @Test func findsAnInput_fromTheCurrentFolder() throws {
            folder.write("elsewhere/app.log", "a line\n")
            files.pipeline("provider: { plugin: cat }")
            let outcome = try Binary.run("run", "../pipeline.yaml", "app.log", in: folder("elsewhere"))
            #expect(outcome.err == "info: cat 1.0.0: a line\n")
            #expect(outcome.status == 0)
        }

        @Test func saysThatAnInputIsNotThere_ratherThanNotGranted() async {
            let outcome = await files.run("provider: { plugin: cat }", "nowhere[1].log")
            #expect(outcome.errLines.last?.contains("cannot open '\(folder("nowhere[1].log"))': no such file or directory") == true)
            #expect(outcome.status == 1)
        }

        @Test func letsTheProviderReadNothingElse() async {
            folder.write("a[1].log", "")
            let other = folder.write("a1.log", "")
            folder.plugin(
                "sly", type: "provider", in: "plugins", "permissions = { read = { '**' } }, provide = function(ctx) ctx.fs.lines('\(other)') end")
            let outcome = await files.run("provider: { plugin: sly }", folder("a[1].log"))
            #expect(outcome.err.contains("ctx.fs.lines needs the permission 'read=\(other)'"))
            #expect(outcome.status == 1)
        }

        @Test func letsNoOtherPluginReadAnInput() async {
            let path = folder.write("in.log", "a line\n")
            folder.plugin("nosy", in: "plugins", "permissions = { read = { '**' } }, process = function(ctx) ctx.fs.lines('\(path)') end")
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: nosy }]", path)
            #expect(outcome.err.contains("nosy 1.0.0, process: ctx.fs.lines needs the permission"))
        }

        @Test func readsGrantedFiles_belowThePipelinesFolder() async {
            folder.write("data/in.log", "a line\n")
            folder.plugin("own", type: "provider", in: "plugins", "permissions = { read = { '**' } }, provide = function(ctx) print(ctx.fs.lines('data/in.log')()) end")
            #expect(await files.run("provider: { plugin: own }\ngrants: { own: { read: ['data/*.log'] } }").err == "info: own 1.0.0: a line\n")
        }

        // MARK: Plugins

        @Test func suggestsTheNearestPlugin_whenThereIsNoneOfThatName() async {
            let outcome = await files.run("provider: { plugin: nubmers }")
            #expect(outcome.err == "perilune: \(folder("pipeline.yaml")):3: no plugin 'nubmers' in \(folder("plugins")): did you mean 'numbers'?\n")
            #expect(outcome.status == 1)
        }

        @Test func namesThePluginsThereAre_whenNoneIsNear() async {
            let path = folder.write("few.yaml", "plugins: few\nprovider: { plugin: numbers }\nstore: out.db")
            folder.plugin("a", in: "few")
            folder.plugin("b", in: "few")
            #expect(await perilune("run", path).err == "perilune: \(path):2: no plugin 'numbers' in \(folder("few")): there are a, b\n")
        }

        @Test func namesTheLine_whenTheFolderOfPluginsIsNotThere() async {
            let path = folder.write("none.yaml", "provider: { plugin: numbers }\nplugins: none\nstore: out.db")
            let outcome = await perilune("run", path)
            #expect(outcome.errLines.last == "perilune: \(path):2: 'plugins' is no folder of plugins: no such file or folder: \(folder("none")): check the path")
            #expect(outcome.status == 1)
        }

        @Test(arguments: ["return 1", "return { name = 'broken', version = 'x', plugin_type = 'provider' }"])
        func saysWhatIsWrongWithAPlugin_thatCannotBeLoaded(text: String) async {
            folder.write("plugins/plugin_broken.lua", text)
            let outcome = await files.run("provider: { plugin: broken }")
            #expect(outcome.errLines.last?.contains("broken: ") == true)
            #expect(outcome.errLines.last?.contains("(plugin_broken.lua)") == true)
            #expect(outcome.errLines.last?.contains("no plugin 'broken'") == false)
            #expect(outcome.status == 1)
        }

        @Test func runs_whenAPluginThatIsNotUsedCannotBeLoaded() async {
            folder.write("plugins/plugin_broken.lua", "return 1")
            let outcome = await files.run("provider: { plugin: numbers }")
            #expect(outcome.status == 0)
            #expect(outcome.errLines.count == 1)
            #expect(outcome.err.hasPrefix("error: load failed (path=\(folder("plugins/plugin_broken.lua"))): "))
        }

        @Test func saysWhy_whenInitializeFails() async {
            folder.plugin("sad", in: "plugins", "initialize = function() error('cannot start') end")
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: sad }]")
            #expect(outcome.errLines.last == "perilune: sad 1.0.0, initialize: cannot start (plugin_sad.lua:1)")
            #expect(outcome.out == "")
            #expect(outcome.status == 1)
        }

        @Test func cleansUpThePluginsThatStarted_whenAnotherDoesNot() async {
            folder.plugin("first", type: "provider", in: "plugins", "cleanup = function() print('cleaned up') end")
            folder.plugin("sad", in: "plugins", "initialize = function() error('cannot start') end")
            let outcome = await files.run("provider: { plugin: first }\nprocessors: [{ plugin: sad }]")
            #expect(outcome.errLines.contains("info: first 1.0.0: cleaned up"))
        }

        @Test func givesEachPluginItsConfig() async {
            #expect(await files.run("provider: { plugin: numbers, config: { first: 8 } }\nstorage: { plugin: keep }", "--limit", "1").err == "info: keep 1.0.0: 1=8\n")
        }

        @Test func suggestsTheNearestKey_whenAConfigKeyIsNotKnown() async {
            let outcome = await files.run("provider: { plugin: numbers, config: { frist: 8 } }")
            #expect(outcome.errLines.last == "perilune: numbers 1.0.0, initialize: config key 'frist' is not known: did you mean 'first'?")
        }

        @Test func holdsEveryPluginToTheLimits() async {
            folder.plugin("spin", in: "plugins", "process = function() while true do end end")
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: spin }]\nlimits: { cpu_ms: 20 }")
            #expect(outcome.errLines.last?.hasPrefix("perilune: spin 1.0.0, process: the call took more than its 20 ms of CPU time (plugin_spin.lua:1)") == true)
            #expect(outcome.status == 1)
        }
    }
#endif
