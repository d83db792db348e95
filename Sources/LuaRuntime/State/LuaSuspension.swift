import CLuaBridge

/// A call whose script waits for a host function. Thrown where the call was made, if its state may wait, to whoever goes on with it:
/// ``run()``, then ``resume()``, until that gives something.
package final class LuaSuspension: Error, @unchecked Sendable {
    // Sendable: who catches it looks at it, then hands it to one task and touches it no more (WaitingCall, whose other threads read the let
    // `identity` at most), or keeps it (finishAsync). That task calls run() and resume() in turn; resume, end and finish, which touch host and
    // thread, where it owns the state: inside of the gate, or in the isolation of the state's owner.
    private let host: LuaHost
    private let thread: OpaquePointer
    /// The state's.
    package let identity: LuaStateIdentity
    private var suspended = plu_suspended()
    private var wait: HostWait.Body?
    private var outcome: Result<HostWait.Results, any Error>?
    /// What errors tell of the limits, which others may have changed since.
    private let limits: (cpu: Duration?, wall: Duration?)
    /// The call's own among those that the host keeps for calls under way.
    private var causes: [LuaHost.Cause] = []

    init(_ host: LuaHost, _ stack: LuaStack) {
        self.host = host
        thread = stack.thread
        identity = LuaStateIdentity(stack.bridge)
        limits = (host.cpuLimit, host.wallLimit)
        suspend(stack.bridge)
    }

    /// Why a call is ended that waits.
    package enum Reason: Int32, Sendable {
        case cpuLimit = 1  // PLU_CPU_LIMIT
        case wallLimit = 2  // PLU_WALL_LIMIT
        case cancelled = 5  // PLU_CANCELLED
    }

    /// Until the call must have ended, waits included; `nil` when no time limits it.
    package var timeLeft: Duration? {
        let left = plu_wait_left(&suspended)
        return left == .max ? nil : .nanoseconds(left)
    }

    /// Runs the host function to its end. Other calls of the state may be made meanwhile.
    package func run() async {
        guard let wait else { return }
        do {
            outcome = .success(try await wait())
        } catch {
            outcome = .failure(error)
        }
    }

    /// Goes on with the call, until its end or its next wait: `nil` then.
    ///
    /// - Returns: the stack with the results and their count, for ``finish(_:_:)``.
    package func resume() throws -> (stack: LuaStack, count: Int32)? {
        if let spent = Reason(rawValue: suspended.spent) { throw end(spent) }
        let stack = try reenter()
        let bridge = stack.bridge
        host.finished = outcome
        (wait, outcome) = (nil, nil)
        let couldWait = plu_set_may_wait(bridge, true)
        var results: Int32 = 0
        let status = plu_resume(bridge, thread, 0, &results)
        _ = plu_set_may_wait(bridge, couldWait)
        host.finished = nil
        if status == PLU_WAITING {
            suspend(bridge)
            return nil
        }
        guard status == LUA_OK else { throw failed(stack, status) }
        return (stack, results)
    }

    /// Reads what came back from a call that ended, and ends it.
    package func finish<R>(_ results: (stack: LuaStack, count: Int32), _ read: (LuaStack, Int32) throws -> R) throws -> R {
        try host.read(results.stack, results.count, read)
    }

    /// Ends the call where it waits: its `<close>` variables run. Returns the error that says so.
    package func end(_ reason: Reason) -> any Error {
        do {
            let stack = try reenter()
            plu_end_wait(stack.bridge, thread, reason.rawValue)
            return failed(stack, Int32(PLU_STOPPED))
        } catch {
            return error
        }
    }

    private func suspend(_ bridge: BridgeState) {
        wait = host.wait
        host.wait = nil
        if host.hasLeftovers { swap(&causes, &host.causes) }
        plu_suspend(bridge, &suspended)
    }

    private func reenter() throws -> LuaStack {
        guard let bridge = host.bridge, let owner = host.owner, !plu_is_condemned(bridge) else { throw LuaError.condemned }
        guard plu_continue(bridge, &suspended) else { throw LuaError.notWatched }
        if !causes.isEmpty {
            swap(&causes, &host.causes)
            host.hasLeftovers = true
        }
        return LuaStack(bridge: bridge, thread: thread, owner: owner)
    }

    private func failed(_ stack: LuaStack, _ status: Int32) -> any Error {
        let others = (host.cpuLimit, host.wallLimit)
        (host.cpuLimit, host.wallLimit) = limits
        defer { (host.cpuLimit, host.wallLimit) = others }
        return host.failed(stack, status)
    }
}
