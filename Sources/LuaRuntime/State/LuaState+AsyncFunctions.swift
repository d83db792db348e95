import CLuaBridge
package import DynamicValues

/// Apart for each number of arguments: Swift 6.3.1 crashes when it makes an asynchronous function with a pack of parameters of a closure.
extension LuaState {
    /// Makes a Lua function of an asynchronous Swift closure. A script calls it as any other: its call is suspended until the
    /// closure has come to its end, and other calls of the state can run meanwhile.
    ///
    /// ```swift
    /// let state = try LuaState()
    /// let price = try state.asyncFunction("price") { (item: String) in await shop.price(of: item) }
    /// try state.setGlobal("price", to: price)
    /// let sum = try await state.load("return price('tea') + price('milk')", chunk: "sum.lua").callAsync(as: Int.self)
    /// ```
    ///
    /// Only a call that ``LuaFunction/callAsync(_:as:)`` makes can wait; any other gets an error that says so, and so does one
    /// that is inside of a C function which Lua cannot suspend, such as `table.sort`. The closure runs in the task that made the
    /// call. Arguments are checked before it runs. There may be four of them; what needs more
    /// takes a table.
    @inlinable public func asyncFunction<R: Encodable & Sendable>(_ name: String, _ body: @escaping @Sendable () async throws -> R) throws -> LuaFunction {
        try waiting(name) { _ in
            return { HostWait.result(try await body()) }
        }
    }

    /// Makes a Lua function of an asynchronous closure with no arguments and no result.
    @inlinable public func asyncFunction(_ name: String, _ body: @escaping @Sendable () async throws -> Void) throws -> LuaFunction {
        try waiting(name) { _ in
            return {
                try await body()
                return HostWait.noResults
            }
        }
    }

    /// Makes a Lua function of an asynchronous closure with one argument.
    @inlinable public func asyncFunction<A: Decodable & Sendable, R: Encodable & Sendable>(_ name: String, _ body: @escaping @Sendable (A) async throws -> R) throws -> LuaFunction {
        try waiting(name) { stack in
            let a: A = try stack.plainArgument(1, of: name)
            return { HostWait.result(try await body(a)) }
        }
    }

    /// Makes a Lua function of an asynchronous closure with one argument and no result.
    @inlinable public func asyncFunction<A: Decodable & Sendable>(_ name: String, _ body: @escaping @Sendable (A) async throws -> Void) throws -> LuaFunction {
        try waiting(name) { stack in
            let a: A = try stack.plainArgument(1, of: name)
            return {
                try await body(a)
                return HostWait.noResults
            }
        }
    }

    /// Makes a Lua function of an asynchronous closure with two arguments.
    @inlinable public func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable, R: Encodable & Sendable>(_ name: String, _ body: @escaping @Sendable (A, B) async throws -> R) throws -> LuaFunction {
        try waiting(name) { stack in
            let (a, b): (A, B) = (try stack.plainArgument(1, of: name), try stack.plainArgument(2, of: name))
            return { HostWait.result(try await body(a, b)) }
        }
    }

    /// Makes a Lua function of an asynchronous closure with two arguments and no result.
    @inlinable public func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable>(_ name: String, _ body: @escaping @Sendable (A, B) async throws -> Void) throws -> LuaFunction {
        try waiting(name) { stack in
            let (a, b): (A, B) = (try stack.plainArgument(1, of: name), try stack.plainArgument(2, of: name))
            return {
                try await body(a, b)
                return HostWait.noResults
            }
        }
    }

    /// Makes a Lua function of an asynchronous closure with three arguments.
    @inlinable public func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable, R: Encodable & Sendable>(_ name: String, _ body: @escaping @Sendable (A, B, C) async throws -> R) throws -> LuaFunction {
        try waiting(name) { stack in
            let (a, b, c): (A, B, C) = (try stack.plainArgument(1, of: name), try stack.plainArgument(2, of: name), try stack.plainArgument(3, of: name))
            return { HostWait.result(try await body(a, b, c)) }
        }
    }

