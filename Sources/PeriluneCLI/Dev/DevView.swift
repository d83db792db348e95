import Foundation

/// How `perilune dev` shows itself.
protocol DevView {
    mutating func show(_ report: DevSession.Report)
}

/// A line for each thing that happens.
struct DevLines: DevView {
    func show(_ report: DevSession.Report) {
        // what plugins print is in the log
        if report.cause == .log { return }
        for line in report.news { Console.current.print(line) }
        if report.cause == .begun { Console.current.print("watching; end with Ctrl-C") }
    }
}

/// A screen that is drawn anew each time.
struct DevScreen: DevView {
    private let terminal: Terminal
    private let folder: String
    /// What the last change was.
    private var headline = ""

    init(_ terminal: Terminal, folder: String) {
        self.terminal = terminal
        self.folder = folder.oneLine
    }

    mutating func show(_ report: DevSession.Report) {
        if report.cause != .log, let first = report.news.first { headline = first }
        let (width, height) = terminal.size
        terminal.draw(Self.lines(report, folder: folder, headline: headline, width: width, height: height))
    }

    private static let (bold, reverse, red, plain) = ("\u{1B}[1m", "\u{1B}[7m", "\u{1B}[31m", "\u{1B}[0m")

    /// The screen's lines, none longer and no more of them than there is room for.
    static func lines(_ report: DevSession.Report, folder: String, headline: String, width: Int, height: Int) -> [String] {
        func cut(_ line: String) -> String { line.prefix(columns: width) }
        var lines = [bold + cut("perilune dev \(folder)   q quit  r rerun  b roll back  f fresh  t traceback  arrows choose") + plain, cut(headline), ""]
        var table = Table(["PLUGIN", "VERSION", "STATE", "CALLS", "ERRORS", "P50", "P99", "RELOADED"], numbers: [3, 4, 5, 6])
        for row in report.rows {
            table.add([
                row.name, row.version, row.state, row.calls.grouped, row.errors.grouped, row.p50.asDuration, row.p99.asDuration,
                row.reloaded.map { "\(Int($0)) s ago" } ?? "-",
            ])
        }
        // the first line, which says what is wrong, in full
        let problem = report.problem.prefix(1).flatMap { $0.wrapped(toColumns: width) } + report.problem.dropFirst().map(cut)
        let wrapped = report.problem.first.map { $0.wrapped(toColumns: width).count } ?? 0
        // the chosen one stays in sight
        let rows = table.text.split(separator: "\n").map { cut(String($0)) }
        let room = max(2, height - lines.count - (problem.isEmpty ? 0 : min(problem.count + 1, height / 2)))
        let first = max(0, min(report.selected + 2 - room, rows.count - room))
        for (index, row) in rows.enumerated() where index == 0 || (index > first && index < first + room) {
            lines.append(index == report.selected + 1 ? reverse + row + plain : index == 0 ? bold + row + plain : row)
        }
        if report.rows.isEmpty { lines.append(cut("no plugins yet: save a plugin_NAME.lua in \(folder)")) }
        if !problem.isEmpty {
            lines.append("")
            lines += problem.enumerated().map { $0 < wrapped ? red + $1 + plain : $1 }
        }
        let rest = height - lines.count - 1
        if rest > 0, !report.output.isEmpty { lines += [""] + report.output.suffix(rest).map(cut) }
        return Array(lines.prefix(height))
    }
}
