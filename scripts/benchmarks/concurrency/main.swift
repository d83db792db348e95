/*
 What waiting costs, what cores bring, and what many calls leave behind. Each ratio is of runs that are interleaved, by the
 smallest time of nine rounds.
 */
import Foundation
import LuaPlugins
import PluginCore

let rounds = 9

let text = """
    return { name = "NAME", version = "1.0.0", plugin_type = "processor", permissions = { host = true },
      add = function(ctx, a, b) return a + b end,
      work = function(ctx, n) local sum = 0 for i = 1, n do sum = sum + i % 7 end return sum end,
      sync = function(ctx, n) local f, sum = ctx.host.add, 0 for _ = 1, n do sum = f(sum, 1) end return sum end,
      async = function(ctx, n) local f, sum = ctx.host.later, 0 for _ = 1, n do sum = f(sum, 1) end return sum end,
      wait = function(ctx) ctx.host.wait() return 1 end,
      forever = function(ctx) while true do end end,
    }
    """

/// What calls wait at until it is opened.
actor Door {
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var isOpen = false
    var count: Int { waiters.count }

    func pass() async {
        if !isOpen { await withCheckedContinuation { waiters.append($0) } }
    }

    func open() {
        isOpen = true
        for waiter in waiters { waiter.resume() }
        waiters = []
    }
}

/// A manager with plugins `p0`, `p1` and so on.
@MainActor func host(_ count: Int, _ limits: PluginLimits = PluginLimits(), _ door: Door = Door()) async throws -> (PluginManager, [LuaPlugin]) {
    let manager = PluginManager(
        policy: PluginPolicy(limits: limits, grants: [.hostAPI("host")], quarantine: nil), logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    try manager.expose("host") { api in
        api.function("add") { (a: Int, b: Int) in a + b }
        api.asyncFunction("later") { (a: Int, b: Int) in a + b }
        api.asyncFunction("wait") { () async -> Void in await door.pass() }
    }
    for number in 0..<count { try await manager.load(source: text.replacingOccurrences(of: "NAME", with: "p\(number)"), name: "p.lua") }
    try await manager.initialize()
    return (manager, try (0..<count).map { try manager.luaPlugin(named: "p\($0)") })
}

func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await body()
    return start.duration(to: .now) / .seconds(1)
}

func rounded(_ value: Double, _ digits: Double = 100) -> String { "\((value * digits).rounded() / digits)" }

func row(_ what: String, _ goal: String, _ seen: String, _ isMet: Bool?) {
    print("| \(what) | \(goal) | \(seen) | \(isMet.map { $0 ? "met" : "MISSED" } ?? "") |")
}

/// Resident bytes; 0 where there is no /proc.
func resident() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? "0 0"
    return Int(text.split(separator: " ")[1])! * Int(sysconf(Int32(_SC_PAGESIZE)))
}

func threads() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0 }

/// Off the main actor, as a server calls its plugins.
@concurrent func calls(_ operation: PluginOperation<(Int, Int) -> Int>, _ count: Int) async throws {
    var sum = 0
    for _ in 0..<count { sum = try await operation(sum & 0xffff, 1) }
}

@concurrent func calls(_ operation: PluginOperation<(Int) -> Int>, _ count: Int, _ argument: Int) async throws {
    for _ in 0..<count { _ = try await operation(argument) }
}

@MainActor func waiting() async throws {
    let (manager, plugins) = try await host(1)
    let sync = try plugins[0].operation("sync", as: ((Int) -> Int).self)
    let async = try plugins[0].operation("async", as: ((Int) -> Int).self)
    var (least, leastAsync) = (Double.infinity, Double.infinity)
    for _ in 0..<rounds {
        least = min(least, try await seconds { try await calls(sync, 20, 10_000) } / 200_000)
        leastAsync = min(leastAsync, try await seconds { try await calls(async, 20, 10_000) } / 200_000)
    }
    row(
        "async host function that returns at once, to a synchronous one", "<= 3x",
        "\(rounded(leastAsync / least))x (\(rounded(leastAsync * 1e9, 10)) ns, \(rounded(least * 1e9, 10)) ns)", leastAsync / least <= 3)
    let one = try await seconds { try await calls(async, 20_000, 1) } / 20_000
    row("a call with one such function, made in a task", "", "\(rounded(one * 1e6)) us", nil)
    try await manager.cleanup()
}

