import Foundation
import Testing

/// The command as it was built, while it runs, and what it prints on standard output.
final class RunningCommand: Sendable {
    private let process = Process()
    private let seen = Text()
    private let signal = Signal()

    init(_ arguments: [String], in folder: String? = nil) throws {
        let out = Pipe()
        process.executableURL = URL(fileURLWithPath: Binary.path)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.environment = ["LLVM_PROFILE_FILE": "/dev/null"].merging(ProcessInfo.processInfo.environment) { $1 }
        process.standardOutput = out
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        // what runs in the background of a shell has it ignored, and gives that to its children
        let before = Foundation.signal(SIGINT, SIG_DFL)
        defer { _ = Foundation.signal(SIGINT, before) }
        try process.run()
        let (seen, signal) = (seen, signal)
        // a thread, since a handler of the file's is still told of it when the file is closed
        Thread.detachNewThread {
            while true {
                let data = out.fileHandleForReading.availableData
                if data.isEmpty { return }
                seen.add(String(decoding: data, as: UTF8.self))
                signal.notify()
            }
        }
    }

    var text: String { seen.text }

    /// Returns once a text has been printed.
    func shows(_ text: String) async { await signal.wait { seen.text.contains(text) } }

    /// Ends it by a signal and gives its status.
    func end(by number: Int32) -> Int32 {
        kill(process.processIdentifier, number)
        process.waitUntilExit()
        return process.terminationStatus
    }
}
