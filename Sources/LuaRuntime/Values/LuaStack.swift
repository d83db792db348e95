public import CLuaBridge
package import DynamicValues

/// LUA_REGISTRYINDEX, a macro that Swift does not see.
let luaRegistryIndex = -LUAI_MAXSTACK - 1000

/// The stack of one coroutine of a state, in host mode: nothing here raises. Valid while the call it was given to runs.
///
/// What a ``LuaConvertible`` type writes to and reads from.
public struct LuaStack {
    @usableFromInline let bridge: BridgeState
    @usableFromInline package let thread: OpaquePointer
    /// Not retained: a state that is let go of inside of its own call traps, as one that is closed there.
    @usableFromInline let owner: Unmanaged<LuaState>

    @inlinable init(bridge: BridgeState, thread: OpaquePointer, owner: Unmanaged<LuaState>) {
        self.bridge = bridge
        self.thread = thread
        self.owner = owner
    }

    package var state: LuaState { owner._withUnsafeGuaranteedRef { $0 } }

    /// Values on the stack.
    @inlinable package var count: Int32 { lua_gettop(thread) }

    /// Makes room for that many more values. There is none in a state that was left in the middle of a step.
    func reserve(_ slots: Int32) -> Bool { !plu_is_condemned(bridge) && lua_checkstack(thread, slots) != 0 }

    /// Counts what is about to be read against the quota.
    @inlinable func charge(_ bytes: Int) throws {
        if !plu_charge(bridge, Int64(bytes)) { throw tooMuch() }
        try step()
    }

    @usableFromInline func tooMuch() -> any Error { LuaError.memory(quota: state.host.memoryQuota) }

    /// Called for each part that is read or written: nothing interrupts the host, so it looks itself, every so often,
    /// whether the call must end.
    @inlinable package func step() throws {
        if !plu_step(bridge) { try look() }
    }

    @usableFromInline func look() throws {
        if plu_must_stop(bridge) != PLU_RUNNING, let stop = state.stop(bridge) { throw stop }
    }

    @usableFromInline func require(_ slots: Int32) throws {
        guard reserve(slots) else { throw ConversionFailure(.stack) }
    }

    // MARK: Pushing

    @inlinable func push(string: String) {
        let isPushed: Void? = string.utf8.withContiguousStorageIfAvailable { utf8 in push(raw: UnsafeRawBufferPointer(utf8)) }
        if isPushed == nil { pushCopy(of: string) }
    }

    /// Of a string that does not lie in one piece, as those of Objective-C.
    @usableFromInline func pushCopy(of string: String) {
        var string = string
        string.withUTF8 { utf8 in push(raw: UnsafeRawBufferPointer(utf8)) }
    }

    @inlinable func push(bytes: [UInt8]) { bytes.withUnsafeBytes { push(raw: $0) } }

