public import CLuaBridge

/// The named fields of a table, for a ``LuaConvertible`` type of your own. Valid inside of the closure that gets it.
///
/// Names are literals: Lua finds them again by their address, which is quicker than by their text.
public struct LuaFields {
    @usableFromInline let stack: LuaStack
    @usableFromInline let table: Int32

    @inlinable init(stack: LuaStack, table: Int32) {
        self.stack = stack
        self.table = table
    }

    /// Sets a field; `nil` leaves it out.
    @inlinable public func set(_ name: StaticString, _ value: some LuaConvertible) throws {
        push(name)
        do {
            try value.push(onto: stack)
        } catch {
            throw ConversionFailure.placed(error, .key("\(name)"))
        }
        lua_rawset(stack.thread, table)
    }

    /// A field's value; `nil` of an optional type when there is none.
    @inlinable public func get<T: LuaConvertible>(_ name: StaticString, as type: T.Type = T.self) throws -> T {
        push(name)
        lua_rawget(stack.thread, table)
        let top = stack.count
        do {
            let value = try T.read(from: stack, at: top)
            stack.pop(to: top - 1)
            return value
        } catch {
            throw ConversionFailure.placed(error, .key("\(name)"))
        }
    }

    @inlinable func push(_ name: StaticString) {
        plu_push_literal(stack.bridge, stack.thread, UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self))
    }
}

extension LuaStack {
    /// Pushes a new table whose fields the closure sets; `members` is how many there will be.
    @inlinable public func pushTable(members: Int, _ fill: (LuaFields) throws -> Void) throws {
        try enterNewTable()
        defer { leaveNewTable() }
        createTable(members: members)
        let table = count
        try fill(LuaFields(stack: self, table: table))
        pop(to: table)  // what a field that failed left behind, if the closure caught that
    }

    /// Reads the fields of the table at an index.
    @inlinable public func readTable<R>(at index: Int32, _ body: (LuaFields) throws -> R) throws -> R {
        try readingThrough(index) { index in
            guard lua_type(thread, index) == LUA_TTABLE else { throw mismatch("table", at: index) }
            let table = lua_absindex(thread, index)
            try enterTable(at: table)
            let top = count
            defer {
                pop(to: top)
                leaveTable()
            }
            return try body(LuaFields(stack: self, table: table))
        }
    }
}
