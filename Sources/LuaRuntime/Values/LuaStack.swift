import CLuaBridge
package import DynamicValues

/// LUA_REGISTRYINDEX, a macro that Swift does not see.
let luaRegistryIndex = -LUAI_MAXSTACK - 1000

/// The stack of one coroutine of a state, in host mode: nothing here raises. Valid while the call it was given to runs.
package struct LuaStack {
    package let state: LuaState
    package let thread: OpaquePointer

    /// Values on the stack.
    package var count: Int32 { lua_gettop(thread) }

    /// Makes room for that many more values. There is none in a state that was left in the middle of a step.
    func reserve(_ slots: Int32) -> Bool { !state.isCondemned && lua_checkstack(thread, slots) != 0 }

    /// Counts what is about to be read against the quota.
    func charge(_ bytes: Int) throws {
        state.host.decodable -= bytes
        if state.host.decodable < 0 { throw LuaError.memory(quota: state.host.memoryQuota) }
    }

    func require(_ slots: Int32) throws {
        guard reserve(slots) else { throw ConversionFailure(.stack) }
    }

    // MARK: Pushing

    func push(string: String) {
        var string = string
        string.withUTF8 { utf8 in push(raw: UnsafeRawBufferPointer(utf8)) }
    }

    func push(bytes: [UInt8]) { bytes.withUnsafeBytes { push(raw: $0) } }

    package func push(raw bytes: UnsafeRawBufferPointer) {
        plu_take_credit(state.bridge!)
        lua_pushlstring(thread, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }

    package func pushNil() { lua_pushnil(thread) }

    /// Pushes a new table with room for so many elements and members.
    func createTable(elements: Int = 0, members: Int = 0) {
        plu_take_credit(state.bridge!)
        lua_createtable(thread, Int32(clamping: elements), Int32(clamping: members))
    }

    /// A host function's result: what does not fit is named as such.
    package func pushResult(_ value: some Encodable) throws {
        do {
            try push(value)
        } catch let failure as ConversionFailure {
            throw LuaError.conversion(failure, of: "result")
        }
    }

    /// A host function bound to an object that the host is told about when the script lets go of it.
    package func push(method function: Int64, of object: AnyObject) {
        plu_take_credit(state.bridge!)
        plu_push_host_method(thread, function, number(of: object))
    }

    /// An object for a script to hold, which can do nothing but be closed.
    package func push(object: AnyObject) {
        plu_take_credit(state.bridge!)
        plu_push_object(thread, number(of: object))
    }

    private func number(of object: AnyObject) -> Int64 {
        state.host.lastObject += 1
        state.host.objects[state.host.lastObject] = object
        return state.host.lastObject
    }

    /// The object that the running host method is bound to; `nil` once it was closed.
    package var boundObject: AnyObject? {
        var number: Int64 = 0
        guard plu_to_object(thread, luaRegistryIndex - 2, &number) else { return nil }
        return state.host.objects[number]
    }

    /// Takes an object from the host's table before the script lets go of it.
    package func close(objectAt index: Int32) {
        var number: Int64 = 0
        if plu_to_object(thread, index, &number) { state.host.forget(number) }
    }

    /// Closes the object that the running host method is bound to.
    package func closeBoundObject() { close(objectAt: luaRegistryIndex - 2) }

    /// Sets a field of the table at an absolute index to the value on top, which is taken.
    func rawSet(_ key: String, in table: Int32) {
        push(string: key)
        lua_rotate(thread, -2, 1)
        lua_rawset(thread, table)
    }

    package func pop(to count: Int32) { lua_settop(thread, count) }

    // MARK: Reading

    package func isNil(at index: Int32) -> Bool { lua_type(thread, index) <= LUA_TNIL }

    package func isFunction(at index: Int32) -> Bool { lua_type(thread, index) == LUA_TFUNCTION }

    /// Lua's name for the type of the value there.
    func typeName(at index: Int32) -> String { String(cString: lua_typename(thread, lua_type(thread, index))) }

    /// What kind of value is there, as messages say it: Lua's type name, but integers told apart from numbers.
    func kind(at index: Int32) -> String {
        lua_isinteger(thread, index) != 0 ? "integer" : typeName(at: index)
    }

    /// The bytes of the string at an index, valid while it stays on the stack.
    package func withBytes<R>(at index: Int32, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        guard lua_type(thread, index) == LUA_TSTRING else {
            throw ConversionFailure(.type(expected: "string", found: kind(at: index)))
        }
        var length = 0
        let start = lua_tolstring(thread, index, &length)
        try charge(length)
        return try body(UnsafeRawBufferPointer(start: start, count: length))
    }

    /// A string or number as text, repaired where it is not UTF-8.
    func text(at index: Int32) -> String {
        lua_pushvalue(thread, index)
        defer { lua_settop(thread, -2) }
        plu_take_credit(state.bridge!)  // a number becomes a string
        var length = 0
        let start = lua_tolstring(thread, -1, &length)
        return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
    }

    /// A table key as messages show it.
    func keyText(at index: Int32) -> String {
        switch lua_type(thread, index) {
        case LUA_TSTRING: "'\(text(at: index))'"
        case LUA_TNUMBER: text(at: index)
        case LUA_TBOOLEAN: lua_toboolean(thread, index) != 0 ? "true" : "false"
        default: "a \(kind(at: index))"
        }
    }

    /// All results of a call as plain values.
    package func readAll(_ count: Int32) throws -> [DynamicValue] {
        guard count > 0 else { return [] }
        return try (1...count).map { index in
            count == 1
                ? try read(DynamicValue.self, at: index)
                : try ConversionFailure.at(.index(Int(index))) { try read(DynamicValue.self, at: index) }
        }
    }

    /// The string-keyed fields of a table that are plain values; the others are left out.
    func plainFields(at index: Int32) -> [String: DynamicValue] {
        guard reserve(4) else { return [:] }
        let table = lua_absindex(thread, index)
        var fields: [String: DynamicValue] = [:]
        lua_pushnil(thread)
        while lua_next(thread, table) != 0 {
            let top = count
            if lua_type(thread, top - 1) == LUA_TSTRING, let value = try? read(DynamicValue.self, at: top) {
                fields[text(at: top - 1)] = value
            }
            pop(to: top - 1)  // a read that failed leaves parts behind
        }
        return fields
    }
}
