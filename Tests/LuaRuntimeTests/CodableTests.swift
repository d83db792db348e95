import DynamicValues
import Foundation
import LuaRuntime
import Testing

struct CodableTests {
    private let state: LuaState

    init() throws { state = try LuaState() }

    private func roundTrip<T: Codable>(_ value: T) throws -> T { try state.run("return ...", value, as: T.self) }

    /// What Lua sees of a value.
    private func seen(_ value: some Encodable) throws -> DynamicValue { try state.run("return ...", value, as: DynamicValue.self) }

    private func message<T: Decodable>(_ text: String, as type: T.Type) throws -> String {
        let error = try failure { try state.run(text, as: type) }
        #expect(error.code == .conversion)
        return error.message
    }

    // MARK: Structs

    struct Package: Codable, Equatable {
        struct Version: Codable, Equatable {
            var major: Int
            var tag: String?
        }
        var name: String
        var version: Version
        var tags: [String]
        var sizes: [String: Int64]
        var homepage: URL?
        var built: Date
        var id: UUID
        var digest: Data
        var ratio: Double?
    }

    private static let package = Package(
        name: "libc6", version: .init(major: 2, tag: nil), tags: ["base", "c"], sizes: ["deb": .max, "src": .min],
        homepage: URL(string: "https://example.org"), built: Date(timeIntervalSince1970: 1.5),
        id: UUID(uuidString: "00000000-0000-0000-0000-00000000000A")!, digest: Data([0, 0xFF]), ratio: nil)

    @Test func keepsStruct_bothWays() throws {
        #expect(try roundTrip(Self.package) == Self.package)
    }

