import DynamicValues
import LuaRuntime
import Testing

/// Types with a conformance of their own, and collections of them.
struct LuaConvertibleTests {
    private struct Item: LuaConvertible, Equatable {
        var id: Int
        var name: String?
        var tags: [String] = []

        func push(onto stack: LuaStack) throws {
            try stack.pushTable(members: 3) { table in
                try table.set("id", id)
                try table.set("name", name)
                try table.set("tags", tags)
            }
        }

        static func read(from stack: LuaStack, at index: Int32) throws -> Item {
            try stack.readTable(at: index) { table in
                Item(id: try table.get("id"), name: try table.get("name"), tags: try table.get("tags"))
            }
        }
    }

    private let state: LuaState
    private let echo: LuaFunction

    init() throws {
        state = try LuaState()
        echo = try state.load("return ...", chunk: "echo.lua")
    }

    private func message<R: LuaConvertible>(_ text: String, as type: R.Type) throws -> String {
        let function = try state.load(text, chunk: "t.lua")
        return try #require(#expect(throws: LuaError.self) { try function.call(as: type) }).message
    }

    @Test func comesBackEqual() throws {
        let item = Item(id: 1, name: "a", tags: ["x", "y"])
        #expect(try echo.call(item, as: Item.self) == item)
        #expect(try echo.call([item, item], as: [Item].self) == [item, item])
        #expect(try echo.call(["first": item], as: [String: Item].self) == ["first": item])
        #expect(try echo.call([7: item], as: [Int: Item].self) == [7: item])
        #expect(try echo.call(Item?.none, as: Item?.self) == nil)
        #expect(try echo.call(Item(id: 2), as: Item.self) == Item(id: 2))
    }

    @Test func passesSeveralArguments() throws {
        let join = try state.load("local a, b, c = ... return a.id .. b .. tostring(c)", chunk: "join.lua")
        #expect(try join.call(Item(id: 1), "-", true, as: String.self) == "1-true")
        #expect(try state.load("return 5", chunk: "five.lua").call(as: Int.self) == 5)
    }

    @Test func namesThePlace_whenAPartDoesNotFit() throws {
        #expect(try message("return { id = 'x', tags = {} }", as: Item.self) == "result.id: number expected, got string")
        #expect(try message("return { id = 1, tags = { 'a', {} } }", as: Item.self) == "result.tags[2]: string expected, got table")
        #expect(try message("return { { id = 1, tags = {} }, { id = 1.5, tags = {} } }", as: [Item].self) == "result[2].id: integer expected, got 1.5, which has a fraction or is too large")
        #expect(try message("return { a = { id = 1 } }", as: [String: Item].self) == "result.a.tags: array expected, got nil")
        #expect(try message("return 7", as: Item.self) == "result: table expected, got integer")
    }

    @Test func namesTheArgument_whenItCannotBeWritten() throws {
        struct Never: LuaConvertible {
            struct Refusal: Error {}
            func push(onto stack: LuaStack) throws { throw Refusal() }
            static func read(from stack: LuaStack, at index: Int32) throws -> Never { throw Refusal() }
        }
        #expect(throws: Never.Refusal.self) { try echo.call(Never(), as: Int.self) }
        #expect(throws: Never.Refusal.self) { try echo.call(1, as: Never.self) }
        let error = #expect(throws: LuaError.self) { try echo.call(1, UInt64.max, as: Int.self) }
        #expect(error?.message == "argument[2]: 18446744073709551615 is out of range for a Lua integer")
        #expect(try echo.call(1, as: Int.self) == 1)
    }

    @Test func readsThroughReadOnlyTables() throws {
        let table = try state.makeTable()
        try table.set("id", to: 3)
        try table.set("tags", to: ["a"])
        try state.setGlobal("item", to: try table.makeReadOnly())
        let give = try state.load("return item", chunk: "give.lua")
        #expect(try give.call(as: Item.self) == Item(id: 3, tags: ["a"]))
        #expect(try give.call(as: [String: DynamicValue].self) == ["id": 3, "tags": ["a"]])
    }

    @Test func refusesACycle() throws {
        #expect(try message("local t = {} t[1] = t return t", as: [DynamicValue].self) == "result[1]: the table contains itself")
    }

    @Test func keepsHoles_whenElementsAreOptional() throws {
        let holes = try state.load("return { 1, nil, 3 }", chunk: "holes.lua")
        #expect(try holes.call(as: [Int?].self) == [1, nil, 3])
        #expect(try message("return { 1, nil, 3 }", as: [Int].self) == "result[2]: element 2 of the array is nil: ask for an array of optionals to keep holes")
    }

    @Test func writesCodableKeys_whenADictionaryHasOthersThanTextAndIntegers() throws {
        #expect(try echo.call([1.5: 2], as: [Double: Int].self) == [1.5: 2])
    }

