/// How many columns of a terminal text takes.
extension String {
    /// As much of the text's beginning as fits.
    func prefix(columns: Int) -> String { splitAt(columns: columns).0 }

    /// The text in lines that fit.
    func wrapped(toColumns columns: Int) -> [String] {
        guard columns > 1 else { return [prefix(columns: columns)] }
        var (lines, rest) = ([String](), self)
        repeat {
            let (line, more) = rest.splitAt(columns: columns)
            lines.append(line)
            rest = more
        } while !rest.isEmpty
        return lines
    }

    private func splitAt(columns: Int) -> (String, String) {
        var left = columns
        for index in indices {
            left -= self[index].columns
            if left < 0 { return (String(self[..<index]), String(self[index...])) }
        }
        return (self, "")
    }
}

extension Character {
    /// Two for what East Asian scripts and pictures take: the ranges of Unicode's East Asian Width (UAX #11) in short.
    fileprivate var columns: Int {
        switch unicodeScalars.first?.value ?? 0 {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
            0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
