import LuaPlugins
import PluginCore
import Testing

struct ManifestTests {
    /// The error of a script with this table, without who it is about and where.
    private func complaint(_ table: String) async throws -> String {
        let error = try await failure { try await Host().manager.load(source: "return \(table)", name: "plugin_test.lua") }
        #expect(error.location == "plugin_test.lua")
        #expect((error.underlying as? PluginError)?.code == .metadata)
        return error.message + ": " + (error.hint ?? "")
    }

    @Test func readsEveryField_whenTableHasThem() async throws {
        let host = Host()
        let plugin = try await host.load(
            """
            description = 'd', author = 'a', dependencies = { 'other >=1.2.0 <2.0.0', 'more' },
            permissions = { store = true, timer = false, greeter = true, read = { 'a/*', 'b' }, http = {} },
            config = { size = { type = 'integer', default = 3 } },
            limits = { cpu_ms = 50, wall_ms = 0.5, memory_mb = 16 },
            initialize = function() end, cleanup = function() end, process = function() end, more = function() end
            """)
        #expect(
            plugin.metadata
                == PluginMetadata(
                    name: "test", version: "1.0.0", description: "d", author: "a",
                    dependencies: ["other >=1.2.0 <2.0.0", "more"], pluginType: .processor,
                    entryPoint: "plugin_test.lua"))
        #expect(plugin.declaration.permissions == [.hostAPI("greeter"), .read("a/*"), .read("b"), .store])
        #expect(plugin.declaration.config.properties == ["size": .init(type: .integer, default: 3)])
        #expect(plugin.declaration.limits == DeclaredLimits(cpu: .milliseconds(50), wall: .microseconds(500), memory: 16 * 1024 * 1024))
        #expect(plugin.operations == ["process", "more"])
        #expect(plugin.warnings == [])
    }

    @Test func leavesFieldsEmpty_whenTableLacksThem() async throws {
        let plugin = try await Host().load("")
        #expect(plugin.metadata == PluginMetadata(name: "test", version: "1.0.0", pluginType: .processor, entryPoint: "plugin_test.lua"))
        #expect(plugin.declaration == PluginDeclaration())
        #expect(plugin.operations == [])
    }

    @Test(arguments: [
        ("", "'name' is missing, expected a string: add it to the table that the script returns"),
        ("name = 'a'", "'version' is missing, expected a string such as \"1.2.0\": add it to the table that the script returns"),
        ("name = 'a', version = '1.0.0'", "'plugin_type' is missing, expected one of provider, processor, storage, monitor: add it to the table that the script returns"),
        ("name = 'a', version = '1.0.0', plugin_type = 'proccessor'", "'plugin_type' must be one of provider, processor, storage, monitor, found 'proccessor': did you mean 'processor'?"),
        ("name = 'a', version = '1.0.0', plugin_type = 'x'", "'plugin_type' must be one of provider, processor, storage, monitor, found 'x': choose one of them"),
        ("name = 'a', version = '1.0', plugin_type = 'processor'", "'version' must be a semantic version such as 1.2.0, found '1.0': write it as MAJOR.MINOR.PATCH"),
        ("name = 'A b', version = '1.0.0', plugin_type = 'processor'", "'name' must be a lower-case letter, then letters, digits, '_' or '-', at most 64 in all, found 'A b': rename the plugin"),
        ("name = 7, version = '1.0.0', plugin_type = 'processor'", "'name' must be a string, found an integer: correct it in the table that the script returns"),
        ("name = false, version = '1.0.0', plugin_type = 'processor'", "'name' must be a string, found a boolean: correct it in the table that the script returns"),
        ("name = '\\xff', version = '1.0.0', plugin_type = 'processor'", "'name' must be a string, found a string: correct it in the table that the script returns"),
    ])
    func namesField_whenRequiredOneIsWrong(table: String, message: String) async throws {
        #expect(try await complaint("{ \(table) }") == message)
    }

    @Test(arguments: [
        ("description = 5", "'description' must be a string, found an integer"),
        ("description = function() end", "'description' must be plain data, found what cannot be read (table.description: plain data expected, got function)"),
        ("author = { 'a' }", "'author' must be a string, found an array"),
        ("dependencies = 'a'", "'dependencies' must be an array of strings, found the string 'a'"),
        ("dependencies = { 5 }", "'dependencies' must be an array of strings, found an integer in it"),
        ("dependencies = { a = '1' }", "'dependencies' must be an array of strings, found a table"),
        ("permissions = true", "'permissions' must be a table such as { store = true }, found a boolean"),
        ("permissions = { 'store' }", "'permissions' must be a table such as { store = true }, found an array"),
        ("permissions = { read = true }", "'permissions.read' must be an array of globs"),
        ("permissions = { write = { 5 } }", "'permissions.write' must be an array of globs"),
        ("permissions = { http = { '' } }", "'permissions.http' must be an array of host names"),
        ("permissions = { env = 'HOME' }", "'permissions.env' must be an array of variable names"),
        ("permissions = { events = { a = 'b' } }", "'permissions.events' must be an array of topics"),
        ("permissions = { store = 1 }", "'permissions.store' must be true"),
        ("permissions = { sotre = 1 }", "'permissions.sotre' must be true, or did you mean 'store'?"),
        ("permissions = { ['A b'] = true }", "'permissions.A b' must be true"),
        ("config = 5", "'config' must be a table of descriptions, found an integer"),
        ("limits = 5", "'limits' must be a table such as { cpu_ms = 50 }, found an integer"),
        ("limits = { cpu_ms = 'x' }", "'limits.cpu_ms' must be a number above 0, found a string"),
        ("limits = { cpu_ms = {} }", "'limits.cpu_ms' must be a number above 0, found a table"),
        ("limits = { wall_ms = 0 }", "'limits.wall_ms' must be a number above 0, found 0.0"),
        ("limits = { memory_mb = -1 }", "'limits.memory_mb' must be a number above 0, found -1.0"),
        ("limits = { cpu_ms = 1/0 }", "'limits.cpu_ms' must be a number above 0, found inf"),
        ("limits = { cpu_ms = 1e12 }", "'limits.cpu_ms' must be a number above 0, found 1000000000000.0"),
        ("initialize = 5", "'initialize' must be a function, found a number"),
        ("cleanup = 'x'", "'cleanup' must be a function, found a string"),
        ("provide = {}", "'provide' must be a function, found a table"),
        ("process = true", "'process' must be a function, found a boolean"),
        ("put = 1", "'put' must be a function, found a number"),
        ("get = 1", "'get' must be a function, found a number"),
        ("delete = 1", "'delete' must be a function, found a number"),
        ("list = 1", "'list' must be a function, found a number"),
        ("observe = 1", "'observe' must be a function, found a number"),
    ])
    func tellsWhatWasExpectedAndFound_whenFieldHasAWrongType(field: String, message: String) async throws {
        let table = "{ name = 'test', version = '1.0.0', plugin_type = 'processor', \(field) }"
        #expect(try await complaint(table) == message + ": correct it in the table that the script returns")
    }

    @Test(arguments: [
        ("desciption = 'x'", "unknown key 'desciption': did you mean 'description'?"),
        ("permisions = {}", "unknown key 'permisions': did you mean 'permissions'?"),
        ("proces = 5", "unknown key 'proces': did you mean 'process'?"),
        ("colour = 'red'", "unknown key 'colour': remove it, or make it a function to offer it as an operation"),
        ("'x'", "unknown key '[1]': remove it, or make it a function to offer it as an operation"),
        ("[2.5] = function() end", "unknown key '[2.5]': remove it, or make it a function to offer it as an operation"),
        ("entry_point = 'x'", "'entry_point' is filled in by the loader: remove it"),
        ("concurrency = 'seriel'", "'concurrency' must be one of interleaved, serial, parallel, found 'seriel': did you mean 'serial'?"),
        ("concurrency = 'x'", "'concurrency' must be one of interleaved, serial, parallel, found 'x': choose one of them, or leave it out"),
        ("concurrency = 5", "'concurrency' must be a string, found an integer: correct it in the table that the script returns"),
        ("limits = { cpu_sm = 5 }", "unknown key 'limits.cpu_sm': did you mean 'cpu_ms'?"),
        ("limits = { speed = 5 }", "unknown key 'limits.speed': use cpu_ms, wall_ms or memory_mb"),
        ("dependencies = { 'other >>1' }", "'dependencies' has 'other >>1', where '>>1' is not understood: write a name and comparators, such as 'text >=1.2.0 <2.0.0'"),
        ("dependencies = { 'Other' }", "'dependencies' has 'Other', where 'Other' is not understood: write a name and comparators, such as 'text >=1.2.0 <2.0.0'"),
        ("config = { size = 5 }", "'config.size': must be a table such as { type = \"integer\" }, found integer: correct the description of that key"),
    ])
    func saysHowToPutItRight_whenKeyIsWrong(field: String, message: String) async throws {
        #expect(try await complaint("{ name = 'test', version = '1.0.0', plugin_type = 'processor', \(field) }") == message)
    }

    @Test(arguments: [
        ("for i = 1, 253 do t['o' .. i] = print end", nil),
        ("for i = 1, 254 do t['o' .. i] = print end", "the plugin's table may have 256 keys, found more: offer fewer operations, or one that is told by an argument what to do"),
        ("t[('o'):rep(128)] = print", nil),
        ("t[('o'):rep(129)] = print", "an operation's name may have 128 bytes, found 129 in '\(String(repeating: "o", count: 128))... (129 bytes)': shorten it"),
        ("t.dependencies = {} for i = 1, 256 do t.dependencies[i] = 'p' .. i end", nil),
        ("t.dependencies = {} for i = 1, 257 do t.dependencies[i] = 'p' .. i end", "'dependencies' may have 256 entries, found 257: remove some, or make several plugins"),
        ("t.config = {} for i = 1, 257 do t.config['k' .. i] = { type = 'integer' } end", "'config' may have 256 entries, found 257: remove some, or make several plugins"),
        ("t.permissions = {} for i = 1, 257 do t.permissions['p' .. i] = true end", "'permissions' may have 256 entries, found 257: remove some, or make several plugins"),
        ("t.permissions = { read = {} } for i = 1, 257 do t.permissions.read[i] = 'p' .. i end", "'permissions.read' may have 256 entries, found 257: remove some, or make several plugins"),
        ("t.description = ('x'):rep(256 * 1024)", nil),
        ("t.description = ('x'):rep(256 * 1024 + 1)", "'description' may take 256 KB, found more: shorten it"),
    ] as [(String, String?)])
    func tellsHowMuchATableMayHold_whenItHoldsMore(change: String, message: String?) async throws {
        let text = "local t = { name = 'test', version = '1.0.0', plugin_type = 'processor' } \(change) return t"
        do {
            try await Host().manager.load(source: text, name: "plugin_test.lua")
            #expect(message == nil)
        } catch let error as PluginError {
            #expect(error.message + ": " + (error.hint ?? "") == message)
            #expect((error.underlying as? PluginError)?.code == .metadata)
            #expect(error.plugin == "test")
        }
    }

    @Test(arguments: [("", PluginConcurrency.interleaved), ("concurrency = 'interleaved'", .interleaved), ("concurrency = 'serial'", .serial), ("concurrency = 'parallel'", .parallel)])
    func knowsWhichCallsMayBeUnderWay(field: String, concurrency: PluginConcurrency) async throws {
        #expect(try await Host().load(field).declaration.concurrency == concurrency)
    }

    @Test(arguments: ["on", "health", "configure", "activation", "engine", "http"])
    func refusesKey_whenItIsReservedForLater(key: String) async throws {
        for value in ["function() end", "5"] {
            #expect(
                try await complaint("{ name = 'test', version = '1.0.0', plugin_type = 'processor', \(key) = \(value) }")
                    == "'\(key)' is reserved and not supported by this version of Perilune: remove it")
        }
    }

    @Test func refusesTable_whenItHasAMetatable() async throws {
        #expect(try await complaint("setmetatable({}, {})") == "the plugin's table has a metatable: return a plain table")
    }

    @Test(arguments: [("return 5", "integer"), ("return 'x'", "string"), ("", "nothing"), ("return nil", "nil"), ("return print", "function")])
    func saysWhatCameBack_whenScriptReturnsNoTable(text: String, found: String) async throws {
        let error = try await failure { try await Host().manager.load(source: text, name: "plugin_test.lua") }
        #expect(
            error.description == "plugin_test: the script must return a table, found \(found) (plugin_test.lua): "
                + "end it with 'return { name = ..., version = ..., plugin_type = ... }'")
    }

    @Test func isAboutThePlugin_whenItsNameIsKnown() async throws {
        let error = try await failure { try await Host().load("colour = 1") }
        #expect(error.plugin == "test")
        #expect(error.code == .load)
        #expect(error.phase == .metadata)
    }

    @Test(arguments: [
        ("processor", "proces = function() end", ["operation 'proces' is close to 'process': did you mean that?", "a processor has the operation 'process', which is missing"]),
        ("processor", "", ["a processor has the operation 'process', which is missing"]),
        ("provider", "", ["a provider has the operation 'provide', which is missing"]),
        ("storage", "get = function() end", ["put", "delete", "list"].map { "a storage has the operation '\($0)', which is missing" }),
        ("monitor", "", ["a monitor has the operation 'observe', which is missing"]),
        ("monitor", "observe = function() end, spin = function() end", []),
        ("processor", "process = function() end, pus = function() end, bet = function() end, provid = function() end, bo = function() end, one = function() end", []),
        ("storage", "put = function() end, get = function() end, delete = function() end, list = function() end, lst = function() end, pu = function() end", ["operation 'lst' is close to 'list': did you mean that?"]),
    ])
    func warns_whenOperationIsMissingOrMisspelled(type: String, body: String, warnings: [String]) async throws {
        #expect(try await Host().load(body, type: type).warnings == warnings)
    }

    @Test func countsAsMinimum_whenDeclaredLimitIsLower() async throws {
        let host = Host()
        let plugin = try await host.run("limits = { memory_mb = 1 }, process = function() return ('x'):rep(2 << 20) end")
        let error = try await failure { try await plugin.process("x") }
        #expect(error.message == "not enough memory: the quota is 1048576 bytes")
    }

    @Test func staysAtHostsLimit_whenDeclaredLimitIsHigher() async throws {
        let host = Host(PluginPolicy(limits: PluginLimits(memory: 1 << 20)))
        let plugin = try await host.run("limits = { memory_mb = 100 }, process = function() return ('x'):rep(2 << 20) end")
        let error = try await failure { try await plugin.process("x") }
        #expect(error.message == "not enough memory: the quota is 1048576 bytes")
    }

    @Test func isNoWayAroundTheLimit_whenDeclaredMemoryIsLessThanAByte() async throws {
        let plugin = try await Host().load("limits = { memory_mb = 1e-9 }, initialize = function() return ('x'):rep(100) end")
        let policy = PluginPolicy()
        let error = try await failure { try await plugin.initialize(context(for: plugin, policy)) }
        #expect(error.code == .memory)
    }

    private func context(for plugin: LuaPlugin, _ policy: PluginPolicy) -> PluginContext {
        PluginContext(
            metadata: plugin.metadata, config: [:], policy: policy, logger: Logger(label: "test"), monitor: PluginMonitor(), store: nil,
            status: PluginStatus(), callPlugin: { _, _, _, _ in [] })
    }
}
