import Foundation
import Perilune
import Testing

@testable import PeriluneCLI

struct PipelineFileTests {
    private func message(_ text: String) -> String {
        do {
            _ = try PipelineFile(text: text, path: "p.yaml")
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    // MARK: What it reads

    @Test func grantsToPluginsThatNoStageNames() throws {
        let file = try PipelineFile(text: "provider: { plugin: a }\ngrants: { library: { store: true } }", path: "p.yaml")
        #expect(file.policies["library"]?.grants == [.store])
        #expect(file.granted.map(\.plugin) == ["library"])
        #expect(file.needsStore)
    }

    @Test(arguments: [
        (
            "provider: { plugin: a }\nprocessors:\n  - { plugin: b, retries: 3 }",
            "p.yaml:3: 'processors[1].retries' is of use with on_error: retry only: set that, or remove it"
        ),
        (
            "provider: { plugin: a }\nprocessors:\n  - { plugin: b, on_error: skip, backoff_ms: 3 }",
            "p.yaml:3: 'processors[1].backoff_ms' is of use with on_error: retry only: set that, or remove it"
        ),
        (
            "provider: { plugin: a }\nstorage: { config: { x: 1 } }",
            "p.yaml:2: 'storage.config' needs a 'storage.plugin' that it is for: name the plugin, or remove it"
        ),
    ])
    func refusesWhatWouldHaveNoEffect(text: String, expected: String) { #expect(message(text) == expected) }

    @Test func readsEveryKey() throws {
        let text = """
            plugins: parts
            provider: { plugin: packages, request: { path: /x }, config: { a: 1 } }
            processors:
              - plugin: one
                config: { b: [x, 2.5, true, "3"] }
              - { plugin: two, on_error: skip }
              - { plugin: three, on_error: retry, retries: 5, backoff_ms: 20 }
              - { plugin: four, on_error: retry }
              - { plugin: five, on_error: fail }
            storage: { plugin: keep, key_field: name, on_error: skip }
            monitors: [slow, { plugin: fast, config: { report: 2 } }]
            store: out.db
            limits: { cpu_ms: 50, wall_ms: 500.5, memory_mb: 16 }
            grants:
              packages: { read: [/x, "y/*"], store: false, timer: true }
              keep: { store: true }
            """
        let file = try PipelineFile(text: text, path: "sub/p.yaml")
        #expect(file.folder == "sub/parts")
        #expect(file.store == "sub/out.db")
        #expect(file.pipeline.provider == "packages")
        #expect(file.pipeline.request == ["path": "/x"])
        #expect(
            file.pipeline.processors == [
                .init("one"), .init("two", onError: .skip), .init("three", onError: .retry(5, backoff: .milliseconds(20))),
                .init("four", onError: .retry(3, backoff: .milliseconds(100))), .init("five"),
            ])
        #expect(file.pipeline.storages == [.init("keep", keyField: "name", onError: .skip)])
        #expect(file.pipeline.monitors == ["slow", "fast"])
        #expect(file.policy.limits.cpu == .milliseconds(50))
        #expect(file.policy.limits.wall == .milliseconds(500.5))
        #expect(file.policy.limits.memory == 16 * 1024 * 1024)
        #expect(file.policy.root == "sub")
        #expect(file.policies["one"]?.config == ["b": ["x", 2.5, true, "3"]])
        #expect(file.policies["fast"]?.config == ["report": 2])
        #expect(file.policies["packages"]?.grants == [.read("/x"), .read("y/*"), .timer])
        #expect(file.policies["keep"]?.grants == [.store])
        #expect(file.stages.map(\.plugin) == ["packages", "one", "two", "three", "four", "five", "keep", "slow", "fast"])
        #expect(file.stages.map(\.line) == [2, 4, 6, 7, 8, 9, 10, 11, 11])
    }

    @Test func takesAPluginsNameAlone_whereverAPluginStands() throws {
        let file = try PipelineFile(text: "provider: gen\nprocessors: [fan, { plugin: out }]\nstorage: sto\nmonitors:\n  - slowest", path: "p.yaml")
        #expect(file.pipeline.provider == "gen")
        #expect(file.pipeline.processors == [.init("fan"), .init("out")])
        #expect(file.pipeline.storages == [.init("sto")])
        #expect(file.pipeline.monitors == ["slowest"])
        #expect(file.stages.map(\.plugin) == ["gen", "fan", "out", "sto", "slowest"])
        #expect(file.stages.map(\.line) == [1, 2, 2, 3, 5])
    }

    @Test func refusesAMonitor_thatStandsTwice() {
        #expect(
            message("provider: a\nmonitors:\n  - m\n  - { plugin: m }")
                == "p.yaml:4: 'monitors[2]' is 'm' once more: a monitor is told of each operation once: keep one")
    }

    @Test func hasDefaults_forAllButTheProvider() throws {
        let file = try PipelineFile(text: "provider: { plugin: a }", path: "p.yaml")
        #expect(file.folder == ".")
        #expect(file.store == nil)
        #expect(file.pipeline.request == [:])
        #expect(file.pipeline.storages == [.init(nil)])
        #expect(file.policy == PluginPolicy(root: "."))
        #expect(file.needsStore)
    }

    @Test func keepsAbsolutePathsAsTheyAre() throws {
        let file = try PipelineFile(text: "plugins: /a/b\nstore: /c.db\nprovider: { plugin: a }", path: "/x/p.yaml")
        #expect(file.folder == "/a/b")
        #expect(file.store == "/c.db")
        #expect(file.policy.root == "/x")
    }

    @Test func takesAnEmptyKeyAsAbsent() throws {
        let file = try PipelineFile(text: "provider: { plugin: a, config: }\nprocessors:\nstorage:\nmonitors: ~\ngrants:\nlimits: null", path: "p.yaml")
        #expect(file.stages.count == 1)
    }

    @Test func needsAStore_onlyWhenSomethingWritesToIt() throws {
        #expect(try !PipelineFile(text: "provider: { plugin: a }\nstorage: { plugin: b }", path: "p").needsStore)
        #expect(try PipelineFile(text: "provider: { plugin: a }\nstorage: { plugin: b }\ngrants: { a: { store: true } }", path: "p").needsStore)
    }

    @Test func keepsTheConfigOfAPlugin_thatStandsTwiceAndHasOneOnce() throws {
        let file = try PipelineFile(text: "provider: { plugin: a }\nprocessors: [{ plugin: b, config: { x: 1 } }, { plugin: b }]", path: "p")
        #expect(file.policies["b"]?.config == ["x": 1])
    }

    // MARK: What it refuses

    @Test(arguments: [
        ("provider: { plugin: a }\nprocesors: []", "p.yaml:2: unknown key 'procesors': did you mean 'processors'?"),
        ("provider: { plugin: a }\nzzz: 1", "p.yaml:2: unknown key 'zzz': known are plugins, provider, processors, storage, key_field, monitors, store, limits, grants"),
        ("provider:\n  plugin: a\n  reqest: {}", "p.yaml:3: unknown key 'provider.reqest': did you mean 'request'?"),
        ("provider: { plugin: a }\nprocessors:\n  - plugin: b\n  - plugin: c\n    on_eror: skip", "p.yaml:5: unknown key 'processors[2].on_eror': did you mean 'on_error'?"),
        ("provider: { plugin: a }\nstorage:\n  keyfield: x", "p.yaml:3: unknown key 'storage.keyfield': did you mean 'key_field'?"),
        ("provider: { plugin: a }\nmonitors:\n  - plugin: m\n    confg: {}", "p.yaml:4: unknown key 'monitors[1].confg': did you mean 'config'?"),
        ("provider: { plugin: a }\nlimits:\n  cpu: 1", "p.yaml:3: unknown key 'limits.cpu': known are cpu_ms, wall_ms, memory_mb"),
        ("provider: { plugin: a }\nlimits: { cpums: 1 }", "p.yaml:2: unknown key 'limits.cpums': did you mean 'cpu_ms'?"),
        ("provider: { plugin: a }\ngrants:\n  a:\n    stor: true", "p.yaml:4: unknown key 'grants.a.stor': did you mean 'store'?"),
        ("provider: { plugin: a }\ngrants: { a: { raed: [x] } }", "p.yaml:2: unknown key 'grants.a.raed': did you mean 'read'?"),
    ])
    func suggestsTheNearestKey_whenOneIsNotKnown(text: String, expected: String) {
        #expect(message(text) == expected)
    }

    @Test(arguments: [
        ("[1, 2]", "p.yaml:1: the file must be a map of plugins, provider, processors, storage, key_field, monitors, store, limits, grants"),
        ("just text", "p.yaml:1: the file must be a map of plugins, provider, processors, storage, key_field, monitors, store, limits, grants"),
        ("plugins: 5\nprovider: { plugin: a }", "p.yaml:1: 'plugins' must be a path, found 5: correct it"),
        ("plugins: [x]\nprovider: { plugin: a }", "p.yaml:1: 'plugins' must be a path, found a list: correct it"),
        ("store: true\nprovider: { plugin: a }", "p.yaml:1: 'store' must be a path, found true: correct it"),
        ("store: ''\nprovider: { plugin: a }", "p.yaml:1: 'store' must be a path, found '': correct it"),
        ("provider: { plugin: a }\nlimits: { cpu_ms: 1000000000 }", "p.yaml:2: 'limits.cpu_ms' must be a number above 0 and below a billion, found 1000000000: correct it"),
        ("provider: 5", "p.yaml:1: 'provider' must be a plugin's name, or a map of plugin, request, config"),
        ("provider:\n  plugin: a\n  request: [1]", "p.yaml:3: 'provider.request' must be a map, found a list: correct it"),
        ("provider: { plugin: a, config: text }", "p.yaml:1: 'provider.config' must be a map, found 'text': correct it"),
        ("provider: { plugin: 1.5 }", "p.yaml:1: 'provider.plugin' must be text, found 1.5: correct it"),
        ("provider: { plugin: a }\nprocessors: { plugin: b }", "p.yaml:2: 'processors' must be a list, found a map: correct it"),
        ("provider: { plugin: a }\nprocessors: [[b]]", "p.yaml:2: 'processors[1]' must be a plugin's name, or a map of plugin, config, on_error, retries, backoff_ms"),
        ("provider: { plugin: a }\nprocessors: [{ plugin: b, on_error: skpi }]", "p.yaml:2: 'processors[1].on_error' must be skip, retry or fail, found 'skpi': did you mean 'skip'?"),
        ("provider: { plugin: a }\nprocessors: [{ plugin: b, on_error: explode }]", "p.yaml:2: 'processors[1].on_error' must be skip, retry or fail, found 'explode': choose one of them"),
        ("provider: { plugin: a }\nprocessors: [{ plugin: b, retries: 0 }]", "p.yaml:2: 'processors[1].retries' must be a whole number above 0 and below a billion, found 0: correct it"),
        ("provider: { plugin: a }\nprocessors: [{ plugin: b, retries: 1.5 }]", "p.yaml:2: 'processors[1].retries' must be a whole number above 0 and below a billion, found 1.5: correct it"),
        ("provider: { plugin: a }\nprocessors: [{ plugin: b, backoff_ms: -1 }]", "p.yaml:2: 'processors[1].backoff_ms' must be a number above 0 and below a billion, found -1: correct it"),
        ("provider: { plugin: a }\nprocessors: [{ plugin: b, retries: '3' }]", "p.yaml:2: 'processors[1].retries' must be a whole number above 0 and below a billion, found '3': correct it"),
        ("provider: { plugin: a }\nmonitors: m", "p.yaml:2: 'monitors' must be a list, found 'm': correct it"),
        ("provider: { plugin: a }\nmonitors: [5]", "p.yaml:2: 'monitors[1]' must be a plugin's name, or a map of plugin, config"),
        ("provider: { plugin: a }\nlimits: fast", "p.yaml:2: 'limits' must be a map of cpu_ms, wall_ms, memory_mb"),
        ("provider: { plugin: a }\nlimits: { cpu_ms: 0 }", "p.yaml:2: 'limits.cpu_ms' must be a number above 0 and below a billion, found 0: correct it"),
        ("provider: { plugin: a }\nlimits: { memory_mb: lots }", "p.yaml:2: 'limits.memory_mb' must be a number above 0 and below a billion, found 'lots': correct it"),
        ("provider: { plugin: a }\ngrants: [a]", "p.yaml:2: 'grants' must be a map, found a list: correct it"),
        ("provider: { plugin: a }\ngrants: { a: true }", "p.yaml:2: 'grants.a' must be a map such as { store: true }: correct it"),
        ("provider: { plugin: a }\ngrants: { a: { read: x } }", "p.yaml:2: 'grants.a.read' must be a list of patterns: correct it"),
        ("provider: { plugin: a }\ngrants: { a: { read: [x, 5] } }", "p.yaml:2: 'grants.a.read' must be a list of patterns: correct it"),
        ("provider: { plugin: a }\ngrants: { a: { read: [''] } }", "p.yaml:2: 'grants.a.read' must be a list of patterns: correct it"),
        ("provider: { plugin: a }\ngrants: { a: { store: [x] } }", "p.yaml:2: 'grants.a.store' must be true or false: correct it"),
    ])
    func saysWhatIsExpectedAndFound_whenAValueHasTheWrongType(text: String, expected: String) {
        #expect(message(text) == expected)
    }

    @Test(arguments: [
        ("plugins: x", "p.yaml:1: 'provider' is missing: add it"),
        ("provider: { config: {} }", "p.yaml:1: 'provider.plugin' is missing: add it"),
        ("provider: { plugin: a }\nprocessors:\n  - plugin: b\n  - on_error: skip", "p.yaml:4: 'processors[2].plugin' is missing: add it"),
        ("provider: { plugin: a }\nmonitors: [{ config: {} }]", "p.yaml:2: 'monitors[1].plugin' is missing: add it"),
    ])
    func namesTheKey_thatIsMissing(text: String, expected: String) {
        #expect(message(text) == expected)
    }

    @Test func refusesTwoConfigs_ofOnePlugin() {
        let text = "provider: { plugin: a }\nprocessors:\n  - { plugin: b, config: { x: 1 } }\n  - { plugin: b, config: { x: 2 } }"
        #expect(message(text) == "p.yaml:4: 'b' stands twice, each time with a config of its own: a plugin has one config: give it once")
    }

    @Test func asksToCheckTheName_whenThereAreNoneToChooseFrom() throws {
        let file = try PipelineFile(text: "provider: { plugin: a }", path: "p.yaml")
        #expect(file.error(at: 1, "no plugin 'a'", nearest: "a", among: []).description == "p.yaml:1: no plugin 'a': check the name")
    }
}

struct PipelineFileOnDiskTests {
    private let folder = TemporaryFolder()

