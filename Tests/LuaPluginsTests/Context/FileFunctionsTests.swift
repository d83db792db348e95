import Foundation
import LuaPlugins
import PluginCore
import Testing

struct FileFunctionsTests {
    let folder = TemporaryFolder()

    private func host(_ grants: PluginPermissions) -> Host { Host(PluginPolicy(grants: grants, root: folder.path)) }

    /// What `run`, a function of `ctx` and `lines` with this body, returns. Reading is granted everywhere below the root.
    private func results(_ body: String, grants: PluginPermissions = [.read("**")]) async throws -> [DynamicValue] {
        try await host(grants).run("permissions = { read = { '**' } }, run = function(ctx) local lines = ctx.fs.lines \(body) end").call("run", arguments: [])
    }

    private func read(_ path: String, grants: PluginPermissions = [.read("**")]) async throws -> [DynamicValue] {
        try await results("local all = {} for line in lines('\(path)') do all[#all + 1] = line end return all", grants: grants)
    }

    @Test(arguments: [
        ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\n\nb\n", ["a", "", "b"]), ("\r\n\0x", ["\r", "\0x"]),
    ] as [(String, [String])])
    func givesLinesWithoutLineFeeds_whenFileIsRead(text: String, lines: [String]) async throws {
        folder.write("a.txt", text)
        #expect(try await read("a.txt") == [.array(lines.map { .string($0) })])
    }

    @Test func givesWholeLines_whenTheyAreLongerThanTheBuffer() async throws {
        let lines = [65535, 65536, 65537, 200_000, 0, 1].map { String(repeating: "x", count: $0) }
        folder.write("a.txt", lines.joined(separator: "\n"))
        #expect(try await results("local n = {} for line in lines('a.txt') do n[#n + 1] = #line end return n") == [[65535, 65536, 65537, 200_000, 0, 1]])
    }

    @Test func keepsBytes_whenTheyAreNotUTF8() async throws {
        folder.write("a.txt", bytes: [0xFF, 0x0A, 0xFE])
        #expect(try await read("a.txt") == [[.bytes([0xFF]), .bytes([0xFE])]])
    }

    @Test func raises_whenLineIsLongerThanThePluginsMemory() async throws {
        folder.write("a.txt", String(repeating: "x", count: 3 << 20))
        let host = Host(PluginPolicy(grants: [.read("**")], root: folder.path))
        let reader = try await host.run("limits = { memory_mb = 1 }, permissions = { read = { '*' } }, run = function(ctx) for line in ctx.fs.lines('a.txt') do end end")
        #expect(try await failure { try await reader.call("run") }.message == "a line of '\(folder.path)/a.txt' is longer than 1048576 bytes")
    }

    @Test func givesLine_whenMemoryHasNoLimit() async throws {
        folder.write("a.txt", "a")
        let host = Host(PluginPolicy(limits: PluginLimits(memory: nil), grants: [.read("*")], root: folder.path))
        let plugin = try await host.run("permissions = { read = { '*' } }, run = function(ctx) return ctx.fs.lines('a.txt')() end")
        #expect(try await plugin.call("run", as: String.self) == "a")
    }

