import Perilune
import Testing

@testable import PeriluneCLI

struct JSONLineTests {
    @Test func keepsTheOrderOfItsMembers() throws {
        #expect(try jsonLine([("z", 1), ("a", ["y": 2, "x": "q\"\n/"])]) == #"{"z":1,"a":{"x":"q\"\n/","y":2}}"#)
    }

    @Test func isAnEmptyObject_whenThereAreNoMembers() throws {
        #expect(try jsonLine([]) == "{}")
    }

    @Test func throws_whenAMemberIsNoJSON() {
        #expect(throws: JSONError.self) { try jsonLine([("a", .number(.infinity))]) }
    }
}