    @Test func showsFields_whenStructIsGiven() throws {
        #expect(
            try seen(Self.package) == [
                "name": "libc6", "version": ["major": 2], "tags": ["base", "c"], "sizes": ["deb": .integer(.max), "src": .integer(.min)],
                "homepage": "https://example.org", "built": 1.5, "id": "00000000-0000-0000-0000-00000000000A",
                "digest": .bytes([0, 0xFF]),
            ])
    }

    @Test(arguments: [
        ("return { major = 'x' }", "result.major: number expected, got string"), ("return {}", "result.major: number expected, got nil"),
        ("return { major = 1, tag = 2 }", "result.tag: string expected, got integer"), ("return 1", "result: table expected, got integer"),
    ])
    func namesField(_ text: String, as expected: String) throws {
        #expect(try message(text, as: Package.Version.self) == expected)
    }

    @Test func givesEmptyTable_whenStructIsEmpty() throws {
        struct Empty: Codable, Equatable {}
        struct Silent: Encodable { func encode(to encoder: any Encoder) throws {} }
        #expect(try state.run("return type(...) == 'table' and next(...) == nil", Empty(), as: Bool.self))
        #expect(try state.run("return type(...) == 'table' and next(...) == nil", Silent(), as: Bool.self))
        #expect(try roundTrip(Empty()) == Empty())
    }

    @Test func ignoresMetamethods_whenTableIsRead() throws {
        let text = "return setmetatable({ major = 1 }, { __index = function() error('ran') end, __pairs = error })"
        #expect(try state.run(text, as: Package.Version.self) == .init(major: 1, tag: nil))
    }

    // MARK: Enums

    enum Shape: Codable, Equatable {
        case point
        case circle(radius: Double)
        case label(String, at: [Int])
    }

    @Test(arguments: [Shape.point, .circle(radius: 1.5), .label("x", at: [1, 2])])
    func keepsEnumWithValues_bothWays(_ shape: Shape) throws {
        #expect(try roundTrip(shape) == shape)
    }

    @Test func showsEnum_asCodableDefinesIt() throws {
        #expect(try seen(Shape.circle(radius: 1.5)) == ["circle": ["radius": 1.5]])
        #expect(try seen(Shape.label("x", at: [1])) == ["label": ["_0": "x", "at": [1]]])
    }

    @Test func readsEnum_whenScriptMakesIt() throws {
        #expect(try state.run("return { circle = { radius = 2 } }", as: Shape.self) == .circle(radius: 2))
        #expect(try message("return { circle = { radius = 'x' } }", as: Shape.self) == "result.circle.radius: number expected, got string")
        #expect(try message("return { square = {} }", as: Shape.self).hasPrefix("result: "))
    }

    enum Level: String, Codable { case low, high }
    enum Rank: Int, Codable { case first = 1 }

    @Test func keepsRawValueEnum_bothWays() throws {
        #expect(try roundTrip(Level.high) == .high)
        #expect(try seen(Level.high) == "high")
        #expect(try roundTrip(["a": Rank.first]) == ["a": .first])
        #expect(try message("return { level = 'none' }", as: [String: Level].self) == "result.level: Cannot initialize Level from invalid String value none")
    }

    // MARK: Classes

    class Animal: Codable {
        var name = "Rex"
        init() {}
    }

    final class Dog: Animal {
        var age = 3
        private enum CodingKeys: String, CodingKey { case age }
        override init() { super.init() }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            age = try container.decode(Int.self, forKey: .age)
            try super.init(from: container.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(age, forKey: .age)
            try super.encode(to: container.superEncoder())
        }
    }

    @Test func keepsSuperclassPart_bothWays() throws {
        let dog = try roundTrip(Dog())
        #expect(dog.name == "Rex")
        #expect(dog.age == 3)
        #expect(try seen(Dog()) == ["age": 3, "super": ["name": "Rex"]])
    }

    // MARK: Types that use containers by hand

    /// Uses every kind of nested container.
    struct ByHand: Codable, Equatable {
        var x = 1
        var list = [2, 3]
        var inner = "in"
        var deep = [4]
        var optional: Int?
        var part = Part(value: 5)
        var tail = Part(value: 6)

        struct Part: Codable, Equatable { var value: Int }
        enum Key: String, CodingKey { case x, nested, list, inner, deep, optional, part, none }

        init() {}

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            x = try container.decode(Int.self, forKey: .x)
            let nested = try container.nestedContainer(keyedBy: Key.self, forKey: .nested)
            inner = try nested.decode(String.self, forKey: .inner)
            var list = try container.nestedUnkeyedContainer(forKey: .list)
            var numbers: [Int] = []
            while list.currentIndex < 2 { numbers.append(try list.decode(Int.self)) }
            self.list = numbers
            var deep = try list.nestedUnkeyedContainer()
            self.deep = [try deep.decode(Int.self)]
            let keyed = try list.nestedContainer(keyedBy: Key.self)
            optional = try keyed.decodeIfPresent(Int.self, forKey: .optional)
            tail = try Part(from: list.superDecoder())
            part = try Part(from: container.superDecoder(forKey: .part))
            guard list.isAtEnd, !container.contains(.none), container.contains(.x), try container.decodeNil(forKey: .none) else {
                throw DecodingError.dataCorrupted(.init(codingPath: list.codingPath, debugDescription: "more than expected"))
            }
            guard Set(container.allKeys.map(\.rawValue)) == ["x", "nested", "list", "part"] else {
                throw DecodingError.dataCorrupted(.init(codingPath: container.codingPath, debugDescription: "other keys"))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(x, forKey: .x)
            try container.encodeNil(forKey: .none)
            var nested = container.nestedContainer(keyedBy: Key.self, forKey: .nested)
            try nested.encode(inner, forKey: .inner)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            for number in self.list { try list.encode(number) }
            var deep = list.nestedUnkeyedContainer()
            for number in self.deep { try deep.encode(number) }
            var keyed = list.nestedContainer(keyedBy: Key.self)
            try keyed.encodeIfPresent(optional, forKey: .optional)
            try tail.encode(to: list.superEncoder())
            try part.encode(to: container.superEncoder(forKey: .part))
        }
    }

    @Test func keepsNestedContainers_bothWays() throws {
        var value = ByHand()
        #expect(try roundTrip(value) == value)
        value.optional = 9
        #expect(try roundTrip(value) == value)
        #expect(
            try seen(value) == [
                "x": 1, "nested": ["inner": "in"], "list": [2, 3, [4], ["optional": 9], ["value": 6]], "part": ["value": 5],
            ])
    }

    @Test(arguments: [
        ("nested = { inner = 1 }", "result.nested.inner: string expected, got integer"),
        ("nested = 1", "result.nested: table expected, got integer"), ("list = 1", "result.list: array expected, got integer"),
        ("list = { 2, 3, 1 }", "result.list[3]: array expected, got integer"), ("list = { 2, 3, { 4 }, 1 }", "result.list[4]: table expected, got integer"),
        ("extra = 1", nil), ("part = { value = 'x' }", "result.part.value: number expected, got string"),
    ] as [(String, String?)])
    func namesPath_whenNestedContainerDoesNotFit(_ change: String, _ expected: String?) throws {
        let base = "local t = { x = 1, nested = { inner = 'in' }, list = { 2, 3, { 4 }, {}, { value = 6 } }, part = { value = 5 } } "
        if let expected {
            #expect(try message(base + "t." + change + " return t", as: ByHand.self) == expected)
        } else {
            #expect(try state.run(base + "t." + change + " return t", as: ByHand.self) == ByHand())
        }
    }

    @Test func namesPath_whenPartOfNestedContainerCannotBeGiven() throws {
        enum Amount: Codable { case bytes(UInt64), many([UInt64]) }
        #expect(try failure { try state.run("", [Amount.bytes(.max)]) }.message == "argument[1][1].bytes._0: 18446744073709551615 is out of range for a Lua integer")
        #expect(try failure { try state.run("", Amount.many([1, .max])) }.message.hasPrefix("argument[1].many._0[2]: "))
        struct Single: Encodable {
            func encode(to encoder: any Encoder) throws {
                var list = encoder.unkeyedContainer()
                try list.encode(1)
                var single = list.superEncoder().singleValueContainer()
                try single.encode(["x": UInt64.max])
            }
        }
        #expect(try failure { try state.run("", Single()) }.message.hasPrefix("argument[1][2].x: "))
    }

    struct Pair: Codable, Equatable {
        var first: Int?
        var second: String

        init(_ first: Int?, _ second: String) { (self.first, self.second) = (first, second) }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            first = try container.decodeNil() ? nil : container.decode(Int.self)
            second = try container.decode(String.self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            if let first { try container.encode(first) } else { try container.encodeNil() }
            try container.encode(second)
        }
    }

    @Test func keepsUnkeyedType_bothWays() throws {
        #expect(try roundTrip(Pair(1, "x")) == Pair(1, "x"))
        #expect(try roundTrip(Pair(nil, "x")) == Pair(nil, "x"))
        #expect(try roundTrip([Pair(1, "x")]) == [Pair(1, "x")])
    }

    @Test(arguments: [
        ("return { 1 }", "result[2]: the array ends at element 1"), ("return { 'x', 'y' }", "result[1]: number expected, got string"),
        ("return { a = 1 }", "result: array expected, got a table with the key 'a'"), ("return 'x'", "result: array expected, got string"),
    ])
    func namesElement_whenUnkeyedTypeDoesNotFit(_ text: String, _ expected: String) throws {
        #expect(try message(text, as: Pair.self) == expected)
    }

    struct Wrapper<T: Codable & Equatable>: Codable, Equatable {
        var value: T?

        init(_ value: T?) { self.value = value }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            value = container.decodeNil() ? nil : try container.decode(T.self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if let value { try container.encode(value) } else { try container.encodeNil() }
        }
    }

    @Test func keepsSingleValueType_bothWays() throws {
        #expect(try roundTrip(Wrapper(7)) == Wrapper(7))
        #expect(try roundTrip(Wrapper<Int>(nil)) == Wrapper(nil))
        #expect(try roundTrip(Wrapper([1, 2])) == Wrapper([1, 2]))
        #expect(try roundTrip(Wrapper(["a": Self.package])) == Wrapper(["a": Self.package]))
        #expect(try roundTrip(Wrapper(Wrapper(Pair(1, "x")))) == Wrapper(Wrapper(Pair(1, "x"))))
        #expect(try seen(Wrapper(Wrapper(7))) == 7)
    }

    /// Reads and writes the rest of itself through the parent's part for a superclass.
    final class Chain: Codable {
        var rest: Chain?
        enum Key: CodingKey { case rest }

        init(_ rest: Chain?) { self.rest = rest }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            guard container.contains(.rest) else { return }
            rest = try container.superDecoder(forKey: .rest).singleValueContainer().decode(Chain.self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            guard let rest else { return }
            var single = container.superEncoder(forKey: .rest).singleValueContainer()
            try single.encode(rest)
        }
    }

    @Test func keepsValueOfSuperDecoder_whenItIsAskedForWhole() throws {
        #expect(try roundTrip(Chain(Chain(Chain(nil)))).rest?.rest?.rest == nil)
        #expect(try roundTrip(Chain(Chain(Chain(nil)))).rest?.rest != nil)
    }

    @Test func refusesCycle_whenItGoesThroughASuperDecoder() throws {
        #expect(try message("local t = {} t.rest = { rest = t } return t", as: Chain.self) == "result.rest.rest: the table contains itself")
    }

    // MARK: Keys

    struct Numbered: Codable, Equatable {
        var one: String
        enum CodingKeys: Int, CodingKey { case one = 1 }
    }

    @Test func readsIntegerKey_whenTableHasThatInsteadOfTheName() throws {
        #expect(try state.run("return { 'x' }", as: Numbered.self) == Numbered(one: "x"))
        #expect(try state.run("return { one = 'x' }", as: Numbered.self) == Numbered(one: "x"))
        #expect(try roundTrip(Numbered(one: "x")) == Numbered(one: "x"))
    }

    @Test func listsKeys_whateverTheirKind() throws {
        struct AnyKey: CodingKey {
            let stringValue: String
            let intValue: Int?
            init?(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
            init?(intValue: Int) { (stringValue, self.intValue) = ("#\(intValue)", intValue) }
        }
        struct Keys: Decodable {
            var all: Set<String>
            init(from decoder: any Decoder) throws { all = Set(try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)) }
        }
        #expect(try state.run("return { 'x', a = 1, [7] = 2 }", as: Keys.self).all == ["#1", "#7", "a"])
    }

    @Test func tellsCodingPath_whenTypeLooksAtIt() throws {
        struct Looker: Codable {
            var path: String
            init() { path = "" }
            init(from decoder: any Decoder) throws {
                path = decoder.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: "/")
                _ = try decoder.singleValueContainer().codingPath + decoder.userInfo.keys.map { _ in LookerKey.x }
            }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                let path = encoder.codingPath + container.codingPath.prefix(encoder.userInfo.count)
                try container.encode(path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: "/"))
            }
            enum LookerKey: CodingKey { case x }
        }
        struct Holder: Codable {
            var a: Inner
            struct Inner: Codable {
                var b: Looker
                var pair: PairOfLookers
            }
        }
        struct PairOfLookers: Codable {
            var second: Looker
            init() { second = Looker() }
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                _ = try container.decode(Int.self)
                second = try container.decode(Looker.self)
            }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                #expect(container.codingPath.map(\.stringValue) == ["a", "pair"])
                try container.encode(1)
                try container.encode(second)
            }
        }
        let read = try state.run("return { a = { b = 1, pair = { 1, 2 } } }", as: Holder.self)
        #expect(read.a.b.path == "a/b")
        #expect(read.a.pair.second.path == "a/pair/[1]")
        let given = try seen(Holder(a: .init(b: Looker(), pair: PairOfLookers())))
        #expect(given == ["a": ["b": "a/b", "pair": [1, "a/pair/[1]"]]])
    }

    @Test func tellsCodingPath_whenKeyedTypeLooksAtIt() throws {
        struct Looker: Codable {
            enum Key: CodingKey { case path }
            var path: [String] = []
            init() {}
            init(from decoder: any Decoder) throws { path = try decoder.container(keyedBy: Key.self).codingPath.map(\.stringValue) }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(container.codingPath.map(\.stringValue), forKey: .path)
            }
        }
        struct Holder: Codable {
            var a = Looker()
        }
        #expect(try state.run("return { a = {} }", as: Holder.self).a.path == ["a"])
        #expect(try seen(Holder()) == ["a": ["path": ["a"]]])
    }

    // MARK: What types complain of themselves

    enum Complaint: String, CaseIterable, Codable {
        case corrupted, mismatch, noValue, noKey

        struct Complainer: Codable {
            var complaint: Complaint
            enum Key: CodingKey { case price }

            init(_ complaint: Complaint) { self.complaint = complaint }

            init(from decoder: any Decoder) throws {
                let context = DecodingError.Context(codingPath: [], debugDescription: "own words")
                switch try decoder.singleValueContainer().decode(Complaint.self) {
                case .corrupted: throw DecodingError.dataCorrupted(context)
                case .mismatch: throw DecodingError.typeMismatch(Int.self, context)
                case .noValue: throw DecodingError.valueNotFound(Int.self, context)
                case .noKey: throw DecodingError.keyNotFound(Key.price, context)
                }
            }

            func encode(to encoder: any Encoder) throws {
                throw EncodingError.invalidValue(complaint, .init(codingPath: [], debugDescription: "own words"))
            }
        }
    }

    @Test(arguments: Complaint.allCases)
    func tellsOwnWords_whenTypeRefusesWhatItReads(_ complaint: Complaint) throws {
        let error = try failure { try state.run("return { a = ... }", complaint, as: [String: Complaint.Complainer].self) }
        #expect(error.message == (complaint == .noKey ? "result.a: the field 'price' is missing" : "result.a: own words"))
    }

    @Test func tellsOwnWords_whenTypeRefusesToBeWritten() throws {
        let error = try failure { try state.run("", ["a": [Complaint.Complainer(.corrupted)]]) }
        #expect(error.message == "argument[1].a[1]: own words")
        #expect(error.code == .conversion)
    }

    @Test func passesErrorOn_whenTypeThrowsAnother() throws {
        struct Odd: Error {}
        struct Thrower: Codable {
            init() {}
            init(from decoder: any Decoder) throws { throw Odd() }
            func encode(to encoder: any Encoder) throws { throw Odd() }
        }
        #expect(throws: Odd.self) { try state.run("return 1", as: Thrower.self) }
        #expect(throws: Odd.self) { try state.run("", Thrower()) }
        #expect(throws: Odd.self) { try state.setGlobal("x", to: Thrower()) }
        #expect(try state.run("return 7", as: Int.self) == 7)
    }

    // MARK: Many parts

    @Test func readsManyNestedContainers_whenNoneIsLookedInto() throws {
        struct Counter: Decodable {
            var count = 0
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                while !container.isAtEnd {
                    _ = try container.superDecoder()
                    count += 1
                }
            }
        }
        #expect(try state.run("local t = {} for i = 1, 10000 do t[i] = i end return t", as: Counter.self).count == 10_000)
    }

    @Test func readsManySuperDecoders_whenNoneIsLookedInto() throws {
        struct Repeater: Decodable {
            enum Key: CodingKey { case x }
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Key.self)
                for _ in 0..<10_000 { _ = try container.superDecoder(forKey: .x) }
            }
        }
        _ = try state.run("return { x = 1 }", as: Repeater.self)
    }

    struct Filler: Codable {
        enum Key: CodingKey { case x }
        var isKeyed = false

        init(isKeyed: Bool) { self.isKeyed = isKeyed }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            for _ in 0..<20_000 { _ = try container.superDecoder(forKey: .x) }
        }

        func encode(to encoder: any Encoder) throws {
            if isKeyed {
                var container = encoder.container(keyedBy: Key.self)
                for _ in 0..<20_000 { _ = container.nestedContainer(keyedBy: Key.self, forKey: .x) }
            } else {
                var container = encoder.unkeyedContainer()
                for _ in 0..<20_000 { _ = container.nestedContainer(keyedBy: Key.self) }
            }
        }
    }

    @Test(arguments: [true, false])
    func raisesConversion_whenNestedContainersWrittenFillTheStack(_ isKeyed: Bool) throws {
        try state.setGlobal(
            "fill",
            to: state.function { (stack: LuaStack) -> Int32 in
                try stack.push(Filler(isKeyed: isKeyed))
                return 1
            })
        #expect(try failure { try state.run("fill(table.unpack({}, 1, 990000))") }.message == "value: too many values for Lua's stack")
        #expect(try state.run("return type(fill())", as: String.self) == "table")
    }

    @Test func raisesConversion_whenNestedContainersReadFillTheStack() throws {
        try state.setGlobal(
            "fill",
            to: state.function { (stack: LuaStack) -> Int32 in
                _ = try stack.read(Filler.self, at: 1)
                return 0
            })
        #expect(try failure { try state.run("fill({ x = 1 }, table.unpack({}, 1, 990000))") }.message == "value: too many values for Lua's stack")
        try state.run("fill({ x = 1 })")
    }

    @Test func findsNoKeys_whenTheStackIsFull() throws {
        struct Looker: Decodable {
            enum Key: CodingKey { case x }
            var found: [Bool] = []
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Key.self)
                var other = try container.nestedUnkeyedContainer(forKey: .x)
                found = [container.contains(.x), !container.allKeys.isEmpty]
                while let _ = try? other.superDecoder() {}
                found += [container.contains(.x), !container.allKeys.isEmpty]
            }
        }
        var found: [Bool] = []
        try state.setGlobal(
            "look",
            to: state.function { (stack: LuaStack) -> Int32 in
                found = try stack.read(Looker.self, at: 1).found
                return 0
            })
        try state.run("look({ x = {} }, table.unpack({}, 1, 990000))")
        #expect(found == [true, true, false, false])
    }
}
