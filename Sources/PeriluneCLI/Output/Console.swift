import Foundation
import Synchronization

/// Where a command writes. Tests put in one that keeps the text.
struct Console: Sendable {
    @TaskLocal static var current = Console.standard

    private let out: @Sendable (String) throws -> Void
    private let err: @Sendable (String) throws -> Void
    private let firstFailure = FirstFailure()
    /// Whether standard error is a terminal, on which progress may be drawn.
    let isTerminal: Bool
    /// Whether somebody sits at a terminal, to whom a screen can be shown and whose keys can be read.
    let isInteractive: Bool

    init(isTerminal: Bool, isInteractive: Bool = false, out: @escaping @Sendable (String) throws -> Void, err: @escaping @Sendable (String) throws -> Void) {
        self.isTerminal = isTerminal
        self.isInteractive = isInteractive
        self.out = out
        self.err = err
    }

    static let standard = Console(
        isTerminal: isatty(STDERR_FILENO) == 1, isInteractive: isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1,
        out: { try OutputFile.standardOutput.append($0.utf8) },
        err: { try OutputFile.standardError.append($0.utf8) })

    /// What could not be written and why, the first time that it happened.
    var failure: String? { firstFailure.text.withLock { $0 } }

    /// Takes the terminal's current line away, on which progress may stand.
    private static let clear = "\r\u{1B}[K"

    /// A line on standard output.
    func print(_ line: String) { write(line.hasSuffix("\n") ? line : line + "\n", by: out, "standard output") }

    /// A line on standard error.
    func error(_ line: String) { write((isTerminal ? Self.clear : "") + line + "\n", by: err, "standard error") }

    /// Text on standard error that the next progress overwrites; nothing where that is no terminal.
    func progress(_ text: String) {
        if isTerminal { write(Self.clear + text, by: err, "standard error") }
    }

    /// Takes the progress away.
    func endProgress() { progress("") }

    private func write(_ text: String, by writer: (String) throws -> Void, _ stream: String) {
        do {
            try writer(text)
        } catch {
            firstFailure.text.withLock { $0 = $0 ?? "cannot write \(stream): \(error)" }
        }
    }

    private final class FirstFailure: Sendable {
        let text = Mutex<String?>(nil)
    }
}
