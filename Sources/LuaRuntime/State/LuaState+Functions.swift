public import CLuaBridge
public import DynamicValues

extension LuaState {
    /// A global's value; `nil` of an optional type when there is none.
    public func global<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        try withStack(named: "global") { stack in
            lua_rawgeti(stack.thread, luaRegistryIndex, lua_Integer(LUA_RIDX_GLOBALS))
            stack.push(string: name)
            lua_rawget(stack.thread, 1)
            return try ConversionFailure.at(.key(name)) { try stack.read(type, at: 2) }
        }
    }

    /// Sets a global for the scripts of this state.
    public func setGlobal(_ name: String, to value: some Encodable) throws {
        try withStack(named: "global") { stack in
            lua_rawgeti(stack.thread, luaRegistryIndex, lua_Integer(LUA_RIDX_GLOBALS))
            try ConversionFailure.at(.key(name)) { try stack.push(value) }
            stack.rawSet(name, in: 1)
        }
    }

    /// Makes a Lua function of a Swift closure. Arguments are checked and reported as Lua does it:
    /// `bad argument #2 to 'add' (number expected, got nil)`. What the closure throws is raised in the script, with the
    /// error itself kept as ``LuaError/underlying`` should it reach the host.
    ///
    /// ```swift
    /// let add = try state.function("add") { (a: Int, b: Int) in a + b }
    /// try state.setGlobal("add", to: add)
    /// ```
    ///
    /// The closure lives as long as the state. Parameters of an optional type may be left out; those of type ``LuaTableView`` and
    /// ``LuaStringView`` are read in place, and those of ``LuaObject`` are instances of a class of yours, as results are.
    @_disfavoredOverload
    public func function<each P: Decodable, R: Encodable>(
        _ name: String, _ body: @escaping (repeat each P) throws -> R
    ) throws -> LuaFunction {
        try function { stack in
            var arguments = LuaArguments(stack, function: name)
            let result = try body(repeat try arguments.next((each P).self))
            try stack.pushResult(result)
            return 1
        }
    }

    /// Makes a Lua function of a closure without arguments.
    @inlinable public func function<R: LuaConvertible>(_ name: String, _ body: @escaping () throws -> R) throws -> LuaFunction {
        try function(HostFunction { stack in try stack.returning(try body()) })
    }

    /// Makes a Lua function of a closure with one argument.
    @inlinable public func function<A: LuaConvertible, R: LuaConvertible>(_ name: String, _ body: @escaping (A) throws -> R) throws -> LuaFunction {
        try function(HostFunction { stack in try stack.returning(try body(try stack.argument(1, of: name))) })
    }

    /// Makes a Lua function of a closure with two arguments.
    @inlinable public func function<A: LuaConvertible, B: LuaConvertible, R: LuaConvertible>(
        _ name: String, _ body: @escaping (A, B) throws -> R
    ) throws -> LuaFunction {
        try function(HostFunction { stack in try stack.returning(try body(try stack.argument(1, of: name), try stack.argument(2, of: name))) })
    }

    /// Makes a Lua function of a closure with three arguments.
    @inlinable public func function<A: LuaConvertible, B: LuaConvertible, C: LuaConvertible, R: LuaConvertible>(
        _ name: String, _ body: @escaping (A, B, C) throws -> R
    ) throws -> LuaFunction {
        try function(
            HostFunction { stack in
                try stack.returning(
                    try body(try stack.argument(1, of: name), try stack.argument(2, of: name), try stack.argument(3, of: name)))
            })
    }

    /// Makes a Lua function of a Swift closure that returns nothing.
    @_disfavoredOverload
    public func function<each P: Decodable>(
        _ name: String, _ body: @escaping (repeat each P) throws -> Void
    ) throws -> LuaFunction {
        try function { stack in
            var arguments = LuaArguments(stack, function: name)
            try body(repeat try arguments.next((each P).self))
            return 0
        }
    }

    /// Makes a Lua function that takes and returns any number of plain values.
    public func function(
        variadic name: String, _ body: @escaping ([DynamicValue]) throws -> [DynamicValue]
    ) throws -> LuaFunction {
        try function { stack in
            var arguments = LuaArguments(stack, function: name)
            var values: [DynamicValue] = []
            for _ in 0..<stack.count { values.append(try arguments.next(DynamicValue.self)) }
            let results = try body(values)
            for result in results { try stack.pushResult(result) }
            return Int32(results.count)
        }
    }

    /// Makes a Lua function that works on the stack itself and returns how many results it left on top.
    package func function(_ body: @escaping (LuaStack) throws -> Int32) throws -> LuaFunction {
        try function(HostFunction(body))
    }

    @usableFromInline func function(_ function: HostFunction) throws -> LuaFunction {
        try withStack(named: "function") { stack in
            plu_take_credit(stack.bridge)
            plu_push_host_function(stack.thread, host.register(function))
            return LuaFunction(host, plu_reference(stack.thread))
        }
    }

    /// Numbers a host function, for ``LuaStack/push(method:of:)``.
    package func register(_ body: @escaping (LuaStack) throws -> Int32) throws -> Int64 {
        _ = try open()
        return host.register(HostFunction(body))
    }
}

/// Of types that `Codable` may have to convert, with or without a result, as `HostAPI` takes them; numbers and text as fast as above.
extension LuaState {
    @inlinable package func codableFunction<R: Encodable>(_ name: String, _ body: @escaping () throws -> R) throws -> LuaFunction {
        try function(
            HostFunction { stack in
                try stack.pushResult(try body())
                return 1
            })
    }

