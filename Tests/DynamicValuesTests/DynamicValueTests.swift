import DynamicValues
import Testing

struct DynamicValueTests {
    private let item: DynamicValue = [
        "name": "libc6", "size": 12_988, "ratio": 1.5, "base": true, "none": .null, "tags": ["base", "required"],
    ]

    @Test func isWhatItsLiteralSays() {
        #expect(item["name"] == .string("libc6"))
        #expect(item["size"] == .integer(12_988))
        #expect(item["ratio"] == .number(1.5))
        #expect(item["base"] == .bool(true))
        #expect(item["none"] == .null)
        #expect(item["tags"] == .array([.string("base"), .string("required")]))
    }

    @Test func keepsLastMember_whenLiteralNamesItTwice() {
        #expect(["a": 1, "a": 2] as DynamicValue == .object(["a": 2]))
    }

    @Test func givesMember_whenObjectHasIt() {
        #expect(item["name"]?.string == "libc6")
        #expect(item["nothing"] == nil)
        #expect(DynamicValue.integer(1)["name"] == nil)
    }

    @Test func givesElement_whenArrayHasIt() {
        #expect(item["tags"]?[1] == "required")
        #expect(item["tags"]?[2] == nil)
        #expect(item["tags"]?[-1] == nil)
        #expect(item[0] == nil)
    }

    @Test func givesString_whenItIsText() {
        #expect(DynamicValue.string("x").string == "x")
        #expect(DynamicValue.bytes([0x78]).string == nil)
    }

    @Test func givesInteger_whenNothingIsLost() {
        #expect(DynamicValue.integer(.max).integer == .max)
        #expect(DynamicValue.number(3).integer == 3)
        #expect(DynamicValue.number(3.5).integer == nil)
        #expect(DynamicValue.number(1e300).integer == nil)
        #expect(DynamicValue.number(.nan).integer == nil)
        #expect(DynamicValue.string("3").integer == nil)
    }

    @Test func givesNumber_whenItIsOne() {
        #expect(DynamicValue.number(1.5).number == 1.5)
        #expect(DynamicValue.integer(3).number == 3)
        #expect(DynamicValue.bool(true).number == nil)
    }

    @Test func givesBool_whenItIsOne() {
        #expect(DynamicValue.bool(false).bool == false)
        #expect(DynamicValue.integer(0).bool == nil)
    }

    @Test func givesElements_whenItIsAnArray() {
        #expect(DynamicValue.array([1]).array == [1])
        #expect(DynamicValue.object([:]).array == nil)
    }

    @Test func givesMembers_whenItIsAnObjectOrEmpty() {
        #expect(DynamicValue.object(["a": 1]).object == ["a": 1])
        #expect(DynamicValue.array([]).object == [:])
        #expect(DynamicValue.array([1]).object == nil)
        #expect(DynamicValue.null.object == nil)
    }

    @Test func isNull_onlyWhenNull() {
        #expect(DynamicValue.null.isNull)
        #expect(!DynamicValue.bool(false).isNull)
        #expect(!DynamicValue.array([]).isNull)
    }

    @Test func tellsIntegersFromNumbers_whenCompared() {
        #expect(DynamicValue.integer(3) != .number(3))
        #expect(DynamicValue.string("a") != .bytes([0x61]))
        #expect(Set<DynamicValue>([1, 1, "x", "x", [1], [1]]).count == 3)
    }

    @Test(arguments: [
        (.null, "nil"), (true, "boolean"), (1, "integer"), (1.5, "number"), ("x", "string"), (.bytes([]), "string"), ([], "table"),
        ([1], "array"), (.object([:]), "table"),
    ] as [(DynamicValue, String)])
    func namesItsKind(_ value: DynamicValue, _ kind: String) {
        #expect(value.kind == kind)
    }
}
