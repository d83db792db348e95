import CLuaBridge
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
    /// The closure lives as long as the state. Parameters of an optional type may be left out.
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

    /// Makes a Lua function of a Swift closure that returns nothing.
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
        let number = register(body)
        return try withStack(named: "function") { stack in
            plu_take_credit(try open())
            plu_push_host_function(stack.thread, number)
            return LuaFunction(self, plu_reference(try open(), stack.thread))
        }
    }

    /// Numbers a host function, for ``LuaStack/push(method:of:)``.
    package func register(_ body: @escaping (LuaStack) throws -> Int32) -> Int64 {
        host.functions.append(body)
        return Int64(host.functions.count - 1)
    }
}

/// The arguments of a host function, read from first to last.
package struct LuaArguments {
    private let stack: LuaStack
    private let function: String
    private var position: Int32 = 0

    package init(_ stack: LuaStack, function: String) {
        self.stack = stack
        self.function = function
    }

    /// The next one, which may be nil and must be there.
    package mutating func present<T: Decodable>(_ type: T.Type) throws -> T {
        guard position < stack.count else {
            throw LuaError.badArgument(Int(position) + 1, to: function, ConversionFailure(.type(expected: "value", found: "no value")))
        }
        return try next(type)
    }

    package mutating func next<T: Decodable>(_ type: T.Type) throws -> T {
        position += 1
        do {
            return try stack.read(type, at: position)
        } catch let failure as ConversionFailure {
            throw LuaError.badArgument(Int(position), to: function, failure)
        }
    }
}
