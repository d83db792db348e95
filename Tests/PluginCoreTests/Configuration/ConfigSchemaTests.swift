import Testing

@testable import PluginCore

struct ConfigSchemaTests {
    private let plugin = PluginMetadata(name: "words", version: "1.2.0", pluginType: .processor)

    private func resolve(_ property: ConfigSchema.Property, _ value: DynamicValue?) throws -> DynamicValue? {
        try ConfigSchema(properties: ["key": property]).resolve(value.map { ["key": $0] } ?? [:], for: plugin)["key"]
    }

    // MARK: Values that fit

    @Test(arguments: [
        (.string, "x", "x"), (.integer, 3, 3), (.integer, 3.0, 3), (.number, 3, 3.0), (.number, 2.5, 2.5), (.boolean, true, true),
        (.array, [1, "a"], [1, "a"]), (.array, [], []), (.array, .object([:]), []), (.object, ["a": 1], ["a": 1]), (.object, [], .object([:])),
    ] as [(ConfigSchema.ValueType, DynamicValue, DynamicValue)])
    func givesTheValue_asItsTypeHasIt(type: ConfigSchema.ValueType, value: DynamicValue, result: DynamicValue) throws {
        #expect(try resolve(.init(type: type), value) == result)
    }

    @Test func givesTheElements_asTheirTypeHasThem() throws {
        #expect(try resolve(.init(type: .array, items: .integer), [1, 2.0]) == [1, 2])
        #expect(try resolve(.init(type: .array, items: .number), [1]) == [1.0])
    }

    @Test func takesTheDefault_whenThereIsNoValue() throws {
        let property = ConfigSchema.Property(type: .integer, default: 3)
        #expect(try resolve(property, nil) == 3)
        #expect(try resolve(property, .null) == 3)
        #expect(try resolve(property, 4) == 4)
    }

    @Test func leavesTheKeyOut_whenThereIsNeitherValueNorDefault() throws {
        #expect(try resolve(.init(type: .integer), nil) == nil)
    }

    @Test func takesAValueAtItsBounds() throws {
        let number = ConfigSchema.Property(type: .number, minimum: 1, maximum: 2)
        #expect(try resolve(number, 1) == 1.0)
        #expect(try resolve(number, 2) == 2.0)
        let text = ConfigSchema.Property(type: .string, minimumLength: 2, maximumLength: 3)
        #expect(try resolve(text, "éé") == "éé")
        #expect(try resolve(text, "abc") == "abc")
    }

    @Test func takesAnAllowedValue_whateverItsKindOfNumber() throws {
        #expect(try resolve(.init(type: .number, allowed: [1, 2.5]), 1) == 1.0)
        #expect(try resolve(.init(type: .integer, allowed: [1.0, "x"]), 1) == 1)
    }

    // MARK: Values that do not

    private static let correct = "correct it in the host's configuration"

