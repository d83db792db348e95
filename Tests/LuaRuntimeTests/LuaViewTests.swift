import LuaRuntime
import Testing

/// Tables and strings that are read in place.
struct LuaViewTests {
    /// What `body` makes of the table that a script passes, as the script gets it.
    private func look<R: Encodable>(at text: String, in state: LuaState? = nil, _ body: @escaping (LuaTableView) throws -> R) throws -> [DynamicValue] {
        let state = try state ?? LuaState()
        try state.setGlobal("look", to: state.function("look") { (view: LuaTableView) in try body(view) })
        return try state.values("return look(\(text))")
    }

    @Test func readsWhatIsAskedFor_whenItIsAnArgument() throws {
        let values = try look(at: "{ 1, 2, 3.5, name = 'x', list = { 'a', 'b' } }") { view in
            let name: String = try view.value("name")
            let none: Int? = try view.value("none")
            let list: [String] = try view.value("list")
            return [
                .integer(Int64(try view.count)), .string(name), .bool(none == nil), .string(list.joined()), .number(try view.value(at: 3)),
                .bool(try view.value(at: 4, as: Int?.self) == nil),
            ] as [DynamicValue]
        }
        #expect(values == [[3, "x", true, "ab", 3.5, true]])
    }

    @Test func readsPartsInPlace_whenTheyAreViews() throws {
        let values = try look(at: "{ { name = 'a\\0b', tags = { 1, 2 } }, { name = 'cd', tags = {} } }") { rows in
            var seen: [String] = []
            try rows.forEach { (row: LuaTableView) in
                try row.with("name") { (name: LuaStringView) in
                    seen.append("\(try name.count) \(try name.withBytes { Array($0) }) \(try name.text().utf8.count)")
                }
                seen.append("\(try row.with("tags") { (tags: LuaTableView) in try tags.count })")
            }
            seen.append(try rows.with(at: 2) { (row: LuaTableView) in try row.value("name") })
            return seen
        }
        #expect(values == [["3 [97, 0, 98] 3", "2", "2 [99, 100] 2", "0", "cd"]])
    }

    @Test func goesThroughElements_whenTheyAreNumbers() throws {
        let sum = try look(at: "{ 1, 2.5, 3 }") { view in
            var sum = 0.0
            try view.forEach { (value: Double) in sum += value }
            return sum
        }
        #expect(sum == [6.5])
    }

    @Test func goesThroughMembers_whenKeysAreOfAnyKind() throws {
        let members = try look(at: "{ a = 1, b = { 2 }, [3] = 'x', [true] = 4 }") { view in
            var seen: [String] = []
            try view.forEachMember { (key: DynamicValue, value: DynamicValue) in seen.append("\(key) \(value)") }
            return seen.sorted()
        }
        let expected: [(DynamicValue, DynamicValue)] = [("a", 1), ("b", [2]), (3, "x"), (true, 4)]
        #expect(members == [.array(expected.map { "\($0) \($1)" }.sorted().map { .string($0) })])
        let views = try look(at: "{ ab = { 1, 2 }, c = {} }") { view in
            var seen: [Int] = []
            try view.forEachMember { (key: LuaStringView, value: LuaTableView) in seen.append(try key.count * 10 + value.count) }
            return seen.sorted()
        }
        #expect(views == [[10, 22]])
    }

    @Test func readsATable_whenItIsReadOnly() throws {
        let state = try LuaState()
        let table = try state.makeTable()
        try table.set("list", to: [1, 2, 3])
        try state.setGlobal("fixed", to: table.makeReadOnly())
        let values = try look(at: "fixed", in: state) { view in
            var keys: [String] = []
            try view.forEachMember { (key: String, _: LuaTableView) in keys.append(key) }
            var sum = 0
            try view.with("list") { (list: LuaTableView) in
                try list.forEach { (value: Int) in sum += value }
                sum += try list.count
            }
            return "\(keys) \(sum)"
        }
        #expect(values == ["[\"list\"] 9"])
    }

