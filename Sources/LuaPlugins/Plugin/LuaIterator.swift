import LuaRuntime

/// The function that a provider's items are pulled from.
final class LuaIterator: @unchecked Sendable {
    // Sendable: called only inside of the plugin's gate, like everything of its state; releasing it is safe anywhere.
    let function: LuaFunction

    init(function: LuaFunction) { self.function = function }
}