    @Test(arguments: [
        (.init(type: .string), 1, "must be a string, found integer 1"),
        (.init(type: .integer), "x", "must be an integer, found string 'x'"),
        (.init(type: .integer), 1.5, "must be an integer, found number 1.5"),
        (.init(type: .number), true, "must be a number, found boolean true"),
        (.init(type: .boolean), 0, "must be a boolean, found integer 0"),
        (.init(type: .array), ["a": 1], "must be an array, found table"),
        (.init(type: .object), [1], "must be an object, found array"),
        (.init(type: .string, isSecret: true), 1234, "must be a string, found integer"),
        (.init(type: .string, allowed: ["a", "b"]), "c", "must be one of 'a', 'b', found 'c'"),
        (.init(type: .integer, allowed: [1, 2.5, true, .null]), 3, "must be one of 1, 2.5, true, nil, found 3"),
        (.init(type: .string, allowed: ["a"], isSecret: true), "pw", "must be one of 'a'"),
        (.init(type: .integer, minimum: 3), 2, "must be at least 3, found 2"),
        (.init(type: .number, minimum: 0.5), 0.25, "must be at least 0.5, found 0.25"),
        (.init(type: .number, minimum: 3), .number(.nan), "must be at least 3, found nan"),
        (.init(type: .integer, minimum: 3, isSecret: true), 2, "must be at least 3"),
        (.init(type: .integer, maximum: 3), 4, "must be at most 3, found 4"),
        (.init(type: .number, maximum: 3), .number(.infinity), "must be at most 3, found inf"),
        (.init(type: .number, maximum: 3), .number(.nan), "must be at most 3, found nan"),
        (.init(type: .integer, maximum: 3, isSecret: true), 4, "must be at most 3"),
        (.init(type: .string, minimumLength: 2), "é", "must have a length of at least 2, found 1"),
        (.init(type: .array, minimumLength: 1), [], "must have a length of at least 1, found 0"),
        (.init(type: .string, minimumLength: 2, isSecret: true), "p", "must have a length of at least 2"),
        (.init(type: .string, maximumLength: 2), "abc", "must have a length of at most 2, found 3"),
        (.init(type: .array, maximumLength: 1), [1, 2], "must have a length of at most 1, found 2"),
        (.init(type: .string, maximumLength: 1, isSecret: true), "pw", "must have a length of at most 1"),
    ] as [(ConfigSchema.Property, DynamicValue, String)])
    func saysWhatIsExpectedAndFound(property: ConfigSchema.Property, value: DynamicValue, words: String) {
        let error = #expect(throws: PluginError.self) { try resolve(property, value) }
        #expect(error?.description == "words 1.2.0: config key 'key' \(words): \(Self.correct)")
        #expect(error?.code == .config)
        #expect(error?.phase == .initialize)
    }

    @Test func namesTheElement_whenItIsOfAnotherType() {
        let error = #expect(throws: PluginError.self) { try resolve(.init(type: .array, items: .integer), [1, "x"]) }
        #expect(error?.description == "words 1.2.0: config key 'key[2]' must be an integer, found string 'x': \(Self.correct)")
        let secret = #expect(throws: PluginError.self) { try resolve(.init(type: .array, items: .string, isSecret: true), [99]) }
        #expect(secret?.description == "words 1.2.0: config key 'key[1]' must be a string, found integer: \(Self.correct)")
    }

    @Test(arguments: ConfigSchema.ValueType.allCases)
    func saysThatAValueIsRequired(type: ConfigSchema.ValueType) {
        let article = ["integer", "array", "object"].contains("\(type)") ? "an" : "a"
        for value: DynamicValue? in [nil, .null] {
            let error = #expect(throws: PluginError.self) { try resolve(.init(type: type, isRequired: true), value) }
            #expect(error?.description == "words 1.2.0: config key 'key' is required, expected \(article) \(type): set it in the host's configuration")
        }
    }

    @Test func namesTheFirstKey_whenSeveralAreWrong() {
        let schema = ConfigSchema(properties: ["b": .init(type: .integer), "a": .init(type: .integer), "c": .init(type: .integer)])
        let error = #expect(throws: PluginError.self) { try schema.resolve(["c": "x", "b": "x", "a": "x"], for: plugin) }
        #expect(error?.description == "words 1.2.0: config key 'a' must be an integer, found string 'x': \(Self.correct)")
    }

    @Test func namesTheNearestKey_whenOneIsNotKnown() {
        let schema = ConfigSchema(properties: ["minimum": .init(type: .integer)])
        let near = #expect(throws: PluginError.self) { try schema.resolve(["minimun": 1], for: plugin) }
        #expect(near?.description == "words 1.2.0: config key 'minimun' is not known: did you mean 'minimum'?")
        let far = #expect(throws: PluginError.self) { try schema.resolve(["zebra": 1, "colour": 1], for: plugin) }
        #expect(far?.description == "words 1.2.0: config key 'colour' is not known: remove it")
    }
}
