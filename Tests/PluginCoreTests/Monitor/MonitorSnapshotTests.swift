import Foundation
import Testing

@testable import PluginCore

struct MonitorSnapshotTests {
    private let snapshot = MonitorSnapshot(
        operations: [
            .init(
                plugin: "words", operation: "process", calls: 3, errors: 1, totalSeconds: 0.5, maxSeconds: 0.25, p50Seconds: 0.125, p90Seconds: 0.25,
                p99Seconds: 0.25)
        ],
        loads: [.init(path: "a/plugin_words.lua", successes: 1, failures: 0, totalSeconds: 0.5)],
        discoveries: [.init(package: "a", successes: 1, failures: 2)],
        loaders: [.init(loader: "lua_script", operation: "reload", successes: 3, failures: 1, totalSeconds: 0.25)],
        errors: [.init(plugin: "words", operation: "process", code: "runtime", message: "bad", location: "words.lua:1", traceback: nil, time: 1.5)],
        droppedEvents: 4)

    @Test func isJSONInSnakeCase_keysSorted() throws {
        let value = try DynamicValue(json: try snapshot.json())
        let words: DynamicValue = [
            "operations": [
                [
                    "plugin": "words", "operation": "process", "calls": 3, "errors": 1, "total_seconds": 0.5, "max_seconds": 0.25, "p50_seconds": 0.125,
                    "p90_seconds": 0.25, "p99_seconds": 0.25,
                ]
            ],
            "loads": [["path": "a/plugin_words.lua", "successes": 1, "failures": 0, "total_seconds": 0.5]],
            "discoveries": [["package": "a", "successes": 1, "failures": 2]],
            "loaders": [["loader": "lua_script", "operation": "reload", "successes": 3, "failures": 1, "total_seconds": 0.25]],
            "errors": [["plugin": "words", "operation": "process", "code": "runtime", "message": "bad", "location": "words.lua:1", "time": 1.5]],
            "dropped_events": 4,
        ]
        #expect(value == words)
        #expect(String(decoding: try snapshot.json(), as: UTF8.self).hasPrefix("{\n  \"discoveries\""))
    }

    @Test func isTheSame_whenReadBack() throws {
        #expect(try JSONDecoder().decode(MonitorSnapshot.self, from: snapshot.json()) == snapshot)
    }

    @Test func findsOneOperation() {
        #expect(snapshot.operation("process", of: "words")?.calls == 3)
        #expect(snapshot.operation("process", of: "other") == nil)
        #expect(snapshot.operation("other", of: "words") == nil)
    }
}
