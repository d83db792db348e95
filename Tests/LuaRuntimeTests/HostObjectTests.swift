import CLuaBridge
import LuaRuntime
import Testing

struct HostObjectTests {
    final class Door {
        let close: () -> Void
        var opened = 0
        init(_ close: @escaping () -> Void = {}) { self.close = close }
        deinit { close() }
    }

    /// A global function `door` that gives the script a new object.
    private func stateWithDoor(_ closed: @escaping () -> Void) throws -> LuaState {
        let state = try LuaState()
        try state.setGlobal(
            "door",
            to: state.function { (stack: LuaStack) -> Int32 in
                stack.push(object: Door(closed))
                return 1
            })
        return state
    }

    @Test func isOpaque_whenScriptLooksAtIt() throws {
        let state = try stateWithDoor {}
        #expect(try state.run("return type(door())", as: String.self) == "userdata")
        #expect(try state.run("return getmetatable(door())", as: Bool.self) == false)
        #expect(try state.run("return tostring(door())", as: String.self).hasPrefix("host object: "))
        #expect(try failure { try state.run("door().x = 1") }.code == .runtime)
    }

    @Test func isNoData_whenAskedForAsData() throws {
        let state = try stateWithDoor {}
        #expect(try failure { try state.values("return door()") }.message == "result: plain data expected, got userdata")
    }

    @Test func isReleased_whenScriptLetsGoOfIt() throws {
        var closed = 0
        let state = try stateWithDoor { closed += 1 }
        try state.run("door() for i = 1, 200000 do local t = {} end")
        #expect(closed == 1)
    }

    @Test func isReleasedOnce_whenCloseVariableEnds() throws {
        var closed = 0
        let state = try stateWithDoor { closed += 1 }
        try state.setGlobal("closed", to: state.function("closed") { closed })
        #expect(try state.run("do local d <close> = door() end return closed()", as: Int.self) == 1)
        try state.run("for i = 1, 200000 do local t = {} end")
        #expect(closed == 1)
    }

    final class Closable: LuaClosable {
        let closed: () -> Void
        init(_ closed: @escaping () -> Void) { self.closed = closed }
        func close() { closed() }
    }

    @Test func isClosed_onlyWhenACloseVariableEnds() throws {
        let state = try LuaState()
        var closed = 0
        try state.setGlobal(
            "open",
            to: state.function { (stack: LuaStack) -> Int32 in
                stack.push(object: Closable { closed += 1 })
                return 1
            })
        try state.run("open() for i = 1, 200000 do local t = {} end")
        #expect(closed == 0)
        try state.run("do local d <close> = open() end")
        #expect(closed == 1)
    }

    @Test func isReleased_whenStateCloses() throws {
        var closed = 0
        let state = try stateWithDoor { closed += 1 }
        try state.run("kept = door()")
        #expect(closed == 0)
        state.close()
        #expect(closed == 1)
    }

    @Test func mayUseItsState_whenItIsReleased() throws {
        let state = try LuaState()
        try state.setGlobal(
            "door",
            to: state.function { [unowned state] (stack: LuaStack) -> Int32 in
                stack.push(object: Door { try? state.setGlobal("seen", to: true) })
                return 1
            })
        try state.run("do local d <close> = door() end")
        #expect(try state.global("seen", as: Bool?.self) == true)
    }

    @Test func givesBoundObject_whenMethodIsCalled() throws {
        let state = try LuaState()
        let door = Door()
        let open = try state.register { stack in
            let door = try #require(stack.boundObject as? Door)
            door.opened += 1
            try stack.push(door.opened)
            return 1
        }
        try state.setGlobal(
            "bind",
            to: state.function { (stack: LuaStack) -> Int32 in
                stack.push(method: open, of: door)
                return 1
            })
        #expect(try state.run("local open = bind() open() return open()", as: Int.self) == 2)
    }

    @Test func losesBoundObject_whenMethodClosesIt() throws {
        let state = try LuaState()
        var closed = 0
        let method = try state.register { stack in
            let isOpen = stack.boundObject != nil
            stack.closeBoundObject()
            try stack.push(isOpen)
            return 1
        }
        try state.setGlobal(
            "bind",
            to: state.function { (stack: LuaStack) -> Int32 in
                stack.push(method: method, of: Door { closed += 1 })
                return 1
            })
        #expect(try state.values("local use = bind() return use(), use()") == [true, false])
        #expect(closed == 1)
    }

    @Test func hasNoBoundObject_whenFunctionIsNoMethod() throws {
        let state = try LuaState()
        let function = try state.function { (stack: LuaStack) -> Int32 in
            try stack.push(stack.boundObject == nil)
            return 1
        }
        #expect(try function.call(as: Bool.self))
    }

    @Test func closesObject_whenItIsAnArgument() throws {
        var closed = 0
        let state = try stateWithDoor { closed += 1 }
        try state.setGlobal(
            "shut",
            to: state.function { (stack: LuaStack) -> Int32 in
                stack.close(objectAt: 1)
                return 0
            })
        try state.run("d = door() shut(d) shut(d) shut(print) shut('x') shut()")
        #expect(closed == 1)
        try state.run("do local d <close> = d end shut(d)")
        #expect(closed == 1)
    }

    @Test func isNoObject_whenUserdataIsNotOurs() throws {
        let state = try LuaState(LuaConfiguration(environment: .full))
        var found: [Bool] = []
        try state.setGlobal(
            "look",
            to: state.function { (stack: LuaStack) -> Int32 in
                var number: Int64 = 0
                found.append(plu_to_object(stack.thread, 1, &number))
                return 0
            })
        try state.run("look(io.stdout) look(nil) look({})")
        #expect(found == [false, false, false])
    }

    @Test func tellsFunctions_whenAskedForTheKindOfAnArgument() throws {
        let state = try LuaState()
        let kinds = try state.function { (stack: LuaStack) -> Int32 in
            try stack.push("\(stack.isFunction(at: 1)) \(stack.isNil(at: 2)) \(stack.isNil(at: 9)) \(stack.count)")
            return 1
        }
        #expect(try kinds.call(kinds, Int?.none, 3, as: String.self) == "true true true 3")
    }

    @Test func readsAllArguments_whenAskedToAsPlainValues() throws {
        let state = try LuaState()
        let all = try state.function { (stack: LuaStack) -> Int32 in
            let values = try stack.readAll(stack.count)
            stack.pop(to: 0)
            stack.pushNil()
            try stack.push(values)
            return 2
        }
        #expect(try all.call(dynamic: [1, "x"]) == [.null, [1, "x"]])
        #expect(try all.call(dynamic: [1]) == [.null, [1]])
        #expect(try all.call(dynamic: []) == [.null, []])
    }
}