@MainActor func manyWaiting() async throws {
    let door = Door()
    let (manager, plugins) = try await host(1, PluginLimits(wall: .seconds(100), waitingCalls: 10_000, callsInFlight: 10_000), door)
    let (before, memory) = (threads(), resident())
    let calls = (0..<10_000).map { _ in Task { try await plugins[0].call("wait", as: Int.self) } }
    while await door.count < calls.count { await Task.yield() }
    let (grown, bytes) = (threads() - before, resident() - memory)
    await door.open()
    var sum = 0
    for call in calls { sum += try await call.value }
    precondition(sum == calls.count)
    row("threads more while 10,000 calls of one plugin wait", "<= cores", "\(grown) (\(bytes / 10_000) bytes for each call)", grown <= ProcessInfo.processInfo.activeProcessorCount)
    try await manager.cleanup()
}

@MainActor func cores() async throws {
    let (manager, plugins) = try await host(4)
    for (what, isShort) in [("two integers", true), ("20 us of work", false)] {
        let add = try plugins.map { try $0.operation("add", as: ((Int, Int) -> Int).self) }
        let work = try plugins.map { try $0.operation("work", as: ((Int) -> Int).self) }
        let count = isShort ? 500_000 : 5_000
        var least: [Int: Double] = [:]
        for _ in 0..<rounds {
            for tasks in [1, 2, 4] {
                let time = try await seconds {
                    try await withThrowingTaskGroup { group in
                        for task in 0..<tasks {
                            group.addTask {
                                if isShort { try await calls(add[task], count) } else { try await calls(work[task], count, 3_000) }
                            }
                        }
                        try await group.waitForAll()
                    }
                }
                least[tasks] = min(least[tasks] ?? .infinity, time)
            }
        }
        let rates = [1, 2, 4].map { Double($0 * count) / least[$0]! }
        let gain = rates[1] / rates[0]
        row(
            "calls a second over 2 tasks and plugins, to 1: \(what)", ">= 1.8x",
            "\(rounded(gain))x (1: \(Int(rates[0])), 2: \(Int(rates[1])), 4: \(Int(rates[2])))", gain >= 1.8)
    }
    try await manager.cleanup()
}

@MainActor func light() async throws {
    let heavy = ProcessInfo.processInfo.activeProcessorCount * 2
    let (manager, plugins) = try await host(heavy + 1, PluginLimits(cpu: .seconds(3)))
    let add = try plugins[heavy].operation("add", as: ((Int, Int) -> Int).self)
    // the first overrun is what tells that a plugin is heavy
    for plugin in plugins[..<heavy] { _ = try await plugin.call("work", 5_000_000, as: Int.self) }
    let runaways = plugins[..<heavy].map { plugin in Task { try? await plugin.call("forever") } }
    var times: [Double] = []
    for _ in 0..<200 {
        try await Task.sleep(for: .milliseconds(5))
        times.append(try await seconds { try await Task { try await calls(add, 1) }.value } * 1e3)
    }
    for plugin in plugins[..<heavy] { plugin.cancel() }
    for runaway in runaways { await runaway.value }
    times.sort()
    row(
        "a light plugin's call while \(heavy) heavy ones run without end, p99 of 200", "< 20 ms",
        "\(rounded(times[197])) ms (median \(rounded(times[100], 1000)), most \(rounded(times[199])))", times[197] < 20)
    try await manager.cleanup()
}

@MainActor func growth() async throws {
    let (manager, plugins) = try await host(1)
    let add = try plugins[0].operation("add", as: ((Int, Int) -> Int).self)
    try await calls(add, 100_000)
    let before = resident()
    try await calls(add, 10_000_000)
    let grown = resident() - before
    row("memory more after 10 million calls", "< 1 MB", "\(grown / 1024) KB", grown < 1 << 20)
    try await manager.cleanup()
}

print("| what | goal | seen | |")
print("|---|---|---|---|")
try await waiting()
try await manyWaiting()
try await cores()
try await light()
try await growth()
