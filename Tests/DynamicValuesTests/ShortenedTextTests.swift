import Testing

import DynamicValues

struct ShortenedTextTests {
    @Test(arguments: [
        ("", ""), ("abcd", "abcd"), ("abcde", "abcd... (5 bytes)"), ("abcä", "abc... (5 bytes)"), ("\u{1F600}x", "\u{1F600}... (5 bytes)"),
        ("a\u{1F600}", "a... (5 bytes)"),
    ])
    func cutsBetweenCharacters_whenATextIsTooLong(text: String, expected: String) {
        #expect(text.shortened(toBytes: 4) == expected)
    }

    @Test func staysAsItIs_whenItWasCutAlready() {
        #expect("abcde".shortened(toBytes: 4).shortened(toBytes: 4) == "abcd... (5 bytes)")
        #expect(("abcd... (5 bytes)" + "x").shortened(toBytes: 4) == "abcd... (18 bytes)")
    }
}
