import Perilune

/// What `perilune dev` is told of.
enum DevEvent: Sendable {
    case change(PluginWatch.Change)
    /// What a plugin has printed.
    case log(String)
    /// A call that the command was asked for has ended.
    case called(plugin: String, operation: String, Result<[DynamicValue], PluginError>)
    case key(DevKey)
    /// The terminal has another size, or some time has passed.
    case tick
}

enum DevKey: Sendable {
    case up, down, rerun, rollBack, fresh, traceback, quit
}
