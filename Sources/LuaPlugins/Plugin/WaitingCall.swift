import LuaRuntime
import PluginCore
import Synchronization

/// A call whose script waits for the host. It goes on in a task of its own, which its limit, its caller and the plugin's end can
/// cancel. It is outside of the plugin's gate while the host function runs, so that other calls go in.
final class WaitingCall: Sendable {
    /// Why it is ended while it waits.
    enum End: Sendable {
        case wallLimit, cancelled, closed, tooDeep
    }

    private struct State {
        var end: End?
        var isDone = false
        var cancel: (@Sendable () -> Void)?
    }

    private let suspension: LuaSuspension
    private let gate: CallGate
    /// Whether others stay out while it waits, as they do until a plugin is initialized.
    private let keepsGate: Bool
    /// Called each time Lua has run for longer than it may on a thread of others.
    private let noteStretch: @Sendable () -> Void
    private let state = Mutex(State())
    /// Whether `state` has an end, to be looked at without its lock.
    private let mustEnd = Atomic<Bool>(false)
    /// Whether a host function runs, and no Lua.
    private let isAway = Atomic<Bool>(false)

    init(_ suspension: LuaSuspension, _ gate: CallGate, keepsGate: Bool, noteStretch: @escaping @Sendable () -> Void) {
        self.suspension = suspension
        self.gate = gate
        self.keepsGate = keepsGate
        self.noteStretch = noteStretch
    }

    /// How many calls may wait for each other in one line, and how many of them go on on the thread of the one that they wait
    /// for: each takes some of its stack.
    static let mostDepth = 200
    private static let immediateDepth = 16

    /// Ends the call once the host function returns, which it is asked to by its task's cancellation. A call that does not wait at
    /// the moment is ended at its next wait if the plugin is closed, and else at once.
    func end(_ end: End) {
        let cancel = state.withLock { state in
            if state.end == nil { state.end = end }
            return state.cancel
        }
        mustEnd.store(true, ordering: .sequentiallyConsistent)
        if end != .closed || isAway.load(ordering: .sequentiallyConsistent) { cancel?() }
    }

    /// Goes on with the call to its end. The caller is inside of the gate, and after this outside unless the call keeps it.
    ///
    /// - Parameters:
    ///   - left: until it must end; `nil` is no limit.
    ///   - thread: what Lua runs on; `nil` is any.
    func finish<R: Sendable>(
        as call: PluginCall, left: Duration?, on thread: OwnThread?, _ read: @escaping @Sendable (LuaStack, Int32) throws -> R
    ) async throws -> R {
        if call.depth > Self.mostDepth { end(.tooDeep) }
        if !keepsGate { gate.stepOut() }
        let run: @Sendable () async throws -> R = {
            try await PluginCall.$current.withValue(call) {
                defer {
                    call.end()
                    self.state.withLock { $0.isDone = true }
                }
                return try await self.goOn(elsewhere: thread != nil, read)
            }
        }
        let task: Task<R, any Error>
        if let thread {
            task = Task(executorPreference: thread) { try await run() }
        } else if call.depth < Self.immediateDepth, #available(macOS 26, *) {
            task = Task.immediate { try await run() }  // on this thread until it waits
        } else {
            task = Task { try await run() }
        }
        let (isDone, isEnded) = state.withLock { state in
            state.cancel = { task.cancel() }
            return (state.isDone, state.end != nil)
        }
        if isEnded { task.cancel() }
        let alarm = isDone ? nil : left.map { self.alarm(in: $0) }
        defer { alarm?.cancel() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            end(.cancelled)
        }
    }

    private func alarm(in left: Duration) -> Task<Void, Never> {
        Task { [weak self] in
            try? await Task.sleep(for: left)
            if !Task.isCancelled { self?.end(.wallLimit) }
        }
    }

    /// - Parameter elsewhere: whether host functions run on another thread than Lua.
    private func goOn<R>(elsewhere: Bool, _ read: (LuaStack, Int32) throws -> R) async throws -> R {
        while true {
            isAway.store(true, ordering: .sequentiallyConsistent)
            // who ends the call from here on cancels the task
            if !mustEnd.load(ordering: .sequentiallyConsistent) {
                if elsewhere {
                    await withTaskExecutorPreference(globalConcurrentExecutor) { await suspension.run() }
                } else {
                    await suspension.run()
                }
            }
            isAway.store(false, ordering: .sequentiallyConsistent)
            if !keepsGate, !gate.tryStepIn() { await gate.stepIn() }
            do {
                if mustEnd.load(ordering: .acquiring), let end = state.withLock({ $0.end }) { throw ended(end) }
                if let results = try suspension.resume() {
                    let result = try suspension.finish(results, read)
                    lookAtStretch()
                    if !keepsGate { gate.leave() }
                    return result
                }
            } catch {
                lookAtStretch()
                if !keepsGate { gate.leave() }
                throw error
            }
            lookAtStretch()
            if !keepsGate { gate.stepOut() }
        }
    }

    private func lookAtStretch() {
        if suspension.identity.usedMore(thanNanoseconds: LuaPlugin.slice) { noteStretch() }
    }

    private func ended(_ end: End) -> any Error {
        let error = suspension.end(end == .wallLimit ? .wallLimit : .cancelled)
        return switch end {
        case .closed: PluginError(.closed)
        case .tooDeep: PluginError(.callsTooDeep(Self.mostDepth))
        default: error
        }
    }
}
