import DynamicValues

/// The beginning of a script's text that an error tells: with what a script raises comes its size.
struct LuaExcerpt {
    /// What a location adds to a message is told apart from it.
    private static let longest = LuaError.longestMessage + 256

    let bytes: [UInt8]
    private let count: Int

    init(_ text: some Collection<UInt8>) {
        bytes = Array(text.prefix(Self.longest))
        count = text.count
    }

    init(_ text: String) { self.init(text.utf8) }

    /// The text after so many bytes, with its length where it is cut.
    func text(after prefix: Int = 0) -> String {
        let rest = bytes.dropFirst(prefix)
        let (limit, length) = (LuaError.longestMessage, count - prefix)
        return length > limit ? String(beginningOf: rest, toBytes: limit, of: length) : String(decoding: rest, as: UTF8.self)
    }
}
