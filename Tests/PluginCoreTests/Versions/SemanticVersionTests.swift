import Foundation
import PluginCore
import Testing

struct SemanticVersionTests {
    // MARK: Reading

    // semver.org's own list, and the examples of the specification's text
    @Test(arguments: [
        "0.0.4", "1.2.3", "10.20.30", "1.1.2-prerelease+meta", "1.1.2+meta", "1.1.2+meta-valid", "1.0.0-alpha", "1.0.0-beta",
        "1.0.0-alpha.beta", "1.0.0-alpha.beta.1", "1.0.0-alpha.1", "1.0.0-alpha0.valid", "1.0.0-alpha.0valid",
        "1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay", "1.0.0-rc.1+build.1", "2.0.0-rc.1+build.123", "1.2.3-beta",
        "10.2.3-DEV-SNAPSHOT", "1.2.3-SNAPSHOT-123", "1.0.0", "2.0.0", "1.1.7", "2.0.0+build.1848", "2.0.1-alpha.1227",
        "1.0.0-alpha+beta", "1.2.3----RC-SNAPSHOT.12.9.1--.12+788", "1.2.3----R-S.12.9.1--.12+meta", "1.2.3----RC-SNAPSHOT.12.9.1--.12",
        "1.0.0+0.build.1-rc.10000aaa-kk-0.1", "1.0.0-0A.is.legal", "1.0.0-0.3.7", "1.0.0-x.7.z.92", "1.0.0-x-y-z.--", "1.0.0-alpha+001",
        "1.0.0+20130313144700", "1.0.0-beta+exp.sha.5114f85", "1.0.0+21AF26D3----117B344092BD", "18446744073709551615.0.0",
        "1.0.0-99999999999999999999999",
    ])
    func readsAndWritesAVersion_toTheLetter(text: String) {
        #expect(SemanticVersion(text)?.description == text)
    }

    @Test(arguments: [
        "", "1", "1.2", "1.2.3-0123", "1.2.3-0123.0123", "1.1.2+.123", "+invalid", "-invalid", "-invalid+invalid", "-invalid.01", "alpha",
        "alpha.beta", "alpha.beta.1", "alpha.1", "alpha+beta", "alpha_beta", "alpha.", "alpha..", "beta", "1.0.0-alpha_beta", "-alpha.",
        "1.0.0-alpha..", "1.0.0-alpha..1", "1.0.0-alpha...1", "1.0.0-alpha....1", "1.0.0-alpha.....1", "1.0.0-alpha......1",
        "1.0.0-alpha.......1", "01.1.1", "1.01.1", "1.1.01", "1.2.3.DEV", "1.2-SNAPSHOT", "1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788",
        "1.2-RC-SNAPSHOT", "-1.0.3-gamma+b.7789", "+justmeta", "9.8.7+meta+meta", "9.8.7-whatever+meta+meta",
        "99999999999999999999999.999999999999999999.99999999999999999----RC-SNAPSHOT.12.09.1--------------------------------..12",
        "v1.2.3", " 1.2.3", "1.2.3 ", "1.2.3\n", "1.2.3-", "1.2.3+", "1.2.3-+b", "1..3", "+1.2.3", "1.2.-3", "1.2.٣", "1.2.3-é", "1.2.3\u{301}",
        "1.2.3-\u{301}a", "1.2.3.4", "00.0.0",
    ])
    func isNone_whenTheTextIsNoVersion(text: String) {
        #expect(SemanticVersion(text) == nil)
    }

    @Test(arguments: ["18446744073709551616.0.0", "99999999999999999999999.999999999999999999.99999999999999999"])
    func isNone_whenANumberNeedsMoreThan64Bits(text: String) {
        #expect(SemanticVersion(text) == nil)
    }

    @Test func tellsItsParts() {
        let version = SemanticVersion(1, 2, 3, prerelease: ["rc", "1"], build: ["exp", "sha"])
        #expect(version == "1.2.3-rc.1+exp.sha")
        #expect(version.description == "1.2.3-rc.1+exp.sha")
        #expect(SemanticVersion(1, 2, 3) == "1.2.3")
    }

    // MARK: Precedence

    @Test(arguments: [
        ["1.0.0", "2.0.0", "2.1.0", "2.1.1"],
        ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"],
        ["1.9.0", "1.10.0", "1.11.0-a", "1.11.0", "2.0.0-a"],
        ["1.0.0-9", "1.0.0-10", "1.0.0-99999999999999999998", "1.0.0-99999999999999999999", "1.0.0-100000000000000000000"],
        ["1.0.0-0", "1.0.0-9", "1.0.0--", "1.0.0--1", "1.0.0-0A", "1.0.0-A", "1.0.0-Z", "1.0.0-a", "1.0.0-a-", "1.0.0-aa"],
    ])
    func comesBeforeEachLaterOne_andAfterNone(texts: [String]) throws {
        let versions = try texts.map { try #require(SemanticVersion($0)) }
        for (i, a) in versions.enumerated() {
            for (j, b) in versions.enumerated() {
                #expect((a < b) == (i < j), "\(a) < \(b)")
                #expect(a.hasSamePrecedence(as: b) == (i == j), "\(a) and \(b)")
            }
        }
    }

    @Test func leavesBuildOutOfPrecedence_andInEquality() {
        let (a, b): (SemanticVersion, SemanticVersion) = ("1.0.0+1", "1.0.0+2")
        #expect(!(a < b) && !(b < a))
        #expect(a.hasSamePrecedence(as: b))
        #expect(a != b)
        #expect(Set([a, b, "1.0.0+1"]).count == 2)
    }

    // MARK: Codable

    @Test func isAString_inJSON() throws {
        let version: SemanticVersion = "1.2.0-rc.1+5"
        #expect(String(decoding: try JSONEncoder().encode([version]), as: UTF8.self) == #"["1.2.0-rc.1+5"]"#)
        #expect(try JSONDecoder().decode([SemanticVersion].self, from: Data(#"["1.2.0-rc.1+5"]"#.utf8)) == [version])
    }

    @Test func saysWhatIsWrong_whenItsJSONIsNoVersion() throws {
        let error = #expect(throws: DecodingError.self) { try JSONDecoder().decode(SemanticVersion.self, from: Data(#""1.2""#.utf8)) }
        guard case .dataCorrupted(let context)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(context.debugDescription == "'1.2' is not a semantic version such as 1.2.0")
    }
}
