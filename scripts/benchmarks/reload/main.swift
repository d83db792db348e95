/*
 Saves of a folder that is watched, as an editor makes them: a file beside it, renamed over it. The script has 40 functions, `save` and
 `restore`. Two tasks call it all the while, and let others run after each call, as a server's do: an answer's number tells the version.
 */
import Foundation
import LuaPlugins
import PluginCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Memory is compared over as many after these: until then the allocator and the compiler's caches take what they need.
let warmUp = 2_000
let saves = 1_000
let many = 200
let idle = 1_000

func script(_ name: String, _ version: Int) -> String {
    let functions = (1...40).map { number in
        """
        local function f\(number)(item)
          local words = {}
          for word in tostring(item):gmatch("%a+") do words[#words + 1] = word:upper() .. \(number) end
          table.sort(words)
          return { count = #words, text = table.concat(words, ","), number = \(number) }
        end
        operations.f\(number) = f\(number)
        """
    }
    return """
        local calls = 0
        local operations = {}
        \(functions.joined(separator: "\n"))
        return {
          name = "\(name)", version = "1.0.\(version)", plugin_type = "processor",
          initialize = function(ctx) assert(operations.f40("a b").count == 2) end,
          version_number = function() calls = calls + 1 return \(version) end,
          process = function(ctx, item) return operations.f1(item) end,
          save = function() return { calls = calls } end,
          restore = function(ctx, data) calls = data.calls end,
        }
        """
}

/// Puts a script in the place of another as editors do.
func save(_ text: String, to path: String) {
    write(text, to: path + ".tmp")
    rename(path + ".tmp", path)
}

func write(_ text: String, to path: String) { try! Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

func percentile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}

func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

func row(_ what: String, _ goal: String, _ seen: String, _ isMet: Bool) { print("| \(what) | \(goal) | \(seen) | \(isMet ? "met" : "MISSED") |") }

/// Memory that the process has in use, in kilobytes.
func resident() -> Int {
    #if os(Linux)
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4
    #else
        var usage = rusage()
        getrusage(RUSAGE_SELF, &usage)
        return Int(usage.ru_maxrss) / 1024
    #endif
}

func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// What callers see, and when.
final class Seen: Sendable {
    struct State {
        var calls = 0
        var failures = 0
        var version = 0
        var longest = Duration.zero
        var waiter: (version: Int, continuation: CheckedContinuation<ContinuousClock.Instant, Never>)?
        var isDone = false
    }
    let state = Mutex(State())

    func note(_ version: Int, _ began: ContinuousClock.Instant) -> Bool {
        let now = ContinuousClock.now
        let (waiter, isDone): (CheckedContinuation<ContinuousClock.Instant, Never>?, Bool) = state.withLock { state in
            state.calls += 1
            state.version = max(state.version, version)
            state.longest = max(state.longest, now - began)
            guard let waiter = state.waiter, version >= waiter.version else { return (nil, state.isDone) }
            state.waiter = nil
            return (waiter.continuation, state.isDone)
        }
        waiter?.resume(returning: now)
        return isDone
    }

    /// When the first answer of a version came.
    func answer(of version: Int) async -> ContinuousClock.Instant {
        await withCheckedContinuation { continuation in state.withLock { $0.waiter = (version, continuation) } }
    }
}

func temporaryFolder() -> String {
    let path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/perilune-reload-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}

func newManager() -> PluginManager { PluginManager(logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }) }

// 1. one script, saved again and again under load

