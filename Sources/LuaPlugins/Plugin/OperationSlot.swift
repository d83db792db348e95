import Dispatch
public import LuaRuntime
public import PluginCore
import Synchronization

/// What a call needs of its operation, in one place.
@usableFromInline final class OperationSlot: @unchecked Sendable {
    // Sendable: function, context and generation are touched between tryEnter and leave of the first seat's gate alone, and so is the
    // function of `iterator`, whose instance's version does not change; what `quick` points to is itself Sendable and lives as long as the
    // lets `plugin` (seat and gate with it), `status` (quarantine with it) and `recorder`. `inFlight` is atomic.

    /// One call, inside of a seat's gate. The seat lives as long as the plugin, the others as long as the call is inside.
    @usableFromInline struct Entry {
        let seat: Unmanaged<LuaSeat>
        @usableFromInline let function: Unmanaged<LuaFunction>
        @usableFromInline let context: Unmanaged<LuaTable>
        let start: Int64
        let isTrial: Bool
    }

    let plugin: LuaPlugin
    let name: String
    /// What the operation calls, where that is no function of the plugin's table: it is of an instance of the first seat's.
    private let iterator: LuaIterator?
    /// How many calls may be in flight: of the policy that the plugin was last loaded with.
    private let inFlight: Atomic<Int>
    private let recorder: OperationRecorder
    private let status: PluginStatus
    /// The same objects and the plugin's gate, to be reached without retaining them, which is half of what a call takes else.
    private let quick: (plugin: Unmanaged<LuaPlugin>, seat: Unmanaged<LuaSeat>, gate: Unmanaged<CallGate>, status: Unmanaged<PluginStatus>, quarantine: Unmanaged<Quarantine>, recorder: Unmanaged<OperationRecorder>)
    /// The operation's function and what it gets first, in the first seat's instance of that generation, which keeps the function
    /// alive if `iterator` does not, and the context while the function can be called.
    @exclusivity(unchecked) private var function: Unmanaged<LuaFunction>?
    @exclusivity(unchecked) private var context: Unmanaged<LuaTable>?
    @exclusivity(unchecked) private var generation = 0

    init(plugin: LuaPlugin, name: String, iterator: LuaIterator?, inFlight: Int, recorder: OperationRecorder, status: PluginStatus) {
        self.plugin = plugin
        self.name = name
        self.iterator = iterator
        self.inFlight = Atomic(inFlight)
        self.recorder = recorder
        self.status = status
        quick = (.passUnretained(plugin), .passUnretained(plugin.first), .passUnretained(plugin.gate), .passUnretained(status), .passUnretained(status.quarantine), .passUnretained(recorder))
    }

    /// Goes in if nobody else is inside and nothing is out of the ordinary.
    @usableFromInline func enterNow() -> Entry? { enterNow(at: CallClock.now) }

    @inline(__always) private func enterNow(at start: Int64) -> Entry? {
        guard quick.gate._withUnsafeGuaranteedRef({ $0.tryEnter(inFlight: inFlight.load(ordering: .relaxed)) }) else { return nil }
        if isUnrestricted {
            let isKnown = quick.seat._withUnsafeGuaranteedRef { generation == $0.generation }
            if isKnown, let function, let context, function._withUnsafeGuaranteedRef({ $0.canBeCalled }) {
                return Entry(seat: quick.seat, function: function, context: context, start: start, isTrial: false)
            }
            if let found = found() { return entry(found, at: plugin.first, start, isTrial: false) }
        }
        quick.gate._withUnsafeGuaranteedRef { $0.leave() }
        return nil
    }

    /// Goes in as ``enterNow()``, for who has no thread of its own to wait on: not into a plugin that holds threads for long.
    ///
    /// - Parameter start: when the call began.
    func enterHere(at start: Int64) -> Entry? { quick.plugin._withUnsafeGuaranteedRef { $0.isHeavy } ? nil : enterNow(at: start) }

    private func found() -> (function: LuaFunction, context: LuaTable)? {
        guard let iterator else { return plugin.first.found(name) }
        guard iterator.function.canBeCalled, let context = iterator.instance.context else { return nil }
        return (iterator.function, context)
    }

    /// Goes in, however long that takes.
    @usableFromInline func enter() throws -> Entry {
        var entry = OperationEntry(operation: name, recorder: recorder, status: status)
        do {
            guard let host = plugin.host.withLock({ $0 }) else { throw PluginError(.closed) }
            if plugin.isInsideHere { throw PluginError(.reentrantCall) }
            let plugin = plugin
            try entry.admit(plugin.metadata)
            let seat: LuaSeat
            if let free = plugin.freeSeat(nil, plugin.inFlight(host.limits)) {
                seat = free
            } else {
                seat = try blocking { try await plugin.seatInTime(nil, host.limits, host.limits.wall) }
            }
            try entry.goIn(seat, plugin.metadata)
            if seat.isCondemned { try blocking { try await plugin.rebuild(seat) } }
            guard let found = seat.found(name) else { throw seat.instance.context == nil ? PluginError(.closed) : plugin.unknown(name) }
            return self.entry(found, at: seat, CallClock.now, isTrial: entry.isTrial == true)  // what it waited for is not the call's time
        } catch {
            throw plugin.note(entry, error)
        }
    }

