import CLuaBridge

/// Writes an `Encodable` value straight onto the stack: no tree of values is built in between.
///
/// A container's table is put into its parent as soon as it is made and stays on the stack until the value that asked
/// for it has been written, which is when ``push(_:onto:)`` leaves just the result there.
final class LuaEncoder: Encoder {
    /// Where the value goes.
    enum Destination {
        case top
        case key(String, table: Int32)
        case index(Int, table: Int32)
    }

    let stack: LuaStack
    let destination: Destination
    let codingPath: [any CodingKey]
    /// The way to a nested container's value from the value that is being written: what a failure's path lacks.
    let lead: [ConversionFailure.Step]
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    /// The table made for a container, by its place on the stack.
    private var table: Int32?
    /// Elements that an unkeyed container has written, shared by containers of the same value.
    fileprivate var count = 0
    private var isWritten = false
    /// The encoder of the whole value; `nil` for that one itself.
    private let root: LuaEncoder?
    /// Containers cannot throw when they are made: told at the end.
    private var isStackFull = false

    private init(
        _ stack: LuaStack, _ destination: Destination, _ codingPath: [any CodingKey], root: LuaEncoder? = nil, lead: [ConversionFailure.Step] = []
    ) {
        self.root = root
        self.lead = lead
        self.stack = stack
        self.destination = destination
        self.codingPath = codingPath
    }

    static func push<T: Encodable>(_ value: T, onto stack: LuaStack, codingPath: [any CodingKey] = []) throws {
        let base = stack.count
        try stack.insideNewTable {
            let encoder = LuaEncoder(stack, .top, codingPath)
            do {
                try value.encode(to: encoder)
            } catch EncodingError.invalidValue(_, let context) {
                throw ConversionFailure(.custom(context.debugDescription))
            }
            guard !encoder.isStackFull else { throw ConversionFailure(.stack) }
            if let table = encoder.table {
                lua_pushvalue(stack.thread, table)
                lua_copy(stack.thread, -1, base + 1)
            } else if !encoder.isWritten {
                stack.createTable()
            }
            stack.pop(to: base + 1)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(Keyed<Key>(encoder: self, table: makeTable()))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { Unkeyed(encoder: self, table: makeTable()) }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

    private func makeTable() -> Int32 {
        if let table { return table }
        if !stack.reserve(8) {
            (root ?? self).isStackFull = true
            switch destination {  // never the case at the top, where room was made
            case .top: break
            case .key(_, let parent), .index(_, let parent): return parent
            }
        }
        stack.createTable()
        let made = stack.count
        table = made
        lua_pushvalue(stack.thread, made)
        place()
        return made
    }

    /// Puts the value on top where it belongs.
    private func place() {
        isWritten = true
        switch destination {
        case .top: break
        case .key(let name, let table): stack.rawSet(name, in: table)
        case .index(let number, let table): lua_rawseti(stack.thread, table, Int64(number))
        }
    }

    private func nested(_ destination: Destination, _ key: any CodingKey, _ step: ConversionFailure.Step) -> LuaEncoder {
        LuaEncoder(stack, destination, codingPath + [key], root: root ?? self, lead: lead + [step])
    }

    /// Pushes a part of this value.
    private func push<T: Encodable>(_ value: T, _ key: any CodingKey, _ step: @autoclosure () -> ConversionFailure.Step) throws {
        try stack.step()
        do {
            try stack.pushOther(value, codingPath: codingPath + [key])
        } catch {
            throw ConversionFailure.placed(error, lead + [step()])
        }
    }

    // MARK: Containers

    struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let encoder: LuaEncoder
        let table: Int32
        var codingPath: [any CodingKey] { encoder.codingPath }

        /// nil in a Lua table is the absence of the key.
        func encodeNil(forKey key: Key) throws {}

        func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
            try encoder.stack.require(8)
            encoder.stack.push(string: key.stringValue)
            try encoder.push(value, key, .key(key.stringValue))
            lua_rawset(encoder.stack.thread, table)
        }

        // what most fields are, without a cast or a closure
        func encode(_ value: Bool, forKey key: Key) throws { try scalar(value, key) }
        func encode(_ value: String, forKey key: Key) throws { try scalar(value, key) }
        func encode(_ value: Double, forKey key: Key) throws { try scalar(value, key) }
        func encode(_ value: Int, forKey key: Key) throws { try scalar(value, key) }

        @inline(__always) private func scalar(_ value: some LuaConvertible, _ key: Key) throws {
            let stack = encoder.stack
            try stack.step()
            guard lua_checkstack(stack.thread, 4) != 0 else { throw ConversionFailure.placed(ConversionFailure(.stack), encoder.lead + [.key(key.stringValue)]) }
            stack.push(string: key.stringValue)
            try value.push(onto: stack)
            lua_rawset(stack.thread, table)
        }

        func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: Key) -> KeyedEncodingContainer<N> {
            superEncoder(forKey: key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            superEncoder(forKey: key).unkeyedContainer()
        }

        func superEncoder() -> any Encoder {
            let key = LuaDecoder.Position.super
            return encoder.nested(.key(key.stringValue, table: table), key, .key(key.stringValue))
        }

        func superEncoder(forKey key: Key) -> any Encoder {
            encoder.nested(.key(key.stringValue, table: table), key, .key(key.stringValue))
        }
    }

    struct Unkeyed: UnkeyedEncodingContainer {
        let encoder: LuaEncoder
        let table: Int32
        var codingPath: [any CodingKey] { encoder.codingPath }
        var count: Int { encoder.count }

        /// nil leaves a hole.
        func encodeNil() throws { encoder.count += 1 }

        func encode<T: Encodable>(_ value: T) throws {
            let position = LuaDecoder.Position(count)
            try encoder.stack.require(8)
            try encoder.push(value, position, .index(count + 1))
            encoder.count += 1
            lua_rawseti(encoder.stack.thread, table, Int64(count))
        }

        func nestedContainer<N: CodingKey>(keyedBy type: N.Type) -> KeyedEncodingContainer<N> {
            superEncoder().container(keyedBy: type)
        }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { superEncoder().unkeyedContainer() }

        func superEncoder() -> any Encoder {
            encoder.count += 1
            return encoder.nested(.index(count, table: table), LuaDecoder.Position(count - 1), .index(count))
        }
    }

    struct Single: SingleValueEncodingContainer {
        let encoder: LuaEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }

        func encodeNil() throws {
            encoder.stack.pushNil()
            encoder.place()
        }

        func encode<T: Encodable>(_ value: T) throws {
            try ConversionFailure.at(encoder.lead) { try encoder.stack.push(value) }
            encoder.place()
        }
    }
}