    @Test func runsNoMetamethod_whenItReads() throws {
        let values = try look(at: "setmetatable({ 1 }, { __index = error, __len = error, __pairs = error })") { view in
            try view.forEachMember { (_: Int, _: Int) in }
            return "\(try view.count) \(try view.value("x", as: Int?.self) == nil) \(try view.value(at: 2, as: Int?.self) == nil)"
        }
        #expect(values == ["1 true true"])
    }

    @Test func readsTheResult_whenAClosureIsGivenToACall() throws {
        let state = try LuaState()
        let make = try state.load("local n = ... return { n, n + 1, name = 'x' }", chunk: "make.lua")
        let pair = try make.call(20, reading: { (view: LuaTableView) in (try view.count, try view.value("name", as: String.self)) })
        #expect(pair == (2, "x"))
        let text = try state.load("return ('x'):rep(...)", chunk: "text.lua")
        #expect(try text.call(1000) { (view: LuaStringView) in try view.count } == 1000)
    }

    @Test func canBePassedOn_whenItIsAnArgumentOrResult() throws {
        let state = try LuaState()
        let count = try state.load("return #...", chunk: "count.lua")
        let values = try look(at: "{ 1, 2, 3 }", in: state) { view in try count.call(view, as: Int.self) }
        #expect(values == [3])
        try state.setGlobal("same", to: state.function("same") { (view: LuaTableView, text: LuaStringView?) in view })
        #expect(try state.run("local t = {} return same(t) == t and same(t, 'x') == t", as: Bool.self))
        let length = try state.load("return ... == 'xyz'", chunk: "length.lua")
        try state.setGlobal("isXYZ", to: state.function("isXYZ") { (text: LuaStringView) in try length.call(text, as: Bool.self) })
        #expect(try state.run("return isXYZ('xyz')", as: Bool.self))
        let second = try LuaState()
        let other = try second.load("return ...", chunk: "other.lua")
        let error = try failure { try look(at: "{}") { view in try other.call(view, as: Int.self) } }
        #expect(error.message == "argument[1]: the value belongs to another Lua state")
    }

    @Test func isCalledWithWhatIsThereThen_whenTheScriptChangesTheTable() throws {
        let state = try LuaState()
        let change = try state.load("local t = ... t[1], t[2], t.name = 10, nil, 'new'", chunk: "change.lua")
        let values = try look(at: "{ 1, 2 }", in: state) { view in
            let before = try view.value(at: 1, as: Int.self)
            try change.call(view)
            return [before, try view.value(at: 1), try view.count, try view.with("name") { (name: LuaStringView) in try name.count }]
        }
        #expect(values == [[1, 10, 1, 3]])
    }

    @Test(arguments: [
        ("{ { price = 1 }, { price = 'x' } }", "value[2].price: number expected, got string"),
        ("{ { price = 1 }, 3 }", "value[2]: table expected, got integer"),
        ("{ {} }", "value[1].price: number expected, got nil"),
        ("3", "bad argument #1 to 'look' (table expected, got integer)"),
        ("", "bad argument #1 to 'look' (table expected, got no value)"),
    ])
    func namesThePlace_whenAPartDoesNotFit(table: String, message: String) throws {
        let error = try failure {
            try look(at: table) { rows in
                var total = 0.0
                try rows.forEach { (row: LuaTableView) in total += try row.value("price") }
                return total
            }
        }
        #expect(error.message == message)
    }

    @Test(arguments: [
        ("{ a = 'x' }", "value.a: number expected, got string"),
        ("{ [3] = 'x' }", "value[3]: string expected, got integer"),
        ("{ [true] = 1 }", "value[true]: string expected, got boolean"),
    ])
    func namesTheKey_whenAMemberDoesNotFit(table: String, message: String) throws {
        let error = try failure {
            try look(at: table) { view in
                try view.forEachMember { (_: String, _: Int) in }
                return true
            }
        }
        #expect(error.message == message)
    }

