import LuaRuntime

/// The function that a provider's items are pulled from, and the instance that it is of: it goes on giving when another version has
/// taken that one's place.
final class LuaIterator: @unchecked Sendable {
    // Sendable: `function` is used inside of the gate of the seat that gave it alone, whichever version is at it by then: by
    // enter(at:pulling:) for PluginItems, which has that seat, and by an OperationSlot, which is made for iterators of the first seat only.
    // Its end may come anywhere: a handle's goes through PendingReleases, and endUse takes a lock.
    let function: LuaFunction
    let instance: LuaInstance

    init(_ function: LuaFunction, of instance: LuaInstance) {
        self.function = function
        self.instance = instance
        instance.beginUse()
    }

    deinit { instance.endUse() }
}
