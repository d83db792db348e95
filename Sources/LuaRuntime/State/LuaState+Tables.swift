import CLuaBridge

extension LuaState {
    /// A new table for the host to fill.
    public func makeTable() throws -> LuaTable {
        try withStack(named: "table") { stack in
            stack.createTable()
            return LuaTable(self, plu_reference(try open(), stack.thread))
        }
    }
}

extension LuaTable {
    /// What scripts get of this table from now on when it is passed to them: they can read it and the tables in it, and
    /// change none of them.
    package func makeReadOnly() throws -> LuaTable {
        try state.withStack(named: "table") { stack in
            try push(onto: stack)
            plu_take_credit(stack.state.bridge!)
            plu_protect(stack.thread)
            return LuaTable(stack.state, plu_reference(stack.state.bridge!, stack.thread))
        }
    }
}

extension LuaStack {
    /// Pushes what stands for JSON's null.
    package func pushNull() { plu_push_null(thread) }

    /// Marks the table at an index as a list that may have holes.
    package func markAsArray(at index: Int32) throws {
        guard lua_type(thread, index) == LUA_TTABLE else {
            throw ConversionFailure(.type(expected: "table", found: kind(at: index)))
        }
        if plu_is_marked_array(state.bridge!, thread, lua_absindex(thread, index)) { return }
        // as setmetatable: what is protected stays as it is, ctx above all
        guard luaL_getmetafield(thread, index, "__metatable") == LUA_TNIL else {
            throw ConversionFailure(.custom("table expected whose metatable is not protected"))
        }
        plu_push_array_mark(state.bridge!, thread)
        lua_setmetatable(thread, lua_absindex(thread, index))
    }

    /// Takes all values but the first `count` from the stack, and pushes the value at an index.
    package func returnValue(at index: Int32) -> Int32 {
        lua_pushvalue(thread, index)
        return 1
    }
}

extension LuaState {
    /// A Lua function that finds a module as `require` does: gives its text and chunk name, or nil and why not.
    package func moduleFunction() throws -> LuaFunction {
        try function { stack in
            var arguments = LuaArguments(stack, function: "require")
            let name = try arguments.next(String.self)
            do {
                let module = try stack.state.host.module(name)
                stack.push(bytes: module.text)
                stack.push(string: module.chunk)
            } catch {
                stack.pushNil()
                stack.push(string: LuaHost.message(of: error))
            }
            return 2
        }
    }

    /// A function that takes a line for ``onOutput(_:)``, for environments with Lua's own `print`.
    package func printFunction() throws -> LuaFunction {
        try function { stack in
            var arguments = LuaArguments(stack, function: "print")
            let line = try arguments.next([UInt8].self)
            stack.state.host.output(.print, String(decoding: line, as: UTF8.self))
            return 0
        }
    }
}

extension LuaFunction {
    /// Calls the function for a table; says what came back instead if it is none.
    package func callForResult() throws -> (table: LuaTable?, kind: String) {
        try state.call(
            { stack in
                try self.push(onto: stack)
                return 0
            },
            { stack, count in
                guard count > 0, lua_type(stack.thread, 1) == LUA_TTABLE else { return (nil, count > 0 ? stack.kind(at: 1) : "nothing") }
                return (try stack.read(LuaTable.self, at: 1), "table")
            })
    }

    /// Calls the function for something to pull items from: a function, or a plain value.
    package func callForItems<each A: Encodable>(_ arguments: repeat each A) throws -> (iterator: LuaFunction?, value: DynamicValue) {
        try state.call({ try self.push(onto: $0, repeat each arguments) }) { stack, count in
            if count > 0, stack.isFunction(at: 1) { return (try stack.read(LuaFunction.self, at: 1), .null) }
            return (nil, count > 0 ? try stack.read(DynamicValue.self, at: 1) : .null)
        }
    }

    /// Calls the function and reads all results as plain values.
    package func callForAll<each A: Encodable>(_ arguments: repeat each A) throws -> [DynamicValue] {
        try state.call({ try self.push(onto: $0, repeat each arguments) }) { stack, count in try stack.readAll(count) }
    }

    /// Calls the function with one argument before any number of plain values, and reads all results.
    package func callForAll(_ first: LuaTable, dynamic rest: [DynamicValue]) throws -> [DynamicValue] {
        try state.call(
            { stack in
                try self.push(onto: stack)
                try first.push(onto: stack)
                for (index, argument) in rest.enumerated() {
                    try ConversionFailure.at(.index(index + 1)) { try stack.push(argument) }
                }
                return Int32(rest.count + 1)
            },
            { stack, count in try stack.readAll(count) })
    }
}
