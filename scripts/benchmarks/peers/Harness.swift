import Foundation

/// What both Swift drivers share: times things as bench.c does, and prints what it saw. With a workload's name after the
/// folder only that one is run, for a profile.
struct Harness {
    let peer: String
    let directory = CommandLine.arguments[1]
    let wantsMemory = CommandLine.arguments.contains("--memory")
    private let only = CommandLine.arguments.dropFirst(2).first { !$0.hasPrefix("-") }
    let strings = (0..<16).map { "string-\($0 < 10 ? "0" : "")\($0)-abcdefghijklmnopqrst00" }
    let numbers = (0..<10_000).map { Double($0) + 0.5 }

    init(peer: String) {
        self.peer = peer
        precondition(strings.allSatisfy { $0.utf8.count == 32 })
    }

    func source(_ name: String) throws -> String { try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8) }

    /// The plugin under a name of its own.
    func plugin(_ number: Int) throws -> String { try source("plugin.lua").replacingOccurrences(of: "NAME", with: "plugin\(number)") }

    func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    func emit(_ workload: String, _ value: Double) { print("SAMPLE\t\(workload)\t\(peer)\t\(String(format: "%.2f", value))") }

    func check(_ isRight: Bool, _ what: String) {
        precondition(isRight, "\(peer): wrong \(what)")
    }

    /// Doubles the count until a run takes 20 ms, which warms up, and times one run of about 80 ms.
    func bench(_ workload: String, _ body: (Int) async throws -> Void) async throws {
        guard only == nil || only == workload else { return }
        var count = 1
        var time = 0
        while time < 20_000_000 {
            count *= 2
            let start = now()
            try await body(count)
            time = now() - start
        }
        count = count * 80_000_000 / time + 1
        let start = now()
        try await body(count)
        emit(workload, Double(now() - start) / Double(count))
    }

    /// 400 loads, one by one: their mean and their 99th percentile.
    func benchLoad(_ body: () async throws -> Void) async throws {
        guard only == nil || only == "load" else { return }
        var times: [Int] = []
        for round in 0..<440 {
            let start = now()
            try await body()
            if round >= 40 { times.append(now() - start) }
        }
        times.sort()
        emit("load", Double(times.reduce(0, +)) / 400)
        emit("load_p99", Double(times[395]))
    }

    /// Loads a thousand plugins and keeps them: how long it took, and the resident bytes of one.
    func benchThousand(_ load: () async throws -> Void) async throws {
        let (bytes, start) = (residentBytes(), now())
        try await load()
        emit("thousand", Double(now() - start))
        if bytes > 0 { emit("idle", Double(residentBytes() - bytes) / 1000) }
    }

    /// 0 where there is no /proc.
    private func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? "0 0"
        return Int(text.split(separator: " ")[1])! * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

struct Record: Codable, Sendable {
    var id: Int
    var name: String
    var kind: String
    var width: Int
    var height: Int
    var scale: Double
    var enabled: Bool
    var author: String
    var revision: Int
    var note: String

    static let sample = Record(
        id: 17, name: "lower panel", kind: "panel", width: 640, height: 480, scale: 1.5, enabled: true, author: "someone", revision: 3,
        note: "a note of some forty characters, or so")

    var isRight: Bool { !enabled && revision == 4 && scale == 0.75 }
}
