/// Text in columns, those of numbers aligned to the right.
struct Table {
    private let head: [String]
    private let numbers: Set<Int>
    private var rows: [[String]] = []

    init(_ head: [String], numbers: Set<Int> = []) {
        self.head = head
        self.numbers = numbers
    }

    mutating func add(_ row: [String]) { rows.append(row.map(\.oneLine)) }

    var text: String {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let lines = all.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return numbers.contains(column) ? padding + cell : cell + padding
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        return lines.joined(separator: "\n")
    }
}

extension Double {
    /// Seconds in the unit that reads best.
    var asDuration: String {
        switch self {
        case 0: "-"
        case ..<1e-6: "\(Int((self * 1e9).rounded())) ns"
        case ..<1e-3: "\(Self.short(self * 1e6)) us"
        case ..<1: "\(Self.short(self * 1e3)) ms"
        default: "\(Self.short(self)) s"
        }
    }

    private static func short(_ value: Double) -> String {
        value < 10 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
    }

    /// With so many digits after the point.
    func rounded(toDigits digits: Int) -> Double {
        let factor = (0..<digits).reduce(1.0) { value, _ in value * 10 }
        return (self * factor).rounded() / factor
    }
}

extension Int {
    /// With a comma between thousands.
    var grouped: String {
        var result = ""
        for (index, digit) in String(self).reversed().enumerated() {
            if index > 0, index % 3 == 0, digit != "-" { result.append(",") }
            result.append(digit)
        }
        return String(result.reversed())
    }
}
