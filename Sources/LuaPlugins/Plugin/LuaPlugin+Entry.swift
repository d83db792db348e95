import LuaRuntime
import PluginCore
import Synchronization

/// How a call gets into Lua and out again.
extension LuaPlugin {
    /// One entry into Lua: lets it in, times it and records it.
    ///
    /// - Parameters:
    ///   - wanted: the seat that it must be made at; `nil` for any.
    ///   - iterator: what is called in place of a function of the plugin's table; it is of an instance that is at that seat, or has been.
    /// - Returns: what was read, and the seat that it was made at.
    func enter<R: Sendable>(
        _ operation: String, _ options: CallOptions, at wanted: LuaSeat?, pulling iterator: LuaIterator? = nil,
        _ begin: @escaping @Sendable (LuaInstance, LuaTable) throws -> LuaCall, _ read: @escaping @Sendable (LuaInstance, LuaStack, Int32) throws -> R
    ) async throws -> (result: R, seat: LuaSeat) {
        let (host, recorder) = try hostAndRecorder(for: operation)
        var entry = OperationEntry(operation: operation, recorder: recorder, status: host.context.status)
        do {
            let seat = try await letIn(&entry, at: wanted, host.limits, options)
            let instance = iterator?.instance ?? seat.instance
            entry.noteInstance(instance)
            // while it runs, the bridge asks whether its task was cancelled
            if Task.isCancelled { throw PluginError(.cancelled) }
            let result: R
            do {
                if isHeavy {
                    result = try await onOwnThread(of: seat) { try self.run(in: instance, options, begin, read) }
                } else {
                    result = try run(in: instance, options, begin, read)
                }
                entry.leave()
            } catch let suspension as LuaSuspension {
                entry.noteWait()
                result = try await wait(for: suspension, operation, in: instance, at: seat, atMost: options.wallLimit(atMost: instance.limits.wall)) {
                    try read(instance, $0, $1)
                }
            }
            note(entry)
            return (result, seat)
        } catch {
            throw note(entry, error)
        }
    }

    /// Goes to a seat, at which the operation can be called.
    private func letIn(_ entry: inout OperationEntry, at wanted: LuaSeat?, _ limits: PluginLimits, _ options: CallOptions) async throws -> LuaSeat {
        try entry.admit(metadata)
        let seat: LuaSeat
        if let free = freeSeat(wanted, inFlight(limits)) {
            seat = free
        } else {
            seat = try await seatInTime(wanted, limits, options.wallLimit(atMost: limits.wall))
            entry.start = CallClock.now
        }
        try entry.goIn(seat, metadata)
        if seat.isCondemned {
            try await rebuildInTask(seat)
            entry.start = CallClock.now
        }
        return seat
    }

    /// Runs Lua on the seat's own thread; the caller is inside its gate, so that nobody else is there.
    private func onOwnThread<R: Sendable>(of seat: LuaSeat, _ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await withTaskExecutorPreference(seat.ownThread(metadata.name)) { try await Self.there(body) }
    }

    /// On the thread that the task prefers, whatever actor calls.
    @concurrent private static func there<R: Sendable>(_ body: @Sendable () throws -> R) async throws -> R { try body() }

    /// Runs one entry under its limits; the caller is inside the gate.
    private func run<R>(
        in instance: LuaInstance, _ options: CallOptions,
        _ begin: (LuaInstance, LuaTable) throws -> LuaCall, _ read: (LuaInstance, LuaStack, Int32) throws -> R
    ) throws -> R {
        guard let context = instance.context else { throw PluginError(.closed) }
        guard options.hasDeadline else { return try begin(instance, context).finish { try read(instance, $0, $1) } }
        let limits = instance.limits
        var own = limits
        own.wall = options.wallLimit(atMost: limits.wall)
        guard own.wall != .zero else { throw LuaError(code: .wallLimit, message: "the call's deadline had passed before it began") }
        try instance.state.setLimits(own)
        defer { try? instance.state.setLimits(limits) }
        return try begin(instance, context).finish { try read(instance, $0, $1) }
    }

    /// Goes on with a call whose script waits for the host; the caller is inside of the seat's gate, and is outside after it unless it keeps it.
    ///
    /// - Parameters:
    ///   - instance: what the script runs in, which is at the seat or has been.
    ///   - wall: what limits the wait where instructions are counted in place of time.
    ///   - isListed: whether the plugin's end, or its cancellation, ends the wait.
    func wait<R: Sendable>(
        for suspension: LuaSuspension, _ operation: String, in instance: LuaInstance, at seat: LuaSeat, atMost wall: Duration?, keepsGate: Bool = false,
        isListed: Bool = true, _ read: @escaping @Sendable (LuaStack, Int32) throws -> R
    ) async throws -> R {
        if suspension.identity.usedMore(thanNanoseconds: Self.slice) { noteHeavy() }
        let left = suspension.timeLeft ?? wall
        // its task may be there for a moment after the call
        let call = WaitingCall(suspension, seat.gate, keepsGate: keepsGate) { [weak self] in self?.noteHeavy() }
        if isListed { waiting.add(call) }
        defer { waiting.remove(call) }
        instance.beginUse()
        defer { instance.endUse() }
        let scope = PluginCall(of: self, operation, deadline: left.map { .now + $0 }, holdsPlugin: keepsGate || concurrency == .serial)
        let thread = isHeavy ? seat.ownThread(metadata.name) : nil
        return try await call.finish(as: scope, left: left, on: thread, read)
    }
}
