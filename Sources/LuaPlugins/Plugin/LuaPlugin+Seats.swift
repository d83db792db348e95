import LuaRuntime
import PluginCore
import Synchronization

/// Which instance of a plugin serves a call.
extension LuaPlugin {
    /// Where every plugin that is not parallel is called.
    var gate: CallGate { first.gate }

    /// How many calls may be inside of an instance's gate or wait for the host.
    func inFlight(_ limits: PluginLimits) -> Int { concurrency == .serial ? 1 : limits.callsInFlight }

    /// How many instances a plugin may have.
    func mostSeats(_ limits: PluginLimits) -> Int { concurrency == .parallel ? max(1, limits.instances) : 1 }

    /// Goes into an instance that nobody is in, if there is one.
    func freeSeat(_ wanted: LuaSeat?, _ inFlight: Int) -> LuaSeat? {
        if let wanted { return wanted.gate.tryEnter(inFlight: inFlight) ? wanted : nil }
        if first.gate.tryEnter(inFlight: inFlight) { return first }
        guard concurrency == .parallel else { return nil }
        return others.all.first { $0.gate.tryEnter(inFlight: inFlight) }
    }

    /// Goes into an instance once that is free, or into a new one. A call from inside of one of the plugin's own goes in before
    /// that one's end, or never.
    func seatInTime(_ wanted: LuaSeat?, _ limits: PluginLimits, _ wall: Duration?) async throws -> LuaSeat {
        let deadline = wall.map { ContinuousClock.now + $0 }
        let (isInside, holdsPlugin) = PluginCall.underWay(of: self)
        if holdsPlugin { throw PluginError(.reentrantCall) }
        if wanted == nil, let seat = try await newSeat(limits, deadline) { return seat }
        let seat = wanted ?? ([first] + others.all).min { $0.gate.waiting < $1.gate.waiting }!
        if isInside {
            try await seat.gate.enterForOneInFlight(deadline: deadline)
        } else {
            try await seat.gate.enter(limit: limits.waitingCalls, deadline: deadline, inFlight: inFlight(limits))
        }
        return seat
    }

    /// Whether a call of the plugin is under way on this very thread, which is in a host function then.
    var isInsideHere: Bool { seats.contains { $0.isInsideHere } }

    /// Goes into a new instance, or into another one once that is made, if the plugin may have one more.
    private func newSeat(_ limits: PluginLimits, _ deadline: ContinuousClock.Instant?) async throws -> LuaSeat? {
        guard others.mayGrow(below: mostSeats(limits) - 1) else { return nil }
        if others.growth.tryEnter() {
            // in a task of its own: it serves others even if this caller is gone
            Task {
                await grow(limits)
                others.growth.leave()
            }
        }
        try await others.growth.enter(limit: limits.waitingCalls, deadline: deadline)
        others.growth.leave()
        return freeSeat(nil, inFlight(limits))
    }

    /// Makes an instance, if that is still to be done. The caller is inside of the growth's gate.
    private func grow(_ limits: PluginLimits) async {
        guard others.mayGrow(below: mostSeats(limits) - 1), let host = host.withLock({ $0 }) else { return }
        do {
            try await addSeat(host)
        } catch {
            // those that are there serve on
            others.noteFailure()
            host.context.logger.warning("has no further instance: \(wrap(error, "initialize", .initialize))")
        }
    }

    /// Makes an instance and lets it serve beside the others.
    func addSeat(_ host: Host) async throws {
        let seat = LuaSeat(try makeInstance())
        try await initialize(seat, host)
        if others.add(seat) { return }
        // closed meanwhile
        defer { seat.instance.close() }
        try await run(phase: "cleanup", at: seat)
    }

    private func makeInstance() throws -> LuaInstance {
        let instance = try version.maker.make().0
        instance.version = versionNumber.load(ordering: .relaxed)
        return instance
    }

    private func initialize(_ seat: LuaSeat, _ host: Host) async throws {
        try await host.context.monitor.recorder(plugin: metadata.name, operation: "initialize").measure(metadata, phase: .initialize) {
            do {
                try version.maker.prepare(seat.instance, host.context, host.limits, version.declaration)
                try await run(phase: "initialize", at: seat, endsWithPlugin: true)
            } catch {
                seat.instance.close()
                throw wrap(error, "initialize", .initialize)
            }
        }
    }

    /// Replaces an instance whose state had to be given up by a fresh one: the script is run again, then `initialize`. What the plugin
    /// kept in its variables is gone. The caller is inside the gate. Where that fails the next call tries again.
    func rebuild(_ seat: LuaSeat) async throws {
        guard let host = host.withLock({ $0 }) else { throw PluginError(.closed) }
        seat.abandon()
        do {
            seat.replace(by: try makeInstance())
        } catch {
            throw wrap(error, "initialize", .initialize)
        }
        try await initialize(seat, host)
        seat.noteReady()
        host.context.logger.warning("rebuilt after a call that could only be broken off: its state was lost")
    }

    /// As ``rebuild(_:)``, in a task of its own: that the caller is cancelled is no reason for the plugin to have no instance.
    func rebuildInTask(_ seat: LuaSeat) async throws {
        try await Task { try await self.rebuild(seat) }.value
    }
}
