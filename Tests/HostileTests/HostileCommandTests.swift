import Foundation
import Perilune
import Testing

// Two suites, each a process after another, so that two are under way at once.

/// Every plugin of Tests/Hostile under `perilune check`.
@Suite(.serialized, .enabled(if: Proof.isAsked, "takes minutes: scripts/test --proof")) struct HostileCheckTests {
    @Test(.timeLimit(.minutes(10)), arguments: HostileScript.all)
    func tellsWhatBecameOfIt_whenChecked(script: HostileScript) async throws {
        try await HostileCommand(["check", "--call", script.operation, "--argument", #""x""#, script.path], for: script).expect(script)
    }
}

/// Every plugin of Tests/Hostile under `perilune call`.
@Suite(.serialized, .enabled(if: Proof.isAsked, "takes minutes: scripts/test --proof")) struct HostileCallTests {
    @Test(.timeLimit(.minutes(10)), arguments: HostileScript.all)
    func tellsWhatBecameOfIt_whenCalled(script: HostileScript) async throws {
        try await HostileCommand(["call", script.path, script.operation, #""x""#], for: script).expect(script)
    }
}

/// A run of the command as it was built, in a process of its own.
struct HostileCommand {
    let arguments: [String]

    /// - Parameter arguments: what comes before the limits that the corpus is written for, which are HostileHost's.
    init(_ arguments: [String], for script: HostileScript) {
        let (cpu, wall) = script.mayTimeOut ? ("100", "2000") : ("10000", "600000")
        self.arguments = arguments + ["--json", "--cpu-ms", cpu, "--wall-ms", wall, "--memory-mb", "16"]
    }

    /// The command lies beside the test bundle.
    private static let path: String = {
        let places = [Bundle.main.bundlePath, (CommandLine.arguments[0] as NSString).deletingLastPathComponent]
        return places.map { $0 + "/perilune" }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? ".build/debug/perilune"
    }()

    private static let members: Set = [
        "plugin", "path", "outcome", "phase", "message", "duration_ms", "cpu_ms", "memory_peak_kib", "warnings", "result",
    ]

    /// Runs it and compares its one line of output, its status and its log with what the script's header states.
    func expect(_ script: HostileScript) async throws {
        let (status, out, err) = try await run()
        let lines = out.split(separator: "\n").map(String.init)
        guard status == 0 || status == 1, lines.count == 1 else {
            Issue.record("status \(status), output: \(out.prefix(2000)), log: \(err.suffix(2000))")
            return
        }
        let verdict = try DynamicValue(json: lines[0])
        let text = { (key: String) in verdict[key]?.string ?? "" }
        let outcome = text("outcome")
        let what: Comment = "\(text("phase")): \(text("message"))"
        #expect(Set((verdict.object ?? [:]).keys) == Self.members)
        #expect(script.outcomes.contains(outcome), what)
        #expect((status == 0) == (outcome == "ok"), what)
        if outcome == "ok" {
            #expect(text("message") == "")
        } else {
            if let phase = script.phase { #expect(text("phase") == phase, what) }
            #expect(text("message") != "")
        }
        if let says = script.says { #expect(text("message").contains(says), what) }
        if let result = script.result { #expect(verdict["result"] == result, what) }
        #expect(text("path") == script.path)
        #expect(![text("plugin"), text("message")].contains(where: HostileHost.steers))
        #expect(err.split(separator: "\n").map(String.init).filter(HostileHost.steers) == [])
        #expect(verdict["memory_peak_kib"]?.integer ?? .max <= 4 * 16 * 1024)
    }

    private func run() async throws -> (status: Int32, out: String, err: String) {
        let folder = FileManager.default.temporaryDirectory.path + "/perilune-hostile-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // files, since a pipe that nobody reads meanwhile would fill up
        let files = [folder + "/out", folder + "/err"]
        for file in files { try Data().write(to: URL(fileURLWithPath: file)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        let ended = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in ended.continuation.finish() }
        try process.run()
        let pid = process.processIdentifier
        // one that hangs ends with the test's time, so that its name is told; the stream ends when the task is cancelled
        for await _ in ended.stream {}
        guard !Task.isCancelled else {
            kill(pid, SIGKILL)
            throw CancellationError()
        }
        return (
            process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            try String(contentsOfFile: files[0], encoding: .utf8), try String(contentsOfFile: files[1], encoding: .utf8)
        )
    }
}
