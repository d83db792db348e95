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
    private let current: Current
    private let maker: InstanceMaker
    let gate = CallGate()
    private let host = Mutex<Host?>(nil)
    private let interrupter: Mutex<LuaInterrupter>

    /// The instance that serves, replaced when its state had to be given up.
    private final class Current: @unchecked Sendable {
        // Sendable: touched only between the gate's enter and leave.
        var instance: LuaInstance
        init(_ instance: LuaInstance) { self.instance = instance }
    }

    /// What `initialize` brought.
    private struct Host {
        /// Keeps the monitor alive as well, which recorders do not.
        let context: PluginContext
        let limits: PluginLimits
        let recorders: [String: OperationRecorder]
    }

    init(instance: LuaInstance, manifest: Manifest, maker: InstanceMaker) {
        metadata = manifest.metadata
        declaration = manifest.declaration
        operations = manifest.operations
        warnings = manifest.warnings
        self.maker = maker
        current = Current(instance)
        interrupter = Mutex(instance.state.interrupter)
    }

    // MARK: Life

    public func initialize(_ context: PluginContext) async throws {
        try await exclusively {
            let names = operations.contains("provide") ? operations.union(["provide.next"]) : operations
            let recorders = names.map { ($0, context.monitor.recorder(plugin: metadata.name, operation: $0)) }
            host.withLock {
                $0 = Host(
                    context: context, limits: context.policy.limits.lowered(to: declaration.limits),
                    recorders: Dictionary(uniqueKeysWithValues: recorders))
            }
            do {
                try maker.initialize(current.instance, context, declaration)
            } catch {
                current.instance.close()
                throw wrap(error, "initialize", .initialize)
            }
        }
    }

    public func cleanup() async throws {
        try await exclusively {
            let instance = current.instance
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
        return current.instance.used
    }

    /// Ends the call that runs now with an error of code `cancelled`. May be called from any thread; what waits goes on.
    public func cancel() { interrupter.withLock { $0 }.cancel() }

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
        guard operations.contains(operation) else {
            let problem = PluginProblem.unknownOperation(operation, nearest: nearestName(to: operation, among: operations), among: operations)
            throw PluginError(problem, plugin: metadata, operation: operation)
        }
        return try await enter(operation, options) { instance, context in
            guard let function = instance.functions[operation] else {
                throw PluginError(.unknownOperation(operation, nearest: nil), plugin: metadata, operation: operation)
            }
            return try body(function, context)
        }
    }

    func enter<R>(_ operation: String, _ options: CallOptions, _ body: (LuaInstance, LuaTable) throws -> R) async throws -> R {
        guard let host = host.withLock({ $0 }), let recorder = host.recorders[operation] else {
            throw PluginError(.notRunning(.loaded, because: nil), plugin: metadata, operation: operation)
        }
        var start = ContinuousClock.now
        let quarantine = host.context.status.quarantine
        var isAdmitted = false
        do {
            try host.context.status.admit(operation, of: metadata)
            isAdmitted = true
            let limit = options.wallLimit(atMost: host.limits.wall)
            if !gate.tryEnter() {
                try await gate.enter(limit: host.limits.waitingCalls, deadline: limit.map { start + $0 })
                start = .now
            }
            defer { gate.leave() }
            // the plugin may have been turned off, or be on its way out, since the call came
            if host.context.status.state != .running || !host.context.status.isEnabled {
                try host.context.status.admit(operation, of: metadata)
            }
            if current.instance.state.isCondemned {
                try rebuild(host)
                start = .now
            }
            let result = try await cancellable { try run(options, body) }
            recorder.record(duration: start.duration(to: .now))
            quarantine.noteSuccess()
            return result
        } catch {
            let error = wrap(error, operation, .call)
            if isAdmitted { quarantine.noteFailure(error) }
            recorder.record(duration: start.duration(to: .now), error: error)
            throw error
        }
    }

    /// Ends the call when its task is cancelled.
    private func cancellable<R>(_ body: () throws -> R) async throws -> R {
        let interrupter = interrupter.withLock { $0 }
        return try await withTaskCancellationHandler {
            if Task.isCancelled { throw PluginError(.cancelled) }
            return try body()
        } onCancel: {
            interrupter.cancel()
        }
    }

    /// Replaces an instance whose state had to be given up by a fresh one: the script is run again, then `initialize`.
    /// What the plugin kept in its variables is gone. The caller is inside the gate.
    private func rebuild(_ host: Host) throws {
        current.instance.close()
        try host.context.monitor.recorder(plugin: metadata.name, operation: "initialize").measureNow(metadata, phase: .initialize) {
            do {
                let (instance, _) = try maker.make()
                try maker.initialize(instance, host.context, declaration)
                current.instance = instance
                interrupter.withLock { $0 = instance.state.interrupter }
            } catch {
                throw wrap(error, "initialize", .initialize)
            }
        }
        host.context.logger.warning("rebuilt after a call that could only be broken off: its state was lost")
    }

    /// Runs one entry under its limits; the caller is inside the gate.
    private func run<R>(_ options: CallOptions, _ body: (LuaInstance, LuaTable) throws -> R) throws -> R {
        let instance = current.instance
        guard let context = instance.context else { throw PluginError(.closed) }
        guard options.deadline != nil else { return try body(instance, context) }
        let limits = instance.limits
        let wall = options.wallLimit(atMost: limits.wall)
        guard wall != .zero else { throw LuaError(code: .wallLimit, message: "the call's deadline had passed before it began") }
        try instance.state.setLimits(limits, cpu: limits.cpu, wall: wall)
        defer { try? instance.state.setLimits(limits, cpu: limits.cpu) }
        return try body(instance, context)
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
