import Dispatch
import Foundation
import Synchronization

/// The terminal that the command was started on, with a screen of its own and keys that come as they are typed.
final class Terminal: Sendable {
    private let before: termios
    /// What is listened to; `nil` once it is closed, which a second signal may do from its own thread.
    private let listening = Mutex<Listening?>(Listening(sources: []))

    private struct Listening: @unchecked Sendable {
        // Sendable: nothing is done with these sources but to cancel them, which Dispatch lets any thread do.
        let sources: [any DispatchSourceProtocol]
    }

    /// `nil` where there is none.
    init?() {
        var attributes = termios()
        guard tcgetattr(STDIN_FILENO, &attributes) == 0 else { return nil }
        before = attributes
        // Ctrl-C still is a signal
        attributes.c_lflag &= ~tcflag_t(ICANON | ECHO)
        // a stopped process would leave its screen to the shell
        withUnsafeMutableBytes(of: &attributes.c_cc) { characters in
            for key in [VSUSP, VQUIT] { characters[Int(key)] = 0 }
        }
        tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
        // another screen, no cursor
        write("\u{1B}[?1049h\u{1B}[?25l")
        Interruption.lastAction.withLock { $0 = { [self] in close() } }
    }

    func close() {
        let listening = listening.withLock { listening in
            defer { listening = nil }
            return listening
        }
        guard let listening else { return }
        Interruption.lastAction.withLock { $0 = nil }
        for source in listening.sources { source.cancel() }
        write("\u{1B}[?25h\u{1B}[?1049l")
        var attributes = before
        tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
    }

    /// Columns and rows.
    var size: (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Shows lines from the top, and nothing below.
    func draw(_ lines: [String]) {
        write("\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
    }

    private func write(_ text: String) { try? OutputFile.standardOutput.append(text.utf8) }

    /// Tells of keys, of another size, and of each second.
    func listen(_ take: @escaping @Sendable (DevEvent) -> Void) {
        let queue = DispatchQueue(label: "perilune.terminal")
        let input = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
        input.setEventHandler {
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            guard count > 0 else {
                // the terminal has gone
                input.cancel()
                return take(.key(.quit))
            }
            for key in Self.keys(in: bytes.prefix(count)) { take(.key(key)) }
        }
        signal(SIGWINCH, SIG_IGN)
        let resize = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: queue)
        resize.setEventHandler { take(.tick) }
        let clock = DispatchSource.makeTimerSource(queue: queue)
        clock.schedule(deadline: .now() + 1, repeating: 1)
        clock.setEventHandler { take(.tick) }
        // one that was never activated must not be let go of
        for source in [input, resize, clock] as [any DispatchSourceProtocol] { source.activate() }
        let now = Listening(sources: [input, resize, clock])
        let isOpen = listening.withLock { listening in
            if listening != nil { listening = now }
            return listening != nil
        }
        if !isOpen { for source in now.sources { source.cancel() } }
    }

    /// The keys that bytes from a terminal mean.
    static func keys(in bytes: some Collection<UInt8>) -> [DevKey] {
        var keys: [DevKey] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x1B:
                // arrows come as ESC [ A, or as ESC O A
                guard let next = rest.first, next == UInt8(ascii: "[") || next == UInt8(ascii: "O") else { continue }
                rest = rest.dropFirst()
                let parameters = rest.prefix { $0 < 0x40 }
                rest = rest.dropFirst(parameters.count)
                switch rest.popFirst() {
                case UInt8(ascii: "A"): keys.append(.up)
                case UInt8(ascii: "B"): keys.append(.down)
                default: break
                }
            case UInt8(ascii: "k"): keys.append(.up)
            case UInt8(ascii: "j"): keys.append(.down)
            case UInt8(ascii: "r"): keys.append(.rerun)
            case UInt8(ascii: "b"): keys.append(.rollBack)
            case UInt8(ascii: "f"): keys.append(.fresh)
            case UInt8(ascii: "t"): keys.append(.traceback)
            case UInt8(ascii: "q"), 0x04: keys.append(.quit)
            default: break
            }
        }
        return keys
    }
}
