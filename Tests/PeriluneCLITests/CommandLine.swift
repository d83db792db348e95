import Foundation
import Synchronization

@testable import PeriluneCLI

/// What a command left behind.
struct Outcome {
    var status: Int32
    var out: String
    var err: String

    var outLines: [String] { out.split(separator: "\n").map(String.init) }
    var errLines: [String] { err.split(separator: "\n").map(String.init) }

    /// Standard output with every duration, CPU time and peak of memory replaced by `N`.
    var pinned: String { out.replacing(/"(duration_ms|cpu_ms|memory_peak_kib)":[0-9.e-]+/) { "\"\($0.1)\":N" } }
}

/// Runs the command in this process.
func perilune(_ arguments: String..., isTerminal: Bool = false) async -> Outcome {
    await perilune(arguments, isTerminal: isTerminal)
}

func perilune(_ arguments: [String], isTerminal: Bool = false) async -> Outcome {
    let texts = Texts()
    let console = Console(isTerminal: isTerminal, out: { texts.out.add($0) }, err: { texts.err.add($0) })
    let status = await PeriluneCommand.run(arguments, console: console)
    return Outcome(status: status, out: texts.out.text, err: texts.err.text)
}

private final class Texts: Sendable {
    let out = Text()
    let err = Text()
}

/// Text that is added to from any thread.
final class Text: Sendable {
    private let storage = Mutex("")
    func add(_ more: String) { storage.withLock { $0 += more } }
    var text: String { storage.withLock { $0 } }
}

/// The command as it was built, which lies beside the test bundle.
struct Binary {
    static let path: String = {
        let places = [Bundle.main.bundlePath, (CommandLine.arguments[0] as NSString).deletingLastPathComponent]
        return places.map { $0 + "/perilune" }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? ".build/debug/perilune"
    }()

    /// Runs it to its end. `prefix` is a command to run it by.
    static func run(_ arguments: String..., in folder: String? = nil, environment: [String: String] = [:], prefix: [String] = []) throws -> Outcome {
        try run(arguments, in: folder, environment: environment, prefix: prefix)
    }

    /// - Parameter onStart: is called while it runs.
    static func run(
        _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:], prefix: [String] = [], onStart: (Process) -> Void = { _ in }
    ) throws -> Outcome {
        let process = Process()
        let words = prefix + [path] + arguments
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        // under coverage the child writes its part beside this process's, unless it runs as one who may not
        var all = ["LLVM_PROFILE_FILE": "/dev/null"].merging(ProcessInfo.processInfo.environment) { $1 }.merging(environment) { $1 }
        if !prefix.isEmpty { all["LLVM_PROFILE_FILE"] = "/dev/null" }
        process.environment = all
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        // files, since a pipe that nobody reads meanwhile would fill up
        let output = TemporaryFolder()
        let (out, err) = (output.write("out", ""), output.write("err", ""))
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle(forWritingAtPath: err)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        onStart(process)
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, out: try String(contentsOfFile: out, encoding: .utf8), err: try String(contentsOfFile: err, encoding: .utf8))
    }
}
