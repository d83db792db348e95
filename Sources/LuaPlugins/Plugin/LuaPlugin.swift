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
/// Calls may come from any task. One runs at a time; others wait in order without blocking a thread, and go in while it waits
/// for an asynchronous function of the host (`concurrency = "serial"` in the plugin's table excludes even that). Each is timed,
/// and recorded in the manager's monitor with its error.
///
/// A plugin one of whose calls has used more than 10 ms of CPU time at a stretch runs on a thread of its own from then on, at 12
/// microseconds a call: it does not keep others from the few threads that Swift's tasks share. `PluginOperation.callBlocking`
/// uses the caller's thread in any case.
///
/// A call that a host function makes of the plugin that it works for goes in if the host function is asynchronous, however many
/// are in flight. From a synchronous one, while the plugin is initialized, or for a serial plugin, it throws `PluginError` of code
/// `state`: it would wait for itself. So does unloading a plugin from inside one of its calls.
///
/// A reload changes what the plugin says of itself; who holds the plugin, or one of its operations, calls the new version.
public final class LuaPlugin: CallablePlugin, RecordsOwnCalls {
    public var metadata: PluginMetadata { version.metadata }
    public var declaration: PluginDeclaration { version.declaration }
    public var operations: Set<String> { version.operations }
    /// What is allowed in the plugin's table and probably not meant.
    public var warnings: [String] { Manifest.warnings(of: metadata.pluginType, with: operations) }
    /// The version that serves.
    var version: LuaVersion { history.withLock { $0.current } }
    let history: Mutex<LuaVersions>
    /// How many have served before it.
    let versionNumber = Atomic(0)
    /// Whether it has been initialized, or taken over from one that has.
    let hasServed = Atomic(false)
    /// Which calls may be under way at once, in each version.
    let concurrency: PluginConcurrency
    /// The instance that every plugin has.
    let first: LuaSeat
    /// Those that a parallel plugin was given since.
    let others = LuaSeats()
    /// Instances of versions that serve no more.
    let superseded = SupersededInstances()
    let waiting = WaitingCalls()
    let heavy = Atomic<Bool>(false)
    /// Whether a call of its has held a thread for too long.
    var isHeavy: Bool { heavy.load(ordering: .relaxed) }
    let host = Mutex<Host?>(nil)

    /// What `initialize` brought.
    struct Host {
        /// Keeps the monitor alive as well, which recorders do not.
        let context: PluginContext
        let limits: PluginLimits
        /// Of the operations that have been called: most of a plugin's many never are, and each takes a third of a kilobyte.
        fileprivate var recorders: [String: OperationRecorder] = [:]

        /// The same for another version.
        func with(_ context: PluginContext, _ limits: PluginLimits) -> Host { Host(context: context, limits: limits, recorders: recorders) }
    }

    init(instance: LuaInstance, manifest: Manifest, maker: InstanceMaker) {
        history = Mutex(LuaVersions(LuaVersion(manifest, maker)))
        concurrency = manifest.declaration.concurrency
        first = LuaSeat(instance)
    }

    /// As what a provider's item is recorded, which a function gives that `provide` has returned.
    static let nextItem = "provide.next"

    // MARK: Life

    public func initialize(_ context: PluginContext) async throws {
        try await exclusively(first) {
            let version = version
            let limits = context.policy.limits.lowered(to: version.declaration.limits)
            host.withLock { $0 = Host(context: context, limits: limits) }
            do {
                try version.maker.prepare(first.instance, context, limits, version.declaration)
                first.noteNewContext()
                try await run(phase: "initialize", at: first)
                hasServed.store(true, ordering: .relaxed)
            } catch {
                first.instance.close()
                throw wrap(error, "initialize", .initialize)
            }
        }
    }

    /// Ends the calls that wait, lets those that run come to their end, and closes the plugin.
    public func cleanup() async throws {
        waiting.close()
        var failure: (any Error)?
        let seats = [first] + others.close()
        // one that is being made comes to its end first
        try await passGrowth()
        for seat in seats {
            do {
                try await exclusively(seat) {
                    // what calls and iterators of theirs were left has come to its end, or is refused from now on
                    for instance in superseded.claim(of: seat) { await end(instance) }
                    defer { seat.instance.close() }
                    try await run(phase: "cleanup", at: seat)
                }
            } catch {
                failure = failure ?? wrap(error, "cleanup", .cleanup)
            }
        }
        await superseded.areEnded()
        if let failure { throw failure }
    }

    /// Waits while an instance is being made.
    func passGrowth() async throws {
        do {
            try await others.growth.enter()
        } catch {
            throw PluginError(.cancelled, plugin: metadata)
        }
        others.growth.leave()
    }

    /// Runs a step of an instance's life, after its calls under way.
    private func exclusively(_ seat: LuaSeat, _ body: () async throws -> Void) async throws {
        do {
            try await seat.gate.enter(inFlight: 1)
        } catch {
            throw PluginError(.cancelled, plugin: metadata)
        }
        defer { seat.gate.leave() }
        try await body()
    }

    /// Calls `initialize` or `cleanup`, if the plugin has it. The caller is inside the seat's gate and stays there, whatever the script waits for.
    ///
    /// - Parameter endsWithPlugin: whether a wait is ended when the plugin is cancelled or closed.
    func run(phase name: String, at seat: LuaSeat, endsWithPlugin: Bool = false) async throws {
        try await run(phase: name, at: seat, endsWithPlugin: endsWithPlugin) { try $0.begin($1) } _: { _, _ in }
    }

