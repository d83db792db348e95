/// What environments with all of Lua's own functions get besides.
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
