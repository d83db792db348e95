import Logging
import LuaRuntime
public import PluginCore
import Synchronization

/// A plugin written in Lua. Made by a `PluginManager` from a script.
///
/// ```swift
/// let words = try manager.luaPlugin(named: "words")
/// let count = try await words.call("process", "a few considerable words", as: Count.self)
/// ```
///
/// Calls may come from any task. One runs at a time; others wait in order without blocking a thread. Each is timed, and
/// recorded in the manager's monitor with its error.
public final class LuaPlugin: CallablePlugin, RecordsOwnCalls {
    public let metadata: PluginMetadata
    public let declaration: PluginDeclaration
    public let operations: Set<String>
    /// What is allowed in the plugin's table and probably not meant.
    public let warnings: [String]
    let instance: LuaInstance
    private let script: Script
    private let apis: [HostAPI]
    let gate = CallGate()
    private let host = Mutex<Host?>(nil)

    /// What `initialize` brought.
    private struct Host {
        let status: PluginStatus
        let waitingCalls: Int
        let recorders: [String: OperationRecorder]
        /// Recorders do not keep it alive.
        let monitor: PluginMonitor
    }

    init(instance: LuaInstance, manifest: Manifest, script: Script, apis: [HostAPI]) {
        metadata = manifest.metadata
        declaration = manifest.declaration
        operations = manifest.operations
        warnings = manifest.warnings
        self.instance = instance
        self.script = script
        self.apis = apis
    }

    // MARK: Life

    public func initialize(_ context: PluginContext) async throws {
        try await exclusively {
            let limits = context.policy.limits.lowered(to: declaration.limits)
            instance.limits = limits
            try instance.state.setTimeLimits(cpu: limits.cpu, wall: limits.wall)
            let names = operations.contains("provide") ? operations.union(["provide.next"]) : operations
            let recorders = names.map { ($0, context.monitor.recorder(plugin: metadata.name, operation: $0)) }
            host.withLock {
                $0 = Host(
                    status: context.status, waitingCalls: limits.waitingCalls,
                    recorders: Dictionary(uniqueKeysWithValues: recorders), monitor: context.monitor)
            }
            do {
                instance.context = try ContextBuilder(context, declaration, root: script.root, apis: apis).build(in: instance.state)
                if let initialize = instance.functions["initialize"] { try initialize.call(instance.context!) }
            } catch {
                instance.close()
                throw wrap(error, "initialize", .initialize)
            }
        }
    }

    public func cleanup() async throws {
        try await exclusively {
            defer { instance.close() }
            guard let cleanup = instance.functions["cleanup"], let context = instance.context else { return }
            do {
                try cleanup.call(context)
            } catch {
                throw wrap(error, "cleanup", .cleanup)
            }
        }
    }

    /// Runs a step of the plugin's life, after the call under way.
    private func exclusively(_ body: () throws -> Void) async throws {
        do {
            try await gate.enter()
        } catch {
            throw PluginError(.cancelled, plugin: metadata)
        }
        defer { gate.leave() }
        try body()
    }

    /// What the plugin has used so far, or in all once it is closed. Waits for the call under way.
    public func usage() async -> PluginUsage {
        guard (try? await gate.enter()) != nil else { return PluginUsage() }
        defer { gate.leave() }
        return instance.used
    }

    // MARK: Calls

    /// Calls an operation with typed arguments and reads its first result.
    ///
    /// - Throws: `PluginError`: what the plugin raised, a limit, a value that does not fit.
    public func call<each A: Encodable & Sendable, R: Decodable & Sendable>(
        _ operation: String, _ arguments: repeat each A, as type: R.Type = R.self, options: CallOptions = CallOptions()
    ) async throws -> R {
        try await run(operation, options) { try $0.call($1, repeat each arguments, as: type) }
    }

    /// Calls an operation with typed arguments and drops its results.
    public func call<each A: Encodable & Sendable>(
        _ operation: String, _ arguments: repeat each A, options: CallOptions = CallOptions()
    ) async throws {
        try await run(operation, options) { try $0.call($1, repeat each arguments) }
    }

    /// Calls an operation with plain values and gives all that it returned.
    public func call(
        _ operation: String, arguments: [DynamicValue], options: CallOptions = CallOptions()
    ) async throws -> [DynamicValue] {
        try await run(operation, options) { try $0.callForAll($1, dynamic: arguments) }
    }

    /// Runs one entry into Lua: lets it in, times it and records it.
    func run<R>(_ operation: String, _ options: CallOptions, _ body: (LuaFunction, LuaTable) throws -> R) async throws -> R {
        guard let function = instance.functions[operation], operations.contains(operation) else {
            let problem = PluginProblem.unknownOperation(operation, nearest: nearestName(to: operation, among: operations), among: operations)
            throw PluginError(problem, plugin: metadata, operation: operation)
        }
        return try await enter(operation, options) { try body(function, $0) }
    }

    func enter<R>(_ operation: String, _ options: CallOptions, _ body: (LuaTable) throws -> R) async throws -> R {
        guard let host = host.withLock({ $0 }), let recorder = host.recorders[operation] else {
            throw PluginError(.notRunning(.loaded, because: nil), plugin: metadata, operation: operation)
        }
        var start = ContinuousClock.now
        do {
            try host.status.admit(operation, of: metadata)
            let limit = options.wallLimit(atMost: instance.limits.wall)
            if !gate.tryEnter() {
                try await gate.enter(limit: host.waitingCalls, deadline: limit.map { start + $0 })
                start = .now
            }
            defer { gate.leave() }
            let result = try run(options, body)
            recorder.record(duration: start.duration(to: .now))
            return result
        } catch {
            let error = wrap(error, operation, .call)
            recorder.record(duration: start.duration(to: .now), error: error)
            throw error
        }
    }

    /// Runs one entry under its limits; the caller is inside the gate.
    private func run<R>(_ options: CallOptions, _ body: (LuaTable) throws -> R) throws -> R {
        guard let context = instance.context else { throw PluginError(.closed) }
        guard options.deadline != nil else { return try body(context) }
        let limits = instance.limits
        let wall = options.wallLimit(atMost: limits.wall)
        guard wall != .zero else { throw LuaError(code: .wallLimit, message: "the call's deadline had passed before it began") }
        try instance.state.setTimeLimits(cpu: limits.cpu, wall: wall)
        defer { try? instance.state.setTimeLimits(cpu: limits.cpu, wall: limits.wall) }
        return try body(context)
    }

    private func wrap(_ error: any Error, _ operation: String, _ phase: PluginError.Phase) -> PluginError {
        var error = error
        if let lua = error as? LuaError { error = PluginError(lua: lua, phase: phase) }
        if let refusal = error as? CallGate.Refusal {
            error =
                switch refusal {
                case .full(let limit): PluginError(.queueFull(limit))
                case .timeout: PluginError(.queueTimeout)
                case .cancelled: PluginError(.cancelled)
                }
        }
        return PluginError(wrapping: error, plugin: metadata, operation: operation, phase: phase)
    }
}
