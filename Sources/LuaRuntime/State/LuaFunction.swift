import CLuaBridge
public import DynamicValues

/// A Lua function that the host holds on to.
///
/// Not `Sendable`: it belongs to whoever its ``LuaState`` belongs to. Once the state is closed each use throws
/// ``LuaError/Code/closed``. It can be passed to Lua as an argument and be asked for as a result.
public final class LuaFunction: LuaHandle {
    /// Calls the function and reads its first result.
    ///
    /// - Throws: ``LuaError``: what the script raised, a limit, or a value that does not fit.
    public func call<each A: Encodable, R: Decodable>(_ arguments: repeat each A, as type: R.Type = R.self) throws -> R {
        try state.call({ try self.push(onto: $0, repeat each arguments) }, { stack, _ in try stack.read(type, at: 1) })
    }

    /// Calls the function and drops its results.
    public func call<each A: Encodable>(_ arguments: repeat each A) throws {
        try state.call({ try self.push(onto: $0, repeat each arguments) }, { _, _ in })
    }

    /// Calls the function with any number of plain values and reads all results.
    public func call(dynamic arguments: [DynamicValue]) throws -> [DynamicValue] {
        try state.call(
            { stack in
                try self.push(onto: stack)
                for (index, argument) in arguments.enumerated() {
                    try ConversionFailure.at(.index(index + 1)) { try stack.push(argument) }
                }
                return Int32(arguments.count)
            },
            { stack, count in try stack.readAll(count) })
    }

    func push<each A: Encodable>(onto stack: LuaStack, _ arguments: repeat each A) throws -> Int32 {
        try push(onto: stack)
        var count: Int32 = 0
        for argument in repeat each arguments {
            count += 1
            try ConversionFailure.at(.index(Int(count))) { try stack.push(argument) }
        }
        return count
    }
}

/// A Lua table that the host holds on to. Reading and writing is raw: no metamethod runs.
public final class LuaTable: LuaHandle {
    /// The value under a string key; `nil` of an optional type when there is none.
    public func value<T: Decodable>(_ key: String, as type: T.Type = T.self) throws -> T {
        try read { stack in
            stack.push(string: key)
            lua_rawget(stack.thread, 1)
            return try ConversionFailure.at(.key(key)) { try stack.read(type, at: 2) }
        }
    }

    /// Each key as text, with what kind of value is under it (Lua's type name). Keys that are not strings appear as `[3]`.
    public func entries() throws -> [(key: String, isString: Bool, kind: String)] {
        try read { stack in
            var found: [(key: String, isString: Bool, kind: String)] = []
            lua_pushnil(stack.thread)
            while lua_next(stack.thread, 1) != 0 {
                let kind = stack.typeName(at: -1)
                lua_settop(stack.thread, -2)
                let isString = lua_type(stack.thread, -1) == LUA_TSTRING
                found.append((isString ? stack.text(at: -1) : "[\(stack.keyText(at: -1))]", isString, kind))
            }
            return found
        }
    }

    /// Whether the table has a metatable.
    public var hasMetatable: Bool {
        get throws {
            try read { stack in
                lua_getmetatable(stack.thread, 1) != 0
            }
        }
    }

    /// Sets the value under a string key.
    public func set(_ key: String, to value: some Encodable) throws {
        try read { stack in
            try stack.push(value)
            stack.rawSet(key, in: 1)
        }
    }

    /// Sets what stands for JSON's null under a string key.
    package func setNull(_ key: String) throws {
        try read { stack in
            stack.pushNull()
            stack.rawSet(key, in: 1)
        }
    }

    private func read<R>(_ body: (LuaStack) throws -> R) throws -> R {
        try state.withStack(named: "table") { stack in
            try self.push(onto: stack)
            return try body(stack)
        }
    }
}

/// What a function and a table have in common: a value of one state, kept by reference.
public class LuaHandle: Codable {
    private weak var owner: LuaState?
    let reference: Int32
    private let releases: PendingReleases

    required init(_ owner: LuaState, _ reference: Int32) {
        self.owner = owner
        self.reference = reference
        releases = owner.host.releases
    }

    deinit { releases.add(reference) }

    /// The state, if it is still open.
    var state: LuaState {
        get throws {
            guard let owner, !owner.isClosed else { throw LuaError.closed }
            return owner
        }
    }

    package func push(onto stack: LuaStack) throws {
        let owner = try state
        guard owner === stack.state else {
            throw ConversionFailure(.custom("the value belongs to another Lua state"))
        }
        plu_push_reference(owner.bridge!, stack.thread, reference)
    }

    /// Only Lua can give a handle: it is no data. (Conforms to `Codable` so that typed calls can take and return it.)
    public required init(from decoder: any Decoder) throws {
        throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "a Lua function or table can be read from Lua only"))
    }

    /// Throws: a handle is no data.
    public func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(
            self, .init(codingPath: encoder.codingPath, debugDescription: "a Lua function or table can be given to Lua only"))
    }
}
