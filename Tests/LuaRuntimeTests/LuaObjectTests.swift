import DynamicValues
import LuaRuntime
import Synchronization
import Testing

/// What a script does with objects of a declared type.
struct LuaObjectTests {
    @Test func answersAsDeclared_whenScriptUsesIt() throws {
        let state = try LuaState.withCounters()
        let text = """
            local c = new()
            c:add(2)
            c.step = 3
            local n = c:next()
            local all = c:all(1, nil, 4)
            local within, without = c:between(10, 10), c:between(11, 12)
            c:reset()
            local zero = c.count
            c:reset(7)
            return n, all[1], all[2], within, without, zero, c.count, c.step, select("#", c:reset())
            """
        #expect(try state.values(text) == [5, 6, 10, true, false, 0, 7, 3, 0])
    }

    @Test func isCalledByItsName_whenScriptPrintsIt() throws {
        let state = try LuaState.withCounters()
        #expect(try state.values("local c = new() return tostring(c), type(c), getmetatable(c), ('%s'):format(c)") == ["counter", "userdata", false, "counter"])
        #expect(try failure { try state.run("error(new())") }.message == "counter")
    }

    @Test func isTheSameObject_whenItIsTheSameInstance() throws {
        let state = try LuaState()
        let (one, other) = (Counter(), Counter())
        try state.setGlobal("give", to: state.function("give") { (isOne: Bool) in Counter.type.object(isOne ? one : other) })
        let text = """
            local a, b, c = give(true), give(true), give(false)
            local keys = { [a] = 1 }
            return a == b, rawequal(a, b), a == c, keys[b], keys[c], a:isSame(b), a:isSame(c)
            """
        #expect(try state.values(text) == [true, true, false, 1, .null, true, false])
    }

    @Test func isANewObject_whenScriptLetGoOfTheLast() throws {
        let state = try LuaState()
        let one = Counter()
        try state.setGlobal("give", to: state.function("give") { Counter.type.object(one) })
        let text = """
            local seen = setmetatable({}, { __mode = "k" })
            for round = 1, 20 do
              seen[give()] = round
              for i = 1, 10000 do local t = {} end
              give():add(1)
            end
            local left = 0
            for _ in pairs(seen) do left = left + 1 end
            return left < 20, give().count
            """
        #expect(try state.values(text) == [true, 20])
    }

    /// Between the collection that finds an object and its end, another one may be made: here by the finalizer that runs first.
    @Test func isANewObject_whenTheLastIsAboutToEnd() throws {
        let state = try LuaState(LuaConfiguration(environment: .full))
        let one = Counter()
        try state.setGlobal("give", to: state.function("give") { Counter.type.object(one) })
        let text = """
            local last, seen = setmetatable({}, { __mode = "k" })
            last[give()] = true
            setmetatable({}, { __gc = function() seen = give() end })
            collectgarbage()
            collectgarbage()
            return seen == give(), seen:add(1), next(last) == nil
            """
        #expect(try state.values(text) == [true, 1, true])
    }

    @Test func comesBackAsTheInstance_whenItIsAnArgumentOrResult() throws {
        let state = try LuaState.withCounters()
        let mine = Counter()
        let count = try state.function("count") { (counters: [LuaObject<Counter>], last: LuaObject<Counter>?) in
            counters.map(\.object.count).reduce(last?.object.count ?? 0, +)
        }
        let result = try state.run("local mine, count = ... mine:add(5) return count({ mine, mine }, mine) + count({})", Counter.type.object(mine), count, as: Int.self)
        #expect(result == 15)
        #expect(try state.run("return ...", Counter.type.object(mine), as: LuaObject<Counter>.self).object === mine)
        #expect(try state.run("return ...", Counter.type.object(mine), as: LuaObject<Counter>.self).type === Counter.type)
    }

