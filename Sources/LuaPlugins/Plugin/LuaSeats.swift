import PluginCore
import Synchronization

/// The instances that a parallel plugin has beside its first.
final class LuaSeats: Sendable {
    private struct State {
        var seats: [LuaSeat] = []
        var isClosed = false
        /// Whether the version changes: another one's instances come.
        var isPaused = false
        /// When one may be made again, after one could not be, and how long that was put off.
        var nextGrowth = ContinuousClock.now
        var wait = Duration.zero
    }

    private let state = Mutex(State())
    /// Who makes one is inside; who waits for that goes through.
    let growth = CallGate()

    var all: [LuaSeat] { state.withLock { $0.seats } }

    /// Whether one more may be made where fewer are there.
    func mayGrow(below count: Int) -> Bool {
        state.withLock { !$0.isClosed && !$0.isPaused && $0.seats.count < count && $0.nextGrowth <= .now }
    }

    /// - Returns: whether it serves; it does not when the plugin was closed meanwhile.
    func add(_ seat: LuaSeat) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.seats.append(seat)
            state.wait = .zero
            return true
        }
    }

    /// Puts the next growth off, each time for longer.
    func noteFailure() {
        state.withLock { state in
            state.wait = min(max(state.wait * 2, .seconds(1)), .seconds(300))
            state.nextGrowth = .now + state.wait
        }
    }

    /// Lets no instance be made until it is turned off again.
    func setPaused(_ isPaused: Bool) { state.withLock { $0.isPaused = isPaused } }

    /// Lets no more in. Gives those that are there.
    func close() -> [LuaSeat] {
        state.withLock { state in
            state.isClosed = true
            return state.seats
        }
    }
}
