/// A call that is about to be made: the function and its arguments are on the stack of its entry.
package struct LuaCall {
    let stack: LuaStack
    let arguments: Int32

    /// Makes the call and reads what came back: results stand at 1 to the count that `read` is given.
    ///
    /// - Throws: ``LuaError``; ``LuaSuspension`` if the script waits and its state may.
    package func finish<R>(_ read: (LuaStack, Int32) throws -> R) throws -> R { try stack.state.host.finish(stack, arguments, read) }
}
