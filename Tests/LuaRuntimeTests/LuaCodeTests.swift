@testable import LuaRuntime
import Testing

/// Functions that are kept compiled.
struct LuaCodeTests {
    private static let text = "local n = ...\nlocal function double(x) return x * 2 end\nif n < 0 then error('below zero') end\nreturn double(n)"

    private func code(_ text: String = text) throws -> LuaCode {
        let state = try LuaState()
        return try state.load(text, chunk: "double.lua").compiled()
    }

    @Test func doesAsTheTextDoes_inAnotherState() throws {
        let state = try LuaState()
        #expect(try state.load(try code(), chunk: "double.lua").call(21, as: Int.self) == 42)
    }

    @Test func tellsFileAndLine_whenItRaises() throws {
        let state = try LuaState()
        let function = try state.load(try code(), chunk: "double.lua")
        #expect(try failure { try function.call(-1) }.description == "double.lua:3: below zero")
    }

    @Test func countsAgainstTheQuota() throws {
        let long = "return {" + String(repeating: "{ 1 },", count: 20_000) + "}"
        let code = try code(long)
        let state = try LuaState(LuaConfiguration(memoryQuota: 128 * 1024))
        #expect(try failure { try state.load(code, chunk: "long.lua").call() }.code == .memory)
    }

    @Test func isNotToBeHad_ofAStateThatIsClosed() throws {
        let state = try LuaState()
        let function = try state.load(Self.text, chunk: "double.lua")
        state.close()
        #expect(try failure { try function.compiled() }.code == .closed)
    }

    @Test func isRefusedAsAText() throws {
        let bytes: [UInt8] = [0x1B] + Array("Lua".utf8)
        #expect(try failure { try LuaState().load(bytes: bytes, chunk: "code.lua") }.code == .syntax)
    }
}
