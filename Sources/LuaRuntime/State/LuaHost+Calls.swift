public import CLuaBridge

/// The steps of a call, in this order: begin, push, resume, read, end. A failure between them gives up.
extension LuaHost {
    @inlinable func begin() throws -> LuaStack {
        guard let bridge, !plu_is_condemned(bridge), !releases.hasPending else { return try beginSlowly() }
        var thread: OpaquePointer?
        guard plu_begin(bridge, &thread), let thread else { throw notBegun(bridge) }
        return LuaStack(bridge: bridge, thread: thread, owner: owner.unsafelyUnwrapped)
    }

    @usableFromInline func beginSlowly() throws -> LuaStack {
        guard let state else { throw LuaError.closed }
        _ = try state.open()
        return try begin()
    }

    /// The entry could not be watched, or has no coroutine.
    @usableFromInline func notBegun(_ bridge: BridgeState) -> any Error {
        guard plu_is_inside(bridge) else { return LuaError.notWatched }
        plu_leave(bridge)
        return LuaError.noMemoryToCall
    }

    /// Returns how many results there are.
    @inlinable func resume(_ stack: LuaStack, _ arguments: Int32) throws -> Int32 {
        var results: Int32 = 0
        let status = plu_resume(stack.bridge, stack.thread, arguments, &results)
        guard status == LUA_OK else { throw failed(stack, status) }
        return results
    }

    /// Makes the call and reads what came back: results stand at 1 to the count that `read` is given.
    @inlinable func finish<R>(_ stack: LuaStack, _ arguments: Int32, _ read: (LuaStack, Int32) throws -> R) throws -> R {
        try self.read(stack, try resume(stack, arguments), read)
    }

    /// Reads what came back, and ends the call.
    @inlinable func read<R>(_ stack: LuaStack, _ results: Int32, _ read: (LuaStack, Int32) throws -> R) throws -> R {
        let result: R
        do {
            result = try read(stack, results)
        } catch {
            throw giveUp(stack, error, "result")
        }
        try end(stack)
        return result
    }

    @usableFromInline func failed(_ stack: LuaStack, _ status: Int32) -> any Error {
        if status == PLU_WAITING { return LuaSuspension(self, stack) }
        wait = nil  // of a call that was stopped as it began to
        let error = stack.state.error(status, on: stack, stack.bridge)
        plu_end(stack.bridge, stack.thread, false)
        if hasLeftovers { endCall(stack) }
        return error
    }

    /// - Throws: why the call had to end while its results were read, should a type's own `init(from:)` have caught that.
    @inlinable func end(_ stack: LuaStack) throws {
        guard plu_stopped(stack.bridge) == PLU_RUNNING else { throw giveUp(stack, nil, "result") }
        plu_end(stack.bridge, stack.thread, true)
        if hasLeftovers { endCall(stack) }
    }

    /// Ends a call that was stopped, or whose argument or result, as `root` says, could not be converted.
    @usableFromInline func giveUp(_ stack: LuaStack, _ error: (any Error)?, _ root: String, argument: Int32 = 0) -> any Error {
        let stop = stack.state.stop(stack.bridge)
        plu_end(stack.bridge, stack.thread, true)
        if hasLeftovers { endCall(stack) }
        guard stop == nil, let error else { return stop ?? .cancelled }
        guard var failure = error as? ConversionFailure else { return error }
        if argument > 0 { failure.path.insert(.index(Int(argument)), at: 0) }
        return LuaError.conversion(failure, of: root)
    }
}
