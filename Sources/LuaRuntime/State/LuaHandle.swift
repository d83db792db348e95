public import CLuaBridge

/// What a function and a table have in common: a value of one state, kept by reference.
public class LuaHandle: Codable {
    /// Outlives the state, which it tells to be closed then.
    @usableFromInline let host: LuaHost
    /// The same, to be reached without retaining it, which is a good part of what a call takes else.
    @usableFromInline let quickHost: Unmanaged<LuaHost>
    @usableFromInline let reference: Int32

    required init(_ host: LuaHost, _ reference: Int32) {
        self.host = host
        quickHost = .passUnretained(host)
        self.reference = reference
    }

    deinit { host.releases.add(reference) }

    /// The state, if it is still open.
    var state: LuaState {
        get throws {
            guard host.bridge != nil, let state = host.state else { throw LuaError.closed }
            return state
        }
    }

    @inlinable public func push(onto stack: LuaStack) throws {
        guard quickHost._withUnsafeGuaranteedRef({ $0.bridge }) == stack.bridge else { throw misplaced() }
        plu_push_reference(stack.thread, reference)
    }

    @usableFromInline func misplaced() -> any Error {
        host.bridge == nil ? LuaError.closed : ConversionFailure.misplaced
    }

    /// Only Lua can give a handle: it is no data. (Conforms to `Codable` so that typed calls can take and return it.)
    public required init(from decoder: any Decoder) throws {
        throw decoder.refusal(of: "a Lua function or table")
    }

    /// Throws: a handle is no data.
    public func encode(to encoder: any Encoder) throws {
        throw encoder.refusal(of: "a Lua function or table", self)
    }
}

extension Decoder {
    /// Of a coder that is not Lua's, for what is no data.
    func refusal(of kind: String) -> any Error {
        DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: "\(kind) can be read from Lua only"))
    }
}

extension Encoder {
    /// Of a coder that is not Lua's, for what is no data.
    func refusal(of kind: String, _ value: Any) -> any Error {
        EncodingError.invalidValue(value, .init(codingPath: codingPath, debugDescription: "\(kind) can be given to Lua only"))
    }
}

extension LuaHandle: LuaConvertible {
    public static func read(from stack: LuaStack, at index: Int32) throws -> Self {
        let (expected, name) = self == LuaTable.self ? (LUA_TTABLE, "table") : (LUA_TFUNCTION, "function")
        return try stack.readingThrough(index) { index in
            guard lua_type(stack.thread, index) == expected else { throw stack.mismatch(name, at: index) }
            lua_pushvalue(stack.thread, index)
            return self.init(stack.state.host, plu_reference(stack.thread))
        }
    }
}
