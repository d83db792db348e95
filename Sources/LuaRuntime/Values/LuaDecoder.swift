import CLuaBridge

/// Reads a `Decodable` type straight from the stack: no tree of values is built in between.
///
/// A container's table stays on the stack until the value that asked for it has been read, which is when
/// ``read(_:from:at:)`` sets the stack back.
final class LuaDecoder: Decoder {
    let stack: LuaStack
    let index: Int32
    let codingPath: [any CodingKey]
    /// The way to a nested container's value from the value that is being read: what a failure's path lacks.
    let lead: [ConversionFailure.Step]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    private init(_ stack: LuaStack, _ index: Int32, _ codingPath: [any CodingKey], lead: [ConversionFailure.Step] = []) {
        self.stack = stack
        self.index = index
        self.codingPath = codingPath
        self.lead = lead
    }

    static func read<T: Decodable>(
        _ type: T.Type, from stack: LuaStack, at index: Int32, codingPath: [any CodingKey] = []
    ) throws -> T {
        let top = stack.count
        defer { stack.pop(to: top) }
        let decoder = LuaDecoder(stack, index, codingPath)
        do {
            guard lua_type(stack.thread, index) == LUA_TTABLE else { return try T(from: decoder) }
            return try stack.insideTable(at: index) { try T(from: decoder) }
        } catch let error as DecodingError {
            throw ConversionFailure(error)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try ConversionFailure.at(lead) {
            guard lua_type(stack.thread, index) == LUA_TTABLE else { throw stack.mismatch("table", at: index) }
            try stack.require(8)
        }
        return KeyedDecodingContainer(Keyed<Key>(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try ConversionFailure.at(lead) {
            try stack.require(8)
            return Unkeyed(decoder: self, count: try stack.arrayCount(at: index))
        }
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { Single(decoder: self) }

    /// A decoder for the value on top of the stack, which stays there.
    private func onTop(_ key: any CodingKey, _ step: ConversionFailure.Step) -> LuaDecoder {
        LuaDecoder(stack, stack.count, codingPath + [key], lead: lead + [step])
    }

    // MARK: Containers

    struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let decoder: LuaDecoder
        var codingPath: [any CodingKey] { decoder.codingPath }
        private var stack: LuaStack { decoder.stack }

        init(decoder: LuaDecoder) { self.decoder = decoder }

        var allKeys: [Key] {
            var keys: [Key] = []
            guard stack.reserve(8) else { return keys }
            lua_pushnil(stack.thread)
            while lua_next(stack.thread, decoder.index) != 0 {
                lua_settop(stack.thread, -2)
                if lua_isinteger(stack.thread, -1) != 0 {
                    let number = Int(lua_tointegerx(stack.thread, -1, nil))
                    if let key = Key(intValue: number) ?? Key(stringValue: String(number)) { keys.append(key) }
                } else if let key = Key(stringValue: stack.text(at: -1)) {
                    keys.append(key)
                }
            }
            return keys
        }

        /// Pushes the value under a key: its name, or its number where the table has that instead.
        private func push(_ key: any CodingKey) {
            stack.push(string: key.stringValue)
            if lua_rawget(stack.thread, decoder.index) == LUA_TNIL, let number = key.intValue {
                lua_settop(stack.thread, -2)
                lua_rawgeti(stack.thread, decoder.index, Int64(number))
            }
        }

        private func with<R>(_ key: any CodingKey, _ body: (Int32) throws -> R) throws -> R {
            try stack.step()
            let top = stack.count
            push(key)
            defer { stack.pop(to: top) }
            do {
                return try body(top + 1)
            } catch {
                throw ConversionFailure.placed(error, decoder.lead + [.key(key.stringValue)])
            }
        }

        func contains(_ key: Key) -> Bool {
            guard stack.reserve(8) else { return false }
            push(key)
            defer { lua_settop(stack.thread, -2) }
            return !stack.isNil(at: -1)
        }

        func decodeNil(forKey key: Key) throws -> Bool {
            try with(key) { stack.isNone(at: $0) }
        }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            try with(key) { try stack.readOther(type, at: $0, codingPath: codingPath + [key]) }
        }

        // what most fields are, without a cast or a closure
        func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try scalar(key) }
        func decode(_ type: String.Type, forKey key: Key) throws -> String { try scalar(key) }
        func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try scalar(key) }
        func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try scalar(key) }

