import CLuaBridge
public import DynamicValues

/// Calls that look at what came back before they read it, or read all of it.
extension LuaFunction {
    /// Calls the function with any number of plain values and reads all results.
    public func call(dynamic arguments: [DynamicValue]) throws -> [DynamicValue] {
        try begin(nil, dynamic: arguments).finish { stack, count in try stack.readAll(count) }
    }

    /// Calls the function for a table; says what came back instead if it is none.
    package func callForResult() throws -> (table: LuaTable?, kind: String) {
        try host.finish(try begin(), 0) { stack, count in
            guard count > 0, lua_type(stack.thread, 1) == LUA_TTABLE else { return (nil, count > 0 ? stack.kind(at: 1) : "nothing") }
            return (try stack.read(LuaTable.self, at: 1), "table")
        }
    }

    /// Begins a call with any number of plain values, after a table if there is one.
    package func begin(_ object: LuaTable?, dynamic arguments: [DynamicValue]) throws -> LuaCall {
        let stack = try begin()
        var position: Int32 = 0
        do {
            try object?.push(onto: stack)
            for argument in arguments {
                position += 1
                try stack.push(argument)
            }
        } catch {
            throw host.giveUp(stack, error, "argument", argument: position)
        }
        return LuaCall(stack: stack, arguments: position + (object == nil ? 0 : 1))
    }

    /// Calls the function without arguments.
    @inlinable package func call<R>(read: (LuaStack, Int32) throws -> R) throws -> R {
        let stack = try begin()
        return try finish(stack, 0, read)
    }

    @inlinable func finish<R>(_ stack: LuaStack, _ arguments: Int32, _ read: (LuaStack, Int32) throws -> R) throws -> R {
        try quickHost._withUnsafeGuaranteedRef { try $0.finish(stack, arguments, read) }
    }
}

extension LuaStack {
    /// A call's results as something to pull items from: a function, or a plain value.
    package func readItems(_ count: Int32) throws -> (iterator: LuaFunction?, value: DynamicValue) {
        if count > 0, isFunction(at: 1) { return (try read(LuaFunction.self, at: 1), .null) }
        return (nil, count > 0 ? try read(DynamicValue.self, at: 1) : .null)
    }
}
