import LuaRuntime
import PluginCore
import Synchronization

/// Which thread a call runs on.
extension LuaPlugin {
    /// What a call may hold a thread for that others need as well.
    static let slice = CallClock.slice

    /// Called where a call has ended on this thread, with how long it took.
    func noteLength(_ nanoseconds: Int64, in state: LuaStateIdentity, _ error: PluginError? = nil) {
        guard nanoseconds > Self.slice, !isHeavy else { return }
        // one that was ended has used more since, to unwind
        let wasEnded = (error?.underlying as? LuaError)?.code == .cpuLimit
        if wasEnded || state.usedMore(thanNanoseconds: Self.slice) { noteHeavy() }
    }

    func noteHeavy() {
        guard !heavy.exchange(true, ordering: .relaxed) else { return }
        let host = host.withLock { $0 }
        host?.context.logger.debug("runs on threads of its own from now on: a call took more than 10 ms of CPU time")
    }
}
