import LuaRuntime
import PluginCore
import Testing

@testable import LuaPlugins

struct PluginErrorLuaTests {
    @Test(arguments: [
        (LuaError.Code.syntax, PluginError.Code.syntax, "correct the line and load again"),
        (.memory, .memory, "let the plugin hold less, or raise the policy's limit of memory"),
        (.cpuLimit, .timeout, "let the plugin do less in one call, or raise the policy's limit of time"),
        (.wallLimit, .timeout, "let the plugin do less in one call, or raise the policy's limit of time"),
        (.conversion, .conversion, nil), (.closed, .closed, "load it again"), (.runtime, .runtime, nil), (.yield, .runtime, nil),
    ] as [(LuaError.Code, PluginError.Code, String?)])
    func hasPluginsCodeAndAdvice_whenLuaFails(code: LuaError.Code, expected: PluginError.Code, hint: String?) {
        let error = PluginError(lua: LuaError(code: code, message: "m", traceback: "t", fields: ["a": 1]), phase: .initialize)
        #expect(error.code == expected)
        #expect(error.hint == hint)
        #expect(error.message == "m")
        #expect(error.phase == .initialize)
        #expect(error.traceback == "t")
        #expect(error.fields == ["a": 1])
        #expect((error.underlying as? LuaError)?.code == code)
    }

    @Test(arguments: [("a.lua", 5, "a.lua:5"), ("a.lua", nil, "a.lua"), (nil, 5, nil)] as [(String?, Int?, String?)])
    func namesChunkAndLine_whenTheyAreKnown(chunk: String?, line: Int?, location: String?) {
        #expect(PluginError(lua: LuaError(code: .runtime, message: "m", chunk: chunk, line: line), phase: .call).location == location)
    }

    @Test func keepsCodeAndAdvice_whenAPluginErrorIsBehindIt() {
        let cause = PluginError(code: .denied, phase: .call, message: "no", hint: "grant it")
        let error = PluginError(lua: LuaError(code: .runtime, message: "x: no", underlying: cause), phase: .call)
        #expect(error.code == .denied)
        #expect(error.hint == "grant it")
        #expect((error.underlying as? PluginError)?.message == "no")
    }

    @Test func givesAdviceOnce_whenMessageHasIt() {
        let cause = PluginError(code: .denied, phase: .call, message: "no", hint: "grant it")
        #expect(PluginError(lua: LuaError(code: .runtime, message: "no: grant it", underlying: cause), phase: .call).hint == nil)
    }

    @Test func keepsLimitsCode_whenAPluginErrorIsBehindIt() {
        let cause = PluginError(code: .denied, phase: .call, message: "no")
        #expect(PluginError(lua: LuaError(code: .memory, message: "m", underlying: cause), phase: .call).code == .memory)
    }
}
