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
        let writing = Task.detached {
            defer { close(writer) }
            try OutputFile(descriptor: writer).append(bytes)
        }
        #expect(try reader.readToEnd() == Data(bytes))
        try await writing.value
    }
}
