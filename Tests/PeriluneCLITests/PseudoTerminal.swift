import Foundation
import Synchronization
import Testing

/// A terminal that a test sits at: the command runs on its other side.
final class PseudoTerminal: Sendable {
    private let main: Int32
    private let process = Process()
    private let seen = Text()
    private let signal = Signal()
    private let ended = AsyncStream.makeStream(of: Void.self)

    /// Starts the command as it was built.
    init(_ arguments: [String], columns: UInt16 = 100, rows: UInt16 = 30) throws {
        let name: String
        (main, name) = try Self.pair()
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(main, UInt(TIOCSWINSZ), &size)
        let other = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(other >= 0)
        let handle = FileHandle(fileDescriptor: other, closeOnDealloc: true)
        process.executableURL = URL(fileURLWithPath: Binary.path)
        process.arguments = arguments
        process.environment = ["LLVM_PROFILE_FILE": "/dev/null"].merging(ProcessInfo.processInfo.environment) { $1 }
        (process.standardInput, process.standardOutput, process.standardError) = (handle, handle, handle)
        process.terminationHandler = { [ended] _ in ended.continuation.finish() }
        // what runs in the background of a shell has it ignored, and gives that to its children
        let before = Foundation.signal(SIGINT, SIG_DFL)
        defer { _ = Foundation.signal(SIGINT, before) }
        try process.run()
        let (main, seen, more) = (main, seen, signal)
        Thread.detachNewThread {
            var bytes = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(main, &bytes, bytes.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                seen.add(String(decoding: bytes.prefix(count), as: UTF8.self))
                more.notify()
            }
        }
    }

    /// The test's side, and the name of the other.
    private static func pair() throws -> (Int32, String) {
        #if os(Linux)
            // posix_openpt and its like are hidden from Swift there; these are what they ask the system for
            let (unlock, number) = (UInt(0x4004_5431), UInt(0x8004_5430))  // TIOCSPTLCK, TIOCGPTN
            let main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
            var (isLocked, index) = (Int32(0), Int32(0))
            try #require(main >= 0 && ioctl(main, unlock, &isLocked) == 0 && ioctl(main, number, &index) == 0)
            return (main, "/dev/pts/\(index)")
        #else
            let main = posix_openpt(O_RDWR | O_NOCTTY)
            try #require(main >= 0 && grantpt(main) == 0 && unlockpt(main) == 0)
            return (main, String(cString: ptsname(main)))
        #endif
    }

    /// All that the terminal was sent so far.
    var text: String { seen.text }

    /// Returns once a text has been shown, from that place on if the test names one.
    func shows(_ text: String, after length: Int = 0) async {
        await signal.wait { seen.text.dropFirst(length).contains(text) }
    }

    func type(_ keys: String) { _ = write(main, keys, keys.utf8.count) }

    /// Ctrl-C, as a terminal that the command belongs to sends it.
    func interrupt() { kill(process.processIdentifier, SIGINT) }

    /// Waits for the command's end and gives its status.
    func status() async -> Int32 {
        for await _ in ended.stream {}
        process.waitUntilExit()
        return process.terminationStatus
    }
}
