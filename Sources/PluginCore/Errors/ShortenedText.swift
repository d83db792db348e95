extension String {
    /// The text, or its beginning with `... (N bytes)` where it has more than `limit` bytes.
    package func shortened(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        // not inside of a character's bytes
        while end > startIndex, UTF8.isContinuation(utf8[end]) { end = utf8.index(before: end) }
        return "\(self[..<end])... (\(utf8.count) bytes)"
    }
}
