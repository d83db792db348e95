import Foundation
import PluginCore
import Testing

struct PluginDependencyTests {
    @Test(arguments: [
        ("text", "text"),
        ("text 1.2.0", "text =1.2.0"),
        ("text =1.2.0", "text =1.2.0"),
        ("text >=1.2.0 <2.0.0", "text >=1.2.0 <2.0.0"),
        ("  text\t>= 1.2.0\n<   2.0.0 ", "text >=1.2.0 <2.0.0"),
        ("a-b_c1 >1.0.0-rc.1+5 <=1.0.0", "a-b_c1 >1.0.0-rc.1+5 <=1.0.0"),
    ])
    func readsNameAndBounds(text: String, written: String) throws {
        #expect(try PluginDependency(text).description == written)
        #expect(try PluginDependency(written) == PluginDependency(text))
    }

    @Test(arguments: [
        ("", .name("")), ("  ", .name("")), ("Text", .name("Text")), (">=1.0.0", .name(">=1.0.0")), ("text>=1.0.0", .name("text>=1.0.0")),
        ("text >=", .bound(">=")), ("text >= 1", .bound(">=1")), ("text 1.2", .bound("1.2")), ("text ==1.0.0", .bound("==1.0.0")),
        ("text =>1.0.0", .bound("=>1.0.0")), ("text ~1.0.0", .bound("~1.0.0")), ("text >=1.0.0, <2.0.0", .bound(">=1.0.0,")),
        ("text > = 1.0.0", .bound(">=")), ("text 1.0.0 other", .bound("other")),
    ] as [(String, PluginDependency.ParseError)])
    func namesThePartThatIsWrong(text: String, error: PluginDependency.ParseError) {
        #expect(throws: error) { try PluginDependency(text) }
    }

    @Test(arguments: [
        ("t", ["0.0.1", "9.9.9-rc"], []),
        ("t 1.2.0", ["1.2.0", "1.2.0+build"], ["1.2.1", "1.2.0-rc", "1.1.9"]),
        ("t <1.2.0", ["1.1.9", "1.2.0-rc"], ["1.2.0", "1.2.0+build", "1.2.1"]),
        ("t <=1.2.0", ["1.1.9", "1.2.0", "1.2.0+build"], ["1.2.1"]),
        ("t >1.2.0", ["1.2.1", "1.3.0-rc"], ["1.2.0", "1.2.0+build", "1.2.0-rc"]),
        ("t >=1.2.0", ["1.2.0", "1.2.0+build", "2.0.0"], ["1.2.0-rc", "1.1.9"]),
        ("t >=1.2.0 <2.0.0", ["1.2.0", "1.99.0"], ["1.1.0", "2.0.0"]),
        ("t >2.0.0 <1.0.0", [], ["0.1.0", "1.5.0", "3.0.0"]),
    ])
    func allowsTheVersions_thatEveryBoundAllows(text: String, allowed: [String], refused: [String]) throws {
        let dependency = try PluginDependency(text)
        for version in allowed { #expect(dependency.allows(try #require(SemanticVersion(version))), "\(version)") }
        for version in refused { #expect(!dependency.allows(try #require(SemanticVersion(version))), "\(version)") }
    }

    @Test func isAString_inJSON() throws {
        let dependency = PluginDependency(name: "text")
        #expect(String(decoding: try JSONEncoder().encode([dependency]), as: UTF8.self) == #"["text"]"#)
        #expect(try JSONDecoder().decode([PluginDependency].self, from: Data(#"["text > 1.0.0"]"#.utf8)) == [PluginDependency("text >1.0.0")])
    }

    @Test func saysWhatIsWrong_whenItsJSONIsNoDependency() throws {
        let error = #expect(throws: DecodingError.self) { try JSONDecoder().decode(PluginDependency.self, from: Data(#""text ~1""#.utf8)) }
        guard case .dataCorrupted(let context)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(context.debugDescription == "'text ~1' is no dependency such as 'text >=1.2.0 <2.0.0'")
    }
}
