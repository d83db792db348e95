import Foundation
import Perilune
import Testing

@testable import PeriluneCLI

// a pipeline without a storage plugin needs the store
#if Stores
    struct RunCommandTests {
        private let files = PipelineFolder()
        private var folder: TemporaryFolder { files.folder }

        private func stored() throws -> [String] {
            let store = try SQLiteStore(path: folder("out.db"))
            return try store.list(prefix: "", in: Pipeline.storeNamespace)
        }

        /// The numbers of one stage in a run's JSON.
        private func stage(_ plugin: String, in outcome: Outcome) throws -> [String: DynamicValue] {
            let stages = try DynamicValue(json: outcome.out)["stages"]?.array ?? []
            return try #require(stages.first { $0["plugin"]?.string == plugin }?.object)
        }

        // MARK: What it prints

        @Test func printsWhatEachStageDid() async {
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: odd }, { plugin: twice }]\nkey_field: id")
            #expect(
                outcome.out.hasPrefix(
                    """
                    STAGE    OPERATION  IN  OUT  DROPPED  FAILED  RETRIED
                    numbers  provide     3    3        0       0        0
                    odd      process     3    2        1       0        0
                    twice    process     2    4        0       0        0
                    store    put         4    4        0       0        0

                    PLUGIN
                    """))
            #expect(outcome.err == "")
            #expect(outcome.status == 0)
        }

        @Test func printsTheCallsOfEachOperation_andTheSum() async throws {
            let outcome = await files.run("provider: { plugin: numbers }")
            let line = try #require(outcome.outLines.first { $0.hasPrefix("numbers  provide.next") })
            #expect(line.firstMatch(of: /provide\.next +4 +0\b/) != nil)
            #expect(outcome.outLines.last?.wholeMatch(of: /3 items in [0-9.]+ (us|ms|s) \([0-9,]+ a second\), 3 stored/) != nil)
        }

        @Test func printsOneObject_inJSON() async throws {
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: odd }]", "--json")
            #expect(outcome.outLines.count == 1)
            #expect(outcome.out.hasPrefix(#"{"outcome":"ok","message":"","items":3,"stored":2,"seconds":"#))
            let object = try #require(try DynamicValue(json: outcome.out).object)
            #expect(
                object.keys.sorted()
                    == ["dropped_events", "errors", "items", "items_per_second", "message", "operations", "outcome", "seconds", "stages", "stored"])
            #expect(try stage("odd", in: outcome) == ["plugin": "odd", "operation": "process", "received": 3, "passed": 2, "dropped": 1, "failed": 0, "retried": 0])
            let keys = object["operations"]?[0]?.object?.keys.sorted()
            #expect(keys == ["calls", "errors", "max_seconds", "operation", "p50_seconds", "p90_seconds", "p99_seconds", "plugin", "total_seconds"])
            #expect(outcome.err == "")
        }

        @Test func readsAPipelineInJSON() async throws {
            let path = folder.write("pipeline.json", #"{"plugins": "plugins", "store": "out.db", "provider": {"plugin": "numbers"}, "key_field": "id"}"#)
            #expect(await perilune("run", path).status == 0)
            #expect(try stored() == ["k1", "k2", "k3"])
        }

        @Test func drawsProgress_onATerminalOnly() async {
            let text = "provider: { plugin: numbers, request: { count: 200 } }"
            let drawn = await files.run(text, isTerminal: true).err
            #expect(drawn.firstMatch(of: /\r\e\[K64 items, [0-9,]+ a second/) != nil)
            #expect(drawn.hasSuffix("\r\u{1B}[K"))
            #expect(await files.run(text).err == "")
        }

        // MARK: Options

        @Test func stopsAfterTheLimit() async {
            let outcome = await files.run("provider: { plugin: numbers, request: { count: 1000 } }", "--limit", "5", "--json")
            #expect(outcome.out.contains(#""items":5,"stored":5"#))
        }

        @Test func writesWhatTheMonitorCounted_toAFile() async throws {
            let outcome = await files.run("provider: { plugin: numbers }", "--metrics", folder("metrics.json"))
            #expect(outcome.status == 0)
            let snapshot = try JSONDecoder().decode(MonitorSnapshot.self, from: Data(folder.read("metrics.json").utf8))
            #expect(snapshot.operation("provide.next", of: "numbers")?.calls == 4)
            #expect(snapshot.operation("cleanup", of: "numbers")?.calls == 1)
            #expect(snapshot.loads.count == 7)
        }

        @Test(arguments: [("none/metrics.json", "no such file or directory"), ("", "is a directory")])
        func runsNothing_whenTheMetricsCannotBeWritten(name: String, reason: String) async {
            folder.plugin("loud", type: "provider", in: "plugins", "initialize = function() print('running') end")
            let outcome = await files.run("provider: { plugin: loud }", "--metrics", folder(name))
            #expect(outcome.err == "perilune: cannot write \(folder(name)): \(reason): name a file that can be written\n")
            #expect(outcome.out == "")
            #expect(outcome.status == 1)
        }

        #if os(Linux)
            @Test func saysWhy_whenTheMetricsNoLongerFit() async {
                let outcome = await files.run("provider: { plugin: numbers }", "--metrics", "/dev/full")
                #expect(outcome.err == "perilune: cannot write /dev/full: no space left on device: name a file that can be written\n")
                #expect(outcome.out.contains("3 stored"))
                #expect(outcome.status == 1)
            }
        #endif

        @Test func writesTheMetricsOfAFailure_overWhatTheFileHad() async throws {
            let path = folder.write("metrics.json", String(repeating: " ", count: 100_000))
            folder.plugin("sad", type: "provider", in: "plugins", "initialize = function() error('cannot start') end")
            #expect(await files.run("provider: { plugin: sad }", "--metrics", path).status == 1)
            let snapshot = try JSONDecoder().decode(MonitorSnapshot.self, from: Data(folder.read("metrics.json").utf8))
            #expect(snapshot.errors.map(\.message) == ["cannot start"])
        }

        @Test func putsThatTheMetricsCannotBeWritten_inTheObject() async {
            let outcome = await files.run("provider: { plugin: numbers }", "--json", "--metrics", folder("none/metrics.json"))
            #expect(outcome.out.hasPrefix(#"{"outcome":"error","message":"cannot write \#(folder("none/metrics.json")): no such file or directory: name a file that can be written","#))
        }

        // MARK: Where items go

        @Test func numbersTheItemsInTheStore_withoutAKeyField() async throws {
            #expect(await files.run("provider: { plugin: numbers }").status == 0)
            #expect(try stored() == ["1", "2", "3"])
        }

        @Test(arguments: ["key_field: id", "storage: { key_field: id }", "key_field: n\nstorage: { key_field: id }"])
        func keepsItemsUnderTheirKeyField(text: String) async throws {
            #expect(await files.run("provider: { plugin: numbers }\n" + text).status == 0)
            #expect(try stored() == ["k1", "k2", "k3"])
        }

        @Test func saysWhatToSet_whenAnItemHasNoKey() async {
            let outcome = await files.run("provider: { plugin: numbers }\nkey_field: name")
            #expect(outcome.err.contains("the item has no 'name' to store it under: set key_field to a field that each item has"))
            #expect(outcome.status == 1)
        }

        @Test(arguments: ["storage: { plugin: keep, key_field: id }", "key_field: id\nstorage: { plugin: keep }"])
        func givesItemsToAStoragePlugin(text: String) async {
            let outcome = await files.run("provider: { plugin: numbers }\n" + text)
            #expect(outcome.err == "info: keep 1.0.0: k1=1\ninfo: keep 1.0.0: k2=2\ninfo: keep 1.0.0: k3=3\n")
        }

        @Test func opensNoStore_whenNothingWritesToOne() async {
            #expect(await files.run("provider: { plugin: numbers }\nstorage: { plugin: keep }").status == 0)
            #expect(throws: (any Error).self) { try folder.read("out.db") }
        }

        @Test func opensTheStore_whenAPluginIsGrantedIt() async throws {
            folder.plugin(
                "sum", type: "storage", in: "plugins", "permissions = { store = true }, put = function(ctx, key, item) ctx.store.put(tostring(key), item.n) end")
            let outcome = await files.run("provider: { plugin: numbers }\nstorage: { plugin: sum }\ngrants: { sum: { store: true } }")
            #expect(outcome.status == 0)
            #expect(try SQLiteStore(path: folder("out.db")).list(prefix: "", in: "sum") == ["1", "2", "3"])
        }

        @Test func keepsItemsInTheUsersDataFolder_whenNoStoreIsNamed() throws {
            let path = folder.write("pipeline.yaml", "plugins: plugins\nprovider: { plugin: numbers }")
            let outcome = try Binary.run("run", path, environment: ["XDG_DATA_HOME": folder("data")])
            #expect(outcome.status == 0)
            #expect(try SQLiteStore(path: folder("data/perilune/perilune.db")).list(prefix: "", in: Pipeline.storeNamespace) == ["1", "2", "3"])
        }

        @Test func showsMonitorsWhatTheOthersDo() async {
            let outcome = await files.run("provider: { plugin: numbers }\nmonitors: [watch]", "--limit", "1")
            #expect(outcome.err.contains("info: watch 1.0.0: numbers.provide\ninfo: watch 1.0.0: numbers.provide.next\n"))
            #expect(!outcome.err.contains("watch.observe"))
        }

        // MARK: Failures

        @Test func endsTheRun_whenAnItemFails() async {
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: picky }]")
            #expect(outcome.status == 1)
            #expect(outcome.errLines.last == "perilune: picky 1.0.0, process: no twos (plugin_picky.lua:1) (after 2 items)")
            #expect(outcome.errLines.first == "error: picky 1.0.0: item failed (item=2, operation=process): no twos (plugin_picky.lua:1)")
            #expect(outcome.out.contains("picky    process     2    1        0       1        0"))
        }

        @Test func putsTheFailureInTheObject_inJSON() async throws {
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: picky, on_error: fail }]", "--json")
            #expect(outcome.outLines.count == 1)
            #expect(outcome.out.hasPrefix(#"{"outcome":"error","message":"picky 1.0.0, process: no twos (plugin_picky.lua:1) (after 2 items)","items":2,"stored":1,"#))
            let error = try DynamicValue(json: outcome.out)["errors"]?[0]
            #expect(error?["location"]?.string == "plugin_picky.lua:1")
            #expect(error?["traceback"]?.string?.hasPrefix("stack traceback:") == true)
            #expect(outcome.status == 1)
        }

        @Test func goesOn_whenAFailingItemIsSkipped() async throws {
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: picky, on_error: skip }]", "--json")
            #expect(outcome.status == 0)
            #expect(outcome.out.contains(#""items":3,"stored":2"#))
            #expect(try stage("picky", in: outcome)["failed"] == 1)
            #expect(outcome.err.contains("error: picky 1.0.0: item failed (item=2, operation=process): no twos (plugin_picky.lua:1)\n    stack traceback:\n"))
        }

        @Test func triesAgain_whenAFailingItemIsRetried() async throws {
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: third_time, on_error: retry, retries: 2, backoff_ms: 0.1 }]", "--json")
            #expect(outcome.status == 0)
            #expect(try stage("third_time", in: outcome)["retried"] == 2)
        }

        @Test func endsTheRun_whenTheRetriesAreUsedUp() async throws {
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: third_time, on_error: retry, retries: 1, backoff_ms: 0.1 }]", "--json")
            #expect(outcome.status == 1)
            #expect(try stage("third_time", in: outcome) == ["plugin": "third_time", "operation": "process", "received": 1, "passed": 0, "dropped": 0, "failed": 1, "retried": 1])
        }

        @Test func hasStatus1_whenCleanupFails() async {
            folder.plugin("sad", in: "plugins", "cleanup = function() error('cannot end') end")
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [{ plugin: sad }]")
            #expect(outcome.status == 1)
            #expect(outcome.out.contains("3 stored"))
            #expect(outcome.errLines.last == "perilune: sad 1.0.0, cleanup: cannot end (plugin_sad.lua:1)")
        }

        @Test func printsNoTable_whenAPluginCannotDoItsPart() async {
            let outcome = await files.run("provider: { plugin: odd }")
            #expect(outcome.out == "")
            #expect(
                outcome.err
                    == "perilune: odd 1.0.0: has no operation 'provide', which a pipeline's provider needs: add a function of that name to the plugin's table, or use another plugin\n")
            #expect(outcome.status == 1)
        }

        @Test(arguments: [
            ("provider: { plugin: none }", "no plugin 'none' in "), ("provider: [", "not YAML"), ("provider: { plugin: odd }", "has no operation 'provide'"),
            ("provider: { plugin: numbers, config: { x: 1 } }", "config key 'x' is not known"),
        ])
        func printsOneObject_whenTheRunDoesNotBegin(text: String, message: String) async throws {
            let outcome = await files.run(text, "--json")
            #expect(outcome.outLines.count == 1)
            let object = try #require(try DynamicValue(json: outcome.out).object)
            #expect(object["outcome"] == "error")
            #expect(object["message"]?.string?.contains(message) == true)
            #expect(object["items"] == 0)
            #expect(object["stages"] == [])
            #expect(outcome.errLines.last == "perilune: \(object["message"]?.string ?? "")")
            #expect(outcome.status == 1)
        }

        @Test func printsOneObject_whenThereIsNoPipelineFile() async {
            let outcome = await perilune("run", folder("none.yaml"), "--json")
            #expect(outcome.out.hasPrefix(#"{"outcome":"error","message":"\#(folder("none.yaml")): cannot be read: no such file or folder: check the path","items":0,"#))
            #expect(outcome.outLines.count == 1)
        }

        @Test func dropsAnItem_whenAProcessorReturnsNilAmongOthers() async {
            folder.plugin("gaps", in: "plugins", "process = function(_, item) return item, nil, item end")
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [gaps]", "--limit", "1", "--json")
            #expect(outcome.out.contains(#""items":1,"stored":2"#))
        }

        @Test func failsTheItem_whenAProcessorReturnsNilAndAText() async {
            folder.plugin("lua_like", in: "plugins", "process = function() return nil, 'no luck' end")
            let outcome = await files.run("provider: { plugin: numbers }\nprocessors: [lua_like]")
            #expect(
                outcome.errLines.last
                    == "perilune: lua_like 1.0.0, process: the processor returned nil and 'no luck': raise it with error(), or return nothing to drop the item (after 1 item)")
            #expect(outcome.status == 1)
        }

        @Test func namesTheFileAndLine_whenThePipelineIsWrong() async {
            let outcome = await files.run("provider: { plugin: numbers }\nprocesors: []")
            #expect(outcome.err == "perilune: \(folder("pipeline.yaml")):4: unknown key 'procesors': did you mean 'processors'?\n")
            #expect(outcome.out == "")
            #expect(outcome.status == 1)
        }

        @Test func saysWhichStoreCannotBeOpened() async {
            let path = folder.write("pipeline.yaml", "plugins: plugins\nprovider: { plugin: numbers }\nstore: pipeline.yaml/out.db")
            let outcome = await perilune("run", path)
            #expect(outcome.errLines.count == 1)
            #expect(outcome.err.hasPrefix("perilune: cannot open the store \(path)/out.db: "))
            #expect(outcome.status == 1)
        }

        // MARK: The command as built

        @Test func runsTheExamplePlugins_overALog() throws {
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            let pipeline = folder.write("levels.yaml", "plugins: \(root.path)/scripts/plugins\nprovider: { plugin: lines, config: { plain: true } }\nprocessors: [{ plugin: levels }]\nstore: out.db\ngrants: { levels: { store: true } }")
            folder.write("app.log", "2026-11-24T03:22:00Z INFO up\n2026-11-24T03:22:01Z ERROR down\nINFO again\n")
            let outcome = try Binary.run("run", pipeline, "app.log", "--json", in: folder.path)
            #expect(outcome.outLines.count == 1)
            #expect(outcome.status == 0)
            let levels = try SQLiteStore(path: folder("out.db")).get("levels", in: "levels")
            #expect(levels?["levels"] == ["INFO": 2, "ERROR": 1])
        }
    }
#endif
