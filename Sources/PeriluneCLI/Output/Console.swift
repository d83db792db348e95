import Foundation
import Synchronization

/// Where a command writes. Tests put in one that keeps the text.
struct Console: Sendable {
    @TaskLocal static var current = Console.standard

    private let out: @Sendable (String) -> Void
    private let err: @Sendable (String) -> Void
    /// Whether standard error is a terminal, on which progress may be drawn.
    let isTerminal: Bool

    init(isTerminal: Bool, out: @escaping @Sendable (String) -> Void, err: @escaping @Sendable (String) -> Void) {
        self.isTerminal = isTerminal
        self.out = out
        self.err = err
    }

    static let standard = Console(
        isTerminal: isatty(STDERR_FILENO) == 1,
        out: { FileHandle.standardOutput.write(Data($0.utf8)) },
        err: { FileHandle.standardError.write(Data($0.utf8)) })

    /// Takes the terminal's current line away, on which progress may stand.
    private static let clear = "\r\u{1B}[K"

    /// A line on standard output.
    func print(_ line: String) { out(line.hasSuffix("\n") ? line : line + "\n") }

    /// A line on standard error.
    func error(_ line: String) { err((isTerminal ? Self.clear : "") + line + "\n") }

    /// Text on standard error that the next progress overwrites; nothing where that is no terminal.
    func progress(_ text: String) {
        if isTerminal { err(Self.clear + text) }
    }

    /// Takes the progress away.
    func endProgress() { progress("") }
}
