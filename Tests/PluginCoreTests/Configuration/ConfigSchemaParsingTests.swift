import Testing

@testable import PluginCore

struct ConfigSchemaParsingTests {
    @Test func readsEveryWord() throws {
        let table: [String: DynamicValue] = [
            "count": ["type": "integer", "default": 3.0, "enum": [1, 3], "minimum": 1, "maximum": 9.5, "description": "How many"],
            "names": ["type": "array", "items": ["type": "string"], "minLength": 1, "maxLength": 4.0, "required": true, "secret": true],
            "plain": ["type": "object"],
        ]
        #expect(
            try ConfigSchema(table).properties == [
                "count": .init(type: .integer, default: 3, allowed: [1, 3], minimum: 1, maximum: 9.5, description: "How many"),
                "names": .init(type: .array, minimumLength: 1, maximumLength: 4, items: .string, isRequired: true, isSecret: true),
                "plain": .init(type: .object),
            ])
    }

    @Test func isEmpty_whenTheTableIs() throws {
        #expect(try ConfigSchema([:]) == ConfigSchema())
    }

    @Test(arguments: [
        ("integer", "must be a table such as { type = \"integer\" }, found string"),
        (["integer"], "must be a table such as { type = \"integer\" }, found array"),
        ([:], "'type' is missing"),
        (["default": 1], "'type' is missing"),
        (["type": "integer", "minimun": 1], "unknown key 'minimun', did you mean 'minimum'?"),
        (["type": "integer", "zebra": 1, "colour": 1], "unknown key 'colour'"),
        (["type": "int"], "'type' must be one of string, integer, number, boolean, array, object, found 'int'"),
        (["type": "interger"], "'type' must be one of string, integer, number, boolean, array, object, found 'interger', did you mean 'integer'?"),
        (["type": 1], "'type' must be one of string, integer, number, boolean, array, object, found 1"),
        (["type": ["integer"]], "'type' must be one of string, integer, number, boolean, array, object, found array"),
        (["type": "integer", "enum": 1], "'enum' must be an array, found integer"),
        (["type": "integer", "minimum": "1"], "'minimum' must be a number, found string"),
        (["type": "integer", "maximum": true], "'maximum' must be a number, found boolean"),
        (["type": "string", "minLength": 1.5], "'minLength' must be an integer, found number"),
        (["type": "string", "maxLength": "1"], "'maxLength' must be an integer, found string"),
        (["type": "string", "required": 1], "'required' must be a boolean, found integer"),
        (["type": "string", "secret": "yes"], "'secret' must be a boolean, found string"),
        (["type": "string", "description": 1], "'description' must be a string, found integer"),
        (["type": "array", "items": "string"], "'items' must be a table with a 'type'"),
        (["type": "array", "items": ["a": "string"]], "'items' must be a table with a 'type'"),
        (
            ["type": "array", "items": ["type": "strin"]],
            "'items.type' must be one of string, integer, number, boolean, array, object, found 'strin', did you mean 'string'?"
        ),
        (["type": "integer", "default": "x"], "its own default does not fit: it must be an integer, found string 'x'"),
        (["type": "integer", "default": 1, "minimum": 2], "its own default does not fit: it must be at least 2, found 1"),
        (["type": "string", "default": "c", "enum": ["a", "b"]], "its own default does not fit: it must be one of 'a', 'b', found 'c'"),
        (["type": "array", "default": ["x"], "items": ["type": "integer"]], "its own default does not fit: config key 'default[1]' must be an integer, found string 'x'"),
    ] as [(DynamicValue, String)])
    func saysWhatIsWrong_andOfWhichKey(description: DynamicValue, detail: String) {
        let failure = #expect(throws: ConfigSchema.Failure.self) { try ConfigSchema(["key": description]) }
        let error = failure.map { PluginError($0.problem) }
        #expect(error?.description == "'config.key': \(detail): correct the description of that key")
        #expect(error?.code == .metadata)
    }

    @Test func namesTheFirstKey_whenSeveralAreWrong() {
        let failure = #expect(throws: ConfigSchema.Failure.self) { try ConfigSchema(["b": 1, "c": ["type": "string"], "a": 2]) }
        #expect(failure?.problem.wording.message.hasPrefix("'config.a': ") == true)
    }
}