    @inlinable package func codableFunction(_ name: String, _ body: @escaping () throws -> Void) throws -> LuaFunction {
        try function(
            HostFunction { stack in
                try body()
                return 0
            })
    }

    @inlinable package func codableFunction<A: Decodable, R: Encodable>(_ name: String, _ body: @escaping (A) throws -> R) throws -> LuaFunction {
        try function(
            HostFunction { stack in
                try stack.pushResult(try body(try stack.plainArgument(1, of: name)))
                return 1
            })
    }

    @inlinable package func codableFunction<A: Decodable>(_ name: String, _ body: @escaping (A) throws -> Void) throws -> LuaFunction {
        try function(
            HostFunction { stack in
                try body(try stack.plainArgument(1, of: name))
                return 0
            })
    }

    @inlinable package func codableFunction<A: Decodable, B: Decodable, R: Encodable>(
        _ name: String, _ body: @escaping (A, B) throws -> R
    ) throws -> LuaFunction {
        try function(
            HostFunction { stack in
                try stack.pushResult(try body(try stack.plainArgument(1, of: name), try stack.plainArgument(2, of: name)))
                return 1
            })
    }

    @inlinable package func codableFunction<A: Decodable, B: Decodable>(_ name: String, _ body: @escaping (A, B) throws -> Void) throws -> LuaFunction {
        try function(
            HostFunction { stack in
                try body(try stack.plainArgument(1, of: name), try stack.plainArgument(2, of: name))
                return 0
            })
    }

    @inlinable package func codableFunction<A: Decodable, B: Decodable, C: Decodable, R: Encodable>(
        _ name: String, _ body: @escaping (A, B, C) throws -> R
    ) throws -> LuaFunction {
        try function(
            HostFunction { stack in
                try stack.pushResult(try body(try stack.plainArgument(1, of: name), try stack.plainArgument(2, of: name), try stack.plainArgument(3, of: name)))
                return 1
            })
    }

    @inlinable package func codableFunction<A: Decodable, B: Decodable, C: Decodable>(
        _ name: String, _ body: @escaping (A, B, C) throws -> Void
    ) throws -> LuaFunction {
        try function(
            HostFunction { stack in
                try body(try stack.plainArgument(1, of: name), try stack.plainArgument(2, of: name), try stack.plainArgument(3, of: name))
                return 0
            })
    }
}

extension LuaStack {
    /// An argument of a host function, counted from 1 after so many that messages do not count.
    @inlinable func argument<T: LuaConvertible>(_ position: Int32, of function: String, after uncounted: Int32 = 0) throws -> T {
        do {
            return try T.read(from: self, at: position)
        } catch {
            throw refused(error, position - uncounted, function)
        }
    }

    /// As ``argument(_:of:after:)``, of a type that `Codable` may have to read.
    @inlinable func plainArgument<T: Decodable>(_ position: Int32, of function: String, after uncounted: Int32 = 0) throws -> T {
        do {
            return try read(T.self, at: position)
        } catch {
            throw refused(error, position - uncounted, function)
        }
    }

    @usableFromInline func refused(_ error: any Error, _ position: Int32, _ function: String) -> any Error {
        guard let failure = error as? ConversionFailure else { return error }
        return LuaError.badArgument(Int(position), to: function, failure)
    }

    /// A host function's one result.
    @inlinable func returning(_ value: some LuaConvertible) throws -> Int32 {
        // a call inside of this one may have left the state in pieces
        guard !plu_is_condemned(bridge) else { throw givenUp() }
        do {
            try value.push(onto: self)
        } catch {
            throw notReturned(error)
        }
        return 1
    }

    /// The same, of a type that `Codable` may have to write, which is left on the stack.
    @inlinable package func pushResult(_ value: some Encodable) throws {
        guard !plu_is_condemned(bridge) else { throw givenUp() }
        do {
            try push(value)
        } catch {
            throw notReturned(error)
        }
    }

    @usableFromInline func givenUp() -> any Error { LuaError.condemned }

    @usableFromInline func notReturned(_ error: any Error) -> any Error {
        guard let failure = error as? ConversionFailure else { return error }
        return LuaError.conversion(failure, of: "result")
    }
}

/// The arguments of a host function, read from first to last.
package struct LuaArguments {
    private let stack: LuaStack
    private let function: String
    private var position: Int32
    /// Those before the ones that messages count.
    private let uncounted: Int32

    package init(_ stack: LuaStack, function: String) { self.init(stack, function: function, after: 0) }

    init(_ stack: LuaStack, function: String, after uncounted: Int32) {
        self.stack = stack
        self.function = function
        self.uncounted = uncounted
        position = uncounted
    }

    /// The next one, which may be nil and must be there.
    package mutating func present<T: Decodable>(_ type: T.Type) throws -> T {
        guard position < stack.count else {
            throw LuaError.badArgument(Int(position) + 1, to: function, ConversionFailure(.type(expected: "value", found: "no value")))
        }
        return try next(type)
    }

    /// The place of the next one, which must be a table.
    package mutating func table() throws -> Int32 {
        position += 1
        guard lua_type(stack.thread, position) == LUA_TTABLE else {
            throw LuaError.badArgument(Int(position), to: function, ConversionFailure(.type(expected: "table", found: stack.kind(at: position))))
        }
        return position
    }

    package mutating func next<T: Decodable>(_ type: T.Type) throws -> T {
        position += 1
        return try stack.plainArgument(position, of: function, after: uncounted)
    }
}
