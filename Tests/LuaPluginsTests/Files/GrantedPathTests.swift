import Foundation
import PluginCore
import Testing

@testable import LuaPlugins

struct GrantedPathTests {
    let folder = TemporaryFolder()

    private func isGranted(_ path: String, _ glob: String, root: String? = nil) -> Bool {
        let root = root ?? folder.path
        return GrantedPath(path, root: root).matches(glob, root: root)
    }

    @Test(arguments: [
        ("a.txt", "a.txt", true), ("a.txt", "*.txt", true), ("a.txt", "*", true), ("a.txt", "?.txt", true), ("ab.txt", "?.txt", false),
        ("a.txt", "[ab].txt", true), ("c.txt", "[ab].txt", false), ("*", "\\*", true), ("a", "\\*", false), ("a.csv", "*.txt", false),
        ("sub/a.txt", "*", false), ("sub/a.txt", "*.txt", false), ("sub/a.txt", "*/*.txt", true), ("sub/a.txt", "sub/?.txt", true),
        ("a.txt", "**", true), ("sub/deep/a.txt", "**", true), ("a.txt", "**/*.txt", true), ("sub/deep/a.txt", "**/*.txt", true),
        ("sub/deep/a.txt", "sub/**/a.txt", true), ("sub/a.txt", "sub/**/a.txt", true), ("other/a.txt", "sub/**/a.txt", false),
        ("sub/a.txt", "**/deep/*", false), ("sub/deep/a.txt", "**/deep/**", true), ("sub", "sub/**", true), ("sub", "sub/*", false),
        ("sub/", "sub", true), ("sub//a.txt", "./sub/a.txt", true), (".hidden", "*", false), (".hidden", ".*", true), (".hidden", "**", true),
        ("A.txt", "a.txt", false), ("a.txt", "", false), ("a.txt", "a.txt/x", false),
    ])
    func matchesGlob_whenStarsStayInsideOfAFolder(path: String, glob: String, isGranted: Bool) {
        #expect(self.isGranted(path, glob) == isGranted)
    }

    @Test(arguments: ["../secret", "sub/../../secret", "./../secret", "none/../../secret", "sub/none/../../../secret", "/etc/passwd", "../../../../../../../../etc/passwd"])
    func isNotGranted_whenPathLeavesTheRoot(path: String) {
        folder.write("root/sub/a.txt", "")
        #expect(!isGranted(path, "**", root: folder("root")))
    }

    @Test(arguments: ["sub/../a.txt", "./a.txt", "none/../a.txt", "none/./deep/../../a.txt"])
    func isGranted_whenPathComesBack(path: String) {
        folder.write("a.txt", "")
        folder.write("sub/b.txt", "")
        #expect(isGranted(path, "a.txt"))
        #expect(GrantedPath(path, root: folder.path).resolved == folder("a.txt"))
    }

    @Test(arguments: ["link/secret", "link/none", "none/../link/secret", "sub/../link/none/../secret", "link/../root/link/secret", "file"])
    func isNotGranted_whenALinkLeadsOut(path: String) {
        folder.write("outside/secret", "")
        folder.write("root/sub/x", "")
        folder.link("root/link", to: "../outside")
        folder.link("root/file", to: "../outside/secret")
        #expect(!isGranted(path, "**", root: folder("root")))
    }

    @Test func isGranted_whenALinkStaysInside() {
        folder.write("sub/a.txt", "")
        folder.link("link", to: "sub")
        #expect(isGranted("link/a.txt", "sub/*"))
        #expect(isGranted("sub/a.txt", "link/*"))
        #expect(isGranted("link/a.txt", "link/a.txt"))
    }

    @Test func isGranted_whenTheRootIsALink() {
        folder.write("real/a.txt", "")
        folder.link("root", to: "real")
        #expect(isGranted("a.txt", "*", root: folder("root")))
        #expect(isGranted(folder("real/a.txt"), "*", root: folder("root")))
    }

    @Test func goesUpFromWhereALinkLeads_whenDotsFollowIt() {
        folder.write("other/deep/x", "")
        folder.write("other/a.txt", "")
        folder.link("link", to: "other/deep")
        #expect(GrantedPath("link/../a.txt", root: folder.path).resolved == folder("other/a.txt"))
        #expect(GrantedPath("link/../none.txt", root: folder.path).resolved == folder("other/none.txt"))
    }

    @Test func isGranted_whenGlobIsAbsolute() {
        folder.write("a.txt", "")
        #expect(isGranted("a.txt", folder("*"), root: folder.path))
        #expect(isGranted(folder("a.txt"), folder("*"), root: "/"))
        #expect(!isGranted("/etc/passwd", "*", root: folder.path))
        #expect(isGranted("/etc/passwd", "/etc/*", root: folder.path))
    }

    @Test func startsFromWorkingFolder_whenRootIsRelative() {
        let here = FileManager.default.currentDirectoryPath
        #expect(GrantedPath("no such file", root: ".").resolved == GrantedPath(here, root: "/").resolved + "/no such file")
        #expect(isGranted("no such file", "*", root: "."))
    }

    @Test(arguments: [("/", "/"), ("/..", "/"), ("/../none", "/none"), ("//none//x/", "/none/x"), ("/none/../..", "/")])
    func isAbsoluteWithoutDots_whenPathDoesNotExist(path: String, resolved: String) {
        #expect(GrantedPath(path, root: "/tmp").resolved == resolved)
    }

    @Test(arguments: [
        (.read("a/*"), [.read("a/*")], true), (.read("a/*"), [.write("a/*")], false), (.read("a/*.txt"), [.read("a/*")], true),
        (.read("a/*"), [.read("a/*.txt")], false), (.read("a/**"), [.read("a/*")], false), (.read("a/**"), [.read("**")], true),
        (.read("a/x"), [.read("b"), .read("a/?")], true), (.store, [.store], true), (.store, [], false), (.http("a.b"), [.http("*.b")], false),
    ] as [(PluginPermissions.Permission, PluginPermissions, Bool)])
    func coversWhatIsAsked_whenAGlobTakesAllOfIt(asked: PluginPermissions.Permission, grants: PluginPermissions, isCovered: Bool) {
        #expect(GrantedPath.covers(asked, by: grants, root: folder.path) == isCovered)
    }
}
