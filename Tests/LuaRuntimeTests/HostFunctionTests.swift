import CLuaBridge
import DynamicValues
import Foundation
import LuaRuntime
import Synchronization
import Testing

struct HostFunctionTests {
    // MARK: Arguments and results

    @Test func returnsResult_whenScriptCallsClosure() throws {
        let state = try LuaState()
        try state.setGlobal("add", to: state.function("add") { (a: Int, b: Int) in a + b })
        #expect(try state.run("return add(20, 22)", as: Int.self) == 42)
    }

    @Test(arguments: [
        ("add(1, nil)", "bad argument #2 to 'add' (number expected, got nil)"),
        ("add(1)", "bad argument #2 to 'add' (number expected, got no value)"),
        ("add()", "bad argument #1 to 'add' (number expected, got no value)"),
        ("add('1', 2)", "bad argument #1 to 'add' (number expected, got string)"),
        ("add(1, 2.5)", "bad argument #2 to 'add' (integer expected, got 2.5, which has a fraction or is too large)"),
        ("add({}, 2)", "bad argument #1 to 'add' (number expected, got table)"),
    ])
    func raisesBadArgument(_ text: String, as message: String) throws {
        let state = try LuaState()
        try state.setGlobal("add", to: state.function("add") { (a: Int, b: Int) in a + b })
        let error = try failure { try state.run("\n" + text) }
        #expect(error.message == message)
        #expect(error.code == .runtime)
        #expect(error.line == 2)
    }

    @Test func namesPathInArgument_whenAPartDoesNotFit() throws {
        struct Item: Codable { var price: Double }
        let state = try LuaState()
        try state.setGlobal("sum", to: state.function("sum") { (items: [Item]) in items.reduce(0) { $0 + $1.price } })
        #expect(try state.run("return sum({ { price = 1 }, { price = 2.5 } })", as: Double.self) == 3.5)
        let error = try failure { try state.run("sum({ { price = 1 }, { price = 'x' } })") }
        #expect(error.message == "bad argument #1 to 'sum' (value[2].price: number expected, got string)")
    }

    @Test func ignoresArguments_whenThereAreTooMany() throws {
        let state = try LuaState()
        try state.setGlobal("one", to: state.function("one") { (a: Int) in a })
        #expect(try state.run("return one(1, 2, 3)", as: Int.self) == 1)
    }

    @Test func givesNil_whenOptionalArgumentIsLeftOut() throws {
        let state = try LuaState()
        try state.setGlobal("greet", to: state.function("greet") { (name: String, title: String?) in (title ?? "no title") + " " + name })
        #expect(try state.run("return greet('Ada')", as: String.self) == "no title Ada")
        #expect(try state.run("return greet('Ada', nil)", as: String.self) == "no title Ada")
        #expect(try state.run("return greet('Ada', 'Lady')", as: String.self) == "Lady Ada")
    }

    @Test func returnsNil_whenResultIsNone() throws {
        let state = try LuaState()
        try state.setGlobal("find", to: state.function("find") { (n: Int) -> Int? in n > 0 ? n : nil })
        #expect(try state.values("return find(0), find(1)") == [.null, 1])
    }

    @Test func returnsNothing_whenClosureIsVoid() throws {
        let state = try LuaState()
        var seen: [Int] = []
        try state.setGlobal("note", to: state.function("note") { (n: Int) in seen.append(n) })
        #expect(try state.run("note(1) return select('#', note(2))", as: Int.self) == 0)
        #expect(seen == [1, 2])
    }

    @Test func takesAndReturnsAnyNumber_whenVariadic() throws {
        let state = try LuaState()
        try state.setGlobal("reverse", to: state.function(variadic: "reverse") { $0.reversed() })
        #expect(try state.values("return reverse(1, nil, 'x', { 2 })") == [[2], "x", .null, 1])
        #expect(try state.values("return reverse()") == [])
    }

    @Test func raisesBadArgument_whenVariadicOneIsNoData() throws {
        let state = try LuaState()
        try state.setGlobal("all", to: state.function(variadic: "all") { $0 })
        #expect(try failure { try state.run("all(1, print)") }.message == "bad argument #2 to 'all' (plain data expected, got function)")
    }