    @inlinable package func push(raw bytes: UnsafeRawBufferPointer) {
        plu_push_string(bridge, thread, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }

    @inlinable package func pushNil() { lua_pushnil(thread) }

    /// Pushes a new table with room for so many elements and members.
    @inlinable func createTable(elements: Int = 0, members: Int = 0) {
        plu_take_credit(bridge)
        lua_createtable(thread, Int32(clamping: elements), Int32(clamping: members))
    }

    /// A host function bound to an object that the host is told about when the script lets go of it.
    package func push(method function: Int64, of object: AnyObject) {
        plu_take_credit(bridge)
        plu_push_host_method(thread, function, number(of: object))
    }

    /// An object for a script to hold, which can do nothing but be closed.
    package func push(object: AnyObject) {
        plu_take_credit(bridge)
        plu_push_object(thread, number(of: object))
    }

    private func number(of object: AnyObject) -> Int64 { state.host.objects.add(object, nil) }

    /// The object that the running host method is bound to; `nil` once it was closed.
    package var boundObject: AnyObject? {
        var number: Int64 = 0
        guard plu_to_object(thread, luaRegistryIndex - 2, &number) else { return nil }
        return state.host.objects[number]?.object
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

    @inlinable package func pop(to count: Int32) { lua_settop(thread, count) }

    // MARK: Reading

    /// What is there has another type than the one that was asked for.
    @usableFromInline func mismatch(_ expected: String, at index: Int32) -> any Error {
        ConversionFailure(.type(expected: expected, found: kind(at: index)))
    }

    @inlinable package func isNil(at index: Int32) -> Bool { lua_type(thread, index) <= LUA_TNIL }

    package func isFunction(at index: Int32) -> Bool { lua_type(thread, index) == LUA_TFUNCTION }

    /// Lua's name for the type of the value there.
    func typeName(at index: Int32) -> String { String(cString: lua_typename(thread, lua_type(thread, index))) }

    /// What kind of value is there, as messages say it: Lua's type name, but integers told apart from numbers, and the host's
    /// objects called by their own.
    func kind(at index: Int32) -> String {
        if lua_isinteger(thread, index) != 0 { return "integer" }
        return kindOfObject(at: index)?.identity.name ?? typeName(at: index)
    }

    /// The bytes of the string at an index, valid while it stays on the stack.
    @inlinable package func withBytes<R>(at index: Int32, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        guard lua_type(thread, index) == LUA_TSTRING else { throw mismatch("string", at: index) }
        var length = 0
        let start = lua_tolstring(thread, index, &length)
        try charge(length)
        return try body(UnsafeRawBufferPointer(start: start, count: length))
    }

    /// The bytes of a Lua string as text; `nil` where they are not UTF-8. Lua ends each string with a zero, and the C string that
    /// it then is gets validated in half the time.
    @usableFromInline func string(of bytes: UnsafeRawBufferPointer) -> String? {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return "" }
        let text = String(validatingCString: start.assumingMemoryBound(to: CChar.self))
        return text?.utf8.count == bytes.count ? text : String(validating: bytes, as: UTF8.self)
    }

    /// A string or number as text, repaired where it is not UTF-8.
    func text(at index: Int32) -> String { withText(at: index) { String(decoding: $0, as: UTF8.self) } }

    /// The beginning of a text that may have any length.
    func excerpt(at index: Int32) -> LuaExcerpt { withText(at: index) { LuaExcerpt($0) } }

    private func withText<R>(at index: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        lua_pushvalue(thread, index)
        defer { lua_settop(thread, -2) }
        plu_take_credit(bridge)  // a number becomes a string
        var length = 0
        let start = lua_tolstring(thread, -1, &length)
        return body(UnsafeRawBufferPointer(start: start, count: length))
    }

    /// A table key as messages show it.
    func keyText(at index: Int32) -> String {
        switch lua_type(thread, index) {
        case LUA_TSTRING: "'\(excerpt(at: index).text())'"
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

    /// The text under a key of a table, if it is one.
    func field(_ key: String, at index: Int32) -> LuaExcerpt? {
        guard reserve(4) else { return nil }
        let table = lua_absindex(thread, index)
        push(string: key)
        defer { lua_settop(thread, -2) }
        return lua_rawget(thread, table) == LUA_TSTRING ? excerpt(at: -1) : nil
    }

    /// The most entries of a table that is raised that are looked at, and the most bytes that they are decoded to.
    private static let mostFields = 256
    private static let fieldBytes = 64 * 1024

    /// The string-keyed fields of a table that are plain values and short; the others are left out.
    func plainFields(at index: Int32) -> [String: DynamicValue] {
        guard reserve(4) else { return [:] }
        let (table, base) = (lua_absindex(thread, index), count)
        let decodable = plu_decodable(bridge)
        defer {
            plu_set_decodable(bridge, decodable)
            pop(to: base)
        }
        var (left, entriesLeft) = (Self.fieldBytes, Self.mostFields)
        var fields: [String: DynamicValue] = [:]
        lua_pushnil(thread)
        while entriesLeft > 0, lua_next(thread, table) != 0 {
            entriesLeft -= 1
            let top = count
            plu_set_decodable(bridge, Int64(left))
            if lua_type(thread, top - 1) == LUA_TSTRING, (try? charge(Int(lua_rawlen(thread, top - 1)))) != nil,
                let value = try? read(DynamicValue.self, at: top)
            {
                fields[text(at: top - 1)] = value
                left = Int(plu_decodable(bridge))
            }
            pop(to: top - 1)  // a read that failed leaves parts behind
        }
        return fields
    }
}
