import Testing

@testable import PluginCore

struct ShortenedTextTests {
    @Test(arguments: [
        ("", ""), ("abcd", "abcd"), ("abcde", "abcd... (5 bytes)"), ("abcä", "abc... (5 bytes)"), ("\u{1F600}x", "\u{1F600}... (5 bytes)"),
        ("a\u{1F600}", "a... (5 bytes)"),
    ])
    func cutsBetweenCharacters_whenATextIsTooLong(text: String, expected: String) {
        #expect(text.shortened(toBytes: 4) == expected)
    }

    @Test func keepsLocationAndHint_whenAMessageIsCut() {
        let error = PluginError(code: .runtime, phase: .call, message: String(repeating: "x", count: 5000), hint: "less", location: "a.lua:1")
        #expect(error.explanation == String(repeating: "x", count: 4096) + "... (5000 bytes) (a.lua:1): less")
        #expect(error.message.count == 5000)
    }
}