    @Test func isDenied_whenNothingToReadIsAskedFor() async throws {
        folder.write("a.txt", "a")
        let plugin = try await host([.read("**")]).run("permissions = { read = {} }, run = function(ctx) ctx.fs.lines('a.txt') end")
        #expect(
            try await failure { try await plugin.call("run") }.message
                == "ctx.fs.lines needs the permission 'read=a.txt': ask for it in the plugin's permissions, then grant it")
    }

    @Test func isDenied_whenNoGlobCoversThePath() async throws {
        folder.write("a.txt", "a")
        let error = try await failure { try await read("a.txt", grants: [.read("*.csv"), .read("b/*")]) }
        #expect(error.code == .denied)
        #expect(error.message == "ctx.fs.lines needs the permission 'read=a.txt': grant it by the policy's grants, or --grant read=a.txt")
        #expect(error.location == "plugin_test.lua:1")
    }

    @Test func raises_whenThereIsNoSuchFile() async throws {
        let error = try await failure { try await read("none.txt") }
        #expect(error.message == "cannot open '\(folder.path)/none.txt': no such file or directory")
        #expect(error.code == .runtime)
    }

    @Test(arguments: [".", "sub"])
    func raises_whenPathIsAFolder(path: String) async throws {
        folder.write("sub/a.txt", "a")
        #expect(try await failure { try await read(path) }.message.hasSuffix("': it is no regular file"))
    }

    @Test func raises_whenPathIsAPipe() async throws {
        #expect(mkfifo(folder("pipe"), 0o600) == 0)
        #expect(try await failure { try await read("pipe") }.message == "cannot read '\(folder.path)/pipe': it is no regular file")
    }

    @Test func raises_whenReadFails() async throws {
        let error = try await failure { try await read("/proc/self/mem", grants: [.read("/proc/**")]) }
        #expect(error.message.hasSuffix("/mem': input/output error"))
    }

    @Test func raises_whenPathHasANULByte() async throws {
        folder.write("secret.key", "secret")
        folder.write("data/a.txt", "a")
        for path in ["secret.key\\0.txt", "data/none/../../secret.key\\0/b.txt"] {
            #expect(try await failure { try await read(path, grants: [.read("**/*.txt"), .read("*.txt")]) }.message == "a path cannot have a NUL byte")
        }
    }

    @Test func complains_whenPathIsNoText() async throws {
        #expect(try await failure { try await results("lines(5)") }.message == "bad argument #1 to 'ctx.fs.lines' (string expected, got integer)")
    }

    // MARK: Files that are open

    @Test func isNil_whenReadPastItsEnd() async throws {
        folder.write("a.txt", "a\nb")
        #expect(try await results("local next = lines('a.txt') return next(), next(), next(), (next())") == ["a", "b", .null, .null])
    }

    @Test func isAtItsEnd_whenItsLoopWasLeft() async throws {
        folder.write("a.txt", "a\nb\nc")
        #expect(try await results("local next, s, c, guard = lines('a.txt') for line in next, s, c, guard do break end return (next())") == [.null])
    }

    @Test func closesFile_whenLoopsAreLeft() async throws {
        folder.write("a.txt", "a\nb\n")
        #expect(try await results("local n = 0 for i = 1, 200 do for line in lines('a.txt') do n = n + 1 break end end return n") == [200])
    }

    @Test func closesFile_whenLoopRaises() async throws {
        folder.write("a.txt", "a\nb\n")
        #expect(try await results("for i = 1, 200 do pcall(function() for line in lines('a.txt') do error('x') end end) end return 'done'") == ["done"])
    }

    @Test func closesFile_whenItIsReadToItsEnd() async throws {
        folder.write("a.txt", "a")
        #expect(try await results("local all = {} for i = 1, 200 do local next = lines('a.txt') all[i] = next next() next() end return #all") == [200])
    }

    @Test func raises_whenTooManyFilesAreBegun() async throws {
        folder.write("a.txt", "a")
        let error = try await failure { try await results("local all = {} for i = 1, 65 do all[i] = lines('a.txt') ctx.log.info(i) end") }
        #expect(error.message == "more than 64 files are open: read each to its end, or leave its loop")
    }

    @Test func readsSideBySide_whenSeveralFilesAreOpen() async throws {
        folder.write("a.txt", "1\n2")
        folder.write("b.txt", "3\n4")
        #expect(try await results("local a, b = lines('a.txt'), lines('b.txt') return a(), b(), a(), b()") == ["1", "3", "2", "4"])
    }

    @Test func canBePulledFrom_whenAProviderReturnsIt() async throws {
        folder.write("a.txt", "1\n2")
        let plugin = try await host([.read("*")]).run("permissions = { read = { '*' } }, provide = function(ctx) return ctx.fs.lines('a.txt') end", type: "provider")
        let items = try await plugin.provide(.null)
        #expect(try await [items.next(), items.next(), items.next()] == ["1", "2", nil])
    }

    // MARK: Where relative paths start

    @Test func startsFromPluginsFolder_whenHostNamesNoRoot() async throws {
        folder.write("plugins/a.txt", "here")
        let path = folder.write(
            "plugins/plugin_test.lua", Host.text("permissions = { read = { '*' } }, run = function(ctx) return ctx.fs.lines('a.txt')() end"))
        let manager = Host(PluginPolicy(grants: [.read("*.txt")])).manager
        try await manager.load(path)
        try await manager.initialize()
        #expect(try await manager.call("test", "run") == ["here"])
    }

    @Test func startsFromPluginItself_whenThatIsAFolder() async throws {
        folder.write("plugin_test/a.txt", "inside")
        folder.write("plugin_test/init.lua", Host.text("permissions = { read = { '*' } }, run = function(ctx) return ctx.fs.lines('a.txt')() end"))
        let manager = Host(PluginPolicy(grants: [.read("*.txt")])).manager
        try await manager.load(folder("plugin_test"))
        try await manager.initialize()
        #expect(try await manager.call("test", "run") == ["inside"])
    }

    @Test func startsFromWorkingFolder_whenPluginIsFromMemory() async throws {
        let plugin = try await Host(PluginPolicy(grants: [.read("*")])).run("permissions = { read = { '*' } }, run = function(ctx) ctx.fs.lines('no such file') end")
        #expect(
            try await failure { try await plugin.call("run") }.message
                == "cannot open '\(FileManager.default.currentDirectoryPath)/no such file': no such file or directory")
    }

    @Test func raises_whenPathIsEmpty() async throws {
        #expect(try await failure { try await read("") }.message == "a path cannot be empty")
    }

    @Test(arguments: ["sub/../../secret.txt", "link.txt"])
    func namesWhereAPathLeads_whenThatIsNotGranted(path: String) async throws {
        let secret = folder.write("secret.txt", "secret")
        folder.write("root/sub/a.txt", "a")
        try FileManager.default.createSymbolicLink(atPath: folder("root/link.txt"), withDestinationPath: secret)
        let host = Host(PluginPolicy(grants: [.read("**")], root: folder("root")))
        let plugin = try await host.run("permissions = { read = { '**' } }, run = function(ctx) ctx.fs.lines('\(path)') end")
        let real = Discovery.real(secret)
        #expect(
            try await failure { try await plugin.call("run") }.message
                == "ctx.fs.lines needs the permission 'read=\(real)', which is where '\(path)' leads: grant it by the policy's grants, or --grant read=\(real)")
    }

    @Test(arguments: ["a[1].txt", "sub/../a[1].txt"])
    func suggestsAGrantThatWorks_whenAPathIsDenied(path: String) async throws {
        folder.write("a[1].txt", "a")
        folder.write("sub/b.txt", "b")
        let error = try await failure { try await read(path, grants: []) }
        let grant = try #require(error.message.firstMatch(of: /'read=([^']+)'/)?.output.1)
        #expect(try await read(path, grants: [.read(String(grant))]) == [["a"]])
    }
}
