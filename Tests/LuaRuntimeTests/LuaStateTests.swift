import CLuaBridge
import LuaRuntime
import Testing

struct LuaStateTests {
    @Test func returnsSum_whenLoadedTextIsCalled() throws {
        let state = try LuaState()
        let add = try state.load("local a, b = ... return a + b", chunk: "add.lua")
        #expect(try add.call(20, 22, as: Int.self) == 42)
    }

    @Test func compilesText_whenGivenAsBytes() throws {
        let state = try LuaState()
        #expect(try state.load(bytes: Array("return 'x'".utf8), chunk: "x.lua").call(as: String.self) == "x")
    }

    @Test func compilesEmptyText_toFunctionWithoutResults() throws {
        let state = try LuaState()
        #expect(try state.load(bytes: [], chunk: "x.lua").call(dynamic: []) == [])
    }

    // MARK: Globals

    @Test func scriptSeesGlobal_whenHostSetsIt() throws {
        let state = try LuaState()
        try state.setGlobal("limit", to: ["max": 7])
        #expect(try state.run("return limit.max", as: Int.self) == 7)
    }

    @Test func hostReadsGlobal_whenScriptSetIt() throws {
        let state = try LuaState()
        try state.run("answer = 42")
        #expect(try state.global("answer", as: Int.self) == 42)
    }

    @Test func readsNil_whenGlobalIsMissing() throws {
        let state = try LuaState()
        #expect(try state.global("nothing", as: Int?.self) == nil)
    }

    @Test func namesGlobal_whenItsValueDoesNotFit() throws {
        let state = try LuaState()
        let error = try failure { try state.global("print", as: Int.self) }
        #expect(error.message == "global.print: number expected, got function")
        #expect(error.code == .conversion)
    }

    @Test func namesGlobal_whenValueCannotBeGiven() throws {
        let state = try LuaState()
        let error = try failure { try state.setGlobal("big", to: ["n": UInt64.max]) }
        #expect(error.message == "global.big.n: 18446744073709551615 is out of range for a Lua integer")
    }

    // MARK: Closing

    @Test func throwsClosed_whenTextIsLoadedAfterClose() throws {
        let state = try LuaState()
        state.close()
        let error = try failure { try state.load("return 1", chunk: "x.lua") }
        #expect(error.code == .closed)
        #expect(error.message == "the Lua state is closed: keep it open as long as its functions and tables are used")
    }

    @Test func throwsClosed_whenSettingsAreChangedAfterClose() throws {
        let state = try LuaState()
        state.close()
        #expect(try failure { try state.setMemoryQuota(1) }.code == .closed)
        #expect(try failure { try state.setTimeLimits(cpu: nil, wall: nil) }.code == .closed)
        #expect(try failure { try state.global("x", as: Int?.self) }.code == .closed)
        #expect(try failure { try state.setGlobal("x", to: 1) }.code == .closed)
        #expect(try failure { try state.function("f") { 1 } }.code == .closed)
    }

    @Test func doesNothing_whenClosedTwice() throws {
        let state = try LuaState()
        #expect(!state.isClosed)
        state.close()
        state.close()
        #expect(state.isClosed)
    }

    @Test func reportsNoMemoryAndNoTime_whenClosed() throws {
        let state = try LuaState(LuaConfiguration(accountsCPUTime: true))
        try state.run("for i = 1, 1000 do end")
        state.close()
        #expect(state.memoryUsed == 0)
        #expect(state.memoryPeak == 0)
        #expect(state.cpuTime == .zero)
    }

    @Test func letsGoOfClosures_whenClosed() throws {
        final class Captured {}
        weak var captured: Captured?
        let state = try LuaState()
        do {
            let object = Captured()
            captured = object
            try state.setGlobal("f", to: state.function("f") { _ = object })
            state.onOutput { _, _ in _ = object }
        }
        #expect(captured != nil)
        state.close()
        #expect(captured == nil)
    }

    @Test func staysUsable_whenClosureIsReleasedThatOwnsAHandle() throws {
        let state = try LuaState()
        let other = try LuaState()
        let handle = try other.load("return 1", chunk: "x.lua")
        try state.setGlobal("f", to: state.function("f") { try handle.call(as: Int.self) })
        state.close()
        #expect(try handle.call(as: Int.self) == 1)
    }

    // MARK: Finalizers of a full environment run while it closes

    @Test func refusesHostCall_whenFinalizerMakesItDuringClose() throws {
        let state = try LuaState(LuaConfiguration(environment: .full))
        var calls = 0
        try state.setGlobal("host", to: state.function("host") { (_: LuaFunction) in calls += 1 })
        try state.run("setmetatable({}, { __gc = function() host(print) end })")
        state.close()
        #expect(calls == 0)
    }

    @Test func refusesHostCall_whenFinalizerMakesItDuringRelease() throws {
        var calls = 0
        do {
            let state = try LuaState(LuaConfiguration(environment: .full))
            try state.setGlobal("host", to: state.function("host") { calls += 1 })
            try state.run("setmetatable({}, { __gc = function() host() end })")
        }
        #expect(calls == 0)
    }

    // MARK: Accounting

    @Test func addsUpCPUTime_whenAskedTo() throws {
        let state = try LuaState(LuaConfiguration(accountsCPUTime: true))
        try state.run("for i = 1, 100000 do end")
        let first = state.cpuTime
        try state.run("for i = 1, 100000 do end")
        #expect(first > .zero)
        #expect(state.cpuTime > first)
    }

    @Test func keepsNoCPUTime_whenNotAskedTo() throws {
        let state = try LuaState()
        try state.run("for i = 1, 100000 do end")
        #expect(state.cpuTime == .zero)
    }

    // MARK: Durations

    @Test(arguments: [
        (Duration.milliseconds(20), 20_000_000), (.zero, 1), (.nanoseconds(-5), 1), (.seconds(-10_000_000_000), 1),
        (.seconds(9_000_000_000), .max), (.seconds(Int64.max), .max), (.seconds(1), 1_000_000_000),
    ] as [(Duration, Int64)])
    func clampsNanoseconds(of duration: Duration, to expected: Int64) {
        #expect(duration.wholeNanoseconds == expected)
    }
}
