import LuaRuntime
import Synchronization

/// An instance for scripts, and what they can do with it.
final class Counter: Sendable {
    struct Failure: Error, CustomStringConvertible { var description: String { "the counter is full" } }

    let values: Mutex<(count: Int, step: Int, isOpen: Bool)> = Mutex((0, 1, true))
    let ended: @Sendable () -> Void

    init(_ ended: @escaping @Sendable () -> Void = {}) { self.ended = ended }
    deinit { ended() }

    var count: Int { values.withLock { $0.count } }

    func add(_ amount: Int) throws -> Int {
        try values.withLock {
            guard $0.count + amount <= 1000 else { throw Failure() }
            $0.count += amount
            return $0.count
        }
    }

    func shut() { values.withLock { $0.isOpen = false } }

    static let type = LuaObjectType<Counter>("counter") { type in
        type.property("count") { $0.count }
        type.property("step", get: { $0.values.withLock { $0.step } }, set: { counter, step in counter.values.withLock { $0.step = step } })
        type.property("broken") { _ -> Int in throw Failure() }
        type.property("huge") { _ in UInt64.max }
        type.method("next") { try $0.add($0.values.withLock { $0.step }) }
        type.method("add") { (counter, amount: Int) in try counter.add(amount) }
        type.method("between") { (counter, low: Int, high: Int) in counter.count >= low && counter.count <= high }
        type.method("all") { (counter, a: Int, b: Int?, c: Int?) in try [a, b, c].compactMap { $0 }.map { try counter.add($0) } }
        type.method("reset") { (counter, count: Int?) in counter.values.withLock { $0.count = count ?? 0 } }
        type.method("isSame") { (counter, other: LuaObject<Counter>) in counter === other.object }
        type.method("shut") { (counter: Counter) in counter.shut() }
        type.isOpen { $0.values.withLock { $0.isOpen } }
        type.onClose { $0.shut() }
    }
}

/// Another class, so that the two can be taken for each other.
final class Account {
    static let type = LuaObjectType<Account>("account") { _ in }
}

extension LuaState {
    /// A state with a global `new` that makes counters, and `account`.
    static func withCounters(_ configuration: LuaConfiguration = LuaConfiguration(), ended: @escaping @Sendable () -> Void = {}) throws -> LuaState {
        let state = try LuaState(configuration)
        try state.setGlobal("new", to: state.function("new") { Counter.type.object(Counter(ended)) })
        try state.setGlobal("account", to: Account.type.object(Account()))
        return state
    }
}