    private var isUnrestricted: Bool { quick.status._withUnsafeGuaranteedRef { $0.isUnrestricted } }

    /// A call of what was found, which is remembered for the calls to come. Inside of the gate.
    private func entry(_ found: (function: LuaFunction, context: LuaTable), at seat: LuaSeat, _ start: Int64, isTrial: Bool) -> Entry {
        let entry = Entry(
            seat: .passUnretained(seat), function: .passUnretained(found.function), context: .passUnretained(found.context), start: start, isTrial: isTrial)
        if seat === plugin.first {
            if generation != 0, let host = plugin.host.withLock({ $0 }) { inFlight.store(plugin.inFlight(host.limits), ordering: .relaxed) }
            (function, context, generation) = (entry.function, entry.context, seat.generation)
        }
        return entry
    }

    /// Goes in from a task, if that is to be had at once, and a thread of the task's will do.
    @usableFromInline func enterFromTask(_ options: CallOptions) -> Entry? {
        guard !options.hasDeadline, !Task.isCancelled else { return nil }
        return enterHere(at: CallClock.now)
    }

    /// What waits, or goes wrong before the plugin is reached, goes the long way.
    @usableFromInline func callSlowly<each A: Encodable & Sendable, R: Decodable & Sendable>(
        _ options: CallOptions, _ arguments: repeat each A
    ) async throws -> R {
        try await plugin.call(name, repeat each arguments, as: R.self, options: options)
    }

    /// Makes a call that has gone in.
    ///
    /// - Throws: `LuaSuspension` when the script waits: the call is under way still.
    @inlinable func call<R>(_ entry: Entry, _ body: (LuaFunction, LuaTable) throws -> R) throws -> R {
        let result: R
        do {
            result = try entry.function._withUnsafeGuaranteedRef { function in
                try entry.context._withUnsafeGuaranteedRef { try body(function, $0) }
            }
        } catch {
            throw failed(entry, error)
        }
        leave(entry)
        return result
    }

    /// Goes on with a call whose script waits for the host, which is what `error` says; throws any other.
    @usableFromInline func finish<R: Decodable & Sendable>(_ entry: Entry, _ error: any Error) async throws -> R {
        try await finish(entry, error) { stack, _ in try stack.read(R.self, at: 1) }
    }

    func finish<R: Sendable>(_ entry: Entry, _ error: any Error, _ read: @escaping @Sendable (LuaStack, Int32) throws -> R) async throws -> R {
        try await finish(entry.seat._withUnsafeGuaranteedRef { $0 }, entry.start, entry.isTrial, error, read)
    }

    @usableFromInline func finishBlocking<R: Decodable & Sendable>(_ entry: Entry, _ error: any Error) throws -> R {
        guard error is LuaSuspension else { throw error }
        let (seat, start, isTrial) = (entry.seat._withUnsafeGuaranteedRef { $0 }, entry.start, entry.isTrial)
        return try blocking { try await self.finish(seat, start, isTrial, error) { stack, _ in try stack.read(R.self, at: 1) } }
    }

    private func finish<R: Sendable>(
        _ seat: LuaSeat, _ start: Int64, _ isTrial: Bool, _ error: any Error, _ read: @escaping @Sendable (LuaStack, Int32) throws -> R
    ) async throws -> R {
        guard let suspension = error as? LuaSuspension else { throw error }
        // the call is inside of the gate still
        let instance = iterator?.instance ?? seat.instance
        let entry = OperationEntry(operation: name, recorder: recorder, status: status, start: start, isTrial: isTrial, version: instance.version)
        let result: R
        do {
            result = try await plugin.wait(for: suspension, name, in: instance, at: seat, atMost: instance.limits.wall, read)
        } catch {
            throw plugin.note(entry, error)
        }
        plugin.note(entry)
        return result
    }

    /// Goes out of a call that ended well, and notes it.
    ///
    /// - Returns: when that was.
    @discardableResult @usableFromInline func leave(_ entry: Entry) -> Int64 {
        entry.seat._withUnsafeGuaranteedRef { $0.gate.leave() }
        let end = CallClock.now
        let nanoseconds = end - entry.start
        if nanoseconds > LuaPlugin.slice { noteLength(nanoseconds, entry) }
        quick.recorder._withUnsafeGuaranteedRef { $0.record(nanoseconds: nanoseconds) }
        // what an earlier version gives tells nothing of the one that serves
        if iterator == nil || iterator!.instance.version == plugin.versionNumber.load(ordering: .relaxed) {
            quick.quarantine._withUnsafeGuaranteedRef { $0.noteSuccess(isTrial: entry.isTrial) }
        }
        return end
    }

    private func noteLength(_ nanoseconds: Int64, _ entry: Entry) {
        plugin.noteLength(nanoseconds, in: iterator?.instance.identity ?? entry.seat._withUnsafeGuaranteedRef { $0.state })
    }

    /// What a call throws that has failed, or waits.
    @usableFromInline func failed(_ entry: Entry, _ error: any Error) -> any Error {
        if error is LuaSuspension { return error }
        let seat = entry.seat.takeUnretainedValue()
        var noted = OperationEntry(operation: name, recorder: recorder, status: status, start: entry.start, isTrial: entry.isTrial)
        noted.noteCall(at: seat, in: iterator?.instance ?? seat.instance)
        return plugin.note(noted, error)
    }
}
