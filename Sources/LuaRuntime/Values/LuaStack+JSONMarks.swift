import CLuaBridge

extension LuaStack {
    /// Pushes what stands for JSON's null.
    package func pushNull() { plu_push_null(thread) }

    /// Marks the table at an index as a list that may have holes.
    package func markAsArray(at index: Int32) throws {
        guard lua_type(thread, index) == LUA_TTABLE else { throw mismatch("table", at: index) }
        if plu_is_marked_array(thread, lua_absindex(thread, index)) { return }
        // as setmetatable: what is protected stays as it is, ctx above all
        guard luaL_getmetafield(thread, index, "__metatable") == LUA_TNIL else {
            throw ConversionFailure(.custom("table expected whose metatable is not protected"))
        }
        plu_push_array_mark(thread)
        lua_setmetatable(thread, lua_absindex(thread, index))
    }
}
