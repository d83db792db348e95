import CLuaBridge

/// Tells a state from every other of this process, those included that are made after it. Can be asked from any thread, whether the
/// state is open or not.
package struct LuaStateIdentity: Sendable {
    private let number: UInt64

    init(_ bridge: BridgeState) { number = plu_identity(bridge) }

    /// Ends the calls that run now; does nothing when none runs.
    package func cancel() { plu_cancel(number) }

    /// Whether one of the state's calls is under way on this very thread; not known of one whose instructions are counted.
    package var isInsideHere: Bool { plu_is_here(number) }

    /// Whether the call that ended or came to a wait last on this thread is one of the state's, and used more CPU time than that.
    package func usedMore(thanNanoseconds cpu: Int64) -> Bool { plu_used_more(number, cpu) }
}
