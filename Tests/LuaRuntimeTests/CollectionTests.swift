import DynamicValues
import LuaRuntime
import Testing

struct CollectionTests {
    private let state: LuaState

    init() throws { state = try LuaState() }

    private func message<T: Decodable>(_ text: String, as type: T.Type) throws -> String {
        try failure { try state.run(text, as: type) }.message
    }

    // MARK: Arrays

    @Test func keepsArray_bothWays() throws {
        #expect(try state.run("return ...", [3, 1, 2], as: [Int].self) == [3, 1, 2])
        #expect(try state.run("local t = ... return #t * 100 + t[1]", [3, 1, 2], as: Int.self) == 303)
        #expect(try state.run("return ...", [["a"], [], ["b", "c"]], as: [[String]].self) == [["a"], [], ["b", "c"]])
    }

    @Test func givesTable_whenArrayIsEmpty() throws {
        #expect(try state.run("return type(...)", [Int](), as: String.self) == "table")
        #expect(try state.run("return type(...)", [DynamicValue](), as: String.self) == "table")
        #expect(try state.run("return type((...).list)", ["list": [String]()], as: String.self) == "table")
    }

    @Test func readsByTypeAskedFor_whenTableIsEmpty() throws {
        #expect(try state.run("return {}", as: [Int].self) == [])
        #expect(try state.run("return {}", as: [String: Int].self) == [:])
        #expect(try state.run("return {}", as: [Int: Int].self) == [:])
        #expect(try state.run("return {}", as: DynamicValue.self) == [])
    }

    @Test func keepsHole_whenElementsAreOptional() throws {
        #expect(try state.run("return { 1, nil, 3 }", as: [Int?].self) == [1, nil, 3])
        #expect(try state.run("return { [3] = 3 }", as: [Int?].self) == [nil, nil, 3])
        #expect(try state.run("local t = ... return t[2] == nil and t[3] == 3", [1, nil, 3], as: Bool.self))
        #expect(try state.run("return { 1, nil, 3 }", as: [DynamicValue].self) == [1, .null, 3])
    }

