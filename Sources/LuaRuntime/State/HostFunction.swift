/// What Lua calls of the host: an object, so that a call reaches its closure without retaining anything.
@usableFromInline final class HostFunction {
    /// Returns how many results it left on top of the stack.
    let body: (LuaStack) throws -> Int32

    @usableFromInline init(_ body: @escaping (LuaStack) throws -> Int32) { self.body = body }
}