    /// Makes a Lua function of an asynchronous closure with three arguments and no result.
    @inlinable public func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable>(_ name: String, _ body: @escaping @Sendable (A, B, C) async throws -> Void) throws -> LuaFunction {
        try waiting(name) { stack in
            let (a, b, c): (A, B, C) = (try stack.plainArgument(1, of: name), try stack.plainArgument(2, of: name), try stack.plainArgument(3, of: name))
            return {
                try await body(a, b, c)
                return HostWait.noResults
            }
        }
    }

    /// Makes a Lua function of an asynchronous closure with four arguments.
    @inlinable public func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable, D: Decodable & Sendable, R: Encodable & Sendable>(_ name: String, _ body: @escaping @Sendable (A, B, C, D) async throws -> R) throws -> LuaFunction {
        try waiting(name) { stack in
            let (a, b, c, d): (A, B, C, D) = (try stack.plainArgument(1, of: name), try stack.plainArgument(2, of: name), try stack.plainArgument(3, of: name), try stack.plainArgument(4, of: name))
            return { HostWait.result(try await body(a, b, c, d)) }
        }
    }

    /// Makes a Lua function of an asynchronous closure with four arguments and no result.
    @inlinable public func asyncFunction<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable, D: Decodable & Sendable>(_ name: String, _ body: @escaping @Sendable (A, B, C, D) async throws -> Void) throws -> LuaFunction {
        try waiting(name) { stack in
            let (a, b, c, d): (A, B, C, D) = (try stack.plainArgument(1, of: name), try stack.plainArgument(2, of: name), try stack.plainArgument(3, of: name), try stack.plainArgument(4, of: name))
            return {
                try await body(a, b, c, d)
                return HostWait.noResults
            }
        }
    }

    @usableFromInline func waiting(_ name: String, _ begin: @escaping (LuaStack) throws -> HostWait.Body) throws -> LuaFunction {
        try function { stack in
            try stack.requireWait(for: name)
            return stack.wait(for: try begin(stack))
        }
    }

    /// Whether whoever makes the calls of this state catches ``LuaSuspension`` and goes on with it.
    package func setMayWait(_ mayWait: Bool) throws { _ = plu_set_may_wait(try open(), mayWait) }
}

extension LuaStack {
    /// Throws where the call under way cannot be suspended.
    package func requireWait(for function: String) throws {
        var boundary: UnsafePointer<CChar>?
        let answer = plu_can_wait(thread, &boundary)
        guard answer != PLU_CAN_WAIT else { return }
        throw LuaError.cannotWait(function, answer, boundary: boundary.map { String(cString: $0) })
    }

    /// A host function's answer, once ``requireWait(for:)`` has let it pass: the call is suspended until `body` was run.
    func wait(for body: @escaping HostWait.Body) -> Int32 {
        state.host.wait = body
        return Int32(PLU_WAIT)
    }

    /// As ``wait(for:)``, with any number of results.
    package func wait(forAll body: @escaping @Sendable () async throws -> [DynamicValue]) -> Int32 {
        wait(for: {
            let results = try await body()
            return { stack in
                for result in results { try stack.pushResult(result) }
                return Int32(results.count)
            }
        })
    }
}

/// What a call waits for.
@usableFromInline enum HostWait {
    /// What an asynchronous host function does for one call, its arguments read; gives what is to be done once the call goes on.
    @usableFromInline typealias Body = @Sendable () async throws -> Results

    /// Leaves a host function's results on the stack, and says how many.
    @usableFromInline typealias Results = @Sendable (LuaStack) throws -> Int32

    @inlinable static func result(_ value: some Encodable & Sendable) -> Results {
        { stack in
            try stack.pushResult(value)
            return 1
        }
    }

    @inlinable static func noResults(_ stack: LuaStack) -> Int32 { 0 }
}
