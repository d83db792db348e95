import Perilune
import Testing
import Yams

@testable import PeriluneCLI

struct ConfigNodeTests {
    private func message(_ text: String) -> String {
        do {
            _ = try ConfigNode(text: text, file: "p.yaml")
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("5", DynamicValue.integer(5)), ("-0x10", .integer(-16)), ("1.5", .number(1.5)), ("true", .bool(true)), ("~", .null), ("text", .string("text")),
        ("'5'", "5"), ("\"true\"", "true"), ("|\n  a\n  b", "a\nb"), ("[1, [a], {b: c}]", [1, ["a"], ["b": "c"]]), ("{a: {b: 1}}", ["a": ["b": 1]]),
        (#"{"a": [1, "b", null]}"#, ["a": [1, "b", .null]]), ("a: &x 1\nb: *x", ["a": 1, "b": 1]),
    ] as [(String, DynamicValue)])
    func readsValues_asYAMLHasThem(text: String, value: DynamicValue) throws {
        #expect(try ConfigNode(text: text, file: "p.yaml").value == value)
    }

    @Test func knowsTheLine_ofEveryKeyAndValue() throws {
        let node = try ConfigNode(text: "\na: 1\n\nb:\n  - x\n  - y\n", file: "p.yaml")
        guard case .map(let members) = node.content, case .list(let items) = members[1].node.content else { return #expect(Bool(false)) }
        #expect(members.map(\.line) == [2, 4])
        #expect(items.map(\.line) == [5, 6])
    }

    @Test(arguments: [
        ("", "p.yaml:1: the file is empty: name a provider at least"),
        ("# a comment\n", "p.yaml:1: the file is empty: name a provider at least"),
        ("a: 1\nb: [1\nc: 2", "p.yaml:3: not YAML: did not find expected ',' or ']': correct the line"),
        ("a: 1\n\tb: 2", "p.yaml:2: not YAML: found a tab character that violates indentation: correct the line"),
        ("a: 1\nb: *x", "p.yaml:2: not YAML: found undefined alias: correct the line"),
        ("a: 1\nb: \u{1}", "p.yaml:2: not YAML: control characters are not allowed: correct the line"),
        ("a: 1\n---\nb: 2", "p.yaml:2: not YAML: but found another document: correct the line"),
        ("a: 1\nb: 2\na: 3", "p.yaml:1: the key 'a' stands here and once more: keep one"),
        ("a: 1\n? [x]\n: 2", "p.yaml:2: a key must be text: correct the line"),
    ])
    func namesFileAndLine_whenTheTextIsWrong(text: String, expected: String) {
        #expect(message(text) == expected)
    }

    @Test func namesTheFile_whenTheReaderGivesNoLine() {
        #expect("\(ConfigFileError(YamlError.no, file: "p.yaml"))" == "p.yaml: not YAML: No error is produced: correct the line")
    }

    @Test func refusesAFile_whoseAliasesStandForTooMuch() {
        let letters = "abcdefgh".map(String.init)
        let lines = zip(letters.dropFirst(), letters).map { "\($0): &\($0) [\(Array(repeating: "*\($1)", count: 9).joined(separator: ","))]" }
        let text = (["a: &a [x,x,x,x,x,x,x,x,x]"] + lines).joined(separator: "\n")
        #expect(message(text) == "p.yaml:1: the file has more than 100,000 values, those that aliases stand for included: keep data out of it")
    }

    @Test func readsAFile_thatHasManyValues() throws {
        let text = "[" + Array(repeating: "x", count: 99_999).joined(separator: ",") + "]"
        #expect(try ConfigNode(text: text, file: "p.yaml").value.array?.count == 99_999)
        #expect(message("[x," + text.dropFirst()).hasPrefix("p.yaml:1: the file has more than 100,000 values"))
    }
}
