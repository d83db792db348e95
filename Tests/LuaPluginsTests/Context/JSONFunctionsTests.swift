import LuaPlugins
import PluginCore
import Testing

struct JSONFunctionsTests {
    private func results(_ body: String) async throws -> [DynamicValue] { try await Host().results("local json = ctx.json \(body)") }

    @Test(arguments: [
        ("{ b = 1, a = { 1, 2.5, 'x', true } }", #"{"a":[1,2.5,"x",true],"b":1}"#),
        ("{}", "[]"), ("'a/b'", #""a/b""#), ("9007199254740993", "9007199254740993"), ("nil", "null"), ("'\\xff'", #"{"base64":"/w=="}"#),
        ("{ a = json.null }", #"{"a":null}"#), ("json.array({ 1, nil, 3 })", "[1,null,3]"), ("{ 1, json.null }", "[1,null]"),
    ])
    func writesJSON_whenValueIsPlain(value: String, json: String) async throws {
        #expect(try await results("return json.encode(\(value))") == [.string(json)])
    }

    @Test(arguments: [
        ("json.encode(0/0)", "value: JSON has no NaN"), ("json.encode({ a = { 1 / 0 } })", "value.a[1]: JSON has no inf"),
        ("json.encode()", "bad argument #1 to 'ctx.json.encode' (value expected, got no value)"),
        ("json.encode(print)", "bad argument #1 to 'ctx.json.encode' (plain data expected, got function)"),
        ("json.decode(5)", "bad argument #1 to 'ctx.json.decode' (string expected, got integer)"),
        ("json.array()", "bad argument #1 to 'ctx.json.array' (table expected, got no value)"),
        ("json.array('a')", "bad argument #1 to 'ctx.json.array' (table expected, got string)"),
    ])
    func raises_whenArgumentIsWrong(call: String, message: String) async throws {
        let error = try await failure { try await results("return \(call)") }
        #expect(error.message == message)
        #expect(error.location == "plugin_test.lua:1")
    }

    @Test func raises_whenTextIsNotJSON() async throws {
        #expect(try await failure { try await results("json.decode('{')") }.message.hasPrefix("not valid JSON"))
    }

    @Test func readsJSON_whenTextIsJSON() async throws {
        #expect(
            try await results(#"local v = json.decode('{"a":[1,2.5,null],"n":9007199254740993}') return v.a[1], v.a[2], v.a[3] == json.null, #v.a, v.n, math.type(v.a[1])"#)
                == [1, 2.5, true, 3, 9_007_199_254_740_993, "integer"])
    }

    @Test func isTheSameText_whenDecodedAndEncodedAgain() async throws {
        #expect(try await results(#"return json.encode(json.decode('{"a":null,"b":[null]}'))"#) == [#"{"a":null,"b":[null]}"#])
    }

    @Test func givesTheTableBack_whenMarkedAsArray() async throws {
        #expect(try await results("local t = {} return json.array(t) == t, json.array({ 1 }, 2)") == [true, [1]])
    }

    @Test func isNull_whenNullIsReturned() async throws {
        #expect(try await results("return { json.null }, type(json.null)") == [[.null], "userdata"])
    }
}