    @Test(arguments: [
        ("f(account)", "bad argument #1 to 'f' (counter expected, got account)"),
        ("f(nil)", "bad argument #1 to 'f' (counter expected, got nil)"),
        ("f({})", "bad argument #1 to 'f' (counter expected, got table)"),
        ("f()", "bad argument #1 to 'f' (counter expected, got no value)"),
        ("local c = new() c:shut() f(c)", "bad argument #1 to 'f' (counter is closed)"),
        ("local k do local c <close> = new() k = c end f(k)", "bad argument #1 to 'f' (counter is closed)"),
        ("g(new())", "bad argument #1 to 'g' (Undeclared expected, got counter)"),
        ("h(new())", "bad argument #1 to 'h' (plain data expected, got counter)"),
        ("new():isSame(account)", "bad argument #1 to 'counter:isSame' (counter expected, got account)"),
        ("new():isSame()", "bad argument #1 to 'counter:isSame' (counter expected, got no value)"),
        ("new():add('x')", "bad argument #1 to 'counter:add' (number expected, got string)"),
        ("new():between(1)", "bad argument #2 to 'counter:between' (number expected, got no value)"),
        ("new():all(1, {})", "bad argument #2 to 'counter:all' (number expected, got table)"),
        ("new():reset(1.5)", "bad argument #1 to 'counter:reset' (integer expected, got 1.5, which has a fraction or is too large)"),
        ("new().add(2)", "bad self of 'counter:add' (counter expected, got integer): call it with ':', as in object:add(...)"),
        ("new().next()", "bad self of 'counter:next' (counter expected, got no value): call it with ':', as in object:next(...)"),
        ("new().all(account)", "bad self of 'counter:all' (counter expected, got account): call it with ':', as in object:all(...)"),
        ("new().reset({})", "bad self of 'counter:reset' (counter expected, got table): call it with ':', as in object:reset(...)"),
        ("return new().cuont", "counter has no member 'cuont': did you mean 'count'?"),
        ("return new().zebra", "counter has no member 'zebra'"),
        ("return new()[1]", "counter has no member 1"),
        ("return new()[{}]", "counter has no member a table"),
        ("return account.x", "account has no member 'x'"),
        ("new():ad(1)", "counter has no member 'ad': did you mean 'add'?"),
        ("new().cuont = 1", "counter has no member 'cuont': did you mean 'count'?"),
        ("new()[nil] = 1", "counter has no member a nil"),
        ("new().count = 1", "cannot set 'count' of counter: it is read-only"),
        ("new().add = 1", "cannot set 'add' of counter: it is a method"),
        ("new().step = 'x'", "bad value for 'counter.step' (number expected, got string)"),
        ("new().step = nil", "bad value for 'counter.step' (number expected, got nil)"),
        ("return new().broken", "the counter is full"),
        ("return new().huge", "result: 18446744073709551615 is out of range for a Lua integer"),
        ("new():add(2000)", "the counter is full"),
        ("return #new()", "attempt to get length of a counter value"),
        ("return new() + 1", "attempt to perform arithmetic on a counter value"),
        ("return new()()", "attempt to call a counter value"),
        ("return new() .. ''", "attempt to concatenate a counter value"),
        ("for _ in pairs(new()) do end", "bad argument #1 to 'for iterator' (table expected, got counter)"),
        ("for _ in ipairs(new()) do end", "counter has no member 1"),
        ("setmetatable(new(), {})", "bad argument #1 to 'setmetatable' (table expected, got counter)"),
        ("rawset(new(), 'x', 1)", "bad argument #1 to 'rawset' (table expected, got counter)"),
        ("return rawget(new(), 'x')", "bad argument #1 to 'rawget' (table expected, got counter)"),
        ("return next(new())", "bad argument #1 to 'next' (table expected, got counter)"),
    ])
    func saysWhatIsWrong_whenScriptMisusesIt(text: String, message: String) throws {
        final class Undeclared {}
        _ = Counter.type  // messages know its name once it is declared, which the first use does
        let state = try LuaState.withCounters()
        try state.setGlobal("f", to: state.function("f") { (counter: LuaObject<Counter>) in counter.object.count })
        try state.setGlobal("g", to: state.function("g") { (_: LuaObject<Undeclared>) in true })
        try state.setGlobal("h", to: state.function("h") { (_: DynamicValue) in true })
        let error = try failure { try state.run(text) }
        #expect(error.message == message)
        #expect(error.line == 1)
    }

