import LuaRuntime
import Testing
@Test func adds() throws {
    let state = try LuaState()
    let add = try state.load("local a, b = ... return a + b", chunk: "add.lua")
    #expect(try add.call(20, 22, as: Int.self) == 42)
}