    @Test func returnsMoreResultsThanTheStackHad_whenVariadic() throws {
        let state = try LuaState()
        try state.setGlobal("many", to: state.function(variadic: "many") { _ in (1...1000).map { .integer($0) } })
        #expect(try state.run("local t = { many() } return t[1000]", as: Int.self) == 1000)
    }

    @Test func raisesConversion_whenResultDoesNotFit() throws {
        let state = try LuaState()
        try state.setGlobal("big", to: state.function("big") { ["n": UInt64.max] })
        let error = try failure { try state.run("big()") }
        #expect(error.message == "result.n: 18446744073709551615 is out of range for a Lua integer")
        #expect(error.line == 1)
        #expect((error.underlying as? LuaError)?.code == .conversion)
    }

    // MARK: Errors

    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }

    @Test func raisesMessageWithPosition_whenClosureThrows() throws {
        let state = try LuaState()
        try state.setGlobal("open", to: state.function("open") { throw Refusal(description: "no such door") })
        #expect(try state.values("return pcall(function()\nopen()\nend)") == [false, "test.lua:2: no such door"])
    }

    @Test func keepsSwiftError_whenItReachesTheHost() throws {
        let state = try LuaState()
        try state.setGlobal("open", to: state.function("open") { throw Refusal(description: "no such door") })
        let error = try failure { try state.run("\nopen()") }
        #expect(error.message == "no such door")
        #expect(error.line == 2)
        #expect((error.underlying as? Refusal)?.description == "no such door")
    }

    @Test func keepsSwiftError_whenScriptRaisesItAgainWithMoreText() throws {
        let state = try LuaState()
        try state.setGlobal("open", to: state.function("open") { throw Refusal(description: "no such door") })
        let error = try failure { try state.run("local _, e = pcall(open)\nerror('could not enter: ' .. e)") }
        #expect(error.message == "could not enter: no such door")
        #expect(error.underlying is Refusal)
    }

    @Test func keepsNoSwiftError_whenScriptRaisesSomethingElse() throws {
        let state = try LuaState()
        try state.setGlobal("open", to: state.function("open") { throw Refusal(description: "no such door") })
        #expect(try failure { try state.run("pcall(open) error('other')") }.underlying == nil)
    }

    @Test func keepsNoSwiftError_whenItIsOfAnEarlierCall() throws {
        let state = try LuaState()
        try state.setGlobal("open", to: state.function("open") { throw Refusal(description: "no such door") })
        try state.run("pcall(open)")
        #expect(try failure { try state.run("error('no such door')") }.underlying == nil)
    }

    @Test func tellsPlaceOfCause_whenItHasOneAndTheErrorHasNone() throws {
        let state = try LuaState()
        let open = try state.function("open") { throw LuaError(code: .syntax, message: "odd", chunk: "conf.lua", line: 9) }
        let error = try failure { try open.call() }
        #expect(error.description == "conf.lua:9: odd")
    }

    @Test func keepsNoSwiftObject_whenManyAreThrownInsidePcall() throws {
        final class Counted: Sendable {
            private static let count = Atomic<Int>(0)
            static var alive: Int { count.load(ordering: .sequentiallyConsistent) }
            init() { Self.count.add(1, ordering: .sequentiallyConsistent) }
            deinit { Self.count.subtract(1, ordering: .sequentiallyConsistent) }
        }
        struct Carrier: Error {
            let object = Counted()
        }
        let state = try LuaState()
        var most = 0
        try state.setGlobal(
            "fail",
            to: state.function("fail") {
                most = max(most, Counted.alive)
                throw Carrier()
            })
        try state.run("for i = 1, 10000 do pcall(fail) end")
        // Swift Testing notes where errors are thrown, and may hold one for a moment on another thread
        for _ in 0..<1_000_000 where Counted.alive > 0 { sched_yield() }
        #expect(Counted.alive == 0)
        #expect(most < 16)
    }

    // MARK: Calls back into Lua

    @Test func returnsResult_whenClosureCallsBackIntoTheSameState() throws {
        let state = try LuaState()
        try state.setGlobal("twice", to: state.function("twice") { (f: LuaFunction, x: Int) in try f.call(f.call(x, as: Int.self), as: Int.self) })
        #expect(try state.run("return twice(function(x) return x * 3 end, 2)", as: Int.self) == 18)
    }

    @Test func passesSameTable_whenNestedErrorGoesThrough() throws {
        let state = try LuaState()
        try state.setGlobal("call", to: state.function("call") { (f: LuaFunction) in try f.call() })
        #expect(
            try state.values(
                """
                local raised = { code = 'quota' }
                local ok, e = pcall(call, function() call(function() error(raised) end) end)
                return ok, e == raised
                """) == [false, true])
    }

    @Test func tellsFields_whenNestedErrorReachesTheHost() throws {
        let state = try LuaState()
        try state.setGlobal("call", to: state.function("call") { (f: LuaFunction) in try f.call() })
        let error = try failure { try state.run("call(function() error({ code = 'quota' }) end)") }
        #expect(error.fields == ["code": "quota"])
    }

    @Test func passesPositionOnce_whenNestedErrorIsText() throws {
        let state = try LuaState()
        try state.setGlobal("call", to: state.function("call") { (f: LuaFunction) in try f.call() })
        #expect(try state.values("return pcall(call, function()\nerror('x') end)") == [false, "test.lua:2: x"])
    }

    @Test func raisesMessage_whenAnOlderNestedErrorIsThrown() throws {
        let state = try LuaState()
        try state.setGlobal(
            "call",
            to: state.function("call") { (first: LuaFunction, second: LuaFunction) in
                do {
                    try first.call()
                } catch {
                    try? second.call()
                    throw error
                }
            })
        let values = try state.values("return pcall(call, function() error('first', 0) end, function() error('second', 0) end)")
        #expect(values == [false, "first"])
    }

    @Test func raisesMessage_whenClosureThrowsAnErrorOfAnotherState() throws {
        let state = try LuaState()
        let other = try LuaState()
        try state.setGlobal("call", to: state.function("call") { try other.run("error({ message = 'foreign' })") })
        let error = try failure { try state.run("call()") }
        #expect(error.message == "foreign")
        #expect((error.underlying as? LuaError)?.fields == ["message": "foreign"])
    }

    @Test func throwsRuntime_whenHostAndScriptCallEachOtherForever() throws {
        let state = try LuaState()
        var again: LuaFunction?
        try state.setGlobal("again", to: state.function("again") { try again!.call() })
        again = try state.load("again()", chunk: "again.lua")
        let error = try failure { try again!.call() }
        #expect(error.code == .runtime)
        #expect(error.message == "C stack overflow")
        #expect(try state.run("return 7", as: Int.self) == 7)
    }

    @Test func throwsRuntime_whenOutputHandlerAndCoroutinesRecurse() throws {
        let state = try LuaState()
        var nest: LuaFunction?
        var depth = 0
        var deepest = 0
        state.onOutput { _, _ in
            depth += 1
            deepest = max(deepest, depth)
            defer { depth -= 1 }
            try? nest!.call()
        }
        nest = try state.load(
            "local function nest(n) if n == 0 then print('x') else coroutine.wrap(nest)(n - 1) end end nest(150)", chunk: "nest.lua")
        try nest!.call()
        #expect(deepest == 1)  // the C levels of coroutines count: a second nest of 150 does not fit
    }

    @Test func staysCorrect_whenClosureMakesAnotherHostFunction() throws {
        let state = try LuaState()
        try state.setGlobal("make", to: state.function("make") { [unowned state] (n: Int) in try state.function("made") { n * 2 } })
        #expect(try state.run("return make(4)() + make(5)()", as: Int.self) == 18)
    }

    @Test func seesCallersLine_whenTracebackCrossesTheHost() throws {
        let state = try LuaState()
        try state.setGlobal("host", to: state.function("host") { throw Refusal(description: "no") })
        let error = try failure { try state.run("local function f()\n  host()\nend\nf()") }
        #expect(error.traceback?.contains("test.lua:2: in ") == true)
    }

    @Test func callsBoundClosure_withFreshArgumentsReader() throws {
        let state = try LuaState()
        let function = try state.function { stack in
            var arguments = LuaArguments(stack, function: "f")
            let first = try arguments.next(Int.self)
            let rest = try arguments.next([String].self)
            try stack.pushResult("\(first)\(rest)")
            return 1
        }
        #expect(try function.call(1, ["a"], as: String.self) == #"1["a"]"#)
    }
}
