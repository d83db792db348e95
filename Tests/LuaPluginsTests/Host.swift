import InMemoryLogging
import Logging
import LuaPlugins
import MetricsTestKit
import PluginCore
import Testing

/// A host with one plugin under test, named `test`, from a text called `plugin_test.lua`.
struct Host {
    let manager: PluginManager
    let logs = InMemoryLogHandler()
    let metrics = TestMetrics()

    init(_ policy: PluginPolicy = PluginPolicy(), store: (any PluginStore)? = nil, level: Logger.Level = .debug) {
        // tests run side by side, and one that waits may wait for the others: only a test of the wall-clock limit meets it
        var policy = policy
        if policy.limits.wall == PluginLimits().wall { policy.limits.wall = .seconds(600) }
        var handler = logs
        handler.logLevel = level
        let copy = handler
        manager = PluginManager(
            policy: policy, monitor: PluginMonitor(metricsFactory: metrics), store: store, logger: Logger(label: "test") { _ in copy })
    }

    /// Loads a table with this body beside name, version and type.
    @discardableResult
    func load(_ body: String, type: String = "processor", before: String = "", modules: [String: String] = [:]) async throws -> LuaPlugin {
        try await manager.load(source: Self.text(body, type: type, before: before), name: "plugin_test.lua", modules: modules)
        return try manager.luaPlugin(named: "test")
    }

    /// Loads and initializes.
    @discardableResult
    func run(_ body: String, type: String = "processor", before: String = "", modules: [String: String] = [:]) async throws -> LuaPlugin {
        let plugin = try await load(body, type: type, before: before, modules: modules)
        try await manager.initialize()
        return plugin
    }

    /// What the operation `run`, a function of `ctx` with this body, returns.
    func results(_ body: String, _ arguments: DynamicValue...) async throws -> [DynamicValue] {
        try await run("run = function(ctx, ...) \(body) end").call("run", arguments: arguments)
    }

    static func text(_ body: String, type: String = "processor", before: String = "") -> String {
        before + " return { name = 'test', version = '1.0.0', plugin_type = '\(type)', \(body) }"
    }

    /// What plugins printed and logged: level, text, fields.
    var output: [String] {
        logs.entries.filter { $0.level != .debug || $0.metadata["mark"] != nil }.map { entry in
            let fields = entry.metadata.filter { !["plugin", "version"].contains($0.key) }.sorted { $0.key < $1.key }
            return "\(entry.level) \(entry.message)" + fields.map { " \($0.key)=\($0.value)" }.joined()
        }
    }
}

/// The plugin error that `body` throws.
func failure<R>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> R) async throws -> PluginError {
    try await #require(throws: PluginError.self, sourceLocation: sourceLocation) { _ = try await body() }
}

/// The one error that initializing or cleaning up throws.
func onlyFailure<R>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> R) async throws -> PluginError {
    let errors = try await #require(throws: PluginErrors.self, sourceLocation: sourceLocation) { _ = try await body() }.errors
    #expect(errors.count == 1, sourceLocation: sourceLocation)
    return errors[0]
}
