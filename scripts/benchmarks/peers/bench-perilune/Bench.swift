import Foundation
import Perilune

/// Perilune as a host uses it: sandboxed, with a quota and both time limits on.
@main
struct Bench {
    static let harness = Harness(peer: "perilune")

    static func main() async throws { try await run() }

    /// Off the main actor, as a server calls its plugins.
    @concurrent
    private static func run() async throws {
        if harness.wantsMemory {
            try await manyPlugins()
        } else {
            try await calls()
            try await monitoredCall()
            try await load()
        }
    }

    // MARK: One state

    static func calls() async throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 64 * 1024 * 1024))
        try state.setTimeLimits(cpu: .seconds(1), wall: .seconds(10))
        try state.setGlobal("host_add", to: try state.function("host_add") { (a: Int, b: Int) in a + b })
        for name in ["workloads.lua", "compute.lua"] { try state.load(try harness.source(name), chunk: name).call() }

        let add: LuaFunction = try state.global("add2")
        try await harness.bench("call") { count in
            var sum = 0
            for _ in 0..<count { sum = try add.call(sum & 0xffff, 1, as: Int.self) }
            harness.check(sum > 0, "sum")
        }

        let echo: LuaFunction = try state.global("echo")
        try await harness.bench("string") { count in
            var bytes = 0
            for round in 0..<count { bytes += try echo.call(harness.strings[round & 15], as: String.self).utf8.count }
            harness.check(bytes == 32 * count, "string")
        }

        let update: LuaFunction = try state.global("update_record")
        try await harness.bench("record") { count in
            var record = Record.sample
            for round in 0..<count {
                record.id = round
                let answer = try update.call(record, as: Record.self)
                harness.check(answer.isRight && answer.id == round + 1, "record")
            }
        }

        try await harness.bench("record_by_hand") { count in
            var record = ConvertibleRecord(record: Record.sample)
            for round in 0..<count {
                record.record.id = round
                let answer = try update.call(record, as: ConvertibleRecord.self).record
                harness.check(answer.isRight && answer.id == round + 1, "record")
            }
        }

        try await harness.bench("array") { count in
            for _ in 0..<count {
                let answer = try echo.call(harness.numbers, as: [Double].self)
                harness.check(answer.count == 10_000 && answer[9_999] == 9_999.5, "array")
            }
        }

        let loop: LuaFunction = try state.global("host_loop")
        try await harness.bench("host_function") { count in
            harness.check(try loop.call(count, as: Int.self) == count, "loop")
        }

        for (name, function) in [("fib", "w_fib"), ("patterns", "w_string"), ("sort", "w_sort")] {
            let work: LuaFunction = try state.global(function)
            try await harness.bench(name) { count in
                for _ in 0..<count { harness.check(try work.call(as: Int.self) != 0, name) }
            }
        }
    }

    // MARK: A manager

    static func monitoredCall() async throws {
        let manager = PluginManager()
        try await manager.load(source: try harness.plugin(0), name: "plugin.lua")
        try await manager.initialize()
        let plugin = try manager.luaPlugin(named: "plugin0")
        let add = try plugin.operation("add2", as: ((Int, Int) -> Int).self)
        try await harness.bench("monitored_call") { count in
            var sum = 0
            for _ in 0..<count { sum = try add.callBlocking(sum & 0xffff, 1) }
            harness.check(sum > 0, "sum")
        }
        try await harness.bench("awaited_call") { count in
            var sum = 0
            for _ in 0..<count { sum = try await add(sum & 0xffff, 1) }
            harness.check(sum > 0, "sum")
        }
        try await manager.cleanup()
    }

    static func load() async throws {
        let manager = PluginManager()
        let source = try harness.plugin(0)
        try await harness.benchLoad {
            try await manager.load(source: source, name: "plugin.lua")
            try await manager.initialize()
            try await manager.unload("plugin0")
        }
    }

    /// A thousand plugins that differ in their names, loaded from two tasks.
    static func manyPlugins() async throws {
        let manager = PluginManager()
        let sources = try (0...1000).map { try harness.plugin($0) }
        try await manager.load(source: sources[1000], name: "plugin.lua")
        try await manager.initialize()
        try await harness.benchThousand {
            try await withThrowingTaskGroup { group in
                for half in 0..<2 {
                    group.addTask {
                        for number in stride(from: half, to: 1000, by: 2) { try await manager.load(source: sources[number], name: "plugin.lua") }
                    }
                }
                try await group.waitForAll()
            }
            try await manager.initialize()
        }
        harness.check(manager.plugins.count == 1001, "count")
    }
}

/// The record with a conformance written by hand.
struct ConvertibleRecord: LuaConvertible {
    var record: Record

    func push(onto stack: LuaStack) throws {
        try stack.pushTable(members: 10) { table in
            try table.set("id", record.id)
            try table.set("name", record.name)
            try table.set("kind", record.kind)
            try table.set("width", record.width)
            try table.set("height", record.height)
            try table.set("scale", record.scale)
            try table.set("enabled", record.enabled)
            try table.set("author", record.author)
            try table.set("revision", record.revision)
            try table.set("note", record.note)
        }
    }

    static func read(from stack: LuaStack, at index: Int32) throws -> ConvertibleRecord {
        try stack.readTable(at: index) { table in
            ConvertibleRecord(
                record: Record(
                    id: try table.get("id"), name: try table.get("name"), kind: try table.get("kind"), width: try table.get("width"),
                    height: try table.get("height"), scale: try table.get("scale"), enabled: try table.get("enabled"),
                    author: try table.get("author"), revision: try table.get("revision"), note: try table.get("note")))
        }
    }
}