        @inline(__always) private func scalar<T: LuaConvertible>(_ key: Key) throws -> T {
            try stack.step()
            let top = stack.count
            push(key)
            do {
                let value = try T.read(from: stack, at: top + 1)
                stack.pop(to: top)
                return value
            } catch {
                stack.pop(to: top)
                throw ConversionFailure.placed(error, decoder.lead + [.key(key.stringValue)])
            }
        }

        func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: Key) throws -> KeyedDecodingContainer<N> {
            try superDecoder(forKey: key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try superDecoder(forKey: key).unkeyedContainer()
        }

        func superDecoder() throws -> any Decoder { try superDecoder(for: Position.super) }

        func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder(for: key) }

        private func superDecoder(for key: any CodingKey) throws -> any Decoder {
            try stack.require(8)
            try stack.step()
            push(key)
            return decoder.onTop(key, .key(key.stringValue))
        }
    }

    struct Unkeyed: UnkeyedDecodingContainer {
        let decoder: LuaDecoder
        let count: Int?
        var currentIndex = 0
        var codingPath: [any CodingKey] { decoder.codingPath }
        var isAtEnd: Bool { currentIndex >= count! }
        private var stack: LuaStack { decoder.stack }

        init(decoder: LuaDecoder, count: Int) {
            self.decoder = decoder
            self.count = count
        }

        private mutating func next<R>(_ body: (Int32, Position) throws -> R?) throws -> R? {
            try stack.step()
            let top = stack.count
            lua_rawgeti(stack.thread, decoder.index, Int64(currentIndex + 1))
            defer { stack.pop(to: top) }
            let value = try ConversionFailure.at(decoder.lead + [.index(currentIndex + 1)]) {
                guard !isAtEnd else { throw ConversionFailure(.custom("the array ends at element \(count!)")) }
                return try body(top + 1, Position(currentIndex))
            }
            if value != nil { currentIndex += 1 }
            return value
        }

        mutating func decodeNil() throws -> Bool {
            let stack = stack
            return try next { index, _ in stack.isNone(at: index) ? true : nil } ?? false
        }

        mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
            let decoder = decoder
            return try next { try decoder.stack.readOther(type, at: $0, codingPath: decoder.codingPath + [$1]) }!
        }

        mutating func nestedContainer<N: CodingKey>(keyedBy type: N.Type) throws -> KeyedDecodingContainer<N> {
            try superDecoder().container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            try superDecoder().unkeyedContainer()
        }

        mutating func superDecoder() throws -> any Decoder {
            try stack.require(8)
            try stack.step()
            lua_rawgeti(stack.thread, decoder.index, Int64(currentIndex + 1))
            currentIndex += 1
            return decoder.onTop(Position(currentIndex - 1), .index(currentIndex))
        }
    }

    struct Single: SingleValueDecodingContainer {
        let decoder: LuaDecoder
        var codingPath: [any CodingKey] { decoder.codingPath }

        func decodeNil() -> Bool {
            decoder.stack.isNone(at: decoder.index)
        }

        func decode<T: Decodable>(_ type: T.Type) throws -> T {
            // the same table is asked for again, one type deeper: that is no cycle
            let host = decoder.stack.state.host
            let table = lua_topointer(decoder.stack.thread, decoder.index)
            let isSame = table != nil && host.tablesBeingRead.last == table
            if isSame { host.tablesBeingRead.removeLast() }
            defer { if isSame { host.tablesBeingRead.append(table) } }
            return try ConversionFailure.at(decoder.lead) { try decoder.stack.read(type, at: decoder.index) }
        }
    }

    /// A place in an array, or the key of a superclass's part.
    struct Position: CodingKey {
        static let `super` = Position(stringValue: "super")
        let stringValue: String
        let intValue: Int?

        init(_ index: Int) {
            stringValue = "\(index)"
            intValue = index
        }

        init(stringValue: String) {
            self.stringValue = stringValue
            intValue = nil
        }

        init?(intValue: Int) { self.init(intValue) }
    }
}

extension ConversionFailure {
    /// What a type's own `init(from:)` complained of.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, _): self.init(.custom("the field '\(key.stringValue)' is missing"))
        case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(.custom(context.debugDescription))
        @unknown default: self.init(.custom("\(error)"))
        }
    }
}
