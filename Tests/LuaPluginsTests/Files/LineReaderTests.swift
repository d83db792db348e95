import Testing

@testable import LuaPlugins

struct LineReaderTests {
    let folder = TemporaryFolder()

    private func next(_ reader: LineReader) throws -> String? { try reader.next { String(decoding: $0, as: UTF8.self) } }

    @Test func givesLine_whenItIsAsLongAsItMayBe() throws {
        let text = String(repeating: "x", count: 100_000)
        let reader = try LineReader(path: folder.write("a", text + "\n" + text), longestLine: 100_000)
        #expect(try next(reader) == text)
        #expect(try next(reader) == text)
        #expect(try next(reader) == nil)
    }

    @Test(arguments: ["abcd", "abcd\n", "a\nabcd\nb"])
    func throws_whenLineIsLongerThanItMayBe(text: String) throws {
        let path = folder.write("a", text)
        let reader = try LineReader(path: path, longestLine: 3)
        let error = #expect(throws: HostFunctionError.self) { while try next(reader) != nil {} }
        #expect(error?.description == "a line of '\(path)' is longer than 3 bytes")
    }

    @Test(arguments: [10, 200_000]) func goesOnWithTheNextLine_whenOneWasTooLong(length: Int) throws {
        let reader = try LineReader(path: folder.write("a", "a\n" + String(repeating: "x", count: length) + "\nb\n"), longestLine: 3)
        #expect(try next(reader) == "a")
        #expect(throws: HostFunctionError.self) { try next(reader) }
        #expect(try next(reader) == "b")
        #expect(try next(reader) == nil)
    }

    @Test func givesNothing_whenTheLineThatWasTooLongIsTheLast() throws {
        let reader = try LineReader(path: folder.write("a", String(repeating: "x", count: 200_000)), longestLine: 3)
        #expect(throws: HostFunctionError.self) { try next(reader) }
        #expect(try next(reader) == nil)
    }

    @Test func givesNothing_whenClosed() throws {
        let reader = try LineReader(path: folder.write("a", "a\nb\nc"), longestLine: .max)
        #expect(try next(reader) == "a")
        reader.close()
        reader.close()
        #expect(try next(reader) == nil)
    }

    @Test func goesOnWithTheNextLine_whenBodyThrows() throws {
        struct Broken: Error {}
        let reader = try LineReader(path: folder.write("a", "a\nb"), longestLine: .max)
        #expect(throws: Broken.self) { try reader.next { _ in throw Broken() } }
        #expect(try next(reader) == "b")
    }
}
