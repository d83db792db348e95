import LuaRuntime

/// The function that a provider's items are pulled from.
final class LuaIterator: @unchecked Sendable {
    // Sendable: `function` is used inside of the gate of the seat that gave it alone: by enter(at:) for PluginItems, which has that seat, and by
    // an OperationSlot, which is made for iterators of the first seat only. Its end may come anywhere: a handle's goes through PendingReleases.
    let function: LuaFunction

    init(function: LuaFunction) { self.function = function }
}
