import DynamicValues
import Foundation
import Testing

struct DynamicValueJSONTests {
    // MARK: Reading

    @Test(arguments: [
        ("null", .null), ("true", true), ("0", 0), ("-9223372036854775808", .integer(.min)), ("9223372036854775807", .integer(.max)),
        ("9007199254740993", 9_007_199_254_740_993), ("1.5", 1.5), ("1e2", 100), ("\"a\\u0000\\u00fc\"", "a\u{0}ü"), ("[]", []),
        ("{}", .object([:])), (" [1, [null]] ", [1, [.null]]), ("{\"b\":{\"a\":1}}", ["b": ["a": 1]]),
        ("18446744073709551615", .number(1.8446744073709552e19)), ("\"\"", "")
    ] as [(String, DynamicValue)])
    func reads(_ text: String, as value: DynamicValue) throws {
        #expect(try DynamicValue(json: text) == value)
    }

    @Test func reads_whenTextIsData() throws {
        #expect(try DynamicValue(json: Data("[1]".utf8)) == [1])
        #expect(try DynamicValue(json: Array("[1]".utf8)) == [1])
    }

    @Test func endsReadingAndWriting_whenAStepThrows() throws {
        struct Stop: Error {}
        var steps = 0
        let step = {
            steps += 1
            if steps == 3 { throw Stop() }
        }
        #expect(throws: Stop.self) { try DynamicValue(json: Data("[1,{\"a\":2},3,4]".utf8), step: step) }
        #expect(steps == 3)
        steps = 0
        #expect(throws: Stop.self) { try DynamicValue.array([1, ["a": 2], 3, 4]).json(step: step) }
        #expect(steps == 3)
    }

    @Test func keepsDepth_whenItIs512() throws {
        var value = try DynamicValue(json: String(repeating: "[", count: 512) + String(repeating: "]", count: 512))
        var depth = 1
        while let inner = value[0] { (value, depth) = (inner, depth + 1) }
        #expect(depth == 512)
    }

    @Test(arguments: [
        ("", "not valid JSON: Unexpected end of file during JSON parse."),
        ("{\"a\": 12", "not valid JSON: Unexpected end of file during JSON parse."),
        ("[1] x", "not valid JSON: Invalid value around character 4."), ("{'a': 1}", "not valid JSON: Invalid value around character 1."),
        ("{\"a\": 1e999}", "not valid JSON: Number 1e999 is not representable in Swift."),
        (
            String(repeating: "[", count: 600) + String(repeating: "]", count: 600),
            "not valid JSON: Too many nested arrays or dictionaries around character 513."
        ),
    ])
    func refuses(_ text: String, as message: String) throws {
        let error = try #require(throws: JSONError.self) { try DynamicValue(json: text) }
        #expect(error.description == message)
    }

    @Test func refuses_whenTextIsNotUTF8() throws {
        let error = try #require(throws: JSONError.self) { try DynamicValue(json: [0x22, 0xFF, 0x22]) }
        #expect(error.description.hasPrefix("not valid JSON"))
    }

    // MARK: Writing

    /// Found by scripts/fuzz values: the shortest text that gives the number again is read as an integer beside it.
    @Test(arguments: [
        (-2.8483943054992686e18, "-2848394305499268608"), (1e18, "1000000000000000000"), (0x1p53, "9007199254740992"),
        (0x1.fffffffffffffp62, "9223372036854774784"), (0x1p63, "9.223372036854776e+18"),
    ])
    func readsNumberAsItWas_whenItIsWholeAndLarge(_ number: Double, _ text: String) throws {
        #expect(try DynamicValue.number(number).json() == text)
        let read = try DynamicValue(json: text)
        #expect(read == .number(number) || read.integer.map { Int64(exactly: number) == $0 } == true)
    }

    @Test(arguments: [
        (.null, "null"), (false, "false"), (.integer(.min), "-9223372036854775808"), (.integer(.max), "9223372036854775807"),
        (9_007_199_254_740_993, "9007199254740993"), (1.5, "1.5"), ("a/b \"ü\"\n", #""a/b \"ü\"\n""#), ([], "[]"), (.object([:]), "{}"),
        ([1, .null, ["x"]], #"[1,null,["x"]]"#), (["b": 1, "a": ["d": 2, "c": 3], "A": 0], #"{"A":0,"a":{"c":3,"d":2},"b":1}"#),
        (["bytes": .bytes([0xFF, 0])], #"{"bytes":{"base64":"/wA="}}"#), (.bytes([]), #"{"base64":""}"#),
    ] as [(DynamicValue, String)])
    func writes(_ value: DynamicValue, as text: String) throws {
        #expect(try value.json() == text)
    }

    @Test(arguments: [
        (.number(.nan), "value: JSON has no NaN"), (.number(.infinity), "value: JSON has no inf"),
        (["a": [1, .number(-.infinity)]], "value.a[2]: JSON has no -inf"),
    ] as [(DynamicValue, String)])
    func refusesToWrite(_ value: DynamicValue, as message: String) throws {
        let error = try #require(throws: JSONError.self) { try value.json() }
        #expect(error == JSONError(message))
    }

    @Test func keepsValue_whenWrittenAndRead() throws {
        let value: DynamicValue = ["a": [1, 2.5, "x", .null, true, .integer(.max)], "b": .object([:])]
        #expect(try DynamicValue(json: value.json()) == value)
    }
}
