/*
 A pipeline of a provider, a processor, a monitor and a storage, and the same with a fifth plugin that is hostile: as a
 second storage, before the good one and on its task, and as a second monitor, on a task of its own. The runs are
 interleaved; the rate of the others is that of the items after the hostile plugin has been quarantined, while no trial
 call is due (each one costs another of its limits, after 1, 2, 4 ... 300 s).
 */
import LuaPlugins
import PluginCore

let rounds = 3
let measured = 150_000

let good = [
    """
    return { name = "lines", version = "1.0.0", plugin_type = "provider", provide = function()
      local n, levels = 0, { "DEBUG", "INFO", "WARN", "ERROR" }
      return function()
        n = n + 1
        return ("2026-11-24T10:00:00Z %s request %d took %d ms from 10.0.0.%d"):format(levels[n % 4 + 1], n, n % 977, n % 255)
      end
    end }
    """,
    """
    return { name = "parts", version = "1.0.0", plugin_type = "processor", process = function(ctx, line)
      local time, level, number, taken = line:match("^(%S+) (%u+) request (%d+) took (%d+) ms")
      return { time = time, level = level, number = tonumber(number), taken = tonumber(taken) }
    end }
    """,
    """
    local slowest, seen = 0, 0
    return { name = "watch", version = "1.0.0", plugin_type = "monitor", observe = function(ctx, event)
      seen = seen + 1
      if event.duration > slowest then slowest = event.duration end
    end }
    """,
    """
    local counts = {}
    return { name = "levels", version = "1.0.0", plugin_type = "storage", put = function(ctx, key, item)
      counts[item.level] = (counts[item.level] or 0) + 1
    end }
    """,
]

let kinds = [
    ("raises", "error('no')"),
    ("loops for ever", "while true do end"),
    ("takes memory", "local t = {} for i = 1, 1e9 do t[i] = { i } end"),
    ("swallows its end", "while true do pcall(function() while true do end end) end"),
]

enum Role: String, CaseIterable {
    case storage, monitor

    var operation: String { self == .storage ? "put" : "observe" }
}

struct Seen {
    /// Items of the provider to a second, of the measured ones.
    var rate = 0.0
    /// From the run's begin to the quarantine.
    var until = 0.0
    /// Items by then.
    var items = 0
}

@MainActor func run(_ role: Role, _ hostile: String?) async throws -> Seen {
    // the defaults, but that no trial is due while the others are measured
    let manager = PluginManager(policy: PluginPolicy(quarantine: QuarantinePolicy(backoff: .seconds(300))), logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    for (index, text) in good.enumerated() { try await manager.load(source: text, name: "good\(index).lua") }
    var pipeline = Pipeline(provider: "lines", processors: [.init("parts")], storages: [.init("levels")], monitors: ["watch"])
    if let hostile {
        try await manager.load(
            source: "return { name = 'hostile', version = '1.0.0', plugin_type = '\(role)', \(role.operation) = function() \(hostile) end }",
            name: "hostile.lua")
        if role == .storage { pipeline.storages.insert(.init("hostile", onError: .skip), at: 0) } else { pipeline.monitors.insert("hostile", at: 0) }
    }
    try await manager.initialize()
    let start = ContinuousClock.now
    var seen = Seen()
    var quarantined: ContinuousClock.Instant?
    do {
        _ = try await pipeline.run(on: manager) { count in
            if let since = quarantined {
                guard count == seen.items + measured else { return }
                seen.rate = Double(measured) / (since.duration(to: .now) / .seconds(1))
                // the provider has no end of its own
                try? manager.setEnabled(false, for: "lines")
            } else if hostile == nil ? count == 1_000 : (try? manager.status(of: "hostile").state) == .quarantined {
                quarantined = .now
                seen.items = count
                seen.until = start.duration(to: .now) / .seconds(1)
            }
        }
    } catch is PipelineFailure where seen.rate > 0 {}
    try await manager.cleanup()
    return seen
}

/// How the rates with and without compare: by the best of each, which other work on the machine disturbs least, and by the medians.
func compare(_ with: [Double], _ without: [Double]) -> (best: Double, median: Double) {
    (with.max()! / without.max()!, median(with) / median(without))
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }

print("| hostile fifth plugin of a pipeline | goal | the others' items a second, to those without it | until quarantine | |")
print("|---|---|---|---|---|")
for role in Role.allCases {
    for (name, body) in kinds {
        var (with, without): ([Seen], [Seen]) = ([], [])
        for _ in 0..<rounds {
            without.append(try await run(role, nil))
            with.append(try await run(role, body))
        }
        let share = compare(with.map(\.rate), without.map(\.rate))
        let items = with.map(\.items).max()!
        print(
            "| a \(role) that \(name) | >= 0.95 | \(rounded(share.best)) (median \(rounded(share.median))) of \(Int(without.map(\.rate).max()!)) "
                + "| \(Int((median(with.map(\.until)) * 1000).rounded())) ms, \(items) items | \(share.best >= 0.95 ? "met" : "MISSED") |")
    }
}
