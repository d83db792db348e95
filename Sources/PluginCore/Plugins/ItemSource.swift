import Synchronization

/// The items of an array, given out one by one.
final class ItemSource: Sendable {
    private let rest: Mutex<ArraySlice<DynamicValue>>

    init(items: [DynamicValue]) { rest = Mutex(items[...]) }

    func next() -> DynamicValue? { rest.withLock { $0.popFirst() } }
}
