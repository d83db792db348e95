import Foundation
import Testing

@testable import PeriluneCLI

struct OutputFileTests {
    private let folder = TemporaryFolder()

    @Test func keepsWhatAFileHas_untilItIsReplaced() throws {
        let path = folder.write("a", "a long text")
        let file = try OutputFile(path: path)
        #expect(try folder.read("a") == "a long text")
        try file.replace(with: "short".utf8)
        #expect(try folder.read("a") == "short")
    }

    @Test(arguments: [("none/a", "no such file or directory"), ("", "is a directory")])
    func saysWhy_whenAFileCannotBeOpened(name: String, reason: String) {
        let failure = #expect(throws: OutputFailure.self) { try OutputFile(path: folder(name)) }
        #expect(failure?.description == reason)
    }

    @Test func writesAll_whenTheStreamTakesALittleAtATime() async throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reader, writer) = (FileHandle(fileDescriptor: ends[0], closeOnDealloc: true), ends[1])
        #expect(fcntl(writer, F_SETFL, O_NONBLOCK) == 0)
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        // on a thread of its own: the test's waits in read, and Swift's pool has one for each core
        async let written: Void = withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                defer { close(writer) }
                continuation.resume(with: Result { try OutputFile(descriptor: writer).append(bytes) })
            }
        }
        let read = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: try? reader.readToEnd()) }
        }
        #expect(read == Data(bytes))
        try await written
    }
}