    @Test func keepsTheHostsError_whenAMethodThrows() throws {
        let state = try LuaState.withCounters()
        #expect(try failure { try state.run("new():add(2000)") }.underlying is Counter.Failure)
    }

    /// Each way to end an object, then each way to use it.
    @Test(arguments: ["c:shut()", "do local k <close> = c end", "close()"])
    func isClosed_whenItIsUsedAfterItsEnd(ending: String) throws {
        let state = try LuaState()
        let counter = Counter()
        try state.setGlobal("c", to: Counter.type.object(counter))
        try state.setGlobal("close", to: state.function("close") { [unowned state] () throws -> Void in try state.close(Counter.type.object(counter)) })
        let text = """
            local add = c.add
            \(ending)
            local errors = {}
            local function try(use, ...) errors[#errors + 1] = select(2, pcall(use, ...)) end
            try(function() return c.count end)
            try(function() c.step = 1 end)
            try(function() return c.zebra end)
            try(function() c.zebra = 1 end)
            try(function() c:add(1) end)
            try(add, c, 1)
            try(c.isSame, c, c)
            local before = #errors
            for i, text in ipairs(errors) do errors[i] = text:gsub("^test.lua:%d+: ", "") end
            return errors, tostring(c)
            """
        let values = try state.values(text)
        #expect(values == [.array(Array(repeating: "counter is closed", count: 7)), "counter"])
    }

    @Test func isANewObject_whenAClosedOneIsGivenAgain() throws {
        let state = try LuaState()
        let counter = Counter()
        try state.setGlobal("give", to: state.function("give") { Counter.type.object(counter) })
        try state.run("first = give()")
        try state.close(Counter.type.object(counter))
        try state.close(Counter.type.object(counter))
        try state.close(Counter.type.object(Counter()))
        try state.close(Account.type.object(Account()))
        #expect(try state.values("return first == give(), pcall(first.next, first)").prefix(2) == [false, false])
        #expect(try state.run("return give():add(1)", as: Int.self) == 1)
    }

    @Test func staysClosed_whenItsInstanceOpensAgain() throws {
        let state = try LuaState()
        let counter = Counter()
        try state.setGlobal("c", to: Counter.type.object(counter))
        counter.shut()
        #expect(try failure { try state.run("return c.count") }.message == "counter is closed")
        counter.values.withLock { $0.isOpen = true }
        #expect(try failure { try state.run("return c.count") }.message == "counter is closed")
    }

    @Test func isGone_whenScriptLetsGoOfIt() throws {
        let ended = Mutex(0)
        let state = try LuaState.withCounters { ended.withLock { $0 += 1 } }
        try state.run("kept = new() new():add(1) for i = 1, 200000 do local t = {} end")
        #expect(ended.withLock { $0 } == 1)
        state.close()
        #expect(ended.withLock { $0 } == 2)
    }

    @Test func isGone_whenItWasFoundClosed() throws {
        let ended = Mutex(0)
        let state = try LuaState.withCounters { ended.withLock { $0 += 1 } }
        try state.run("kept = new() kept:shut() pcall(kept.next, kept)")
        #expect(ended.withLock { $0 } == 1)
    }

    @Test(arguments: [LuaConfiguration.Environment.sandboxed, .full])
    func isGone_whenStateCloses(environment: LuaConfiguration.Environment) throws {
        let ended = Mutex(0)
        let state = try LuaState.withCounters(LuaConfiguration(environment: environment)) { ended.withLock { $0 += 1 } }
        try state.run("kept = {} for i = 1, 100 do kept[i] = new() end")
        state.close()
        #expect(ended.withLock { $0 } == 100)
        #expect(try failure { try state.close(Counter.type.object(Counter())) }.code == .closed)
    }

