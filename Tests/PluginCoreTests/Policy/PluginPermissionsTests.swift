import PluginCore
import Testing

struct PluginPermissionsTests {
    @Test(arguments: [
        ("store", .store), ("plugins", .plugins), ("timer", .timer), ("read=data/*.txt", .read("data/*.txt")), ("write=/tmp/a=b", .write("/tmp/a=b")),
        ("http=*.example.com", .http("*.example.com")), ("env=HOME", .env("HOME")), ("events=a.b", .events("a.b")), ("clock", .hostAPI("clock")),
    ] as [(String, PluginPermissions.Permission)])
    func readsAndWritesAPermission_asGrantTakesIt(text: String, permission: PluginPermissions.Permission) {
        #expect(PluginPermissions.Permission(text) == permission)
        #expect(permission.description == text)
    }

    @Test(arguments: ["", "=", "=x", "read", "read=", "store=", "store=x", "clock=x", "No Name", "Clock", "1"])
    func isNone_whenTheTextIsNoPermission(text: String) {
        #expect(PluginPermissions.Permission(text) == nil)
    }

    @Test func keepsTheOrder_andEachOnce() {
        var permissions: PluginPermissions = [.read("b"), .store]
        permissions.insert(.read("a"))
        permissions.insert(.store)
        #expect(permissions.all == [.read("b"), .store, .read("a")])
        #expect(permissions.union([.timer, .read("b")]).all == [.read("b"), .store, .read("a"), .timer])
        #expect(permissions == PluginPermissions([.read("b"), .store, .read("a")]))
    }

    @Test func tellsWhatANameCovers() {
        let permissions: PluginPermissions = [.read("b"), .store, .read("a"), .write("c")]
        #expect(permissions.contains("read"))
        #expect(permissions.contains("store"))
        #expect(!permissions.contains("timer"))
        #expect(permissions.patterns("read") == ["b", "a"])
        #expect(permissions.patterns("store") == [])
    }

    @Test func tellsWhichNamesTakeAPattern() {
        #expect(["read", "write", "http", "env", "events"].allSatisfy(PluginPermissions.takesPattern))
        #expect(!["store", "plugins", "timer", "clock"].contains(where: PluginPermissions.takesPattern))
    }
}