    @Test func refusesHole_whenElementsAreNotOptional() throws {
        #expect(
            try message("return { 1, nil, 3 }", as: [Int].self)
                == "result[2]: element 2 of the array is nil: ask for an array of optionals to keep holes")
    }

    @Test(arguments: [
        ("return { 1, x = 2 }", "result: array expected, got a table with the key 'x'"),
        ("return { [0] = 1 }", "result: array expected, got a table with the key 0"),
        ("return { [1.5] = 1 }", "result: array expected, got a table with the key 1.5"),
        ("return { [true] = 1 }", "result: array expected, got a table with the key true"),
        ("return { [{}] = 1 }", "result: array expected, got a table with the key a table"),
        ("return { 1, [1000000000] = 1 }", "result: array expected, got a table with the key 1000000000 beyond its other elements"),
        ("return 1", "result: array expected, got integer"),
        ("return 'x'", "result: array expected, got string"),
        ("return { { 1 }, { 'x' } }", "result[1]: number expected, got table"),
    ])
    func refusesArray(_ text: String, as expected: String) throws {
        #expect(try message(text, as: [Int?].self) == expected)
    }

    @Test func namesPath_whenPartOfPartDoesNotFit() throws {
        struct Item: Codable { var price: Double }
        struct Order: Codable { var items: [Item] }
        let text = "return { items = { { price = 1 }, { price = 2 }, { price = 'x' } } }"
        #expect(try message(text, as: Order.self) == "result.items[3].price: number expected, got string")
        #expect(try message(text, as: [String: [[String: Double]]].self) == "result.items[3].price: number expected, got string")
    }

    @Test func keepsSet_asArray() throws {
        #expect(try state.run("return ...", Set([1, 2, 3]), as: Set<Int>.self) == [1, 2, 3])
    }

    // MARK: Dictionaries

    @Test func keepsStringKeys_bothWays() throws {
        let prices = ["a": 1.5, "b": 2, "": 0]
        #expect(try state.run("return ...", prices, as: [String: Double].self) == prices)
        #expect(try state.run("return (...).a", prices, as: Double.self) == 1.5)
    }

    @Test func keepsIntegerKeys_bothWays() throws {
        let names = [1: "one", -7: "minus seven", 1_000_000_000_000: "many"]
        #expect(try state.run("return ...", names, as: [Int: String].self) == names)
        #expect(try state.run("return (...)[-7]", names, as: String.self) == "minus seven")
        #expect(try state.run("return { [7] = 'x' }", as: [Int8: String].self) == [7: "x"])
    }

    @Test func keepsArrayAsDictionary_whenKeysAreIntegers() throws {
        #expect(try state.run("return { 'a', 'b' }", as: [Int: String].self) == [1: "a", 2: "b"])
    }

    @Test func keepsOtherKeys_asCodableDefinesThem() throws {
        enum Colour: String, Codable, CodingKeyRepresentable { case red, blue }
        #expect(try state.run("return ...", [Colour.red: 1], as: [Colour: Int].self) == [.red: 1])
        #expect(try state.run("return (...).red", [Colour.red: 1], as: Int.self) == 1)
        #expect(try state.run("return ...", [1.5: "x"], as: [Double: String].self) == [1.5: "x"])
    }

    @Test func keepsNaN_whenItIsAKey() throws {
        // Codable writes such a dictionary as key, value, key, value: no table key is NaN, which Lua refuses
        let back = try state.run("return ...", [Double.nan: 1], as: [Double: Int].self)
        #expect(back.count == 1)
        #expect(back.first?.key.isNaN == true)
    }

    @Test(arguments: [
        ("return { [1] = 1 }", "result: a key must be a String, got 1"), ("return { [true] = 1 }", "result: a key must be a String, got true"),
        ("return { ['\\xFF'] = 1 }", "result: a key must be a String, got '\u{FFFD}'"), ("return 1", "result: table expected, got integer"),
        ("return { a = 'x' }", "result.a: number expected, got string"),
    ])
    func refusesDictionary(_ text: String, as expected: String) throws {
        #expect(try message(text, as: [String: Int].self) == expected)
    }

    @Test func refusesIntegerKeys_whenOneDoesNotFit() throws {
        #expect(try message("return { a = 1 }", as: [Int: Int].self) == "result: a key must be a Int, got 'a'")
        #expect(try message("return { [300] = 1 }", as: [Int8: Int].self) == "result: a key must be a Int8, got 300")
        #expect(try message("return { [7] = 'x' }", as: [Int: Int].self) == "result.7: number expected, got string")
    }

    @Test func namesKey_whenItsValueCannotBeGiven() throws {
        #expect(try failure { try state.run("", [7: UInt64.max]) }.message == "argument[1].7: 18446744073709551615 is out of range for a Lua integer")
        #expect(try failure { try state.run("", [[1], [UInt64.max]]) }.message == "argument[1][2][1]: 18446744073709551615 is out of range for a Lua integer")
    }

    // MARK: Cycles and depth

    @Test func refusesCycle() throws {
        struct Node: Codable { var next: [Node] }
        #expect(try message("local t = {} t.next = { t } return t", as: Node.self) == "result.next[1]: the table contains itself")
        #expect(try message("local t = {} t[1] = t return t", as: DynamicValue.self) == "result[1]: the table contains itself")
    }

    @Test func reads_whenOneTableAppearsTwice() throws {
        #expect(try state.run("local t = { 1 } return { t, t }", as: [[Int]].self) == [[1], [1]])
        #expect(try state.run("local t = { 1 } return { a = t, b = t }", as: DynamicValue.self) == ["a": [1], "b": [1]])
    }

    private struct Nest: Codable { var nest: Box? }
    private final class Box: Codable {
        let nest: Box?
        init(_ nest: Box?) { self.nest = nest }
    }

    private static let nested = "local t = {} for i = 2, ... do t = { nest = t } end return t"

    @Test func readsTables_whenNested100Deep() throws {
        #expect(try state.run(Self.nested, 100, as: DynamicValue.self)["nest"] != nil)
        #expect(try state.run(Self.nested, 100, as: Box.self).nest != nil)
    }

    @Test func refusesTables_whenNested101Deep() throws {
        let expected = "result" + String(repeating: ".nest", count: 100) + ": tables are nested deeper than 100 levels"
        #expect(try failure { try state.run(Self.nested, 101, as: DynamicValue.self) }.message == expected)
        #expect(try failure { try state.run(Self.nested, 101, as: Box.self) }.message == expected)
    }

    @Test func givesTables_whenNested100Deep() throws {
        let text = "local t, n = ..., 0 while t do t = t.nest n = n + 1 end return n"
        #expect(try state.run(text, (2...100).reduce(Box(nil)) { box, _ in Box(box) }, as: Int.self) == 100)
        #expect(try state.run(text, (2...100).reduce(DynamicValue.object([:])) { value, _ in ["nest": value] }, as: Int.self) == 100)
    }

    @Test func refusesToGiveTables_whenNested101Deep() throws {
        let expected = "argument[1]" + String(repeating: ".nest", count: 100) + ": tables are nested deeper than 100 levels"
        #expect(try failure { try state.run("", (2...101).reduce(Box(nil)) { box, _ in Box(box) }) }.message == expected)
        #expect(try failure { try state.run("", (2...101).reduce(DynamicValue.object([:])) { value, _ in ["nest": value] }) }.message == expected)
    }

    @Test func staysUsable_whenConversionsFailed() throws {
        for _ in 0..<200 {
            _ = try failure { try state.run(Self.nested, 101, as: DynamicValue.self) }
            _ = try failure { try state.run("", [["a": [UInt64.max]]]) }
        }
        #expect(try state.run(Self.nested, 100, as: DynamicValue.self)["nest"] != nil)
        #expect(try state.run("return (...)[1].a[1]", [["a": [7]]], as: Int.self) == 7)
    }
}
