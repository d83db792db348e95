extension String {
    /// Text in which no byte can steer a terminal or begin a new line.
    package var escaped: String {
        guard unicodeScalars.contains(where: Self.mustEscape) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where Self.mustEscape(scalar): result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The same for text that has lines, such as a traceback: its line breaks, and tabs before its lines, stay.
    package var escapedLines: String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in String(line.prefix { $0 == "\t" }) + String(line.drop { $0 == "\t" }).escaped }
            .joined(separator: "\n")
    }

    /// Controls, the line and paragraph separators, and what changes the direction of text.
    private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
