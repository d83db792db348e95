import Foundation
import Lua

struct Wrong: Error {}

/// tomsci/LuaSwift, each workload in its fastest way that checks what comes back.
@main
struct Bench {
    static let harness = Harness(peer: "tomsci/LuaSwift")

    static func main() async throws {
        let plugin = try harness.plugin(0)
        if harness.wantsMemory {
            try loadPlugin(plugin).close()  // what is paid once
            var kept: [LuaState] = []
            try await harness.benchThousand {
                for _ in 0..<1000 { kept.append(try loadPlugin(plugin)) }
            }
            harness.check(kept.count == 1000, "count")
        } else {
            try await calls()
            try await harness.benchLoad { try loadPlugin(plugin).close() }
        }
    }

    static func loadPlugin(_ source: String) throws -> LuaState {
        let L = LuaState(libraries: .all)
        try L.load(string: source, name: "=plugin")
        try L.pcall(nargs: 0, nret: 1)
        L.rawget(-1, utf8Key: "initialize")
        let count: Int? = try L.pcall()
        harness.check(count == 40, "plugin")
        L.pop()
        return L
    }

    static func calls() async throws {
        let L = LuaState(libraries: .all)
        L.push(closure: { (a: Int?, b: Int?) -> Int in
            guard let a, let b else { throw Wrong() }
            return a + b
        })
        L.setglobal(name: "host_add")
        for name in ["workloads.lua", "compute.lua"] { try L.dostring(try harness.source(name), name: name) }
        L.settop(0)

        let add = L.globals["add2"]
        try await harness.bench("call") { count in
            var sum = 0
            for _ in 0..<count {
                L.push(add)
                L.push(sum & 0xffff)
                L.push(1)
                try L.pcall(nargs: 2, nret: 1)
                guard let answer = L.toint(-1) else { throw Wrong() }
                L.pop()
                sum = answer
            }
            harness.check(sum > 0, "sum")
        }

        let echo = L.globals["echo"]
        try await harness.bench("string") { count in
            var bytes = 0
            for round in 0..<count {
                L.push(echo)
                L.push(utf8String: harness.strings[round & 15])
                try L.pcall(nargs: 1, nret: 1)
                guard let answer = L.tostring(-1) else { throw Wrong() }
                L.pop()
                bytes += answer.utf8.count
            }
            harness.check(bytes == 32 * count, "string")
        }

        let update = L.globals["update_record"]
        try await harness.bench("record") { count in
            var record = Record.sample
            for round in 0..<count {
                record.id = round
                L.push(update)
                try L.push(encodable: record)
                try L.pcall(nargs: 1, nret: 1)
                guard let answer: Record = L.todecodable(-1) else { throw Wrong() }
                L.pop()
                harness.check(answer.isRight && answer.id == round + 1, "record")
            }
        }
        try await harness.bench("record_by_hand") { count in
            var record = Record.sample
            for round in 0..<count {
                record.id = round
                L.push(update)
                L.newtable(nrec: 10)
                L.rawset(-1, utf8Key: "id", value: record.id)
                L.rawset(-1, utf8Key: "name", value: record.name)
                L.rawset(-1, utf8Key: "kind", value: record.kind)
                L.rawset(-1, utf8Key: "width", value: record.width)
                L.rawset(-1, utf8Key: "height", value: record.height)
                L.rawset(-1, utf8Key: "scale", value: record.scale)
                L.rawset(-1, utf8Key: "enabled", value: record.enabled)
                L.rawset(-1, utf8Key: "author", value: record.author)
                L.rawset(-1, utf8Key: "revision", value: record.revision)
                L.rawset(-1, utf8Key: "note", value: record.note)
                try L.pcall(nargs: 1, nret: 1)
                guard let id = L.toint(-1, key: "id"), let name = L.tostring(-1, key: "name"), let kind = L.tostring(-1, key: "kind"),
                    let width = L.toint(-1, key: "width"), let height = L.toint(-1, key: "height"), let scale = L.tonumber(-1, key: "scale"),
                    let author = L.tostring(-1, key: "author"), let revision = L.toint(-1, key: "revision"), let note = L.tostring(-1, key: "note")
                else { throw Wrong() }
                let answer = Record(
                    id: id, name: name, kind: kind, width: width, height: height, scale: scale, enabled: L.toboolean(-1, key: "enabled"),
                    author: author, revision: revision, note: note)
                L.pop()
                harness.check(answer.isRight && answer.id == round + 1, "record")
            }
        }

        try await harness.bench("array") { count in
            for _ in 0..<count {
                L.push(echo)
                L.push(harness.numbers)
                try L.pcall(nargs: 1, nret: 1)
                guard let answer: [Double] = L.tovalue(-1) else { throw Wrong() }
                L.pop()
                harness.check(answer.count == 10_000 && answer[9_999] == 9_999.5, "array")
            }
        }

        let loop = L.globals["host_loop"]
        func benchHostFunction(_ workload: String) async throws {
            try await harness.bench(workload) { count in
                L.push(loop)
                let answer: Int? = try L.pcall(count)
                harness.check(answer == count, "loop")
            }
        }
        try await benchHostFunction("host_function")
        L.push({ L in
            guard let a = L.toint(1), let b = L.toint(2) else { throw Wrong() }
            L.push(a + b)
            return 1
        } as LuaClosure)
        L.setglobal(name: "host_add")
        try await benchHostFunction("host_function_untyped")

        for (name, function) in [("fib", "w_fib"), ("patterns", "w_string"), ("sort", "w_sort")] {
            let work = L.globals[function]
            try await harness.bench(name) { count in
                for _ in 0..<count {
                    L.push(work)
                    let answer: Int? = try L.pcall()
                    harness.check(answer != 0, name)
                }
            }
        }
        L.close()
    }
}
