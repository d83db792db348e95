import Foundation
import Logging
import LuaRuntime
package import PluginCore
import Synchronization

/// A file of tests of one plugin, `NAME_test.lua`: a script that returns a table.
///
///     return {
///       plugin = "plugin_words.lua",
///       config = { minimum = 4 },
///       grants = { "store" },
///       tests = {
///         ["counts words"] = function(t) t.equal(t.call("process", "a few words"), { words = 3, long = 1 }) end,
///       },
///     }
///
/// Each test is run in a state of its own, in the plugin's sandbox and under its limits, between `initialize` and `cleanup`.
package struct PluginTestFile: Sendable {
    package let path: String
    /// The plugin's script or folder.
    package let plugin: String
    /// The tests' names, sorted.
    package let names: [String]
    private let script: Script
    private let subject: Script
    private let config: [String: DynamicValue]
    private let policy: PluginPolicy

    /// How one test ended.
    package struct Outcome: Sendable {
        package var name: String
        package var duration: Duration
        package var error: PluginError?
        /// What the plugin printed and logged, a line each.
        package var output: [String]

        package init(name: String, duration: Duration = .zero, error: PluginError? = nil, output: [String] = []) {
            self.name = name
            self.duration = duration
            self.error = error
            self.output = output
        }
    }

    /// Reads a file's table; runs none of its tests.
    ///
    /// - Throws: ``PluginError`` where it is no file of tests, or names no plugin.
    package init(_ path: String, policy: PluginPolicy) throws {
        self.path = path
        script = try Script(.path(path))
        let folder = Discovery.folder(of: path)
        let state = try LuaState(LuaConfiguration(environment: policy.trust == .trusted ? .full : .sandboxed, memoryQuota: policy.limits.memory))
        try state.setLimits(policy.limits)
        let name = script.chunk.replacing("_test.lua", with: "")
        // that of its name, or the folder that it is in
        var candidates = ["plugin_\(name).lua", "plugin_\(name)"].map { (folder.isEmpty ? "." : folder) + "/" + $0 }
        if folder.split(separator: "/").last?.hasPrefix("plugin_") == true { candidates.append(folder) }
        let likely = candidates.first { FileManager.default.fileExists(atPath: $0) }
        let finder = ModuleFinder(script: try likely.map { try Script(.path($0)) } ?? script, shared: policy.sharedModules)
        state.onRequire { try finder.find($0) }
        let table = try Self.table(of: script, in: state)
        let fields: [String: DynamicValue]
        do {
            for entry in try table.entries() where !["plugin", "config", "grants", "tests"].contains(entry.key) {
                let nearest = nearestName(to: entry.key, among: ["plugin", "config", "grants", "tests"])
                throw PluginError(.testFile("unknown key '\(entry.key)'" + (nearest.map { ": did you mean '\($0)'?" } ?? "")), location: script.chunk)
            }
            fields = [
                "plugin": try table.value("plugin", as: DynamicValue?.self) ?? .null, "config": try table.value("config", as: DynamicValue?.self) ?? [:],
                "grants": try table.value("grants", as: DynamicValue?.self) ?? [],
            ]
        } catch let error as LuaError {
            throw PluginError(lua: error, phase: .metadata)
        }
        for (key, isRight) in [
            ("plugin", fields["plugin"]!.isNull || fields["plugin"]!.string != nil), ("config", fields["config"]!.object != nil || fields["config"] == []),
            ("grants", fields["grants"]!.array != nil || fields["grants"] == [:]),
        ] where !isRight {
            let expected = key == "plugin" ? "the path of a plugin" : key == "config" ? "a table of values" : "an array of permissions"
            throw PluginError(.testFile("'\(key)' must be \(expected), found a \(fields[key]!.kind)"), location: script.chunk)
        }
        if let given = fields["plugin"]!.string { candidates = [given.hasPrefix("/") ? given : (folder.isEmpty ? "." : folder) + "/" + given] }
        guard let plugin = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            let names = candidates.map { $0.split(separator: "/").last.map(String.init) ?? $0 }.joined(separator: " or ")
            throw PluginError(.testFile("there is no plugin \(names) beside it: set 'plugin' to its path"), location: script.chunk)
        }
        self.plugin = plugin
        subject = try Script(.path(plugin))
        config = fields["config"]?.object ?? [:]
        var policy = policy
        for text in fields["grants"]?.array ?? [] {
            guard let permission = text.string.flatMap({ PluginPermissions.Permission($0) }) else {
                throw PluginError(.testFile("'grants' holds what is no permission, such as \"store\" or \"read=data/*\""), location: script.chunk)
            }
            policy.grants.insert(permission)
        }
        policy.config = config
        self.policy = policy
        guard let tests = try? table.value("tests", as: LuaTable?.self) else {
            throw PluginError(.testFile("'tests' is missing, expected a table of functions"), location: script.chunk)
        }
        let entries = try tests.entries()
        if let other = entries.first(where: { !$0.isString }) {
            throw PluginError(.testFile("the test '\(other.key)' needs a name: write [\"does this\"] = function(t) ... end"), location: script.chunk)
        }
        if let other = entries.first(where: { $0.kind != "function" }) {
            throw PluginError(.testFile("the test '\(other.key)' must be a function, found \(other.kind)"), location: script.chunk)
        }
        names = entries.map(\.key).sorted()
    }

    private static func table(of script: Script, in state: LuaState) throws -> LuaTable {
        do {
            let results = try state.load(bytes: script.bytes, chunk: script.chunk).callForResult()
            guard let table = results.table else { throw PluginError(.noTestTable(found: results.kind), location: script.chunk) }
            return table
        } catch let error as LuaError {
            throw PluginError(lua: error, phase: error.code == .syntax ? .load : .metadata)
        }
    }

    /// Runs one test.
    package func run(_ name: String) async -> Outcome {
        let log = TestLog()
        let start = ContinuousClock.now
        var outcome = Outcome(name: name)
        do {
            try await Bench(self, log).run(name)
        } catch {
            let lua = (error as? LuaError).map { PluginError(lua: $0, phase: .call) }
            var failure = lua ?? error as? PluginError ?? PluginError(code: .runtime, phase: .call, message: "\(error)")
            failure.hint = lua == nil ? failure.hint : nil
            outcome.error = failure
        }
        outcome.duration = start.duration(to: .now)
        outcome.output = (log.all.array ?? []).map { "\($0["level"]?.string ?? ""): \($0["message"]?.string ?? "")" }
        return outcome
    }

    /// One test's state, with the plugin and all that stands for its host. Used by one task.
    private final class Bench {
        private let file: PluginTestFile
        private let log: TestLog
        private let clock = TestClock()
        private let metrics = TestMetrics()
        private let answers = Answers()

        private final class Answers: Sendable {
            let all = Mutex<[String: DynamicValue]>([:])
        }

        init(_ file: PluginTestFile, _ log: TestLog) {
            self.file = file
            self.log = log
        }

        func run(_ name: String) async throws {
            let (policy, subject) = (file.policy, file.subject)
            let maker = InstanceMaker(
                compiled: CompiledText(subject), policy: policy, apis: [], logger: log.logger, stem: PluginSource.path(file.plugin).stem)
            let (instance, manifest) = try maker.make()
            defer { instance.close() }
            let context = PluginContext(
                metadata: manifest.metadata, config: try manifest.declaration.config.resolve(policy.config, for: manifest.metadata), policy: policy,
                logger: log.logger, monitor: PluginMonitor(metricsFactory: metrics), store: TestStore(), status: PluginStatus(),
                callPlugin: { [answers] plugin, operation, _, _ in
                    guard let answer = answers.all.withLock({ $0["\(plugin).\(operation)"] }) else {
                        throw PluginError(.testFile("nothing answers '\(operation)' of '\(plugin)': set it by t.answer(\"\(plugin)\", \"\(operation)\", value)"))
                    }
                    return [answer]
                }, clock: clock.pluginClock)
            let limits = policy.limits.lowered(to: manifest.declaration.limits)
            try maker.prepare(instance, context, limits, manifest.declaration)
            let state = instance.state
            let ctx = instance.context!  // prepare has made it
            let tests = try PluginTestFile.table(of: file.script, in: state).value("tests", as: LuaTable.self)
            let test = try tests.value(name, as: LuaFunction.self)
            let t = try state.load(TestPrelude.text, chunk: "perilune test").call(try plugin(instance, state), ctx, try host(state), as: LuaTable.self)
            try await phase("initialize", of: instance, ctx)
            try await test.callAsync(t)
            try await phase("cleanup", of: instance, ctx)
        }

        private func phase(_ name: String, of instance: LuaInstance, _ ctx: LuaTable) async throws {
            do {
                try await instance.functions[name]?.callAsync(ctx)
            } catch let error as LuaError {
                var failure = PluginError(lua: error, phase: .call)
                failure.operation = name
                throw failure
            }
        }

        private func plugin(_ instance: LuaInstance, _ state: LuaState) throws -> LuaTable {
            let table = try state.makeTable()
            for (name, function) in instance.functions { try table.set(name, to: function) }
            return table
        }

        /// What `t` has of the host's.
        private func host(_ state: LuaState) throws -> LuaTable {
            let (clock, log, metrics, answers) = (clock, log, metrics, answers)
            let table = try state.makeTable()
            try table.set("now", to: try state.function("t.now") { (seconds: Double) in clock.set(seconds) })
            try table.set("advance", to: try state.function("t.advance") { (seconds: Double) in clock.advance(by: seconds) })
            try table.set("logs", to: try state.function("t.logs") { log.all })
            try table.set("metrics", to: try state.function("t.metrics") { metrics.all })
            try table.set(
                "answer",
                to: try state.function("t.answer") { (plugin: String, operation: String, value: DynamicValue) in
                    answers.all.withLock { $0["\(plugin).\(operation)"] = value }
                })
            return table
        }
    }
}