@MainActor func reloadUnderLoad() async throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/plugin_bench.lua"
    save(script("bench", 0), to: path)
    let manager = newManager()
    let watch = try await manager.watch(folder)
    let operation = try manager.luaPlugin(named: "bench").operation("version_number", as: (() -> Int).self)
    let seen = Seen()
    let callers = (0..<2).map { _ in
        Task.detached {
            while true {
                let began = ContinuousClock.now
                do {
                    if seen.note(try await operation(), began) { return }
                } catch {
                    seen.state.withLock { $0.failures += 1 }
                }
                await Task.yield()
            }
        }
    }
    var (times, memory): ([Double], [Int]) = ([], [])
    for version in 1...warmUp + saves {
        write(script("bench", version), to: path + ".tmp")
        async let answer = seen.answer(of: version)
        let start = ContinuousClock.now
        rename(path + ".tmp", path)
        let taken = milliseconds(start.duration(to: await answer))
        if version > warmUp { times.append(taken) }
        if version == warmUp || version == warmUp + saves { memory.append(resident()) }
    }
    seen.state.withLock { $0.isDone = true }
    for caller in callers { await caller.value }
    watch.cancel()
    let result = seen.state.withLock { ($0.calls, $0.failures, milliseconds($0.longest)) }
    let snapshot = manager.monitor.snapshot()
    let state = ["save", "restore"].compactMap { snapshot.operation($0, of: "bench")?.maxSeconds }.reduce(0, +) * 1000
    let reloads = snapshot.loaders.first { $0.operation == "reload" }
    row(
        "saved file to the new version's first answer, p99 of \(saves), while 2 tasks call it", "< 20 ms",
        "\(rounded(percentile(times, 0.99))) ms (median \(rounded(percentile(times, 0.5))), most \(rounded(times.max()!)))", percentile(times, 0.99) < 20)
    row("failed calls of \(result.0)", "0", "\(result.1)", result.1 == 0)
    row(
        "longest call meanwhile, beyond save and restore", "< 5 ms", "\(rounded(result.2 - state)) ms (they took \(rounded(state)) at most)", result.2 - state < 5)
    let all = warmUp + saves
    row("reloads for \(all) saves", "\(all)", "\(reloads?.successes ?? 0)", reloads?.successes == all)
    row(
        "memory after \(all) reloads, to that after \(warmUp)", "<= 1.05", "\(rounded(Double(memory[1]) / Double(memory[0]))) (\(memory[1]) KB)",
        Double(memory[1]) <= 1.05 * Double(memory[0]))
    try await manager.cleanup()
}

// 2. many scripts at once

@MainActor func reloadMany() async throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func path(_ number: Int) -> String { folder + "/plugin_p\(number).lua" }
    for number in 0..<many { save(script("p\(number)", 0), to: path(number)) }
    let manager = newManager()
    let (stream, continuation) = AsyncStream.makeStream(of: PluginWatch.Change.self)
    let watch = try await manager.watch(folder) { if $0.kind != .loaded { continuation.yield($0) } }
    var times: [Double] = []
    for round in 1...5 {
        for number in 0..<many { write(script("p\(number)", round), to: path(number) + ".tmp") }
        let start = ContinuousClock.now
        for number in 0..<many { rename(path(number) + ".tmp", path(number)) }
        var count = 0
        for await change in stream {
            precondition(change.kind == .reloaded, "\(change)")
            count += 1
            if count == many { break }
        }
        times.append(milliseconds(start.duration(to: .now)))
    }
    watch.cancel()
    row("\(many) plugins changed at once, until all serve, worst of 5", "< 500 ms", "\(rounded(times.max()!)) ms (median \(rounded(percentile(times, 0.5))))", times.max()! < 500)
    try await manager.cleanup()
}

// 3. nothing happens

@MainActor func watchIdly() async throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for number in 0..<idle { save("return { name = 'p\(number)', version = '1.0.0', plugin_type = 'processor' }", to: folder + "/plugin_p\(number).lua") }
    let manager = newManager()
    try await manager.discover(in: folder)
    func spent() async throws -> Double {
        try await Task.sleep(for: .seconds(1))
        let before = processorTime()
        try await Task.sleep(for: .seconds(5))
        return milliseconds(processorTime() - before)
    }
    let without = try await spent()
    let watch = try await manager.watch(folder)
    let with = try await spent()
    watch.cancel()
    row("CPU time of 5 s of watching \(idle) files, beyond that of not watching", "none", "\(rounded(max(0, with - without))) ms", with - without < 1)
    try await manager.cleanup()
}

print("| reload | goal | seen | |")
print("|---|---|---|---|")
try await reloadUnderLoad()
try await reloadMany()
try await watchIdly()
