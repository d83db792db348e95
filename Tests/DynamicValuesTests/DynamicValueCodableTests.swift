import DynamicValues
import Foundation
import Testing

struct DynamicValueCodableTests {
    private struct Event: Codable, Equatable {
        var name: String
        var payload: DynamicValue
    }

    @Test(arguments: [
        .null, true, 0, .integer(.min), .integer(.max), 1.5, "", "text", [], .object([:]), [1, .null, [false]], ["a": ["b": [1]]],
    ] as [DynamicValue])
    func keepsValue_whenCodedAsJSON(_ value: DynamicValue) throws {
        let event = Event(name: "x", payload: value)
        #expect(try JSONDecoder().decode(Event.self, from: JSONEncoder().encode(event)) == event)
    }

    @Test func isReadFromWhatAnotherTypeWrote() throws {
        struct Item: Codable {
            var name = "a"
            var sizes = [1, 2]
        }
        let text = try JSONEncoder().encode(Item())
        #expect(try JSONDecoder().decode(DynamicValue.self, from: text) == ["name": "a", "sizes": [1, 2]])
    }

    @Test func writesBytesAsBase64() throws {
        let text = try JSONEncoder().encode(Event(name: "x", payload: .bytes([0xFF, 0])))
        #expect(try JSONDecoder().decode(Event.self, from: text).payload == ["base64": "/wA="])
    }

    @Test func keepsValue_whenCodedAsAPropertyList() throws {
        let value: DynamicValue = ["a": [1, 1.5, true, "x"]]
        let list = try PropertyListEncoder().encode(Event(name: "x", payload: value))
        #expect(try PropertyListDecoder().decode(Event.self, from: list).payload == value)
    }
}