    /// As ``run(phase:at:endsWithPlugin:)``, with arguments and a result.
    ///
    /// - Returns: `nil` if the plugin has no such function.
    @discardableResult
    func run<R: Sendable>(
        phase name: String, at seat: LuaSeat, endsWithPlugin: Bool,
        _ begin: (LuaFunction, LuaTable) throws -> LuaCall, _ read: @escaping @Sendable (LuaStack, Int32) throws -> R
    ) async throws -> R? {
        let instance = seat.instance
        guard let function = instance.functions[name], let context = instance.context else { return nil }
        do {
            return try begin(function, context).finish(read)
        } catch let suspension as LuaSuspension {
            return try await wait(for: suspension, name, in: instance, at: seat, atMost: instance.limits.wall, keepsGate: true, isListed: endsWithPlugin, read)
        }
    }

    /// What the plugin has used so far, or in all once it is closed; of all its instances, without those of versions that serve no
    /// more. Waits for the calls under way.
    public func usage() async -> PluginUsage {
        var usage = PluginUsage()
        for seat in [first] + others.all {
            guard (try? await seat.gate.enter()) != nil else { return PluginUsage() }
            usage.add(seat.instance.used)
            seat.gate.leave()
        }
        return usage
    }

    /// Ends the calls that run now, and those that wait for the host, with an error of code `cancelled`. May be called from any
    /// thread; who has not been in yet goes on.
    public func cancel() {
        for seat in seats { seat.cancel() }
        waiting.cancelAll()
    }

    /// All that may run Lua: those that serve, those of versions that did, and of one that is about to.
    var seats: [LuaSeat] { [first] + others.all + superseded.seats }

    // MARK: Calls

    /// Calls an operation with typed arguments and reads its first result.
    ///
    /// - Throws: `PluginError`: what the plugin raised, a limit, a value that does not fit.
    public func call<each A: Encodable & Sendable, R: Decodable & Sendable>(
        _ operation: String, _ arguments: repeat each A, as type: R.Type = R.self, options: CallOptions = CallOptions()
    ) async throws -> R {
        try await run(operation, options) { try $0.begin($1, repeat each arguments) } _: { stack, _ in try stack.read(type, at: 1) }
    }

    /// Calls an operation with typed arguments and drops its results.
    public func call<each A: Encodable & Sendable>(
        _ operation: String, _ arguments: repeat each A, options: CallOptions = CallOptions()
    ) async throws {
        try await run(operation, options) { try $0.begin($1, repeat each arguments) } _: { _, _ in }
    }

    /// Calls an operation with plain values and gives all that it returned.
    public func call(
        _ operation: String, arguments: [DynamicValue], options: CallOptions = CallOptions()
    ) async throws -> [DynamicValue] {
        try await run(operation, options) { try $0.begin($1, dynamic: arguments) } _: { try $0.readAll($1) }
    }

    /// Runs an operation: looks its function up and enters.
    func run<R: Sendable>(
        _ operation: String, _ options: CallOptions,
        _ begin: @escaping @Sendable (LuaFunction, LuaTable) throws -> LuaCall, _ read: @escaping @Sendable (LuaStack, Int32) throws -> R
    ) async throws -> R {
        try await runSomewhere(operation, options, begin) { _, stack, count in try read(stack, count) }.result
    }

    /// As ``run(_:_:_:_:)``, and tells in which instance.
    func runSomewhere<R: Sendable>(
        _ operation: String, _ options: CallOptions,
        _ begin: @escaping @Sendable (LuaFunction, LuaTable) throws -> LuaCall, _ read: @escaping @Sendable (LuaInstance, LuaStack, Int32) throws -> R
    ) async throws -> (result: R, seat: LuaSeat) {
        guard has(operation) else { throw unknown(operation) }
        return try await enter(
            operation, options, at: nil,
            { [weak self] instance, context in
                // the version may have changed while the call waited to go in
                guard let function = instance.functions[operation] else { throw self?.unknown(operation) ?? PluginError(.closed) }
                return try begin(function, context)
            }, read)
    }

    /// What the calls of one operation have in common.
    func slot(for operation: String) throws -> OperationSlot {
        guard has(operation) else { throw unknown(operation) }
        return try slot(for: operation, calling: nil)
    }

    /// The same for the items that an iterator gives, which the first seat's instance has made.
    func slot(for iterator: LuaIterator) throws -> OperationSlot { try slot(for: Self.nextItem, calling: iterator) }

    private func slot(for operation: String, calling iterator: LuaIterator?) throws -> OperationSlot {
        let (host, recorder) = try hostAndRecorder(for: operation)
        return OperationSlot(
            plugin: self, name: operation, iterator: iterator, inFlight: inFlight(host.limits), recorder: recorder, status: host.context.status)
    }

    /// What `initialize` brought, and where calls of a known operation are recorded.
    func hostAndRecorder(for operation: String) throws -> (Host, OperationRecorder) {
        try host.withLock { state in
            guard let host = state else { throw PluginError(.notRunning(.loaded, because: nil), plugin: metadata, operation: operation) }
            if let known = host.recorders[operation] { return (host, known) }
            let new = host.context.monitor.recorder(plugin: metadata.name, operation: operation)
            state!.recorders[operation] = new
            return (host, new)
        }
    }

    /// Looked up where it is: the set is copied by nobody, once for each call.
    private func has(_ operation: String) -> Bool { history.withLock { $0.current.operations.contains(operation) } }

    func unknown(_ operation: String) -> PluginError {
        let problem = PluginProblem.unknownOperation(operation, nearest: nearestName(to: operation, among: operations), among: operations)
        return PluginError(problem, plugin: metadata, operation: operation)
    }

    func wrap(_ error: any Error, _ operation: String, _ phase: PluginError.Phase) -> PluginError {
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
