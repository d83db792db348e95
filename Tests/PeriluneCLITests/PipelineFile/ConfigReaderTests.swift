import Perilune
import Testing

@testable import PeriluneCLI

struct ConfigReaderTests {
    private func reader(_ text: String, path: String = "", keys: [String] = ["key"]) throws -> ConfigReader {
        try ConfigReader(try ConfigNode(text: text, file: "p.yaml"), file: "p.yaml", path: path, keys: keys)
    }

    @Test func givesNothing_whereAKeyIsAbsentOrEmpty() throws {
        for text in ["{}", "key:"] {
            let reader = try reader(text)
            #expect(try reader.string("key") == nil)
            #expect(try reader.integer("key") == nil)
            #expect(try reader.number("key") == nil)
            #expect(try reader.object("key") == nil)
            #expect(try reader.list("key").isEmpty)
            #expect(try reader.map("key").isEmpty)
        }
    }

    @Test func keepsTheOrderOfAMap() throws {
        #expect(try reader("key: { z: 1, a: 2 }").map("key").map(\.key) == ["z", "a"])
    }

    @Test func takesAWholeNumberWithAPoint_asAnInteger() throws {
        #expect(try reader("key: 3.0").integer("key") == 3)
    }

    @Test func namesTheWholePath_ofAKey() throws {
        #expect(try reader("key: 1", path: "provider").name("key") == "provider.key")
        #expect(try reader("key: 1").name("key") == "key")
    }

    @Test func refusesANumber_thatNoLimitCanBe() {
        #expect(throws: ConfigFileError.self) { try reader("key: 1e12").number("key") }
        #expect(throws: ConfigFileError.self) { try reader("key: .nan").number("key") }
        #expect(throws: ConfigFileError.self) { try reader("key: .inf").integer("key") }
    }
}