    @Test func isRefused_whenItIsNoData() throws {
        #expect(throws: DecodingError.self) { try DynamicCoding.decode(LuaObject<Counter>.self) }
        #expect(throws: EncodingError.self) { try DynamicCoding.encode(Counter.type.object(Counter())) }
    }

    /// A property whose look at its instance calls the script.
    @Test func mayCallTheScript_whenAPropertyIsRead() throws {
        final class Caller {
            let function: LuaFunction
            init(_ function: LuaFunction) { self.function = function }
        }
        let callers = LuaObjectType<Caller>("caller") { type in
            type.property("answer") { try $0.function.call(as: Int.self) }
            type.property("back", get: { $0.function }, set: { (caller, function: LuaFunction) in _ = try function.call(1, as: Int?.self) })
        }
        let state = try LuaState()
        try state.setGlobal("c", to: callers.object(Caller(try state.load("return 42", chunk: "answer.lua"))))
        #expect(try state.values("local seen c.back = function(x) seen = x end return c.answer, seen, c.back()") == [42, 1, 42])
    }

    @Test func waits_whenAnAsyncMethodIsCalled() async throws {
        let types = LuaObjectType<Counter>("counter") { type in
            type.asyncMethod("count") { counter in counter.count }
            type.asyncMethod("pass") { _ in await Task.yield() }
            type.asyncMethod("add") { (counter, amount: Int) in try counter.add(amount) }
            type.asyncMethod("lose") { (counter, amount: Int) in _ = try counter.add(-amount) }
        }
        let state = try LuaState()
        try state.setGlobal("c", to: types.object(Counter()))
        let text = "c:pass() c:add(5) c:lose(2) return c:count()"
        #expect(try await state.load(text, chunk: "test.lua").callAsync(as: Int.self) == 3)
        #expect(try failure { try state.run("c:pass()") }.message == "'counter:pass' cannot wait here: the host made this call in a way that does not wait")
        #expect(try failure { try state.run("c.pass(3)") }.message.hasPrefix("bad self of 'counter:pass'"))
        await #expect(throws: LuaError.self) { try await state.load("c:add('x')", chunk: "test.lua").callAsync() }
    }

    @Test func takesUpToThreeArguments_whenAnAsyncMethodIsCalled() async throws {
        let types = LuaObjectType<Counter>("counter") { type in
            type.asyncMethod("sum") { (counter, a: Int, b: Int) in try counter.add(a + b) }
            type.asyncMethod("drop") { (counter, a: Int, b: Int) in _ = try counter.add(-a - b) }
            type.asyncMethod("sum3") { (counter, a: Int, b: Int, c: Int?) in try counter.add(a + b + (c ?? 0)) }
            type.asyncMethod("drop3") { (counter, a: Int, b: Int, c: Int) in _ = try counter.add(-a - b - c) }
        }
        let state = try LuaState()
        try state.setGlobal("c", to: types.object(Counter()))
        let text = "c:sum(1, 2) c:sum3(10, 20, 30) c:sum3(100, 200) c:drop(1, 1) return { select('#', c:drop3(1, 1, 1)), c:sum(0, 0), select(2, pcall(c.sum3, c, 1, 'x')) }"
        let values = try await state.load(text, chunk: "test.lua").callAsync(as: [DynamicValue].self)
        #expect(values == [0, 358, "bad argument #2 to 'counter:sum3' (number expected, got string)"])
    }

    @Test func isTrapped_whenTwoMembersHaveOneName() async {
        await #expect(processExitsWith: .failure) {
            _ = LuaObjectType<Counter>("counter") { type in
                type.property("count") { $0.count }
                type.method("count") { $0.count }
            }
        }
    }
}
