import Foundation
import LuaRuntime
import Testing

/// The sandbox's library functions are the bridge's own where their work grows with their data: they must do as Lua's.
struct LibraryDifferenceTests {
    /// What a script of Tests/Fixtures/libraries returns, line by line.
    private static func lines<each A: Encodable>(
        _ script: String, _ environment: LuaConfiguration.Environment, _ arguments: repeat each A
    ) throws -> [String] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: tests.appendingPathComponent("Fixtures/libraries/\(script)"), encoding: .utf8)
        let state = try LuaState(LuaConfiguration(environment: environment))
        let bytes = try state.load(text, chunk: script).call(repeat each arguments, as: Data.self)
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func expectSame(_ ours: [String], _ theirs: [String]) {
        #expect(ours.count == theirs.count)
        for (ours, theirs) in zip(ours, theirs) where ours != theirs {
            #expect(ours == theirs)
        }
    }

    @Test(arguments: [1, 2, 3])
    func doesAsLua_whenCallsAreGenerated(seed: Int) throws {
        let ours = try Self.lines("generated.lua", .sandboxed, seed, 8000)
        #expect(ours.count >= 8000)
        Self.expectSame(ours, try Self.lines("generated.lua", .full, seed, 8000))
    }

    @Test func doesAsLua_whenCallsAreAtTheEdges() throws {
        let ours = try Self.lines("edges.lua", .sandboxed)
        #expect(ours.count > 200)
        Self.expectSame(ours, try Self.lines("edges.lua", .full))
    }

    // MARK: where Lua 5.4.4 does not return

    @Test func limitsDepthAgain_whenIteratorOfGmatchIsCalledAfterAnError() throws {
        let state = try LuaState()
        let values = try state.values(
            """
            local step = ('a'):rep(300000):gmatch(('a?'):rep(300000))
            local _, first = pcall(step)
            local _, second = pcall(step)
            return first, second
            """)
        #expect(values == ["pattern too complex", "pattern too complex"])
    }

    @Test func returnsAtOnce_whenNothingIsRepeated() throws {
        #expect(try LuaState().run("return #(''):rep(math.maxinteger)", as: Int.self) == 0)
    }
}
