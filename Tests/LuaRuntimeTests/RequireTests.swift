import LuaRuntime
import Testing

struct RequireTests {
    struct NoModule: Error, CustomStringConvertible {
        var description: String
    }

    /// A state that finds these modules, and the names it was asked for.
    private func state(_ modules: [String: String]) throws -> (LuaState, () -> [String]) {
        let state = try LuaState()
        var asked: [String] = []
        state.onRequire { name in
            asked.append(name)
            guard let text = modules[name] else { throw NoModule(description: "module '\(name)' not found: looked in words/\(name).lua") }
            return LuaModule(text: Array(text.utf8), chunk: "words/\(name).lua")
        }
        return (state, { asked })
    }

    @Test func runsModuleOnce_whenRequiredTwice() throws {
        let (state, asked) = try state(["util": "runs = (runs or 0) + 1 return { name = ... }"])
        #expect(try state.run("return require 'util' == require 'util'", as: Bool.self))
        #expect(try state.global("runs", as: Int.self) == 1)
        #expect(asked() == ["util"])
        #expect(try state.run("return require 'util'.name", as: String.self) == "util")
    }

    @Test func givesTrue_whenModuleReturnsNil() throws {
        let (state, _) = try state(["util": "x = 1"])
        #expect(try state.values("return require 'util', require 'util'") == [true, true])
    }

    @Test func givesFalse_whenModuleReturnsFalse() throws {
        let (state, asked) = try state(["util": "return false"])
        #expect(try state.values("return require 'util', require 'util'") == [false, false])
        #expect(asked() == ["util"])
    }

    @Test func raises_whenModulesRequireEachOther() throws {
        let (state, _) = try state(["a": "return require 'b'", "b": "return require 'a'"])
        let error = try failure { try state.run("require 'a'") }
        #expect(error.message == "module 'a' is in a require loop, or failed when it was first required")
        #expect(error.chunk == "words/b.lua")
        #expect(error.line == 1)
    }

    @Test func raises_whenModuleFails() throws {
        let (state, _) = try state(["bad": "\nerror('broken')"])
        let error = try failure { try state.run("require 'bad'") }
        #expect(error.description == "words/bad.lua:2: broken")
    }

    @Test func raises_whenModuleFailedBefore() throws {
        let (state, asked) = try state(["bad": "error('broken')"])
        _ = try failure { try state.run("require 'bad'") }
        #expect(try failure { try state.run("require 'bad'") }.message.contains("failed when it was first required"))
        #expect(asked() == ["bad"])
    }

    @Test func raisesWithPosition_whenModuleIsNotFound() throws {
        let (state, _) = try state([:])
        let error = try failure { try state.run("\nrequire 'none'") }
        #expect(error.description == "test.lua:2: module 'none' not found: looked in words/none.lua")
    }

    @Test func asksAgain_whenModuleWasNotFound() throws {
        let (state, asked) = try state([:])
        try state.run("pcall(require, 'none') pcall(require, 'none')")
        #expect(asked() == ["none", "none"])
    }

    @Test func raises_whenHostSharesNoModules() throws {
        let state = try LuaState()
        #expect(try failure { try state.run("require 'x'") }.message == "module 'x' not found: the host shares no modules")
    }

    @Test func tellsModulesChunk_whenItIsNotLua() throws {
        let (state, _) = try state(["bad": "\n= 1"])
        let error = try failure { try state.run("require 'bad'") }
        #expect(error.message == "words/bad.lua:2: unexpected symbol near '='")
    }

    @Test func asksAgain_whenModuleWasNotLua() throws {
        let (state, asked) = try state(["bad": "="])
        try state.run("pcall(require, 'bad') pcall(require, 'bad')")
        #expect(asked() == ["bad", "bad"])
    }

    @Test func refusesBytecode_whenModuleIsBytes() throws {
        let (state, _) = try state(["bin": "\u{1B}Lua"])
        #expect(try failure { try state.run("require 'bin'") }.message.contains("attempt to load a binary chunk"))
    }

    @Test func raisesBadArgument_whenNameIsNoText() throws {
        let (state, _) = try state([:])
        #expect(try failure { try state.run("require {}") }.message == "bad argument #1 to 'require' (string expected, got table)")
    }

    @Test func findsModule_whenCalledFromACoroutine() throws {
        let (state, _) = try state(["util": "return { x = 7 }"])
        #expect(try state.run("return coroutine.wrap(function() return require 'util'.x end)()", as: Int.self) == 7)
    }

    @Test func mayCallTheState_whenFindingAModule() throws {
        let state = try LuaState()
        state.onRequire { [unowned state] name in
            let text = try state.run("return 'return \"' .. ... .. '\"'", name, as: String.self)
            return LuaModule(text: Array(text.utf8), chunk: name)
        }
        #expect(try state.run("return require 'made'", as: String.self) == "made")
    }
}
