import PluginCore
import Synchronization

/// The instances of versions that serve no more, each until the last call that waits in it has ended, no iterator of it is left, and
/// it has been cleaned up. And those of a version that is about to serve.
final class SupersededInstances: Sendable {
    struct Superseded: Sendable {
        let instance: LuaInstance
        /// A place of its own, at which it is cleaned up.
        let place: LuaSeat
        /// The seat that it served at, inside of whose gate its calls go on.
        let seat: LuaSeat
        let host: LuaPlugin.Host
        let metadata: PluginMetadata
    }

    private struct State {
        /// Those that are in use.
        var used: [ObjectIdentifier: Superseded] = [:]
        /// Those that are being cleaned up.
        var ending: [ObjectIdentifier: (superseded: Superseded, task: Task<Void, Never>?)] = [:]
        /// The version that is about to serve.
        var coming: LuaPlugin?
    }

    private let state = Mutex(State())

    /// Where Lua may run beside the seats that serve.
    var seats: [LuaSeat] {
        let (coming, others) = state.withLock { ($0.coming, $0.used.values.map(\.place) + $0.ending.values.map(\.superseded.place)) }
        return (coming?.seats ?? []) + others
    }

    /// How many are still in use.
    var usedCount: Int { state.withLock { $0.used.count } }

    func add(_ superseded: Superseded) { state.withLock { $0.used[ObjectIdentifier(superseded.instance)] = superseded } }

    func setComing(_ plugin: LuaPlugin?) { state.withLock { $0.coming = plugin } }

    /// Begins with the end of an instance, if nobody else has. `end` removes it.
    func beginEnd(of id: ObjectIdentifier, _ end: @escaping @Sendable (Superseded) async -> Void) {
        state.withLock { state in
            guard let superseded = state.used.removeValue(forKey: id) else { return }
            state.ending[id] = (superseded, Task { await end(superseded) })
        }
    }

    /// Those of a seat that are in use, for the caller to end.
    func claim(of seat: LuaSeat) -> [Superseded] {
        state.withLock { state in
            let claimed = state.used.values.filter { $0.seat === seat }
            for superseded in claimed {
                let id = ObjectIdentifier(superseded.instance)
                state.used[id] = nil
                state.ending[id] = (superseded, nil)
            }
            return claimed
        }
    }

    func remove(_ superseded: Superseded) { state.withLock { $0.ending[ObjectIdentifier(superseded.instance)] = nil } }

    /// Waits for those that are being cleaned up.
    func areEnded() async {
        while let task = state.withLock({ $0.ending.values.lazy.compactMap(\.task).first }) { await task.value }
    }
}
