extension String {
    /// The text, or its beginning with `... (N bytes)` where it has more than `limit` bytes. What was shortened to that
    /// limit stays as it is.
    package func shortened(toBytes limit: Int) -> String {
        guard utf8.count > limit, !(utf8.count <= limit + Self.longestNote && hasSuffix(" bytes)")) else { return self }
        return String(beginningOf: utf8, toBytes: limit, of: utf8.count)
    }

    /// The beginning of a longer text of which not all need be there, repaired where it is not UTF-8.
    package init(beginningOf text: some BidirectionalCollection<UInt8>, toBytes limit: Int, of count: Int) {
        var end = text.index(text.startIndex, offsetBy: limit)
        // not inside of a character's bytes
        while end > text.startIndex, UTF8.isContinuation(text[end]) { end = text.index(before: end) }
        self = "\(String(decoding: text[..<end], as: UTF8.self))... (\(count) bytes)"
    }

    private static let longestNote = "... (9223372036854775807 bytes)".utf8.count
}