    @Test func takesConvertibleArgumentsInHostFunctions() throws {
        try state.setGlobal("none", to: try state.function("none") { 7 })
        try state.setGlobal("one", to: try state.function("one") { (item: Item) in item.id })
        try state.setGlobal("two", to: try state.function("two") { (a: Int, b: Int) in a + b })
        try state.setGlobal("three", to: try state.function("three") { (a: String, b: String?, c: Bool) in Item(id: c ? 1 : 0, name: a + (b ?? "")) })
        #expect(try state.load("return none() + one({ id = 2, tags = {} }) + two(3, 4)", chunk: "t.lua").call(as: Int.self) == 16)
        #expect(try state.load("return three('a', nil, true)", chunk: "t.lua").call(as: Item.self) == Item(id: 1, name: "a"))
        #expect(
            try message("return two(1)", as: Int.self) == "bad argument #2 to 'two' (number expected, got no value)")
        #expect(
            try message("return one({ id = {} })", as: Int.self)
                == "bad argument #1 to 'one' (value.id: number expected, got table)")
    }

    @Test func callsWithATableFirst_asAMethodIsCalled() throws {
        let table = try state.makeTable()
        try table.set("base", to: 40)
        let add = try state.load("local self, a, b = ... return self.base + a + b", chunk: "add.lua")
        #expect(try add.callMethod(of: table, 1, 1, as: Int.self) == 42)
        #expect(#expect(throws: LuaError.self) { try add.callMethod(of: table, 1, UInt64.max, as: Int.self) }?.message.hasPrefix("argument[3]: ") == true)
        #expect(throws: LuaError.self) { try add.callMethod(of: table, 1, 1, as: String.self) }
        let other = try LuaState()
        #expect(throws: LuaError.self) { try add.callMethod(of: try other.makeTable(), as: Int.self) }
        other.close()
    }

    @Test func makesRoom_whenArgumentsAreMany() throws {
        let count = try state.load("return select('#', ...)", chunk: "count.lua")
        let sum = try count.call(
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
            36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, as: Int.self)
        #expect(sum == 60)
    }

    @Test func readsEachPartOnce_whenADeepOneDoesNotFit() throws {
        struct Tree: Decodable {
            nonisolated(unsafe) static var reads = 0  // of this test alone
            var parts: [Tree]
            enum Key: CodingKey { case parts }
            init(from decoder: any Decoder) throws {
                Self.reads += 1
                parts = try decoder.container(keyedBy: Key.self).decode([Tree].self, forKey: .parts)
            }
        }
        let nest = try state.load(
            "local t = { parts = 7 } for i = 1, 20 do t = { parts = { t } } end return t", chunk: "nest.lua")
        let error = #expect(throws: LuaError.self) { try nest.call(as: Tree.self) }
        #expect(error?.message.hasSuffix(".parts: array expected, got integer") == true)
        #expect(Tree.reads == 21)
    }

    /// What a type's own code caught must not show in what comes after.
    private struct Lenient: LuaConvertible, Equatable {
        var id: Int
        func push(onto stack: LuaStack) throws {
            try stack.pushTable(members: 2) { table in
                try? table.set("large", UInt64.max)
                try table.set("id", id)
            }
        }
        static func read(from stack: LuaStack, at index: Int32) throws -> Lenient {
            try stack.readTable(at: index) { table in
                _ = try? table.get("id", as: String.self)
                return Lenient(id: (try? table.get("id")) ?? 0)
            }
        }
    }

    @Test func leavesNothingBehind_whenATypeCatchesAFieldsFailure() throws {
        #expect(try state.load("local t, n = ... return t.id + n", chunk: "t.lua").call(Lenient(id: 40), 2, as: Int.self) == 42)
        #expect(try echo.call([Lenient(id: 1), Lenient(id: 2)], as: [Lenient].self) == [Lenient(id: 1), Lenient(id: 2)])
        try state.setGlobal("second", to: try state.function("second") { (_: Lenient, n: Int?) in n ?? -1 })
        #expect(try state.load("return second({ id = {} })", chunk: "t.lua").call(as: Int.self) == -1)
    }

    @Test func readsEachPartOnce_whenArraysHaveHoles() throws {
        struct Node: Decodable {
            nonisolated(unsafe) static var reads = 0  // of this test alone
            var children: [Node?]
            enum Key: CodingKey { case children }
            init(from decoder: any Decoder) throws {
                Self.reads += 1
                children = try decoder.container(keyedBy: Key.self).decode([Node?].self, forKey: .children)
            }
        }
        let nest = try state.load(
            """
            local leaf = function() return { children = {} } end
            local t = leaf()
            for i = 1, 20 do t = { children = { t, nil, leaf() } } end
            return t
            """, chunk: "nest.lua")
        let root = try nest.call(as: Node.self)
        #expect(root.children.count == 3)
        #expect(Node.reads == 41)
    }
}
