import CLuaBridge

/// What a text was compiled to, by this process, with all that errors tell of lines and names. There is no other way to get one:
/// Lua takes any bytecode for right, so none may come from elsewhere.
package struct LuaCode: Sendable {
    fileprivate let bytes: [UInt8]
}

extension LuaFunction {
    /// The code of a function that was loaded from a text.
    package func compiled() throws -> LuaCode {
        guard let state = host.state else { throw LuaError.closed }
        return try state.withStack(named: "function") { stack in
            plu_push_reference(stack.thread, reference)
            var bytes: [UInt8] = []
            _ = withUnsafeMutablePointer(to: &bytes) { bytes in
                lua_dump(
                    stack.thread,
                    { _, block, size, bytes in
                        bytes!.assumingMemoryBound(to: [UInt8].self).pointee.append(contentsOf: UnsafeRawBufferPointer(start: block, count: size))
                        return 0
                    }, bytes, 0)
            }
            return LuaCode(bytes: bytes)
        }
    }
}

extension LuaState {
    /// Makes a function of code, as ``load(bytes:chunk:)`` makes one of the text.
    package func load(_ code: LuaCode, chunk: String) throws -> LuaFunction { try load(code.bytes, chunk: chunk, isCompiled: true) }
}
