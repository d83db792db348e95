/// A stage of a pipeline whose plugin is called where the run's task is, as long as there is nothing to wait for: a call then takes no
/// more than a function's does, and what goes on to the next stage of the kind need not become a Swift value.
///
/// Used by one task at a time.
package protocol DirectStage: AnyObject {
    /// Makes the plugin's next call, timed and recorded.
    ///
    /// - Parameters:
    ///   - item: what a processor gets; `nil` is what the stage before has left.
    ///   - clock: when the call begins, by `CallClock`, and then when it has ended.
    /// - Throws: `PluginError` of the call.
    func call(_ item: DynamicValue?, _ clock: inout Int64) throws -> DirectCall

    /// What the last call left.
    var value: DynamicValue { get }
}

/// How a call of a ``DirectStage`` went.
package enum DirectCall {
    /// It gave no item.
    case nothing
    /// It gave one item, which the stage has.
    case left
    /// It gave these.
    case gave([DynamicValue])
    /// It was not made: it has to be made as any.
    case declined
    /// It waits for the host, and this goes on with it.
    case waits(() async throws -> [DynamicValue])
}

/// A processor that can be such a stage.
package protocol DirectProcessor: ProcessorPlugin {
    /// - Parameter previous: the stage whose items it gets, where that is one as well.
    func makeStage(after previous: (any DirectStage)?) -> (any DirectStage)?
}
