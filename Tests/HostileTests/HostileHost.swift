import InMemoryLogging
import Logging
import Perilune
import Testing

@testable import PeriluneCLI

/// A host with the limits that the corpus is written for, and the log that it keeps.
struct HostileHost {
    let manager: PluginManager
    private let log = InMemoryLogHandler()

    /// - Parameter isPatient: whether time is to end nothing, as where the script is to end otherwise: other suites may make it wait,
    ///   and how fast the machine is, and what a sanitizer makes of that, is not what its header tells.
    init(isPatient: Bool = false) {
        var log = log
        log.logLevel = .trace
        manager = PluginManager(policy: Self.policy(isPatient), logger: Logger(label: "host") { _ in log })
    }

    private static func policy(_ isPatient: Bool) -> PluginPolicy {
        let (cpu, wall): (Duration, Duration) = isPatient ? (.seconds(10), .seconds(600)) : (.milliseconds(100), .seconds(2))
        return PluginPolicy(limits: PluginLimits(cpu: cpu, wall: wall, memory: 16 * 1024 * 1024, metadata: cpu))
    }

    /// Takes a plugin through its whole life and tells what the command line would tell of it.
    ///
    /// - Parameter remains: what is there of the plugin after that, which should be nothing.
    func live(_ script: HostileScript, remains: inout Remains) async -> Verdict {
        var verdict = Verdict(plugin: PluginSource.path(script.path).stem, path: script.path)
        do {
            let plugin = try await manager.load(script.path)
            verdict.plugin = plugin.metadata.name
            remains.plugin = plugin as? LuaPlugin
            await run(plugin, &verdict)
        } catch {
            verdict.fail(error as! PluginError)  // load throws nothing else
        }
        return verdict
    }

    struct Remains {
        weak var plugin: LuaPlugin?
    }

    private func run(_ plugin: any Plugin, _ verdict: inout Verdict) async {
        do {
            try await manager.initialize(plugin.metadata.name)
            for operation in ["process", "provide"] where plugin.operations.contains(operation) {
                verdict.result = try await call(operation, of: plugin)
            }
        } catch {
            verdict.fail((error as? PluginErrors)?.errors.last ?? PluginError(wrapping: error, plugin: plugin.metadata, operation: nil, phase: .call))
        }
        do {
            try await manager.unload(plugin.metadata.name)
            if verdict.error == nil { verdict.phase = PluginError.Phase.cleanup.rawValue }
        } catch {
            if verdict.error == nil { verdict.fail(error as! PluginError) }  // unload throws nothing else
        }
        verdict.usage = await (plugin as! LuaPlugin).usage()
    }

    /// One call; what JSON cannot show is an error, as for the command.
    func call(_ operation: String, of plugin: any Plugin) async throws -> [DynamicValue] {
        let result: [DynamicValue]
        if operation == "provide", let provider = plugin as? any ProviderPlugin {
            let items = try await provider.provide("x", options: CallOptions())
            var all: [DynamicValue] = []
            while all.count < 1000, let item = try await items.next() { all.append(item) }
            result = all
        } else {
            result = try await manager.call(plugin.metadata.name, operation, ["x"])
        }
        do {
            _ = try DynamicValue.array(result).json()
        } catch {
            throw PluginError(code: .conversion, phase: .call, message: "the result is no JSON: \(error)", operation: operation)
        }
        return result
    }

    /// Everything that was logged, as `message key=value`, with each character that could steer a terminal or split a line.
    var steeringLines: [String] {
        log.entries.flatMap { entry in
            [entry.message.description] + entry.metadata.flatMap { key, value in [key, key == "traceback" ? Self.frames(value) : "\(value)"] }
        }.filter(Self.steers)
    }

    /// A traceback has a line for each frame, which begins with a tab.
    private static func frames(_ traceback: Logger.MetadataValue) -> String {
        "\(traceback)".replacing("\n\t", with: " ").replacing("\t", with: " ")
    }

    static func steers(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
    }
}

/// A plugin that does a little of everything, and whose answer shows whether any of it is broken.
enum GoodPlugin {
    static let text = """
        local calls = 0
        return {
          name = "good", version = "1.0.0", plugin_type = "processor",
          process = function(ctx, item)
            calls = calls + 1
            local words = {}
            for word in ("some good words"):gmatch("%a+") do words[#words + 1] = word:upper() end
            table.sort(words)
            local t = setmetatable({}, { __index = function(_, k) return k .. "!" end, __tostring = function() return "t" end })
            local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end)
            local passed, why = pcall(error, { code = 7 })
            ctx.log.debug("called", { calls = calls })
            return {
              item = item, words = table.concat(words, ","), index = t.key, text = tostring(t) .. string.format("%05.1f", 3.14159),
              coroutine = { co(1), co(21) }, caught = not passed and why.code, json = ctx.json.encode({ 1, "two", { three = 3 } }),
              loaded = load("return 1 + 1")(), types = type(print) .. type(nil) .. select("#", 1, nil), next = next({}) == nil,
            }
          end,
        }
        """

    static let answer: [DynamicValue] = [
        [
            "item": "x", "words": "GOOD,SOME,WORDS", "index": "key!", "text": "t003.1", "coroutine": [2, 42], "caught": 7,
            "json": #"[1,"two",{"three":3}]"#, "loaded": 2, "types": "functionnil2", "next": true,
        ]
    ]

    /// Loads it into a host and calls it.
    static func isGood(in manager: PluginManager) async throws -> Bool {
        try await manager.load(source: text, name: "good.lua")
        try await manager.initialize("good")
        let answer = try await manager.call("good", "process", ["x"])
        try await manager.unload("good")
        return answer == Self.answer
    }
}