    @Test func namesTheFile_whenItIsNotThere() async {
        #expect(await perilune("run", folder("none.yaml")).err == "perilune: \(folder("none.yaml")): cannot be read: no such file or folder: check the path\n")
    }

    @Test func asksForTheFile_whenAFolderIsGiven() async {
        #expect(await perilune("run", folder.path).err == "perilune: \(folder.path): cannot be read: it is a folder: give the pipeline file in it\n")
    }

    @Test func saysWhatItIs_whenAPipeOrDeviceIsGiven() async {
        mkfifo(folder("pipe"), 0o600)
        #expect(await perilune("run", folder("pipe")).err == "perilune: \(folder("pipe")): cannot be read: it is a pipe: give a file\n")
        #expect(await perilune("run", "/dev/zero").err == "perilune: /dev/zero: cannot be read: it is a device: give a file\n")
    }

    @Test func asksForAPath_whenItIsEmpty() async {
        #expect(await perilune("run", "").err == "perilune: an empty path names no pipeline file: give its path\n")
    }

    @Test func asksForText_whenTheFileIsNone() async throws {
        let path = folder.write("p.yaml", "")
        try Data([0x61, 0x3A, 0xFF]).write(to: URL(fileURLWithPath: path))
        #expect(await perilune("run", path).err == "perilune: \(path): cannot be read: it is not text in UTF-8: save it as UTF-8\n")
    }

    @Test func saysWhere_whenAFileOfOneLetterIsWrong() throws {
        folder.write("p", "provider: 5")
        let outcome = try Binary.run("run", "p", in: folder.path)
        #expect(outcome.err == "perilune: p:1: 'provider' must be a plugin's name, or a map of plugin, request, config\n")
        #expect(outcome.status == 1)
    }
}