    @Test func namesThePlaceInTheResult_whenAClosureIsGivenToACall() throws {
        let state = try LuaState()
        let make = try state.load("return { list = { 1, 'x' } }", chunk: "make.lua")
        let error = try failure {
            try make.call { (view: LuaTableView) in try view.with("list") { (list: LuaTableView) in try list.value(at: 2, as: Int.self) } }
        }
        #expect(error.message == "result.list[2]: number expected, got string")
        #expect(try failure { try make.call { (view: LuaStringView) in try view.count } }.message == "result: string expected, got table")
        let nothing = try state.load("", chunk: "nothing.lua")
        #expect(try failure { try nothing.call { (view: LuaTableView) in try view.count } }.message == "result: table expected, got no value")
    }

    struct Own: Error {}

    @Test func throwsOn_whatTheClosureThrows() throws {
        let state = try LuaState()
        let make = try state.load("return { { 1 } }", chunk: "make.lua")
        #expect(throws: Own.self) {
            try make.call { (view: LuaTableView) in
                try view.forEach { (inner: LuaTableView) in try inner.with(at: 1) { (_: Int) in throw Own() } }
            }
        }
        #expect(throws: Own.self) { try make.call { (view: LuaTableView) in try view.forEachMember { (_: Int, _: LuaTableView) in throw Own() } } }
    }

    @Test func isNoText_whenBytesAreNot() throws {
        let state = try LuaState()
        let make = try state.load("return '\\xff'", chunk: "make.lua")
        #expect(try failure { try make.call { (view: LuaStringView) in try view.text() } }.message.hasPrefix("result: text expected"))
    }

    @Test func isRefused_whenItIsNoData() throws {
        #expect(throws: DecodingError.self) { try DynamicCoding.decode(LuaTableView.self) }
        #expect(throws: DecodingError.self) { try DynamicCoding.decode(LuaStringView.self) }
        let state = try LuaState()
        let make = try state.load("return {}, ''", chunk: "make.lua")
        try make.call { (view: LuaTableView) in _ = #expect(throws: EncodingError.self) { try DynamicCoding.encode(view) } }
        let text = try state.load("return ''", chunk: "text.lua")
        try text.call { (view: LuaStringView) in _ = #expect(throws: EncodingError.self) { try DynamicCoding.encode(view) } }
    }
}

/// Views that are kept longer than they are valid.
struct LateViewTests {
    private func expectEnded(_ table: LuaTableView?, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let view = try #require(table, sourceLocation: sourceLocation)
        let uses: [() throws -> Void] = [
            { _ = try view.count }, { _ = try view.value("x", as: Int?.self) }, { _ = try view.value(at: 1, as: Int?.self) },
            { try view.with("x") { (_: Int?) in } }, { try view.with(at: 1) { (_: Int?) in } }, { try view.forEach { (_: Int) in } },
            { try view.forEachMember { (_: Int, _: Int) in } },
        ]
        for use in uses {
            let error = try failure(sourceLocation: sourceLocation, use)
            #expect(error.code == .closed, sourceLocation: sourceLocation)
            #expect(error.message.hasPrefix("a view of a Lua value was used after the call"), sourceLocation: sourceLocation)
        }
    }

    @Test func isEnded_whenItsHostFunctionHasReturned() throws {
        let state = try LuaState()
        var kept: (table: LuaTableView, text: LuaStringView)?
        var earlier: LuaTableView?
        try state.setGlobal(
            "keep",
            to: state.function("keep") { (table: LuaTableView, text: LuaStringView) in
                if let earlier { try expectEnded(earlier) }
                earlier = table
                kept = (table, text)
                return try table.count
            })
        // the same function, arguments and place on the stack
        try state.run("local t = {} for i = 1, 3 do keep(t, 'x') end")
        try expectEnded(kept?.table)
        #expect(try failure { try kept?.text.count }.code == .closed)
        #expect(try failure { try kept?.text.text() }.code == .closed)
        #expect(try failure { try state.run("return ...", kept?.table, as: Bool.self) }.code == .closed)
        state.close()
        try expectEnded(kept?.table)
    }

    @Test func isEnded_whenItsHostFunctionThrew() throws {
        let state = try LuaState()
        var kept: LuaTableView?
        try state.setGlobal(
            "keep",
            to: state.function("keep") { (table: LuaTableView) throws -> Void in
                kept = table
                throw LuaViewTests.Own()
            })
        try state.run("pcall(keep, {})")
        try expectEnded(kept)
    }

    @Test func isEnded_whenItsClosureHasReturned() throws {
        let state = try LuaState()
        let make = try state.load("return { { 1 }, a = { 2 } }", chunk: "make.lua")
        var kept: [LuaTableView] = []
        try make.call { (view: LuaTableView) in
            kept.append(view)
            try view.with(at: 1) { (part: LuaTableView) in kept.append(part) }
            try view.with("a") { (part: LuaTableView) in kept.append(part) }
            try view.forEach { (part: LuaTableView) in kept.append(part) }
            try view.forEachMember { (_: DynamicValue, part: LuaTableView) in kept.append(part) }
            kept.append(try view.value("a"))
            kept.append(try view.value(at: 1))
            kept += try view.value("a", as: LuaTableView?.self).map { [$0] } ?? []
            #expect(try view.count == 1)
            for part in kept.dropFirst() { try expectEnded(part) }
        }
        #expect(kept.count == 9)
        for view in kept { try expectEnded(view) }
    }

    /// Ways to have one that no call gives it to.
    @Test func isEndedFromTheStart_whenNothingKeepsItsPlace() throws {
        let state = try LuaState()
        let make = try state.load("return { 1 }", chunk: "make.lua")
        try expectEnded(try make.call(as: LuaTableView.self))
        try state.run("t = { inner = {} }")
        try expectEnded(try state.global("t", as: LuaTableView.self))
        try expectEnded(try state.global("t", as: LuaTable.self).value("inner", as: LuaTableView.self))
        try state.setGlobal(
            "each",
            to: state.function("each") { [unowned state] (tables: [LuaTableView]) in
                for table in tables { try expectEnded(table) }
                try expectEnded(try state.global("t", as: LuaTableView.self))
                try expectEnded(try make.call(as: LuaTableView.self))
                return tables.count
            })
        #expect(try state.run("return each({ {}, {} })", as: Int.self) == 2)
    }

    @Test func staysValid_whileOtherCallsGoOnInside() throws {
        let state = try LuaState()
        try state.setGlobal("inner", to: state.function("inner") { (table: LuaTableView, text: LuaStringView) in try table.count + text.count })
        let call = try state.load("local t = ... for i = 1, 3 do t[#t + 1] = inner(t, 'ab') end collectgarbage('count') return t", chunk: "call.lua")
        try state.setGlobal(
            "outer",
            to: state.function("outer") { (table: LuaTableView, text: LuaStringView) in
                var seen: [Int] = [try table.count]
                seen.append(try call.call(table) { (result: LuaTableView) in try result.count + (try table.count) })
                _ = try? call.call(1, as: Int.self)
                try table.with(at: 2) { (value: Int) in seen.append(value) }
                seen.append(try text.withBytes { $0.count })
                return seen
            })
        #expect(try state.run("return outer({ 1 }, 'xyz')", as: [Int].self) == [1, 8, 3, 3])
    }
}

/// What a script tries with a host that looks at its tables.
struct HostileViewTests {
    private static func depth(of view: LuaTableView) throws -> Int {
        try view.with("next") { (next: LuaTableView?) in try next.map { try depth(of: $0) + 1 } ?? 0 }
    }

    @Test func endsAtADepth_whenATableContainsItself() throws {
        let state = try LuaState()
        try state.setGlobal("depth", to: state.function("depth") { (view: LuaTableView) in try Self.depth(of: view) })
        #expect(try state.run("return depth({ next = { next = {} } })", as: Int.self) == 2)
        let error = try failure { try state.run("local t = {} t.next = t depth(t)") }
        #expect(error.message.hasSuffix(".next: tables are nested deeper than 100 levels"))
        #expect(try state.run("local t for i = 1, 100 do t = { next = t } end return depth(t)", as: Int.self) == 99)
    }

    @Test func isAnError_whenTheScriptAddsKeysMeanwhile() throws {
        let state = try LuaState()
        let grow = try state.load("local t = ... for k in next, t do t[k] = nil end for i = 1, 1000 do t['x' .. i] = i end", chunk: "grow.lua")
        try state.setGlobal(
            "each",
            to: state.function("each") { (view: LuaTableView) in
                var isFirst = true
                try view.forEachMember { (_: String, _: Int) in
                    if isFirst { try grow.call(view) }
                    isFirst = false
                }
                return true
            })
        #expect(try failure { try state.run("each({ a = 1, b = 2, c = 3 })") }.message == "value: the table was changed while it was gone through")
    }

    @Test func isAnError_whenTheScriptTakesElementsAwayMeanwhile() throws {
        let state = try LuaState()
        let clear = try state.load("local t = ... for i = #t, 1, -1 do t[i] = nil end", chunk: "clear.lua")
        try state.setGlobal(
            "each",
            to: state.function("each") { (view: LuaTableView) in
                try view.forEach { (row: LuaTableView) in
                    try clear.call(view)
                    _ = try row.count
                }
                return true
            })
        #expect(try failure { try state.run("each({ {}, {}, {} })") }.message == "value[2]: table expected, got nil")
    }

    @Test(arguments: ["for i = 1, 1e6 do t[i] = i end", "for i = 1, 1e6 do t['x' .. i] = i end"])
    func endsAtTheLimit_whenATableIsLong(fill: String) throws {
        let state = try LuaState()
        let make = try state.load("t = {} \(fill)", chunk: "fill.lua")
        try make.call()
        try state.setTimeLimits(cpu: .milliseconds(20), wall: nil)
        try state.setGlobal(
            "each",
            to: state.function("each") { (view: LuaTableView) in
                while true {
                    try view.forEach { (_: Int) in }
                    try view.forEachMember { (_: DynamicValue, _: Int) in }
                }
                return true
            })
        #expect(try failure { try state.run("each(t)") }.code == .cpuLimit)
        #expect(try state.run("return 7", as: Int.self) == 7)
    }

    /// What is only looked at is not counted against the quota; a copy is.
    @Test func needsNoMemory_whenALongStringIsLookedAt() throws {
        let state = try LuaState(LuaConfiguration(memoryQuota: 8 << 20))
        try state.setGlobal(
            "look",
            to: state.function("look") { (text: LuaStringView) in
                var sum = 0
                for _ in 0..<100 { sum += try text.withBytes { $0.count } }
                return sum
            })
        try state.setGlobal("copy", to: state.function("copy") { (text: LuaStringView) in try text.text().utf8.count })
        try state.setGlobal("s", to: String(repeating: "x", count: 5 << 20))
        #expect(try state.run("return look(s)", as: Int.self) == 500 << 20)
        #expect((try failure { try state.run("return copy(s)") }.underlying as? LuaError)?.code == .memory)
    }

}

/// Needs signals, as all of these do.
extension TimeLimitTests {
    @Test(arguments: [0, 1, 2, 3, 4])
    func condemnsState_whenACallInsideOfAViewDoes(way: Int) throws {
        let state = try LuaState()
        let freeze = try state.load(Self.rehash, chunk: "freeze.lua")
        try state.setTimeLimits(cpu: .milliseconds(20), wall: nil)
        var after: LuaError?
        try state.setGlobal(
            "look",
            to: state.function("look") { (view: LuaTableView) -> Bool in
                let stop = { _ = try? freeze.call() }
                do {
                    switch way {
                    case 0: try view.forEach { (_: LuaTableView) in stop() }
                    case 1: try view.forEachMember { (_: DynamicValue, _: LuaTableView) in stop() }
                    case 2: try view.forEachMember { (_: DynamicValue, _: LuaTableView) in
                        stop()
                        throw LuaViewTests.Own()
                    }
                    case 3: try view.with(at: 1) { (part: LuaTableView) in
                        stop()
                        _ = try part.count
                    }
                    default:
                        stop()
                        _ = try view.count
                    }
                } catch let error as LuaError {
                    after = error
                } catch {}
                return true
            })
        #expect(try failure { try state.run("look({ {}, {} })") }.code == .cpuLimit)
        #expect(state.isCondemned)
        #expect(way == 2 || after?.code == .closed)
    }
}
