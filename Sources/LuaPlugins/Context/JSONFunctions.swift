import LuaRuntime

/// `ctx.json`: encode, decode, array, null.
struct JSONFunctions {
    func table(in state: LuaState) throws -> LuaTable {
        let table = try state.makeTable()
        try table.set(
            "encode",
            to: try state.function { stack in
                var arguments = LuaArguments(stack, function: "ctx.json.encode")
                try stack.pushResult(try arguments.present(DynamicValue.self).json())
                return 1
            })
        try table.set(
            "decode",
            to: try state.function { stack in
                var arguments = LuaArguments(stack, function: "ctx.json.decode")
                try DynamicValue(json: try arguments.next(String.self)).push(onto: stack, keepsNull: true)
                return 1
            })
        try table.set(
            "array",
            to: try state.function { stack in
                var arguments = LuaArguments(stack, function: "ctx.json.array")
                _ = try arguments.next(LuaTable.self)
                try stack.markAsArray(at: 1)
                return stack.returnValue(at: 1)
            })
        try table.setNull("null")
        return table
    }
}
