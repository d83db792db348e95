import Foundation
import Testing

@testable import PeriluneCLI

// one after another, since what a signal does is the process's
@Suite(.serialized) struct InterruptionTests {
    private let folder = TemporaryFolder()

    /// A run without an end, which says `started` when it is under way.
    private func pipeline(cleanup: String = "print('cleaned up')") -> String {
        folder.plugin(
            "endless", type: "provider",
            """
            provide = function()
              local n = 0
              return function()
                n = n + 1
                if n == 2 then print('started') end
                return { n = n }
              end
            end,
            cleanup = function() \(cleanup) end
            """)
        folder.plugin("keep", type: "storage")
        return folder.write("p.yaml", "provider: { plugin: endless }\nstorage: { plugin: keep }\nlimits: { cpu_ms: 600000, wall_ms: 600000 }")
    }

    /// Runs the command as built, and sends the signals, each when the text before it stands on standard error.
    private func run(_ arguments: String..., sending signals: [(after: String, Int32)]) throws -> (Outcome, Process.TerminationReason) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Binary.path)
        process.arguments = arguments
        let (out, err) = (folder.write("out", ""), Pipe())
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = err
        // what runs in the background of a shell has some ignored, and gives that to its children
        let before = signals.map { ($0.1, signal($0.1, SIG_DFL)) }
        try process.run()
        for (number, handler) in before.reversed() { signal(number, handler) }
        var text = ""
        for (mark, number) in signals {
            while !text.contains(mark) {
                let more = err.fileHandleForReading.availableData
                try #require(!more.isEmpty, "ended before '\(mark)': \(text)")
                text += String(decoding: more, as: UTF8.self)
            }
            kill(process.processIdentifier, number)
        }
        text += String(decoding: try err.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (Outcome(status: process.terminationStatus, out: try folder.read("out"), err: text), process.terminationReason)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func endsInOrder_whenASignalComes(number: Int32) throws {
        let (outcome, reason) = try run("run", pipeline(), sending: [("started", number)])
        #expect(outcome.errLines.dropLast() == ["info: endless 1.0.0: started", "info: endless 1.0.0: cleaned up"])
        #expect(outcome.errLines.last?.wholeMatch(of: /perilune: interrupted after [0-9,]+ items?/) != nil)
        #expect(outcome.out.hasPrefix("STAGE "))
        #expect(reason == .exit)
        #expect(outcome.status == 1)
    }

    @Test func printsTheObject_whenASignalComes() throws {
        let (outcome, _) = try run("run", pipeline(), "--json", sending: [("started", SIGINT)])
        #expect(outcome.outLines.count == 1)
        #expect(outcome.out.hasPrefix(#"{"outcome":"error","message":"interrupted after "#))
        #expect(outcome.status == 1)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func endsAtOnce_whenASecondSignalComes(number: Int32) throws {
        let path = pipeline(cleanup: "print('cleaning') while true do end")
        let (outcome, reason) = try run("run", path, sending: [("started", SIGINT), ("cleaning", number)])
        #expect(reason == .uncaughtSignal)
        #expect(outcome.status == number)
        #expect(outcome.out == "")
    }

    @Test func endsInOrder_whenTheTaskIsCancelled() async {
        let path = pipeline()
        folder.plugin("keep", type: "storage", "put = function() end, initialize = function() print('too late') end")
        let task = Task { await perilune("run", path) }
        task.cancel()
        let outcome = await task.value
        #expect(outcome.errLines.last == "perilune: interrupted after 0 items")
        #expect(outcome.status == 1)
    }
}
