import CLuaBridge

extension LuaFunction {
    /// Calls the function from a task and reads its first result. Host functions made by
    /// `LuaState.asyncFunction` can suspend it; meanwhile the state's owner may make other calls.
    ///
    /// A task that is cancelled ends its call once the host function under way returns. The limit of wall-clock time counts waits.
    ///
    /// - Throws: ``LuaError``: what the script raised, a limit, or a value that does not fit.
    public func callAsync<each A: Encodable, R: Decodable>(_ arguments: repeat each A, as type: R.Type = R.self) async throws -> R {
        try await begin(nil, repeat each arguments).finishAsync { stack, _ in try stack.read(type, at: 1) }
    }

    /// Calls the function from a task and drops its results.
    public func callAsync<each A: Encodable>(_ arguments: repeat each A) async throws {
        try await begin(nil, repeat each arguments).finishAsync { _, _ in }
    }
}

extension LuaCall {
    /// As ``finish(_:)``, and goes on where the script waits.
    func finishAsync<R>(_ read: (LuaStack, Int32) throws -> R) async throws -> R {
        let suspension: LuaSuspension
        do {
            let couldWait = plu_set_may_wait(stack.bridge, true)
            defer { _ = plu_set_may_wait(stack.bridge, couldWait) }
            return try finish(read)
        } catch let error as LuaSuspension {
            suspension = error
        }
        while true {
            await suspension.run()
            if Task.isCancelled { throw suspension.end(.cancelled) }
            if suspension.timeLeft == .zero { throw suspension.end(.wallLimit) }
            if let results = try suspension.resume() { return try suspension.finish(results, read) }
        }
    }
}
