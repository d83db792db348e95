public import CLuaBridge

/// A Lua function that the host holds on to.
///
/// Not `Sendable`: it belongs to whoever its ``LuaState`` belongs to. Once the state is closed each use throws
/// ``LuaError/Code/closed``. It can be passed to Lua as an argument and be asked for as a result.
public final class LuaFunction: LuaHandle {
    /// Calls the function and reads its first result.
    ///
    /// Types that are ``LuaConvertible`` need no `Codable` machinery; with up to three arguments of such types a call takes
    /// little more than C's `lua_pcall`.
    ///
    /// - Throws: ``LuaError``: what the script raised, a limit, or a value that does not fit.
    @_disfavoredOverload
    public func call<each A: Encodable, R: Decodable>(_ arguments: repeat each A, as type: R.Type = R.self) throws -> R {
        let call = try begin(nil, repeat each arguments)
        return try host.finish(call.stack, call.arguments) { stack, _ in try stack.read(type, at: 1) }
    }

    /// Calls the function and drops its results.
    public func call<each A: Encodable>(_ arguments: repeat each A) throws {
        let call = try begin(nil, repeat each arguments)
        try host.finish(call.stack, call.arguments) { _, _ in }
    }

    /// Calls the function with a table before its arguments, as a method is called, and reads its first result.
    public func callMethod<each A: Encodable, R: Decodable>(
        of object: LuaTable, _ arguments: repeat each A, as type: R.Type = R.self
    ) throws -> R {
        let call = try begin(object, repeat each arguments)
        return try host.finish(call.stack, call.arguments) { stack, _ in try stack.read(type, at: 1) }
    }

    /// Calls the function with a table before its arguments, as a method is called, and drops its results.
    public func callMethod<each A: Encodable>(of object: LuaTable, _ arguments: repeat each A) throws {
        let call = try begin(object, repeat each arguments)
        try host.finish(call.stack, call.arguments) { _, _ in }
    }

    /// Whether its state is neither closed nor condemned.
    package var canBeCalled: Bool { quickHost._withUnsafeGuaranteedRef({ $0.bridge }).map { !plu_is_condemned($0) } ?? false }

    /// An entry with the function on its stack.
    @inlinable func begin() throws -> LuaStack {
        let stack = try quickHost._withUnsafeGuaranteedRef { try $0.begin() }
        plu_push_reference(stack.thread, reference)
        return stack
    }

    /// Begins a call, as a method's if there is an object. Not @inlinable, as nothing is that takes a pack: Swift 6.3.1
    /// crashes when it inlines some of them.
    package func begin<each A: Encodable>(_ object: LuaTable?, _ arguments: repeat each A) throws -> LuaCall {
        let stack = try begin()
        var count: Int32 = 0
        do {
            if let object {
                count += 1
                try object.push(onto: stack)
            }
            for argument in repeat each arguments {
                count += 1
                try stack.require(8)
                try stack.push(argument)
            }
        } catch {
            throw host.giveUp(stack, error, "argument", argument: count)
        }
        return LuaCall(stack: stack, arguments: count)
    }
}

/// Calls with arguments and results that Perilune converts itself. Apart for each number of arguments: the compiler makes
/// less of a parameter pack.
extension LuaFunction {
    /// Calls the function without arguments and reads its first result.
    @inlinable public func call<R: LuaConvertible>(as type: R.Type = R.self) throws -> R {
        try finish(try begin(), 0)
    }

    /// Calls the function with one argument and reads its first result.
    @inlinable public func call<A: LuaConvertible, R: LuaConvertible>(_ a: A, as type: R.Type = R.self) throws -> R {
        let stack = try begin()
        try push(a, 1, stack)
        return try finish(stack, 1)
    }

    /// Calls the function with two arguments and reads its first result.
    @inlinable public func call<A: LuaConvertible, B: LuaConvertible, R: LuaConvertible>(_ a: A, _ b: B, as type: R.Type = R.self) throws -> R {
        let stack = try begin()
        try push(a, 1, stack)
        try push(b, 2, stack)
        return try finish(stack, 2)
    }

    /// Calls the function with three arguments and reads its first result.
    @inlinable public func call<A: LuaConvertible, B: LuaConvertible, C: LuaConvertible, R: LuaConvertible>(
        _ a: A, _ b: B, _ c: C, as type: R.Type = R.self
    ) throws -> R {
        let stack = try begin()
        try push(a, 1, stack)
        try push(b, 2, stack)
        try push(c, 3, stack)
        return try finish(stack, 3)
    }

    @inlinable func push(_ argument: some LuaConvertible, _ position: Int32, _ stack: LuaStack) throws {
        do {
            try argument.push(onto: stack)
        } catch {
            throw host.giveUp(stack, error, "argument", argument: position)
        }
    }

    @inlinable func finish<R: LuaConvertible>(_ stack: LuaStack, _ arguments: Int32) throws -> R {
        try quickHost._withUnsafeGuaranteedRef { host in try host.finish(stack, arguments) { stack, _ in try R.read(from: stack, at: 1) } }
    }
}

/// Calls as a method is called, of types that `Codable` may have to convert; numbers, text and booleans as fast as above.
extension LuaFunction {
    @inlinable package func callMethod<R: Decodable>(of object: LuaTable) throws -> R {
        let stack = try begin(object)
        return try finishPlain(stack, 1)
    }

    @inlinable package func callMethod<A: Encodable, R: Decodable>(of object: LuaTable, _ a: A) throws -> R {
        let stack = try begin(object)
        try pushPlain(a, 1, stack)
        return try finishPlain(stack, 2)
    }

    @inlinable package func callMethod<A: Encodable, B: Encodable, R: Decodable>(of object: LuaTable, _ a: A, _ b: B) throws -> R {
        let stack = try begin(object)
        try pushPlain(a, 1, stack)
        try pushPlain(b, 2, stack)
        return try finishPlain(stack, 3)
    }

    @inlinable package func callMethod<A: Encodable, B: Encodable, C: Encodable, R: Decodable>(of object: LuaTable, _ a: A, _ b: B, _ c: C) throws -> R {
        let stack = try begin(object)
        try pushPlain(a, 1, stack)
        try pushPlain(b, 2, stack)
        try pushPlain(c, 3, stack)
        return try finishPlain(stack, 4)
    }

    /// An entry with the function and a table on its stack.
    @inlinable func begin(_ object: LuaTable) throws -> LuaStack {
        let stack = try begin()
        do {
            try object.push(onto: stack)
        } catch {
            throw host.giveUp(stack, error, "argument", argument: 1)
        }
        return stack
    }

    /// - Parameter position: of the argument, which comes after the table.
    @inlinable func pushPlain(_ argument: some Encodable, _ position: Int32, _ stack: LuaStack) throws {
        do {
            try stack.push(argument)
        } catch {
            throw host.giveUp(stack, error, "argument", argument: position + 1)
        }
    }

    @inlinable func finishPlain<R: Decodable>(_ stack: LuaStack, _ arguments: Int32) throws -> R {
        try quickHost._withUnsafeGuaranteedRef { host in try host.finish(stack, arguments) { stack, _ in try stack.read(R.self, at: 1) } }
    }
}
