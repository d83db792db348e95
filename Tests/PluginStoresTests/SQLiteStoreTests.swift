#if Stores
    import Foundation
    import GRDB
    import LuaPlugins
    import PluginCore
    import PluginStores
    import Testing

    struct SQLiteStoreTests {
        private let temporary: TemporaryStore
        private var store: SQLiteStore { temporary.store }

        struct Broken: Error {}

        init() throws { temporary = try TemporaryStore() }

        // MARK: Values

        static let values: [DynamicValue] = [
            .null, true, 0, -7, .integer(.max), .integer(.min), 1.5, 1e300, "", "text", "a\nb\u{0}c\u{1F600}", [], [1, [2, .null]], [:],
            ["a": ["b": [1, 2.5, "c"]], "": .null, "ä": false], .bytes([]), .bytes([0, 0xFF]), [.bytes([0xFF]), "text"],
            ["deep": [["bytes": .bytes([0xFE, 0])]]],
            // what looks like bytes in JSON, beside bytes and alone
            ["base64": "aGk="], ["base64": ["aGk="]], [.bytes([0xFF]), ["base64": "aGk="]], [.bytes([0xFF]), ["base64": ["aGk="]]],
            [.bytes([0xFF]), ["base64": []]], ["base64": .bytes([0xFF])], ["base64": .bytes([0xFF]), "more": 1],
            [.bytes([0xFF]), ["base64": "no base64!"]],
        ]

        @Test(arguments: values)
        func givesValueBack_whenItIsPlain(value: DynamicValue) throws {
            try store.put("key", value, in: "a")
            let read = try #require(try store.get("key", in: "a"))
            #expect(read == value || (value == [:] && read == [:]))
            #expect(try store.transaction(in: "a") { try $0.get("key") } == read)
        }

        @Test func isReadableJSON_whenValueHasNoBytes() throws {
            try store.put("key", ["b": [1, 2], "a": "ä"], in: "a")
            #expect(try temporary.text("SELECT CAST(value AS TEXT) FROM item") == #"{"a":"ä","b":[1,2]}"#)
        }

        @Test(arguments: [Double.nan, .infinity, -.infinity])
        func refusesValue_whenJSONHasNone(number: Double) throws {
            let error = try failure { try store.put("key", ["a": [.number(number)]], in: "a") }
            #expect(error.code == .store)
            #expect(error.message == "the value cannot be stored: value.a[1]: JSON has no \(number.isNaN ? "NaN" : "\(number)")")
            #expect(error.hint == "store plain data")
            #expect(try store.get("key", in: "a") == nil)
        }

        @Test func replacesValue_whenKeyIsThere() throws {
            try store.put("key", 1, in: "a")
            try store.put("key", .bytes([0xFF]), in: "a")
            #expect(try store.get("key", in: "a") == .bytes([0xFF]))
            #expect(try store.list(prefix: "", in: "a") == ["key"])
        }

        @Test func givesNothing_whenKeyIsNotThere() throws {
            #expect(try store.get("key", in: "a") == nil)
            #expect(try !store.delete("key", in: "a"))
        }

        @Test func isGone_whenDeleted() throws {
            try store.put("key", 1, in: "a")
            #expect(try store.delete("key", in: "a"))
            #expect(try store.get("key", in: "a") == nil)
        }

        @Test func keepsApart_whenNamespacesDiffer() throws {
            try store.put("key", 1, in: "a")
            try store.put("key", 2, in: "b")
            #expect(try store.delete("key", in: "a"))
            #expect(try store.get("key", in: "b") == 2)
            #expect(try store.list(prefix: "", in: "a") == [])
        }

        // MARK: Keys

        @Test(arguments: [
            ("", ["", "%", "%1", "A", "_", "_1", "a", "a%", "ab", "ä", "äö", "\u{1F600}x"]),
            ("%", ["%", "%1"]), ("_", ["_", "_1"]), ("a", ["a", "a%", "ab"]), ("a%", ["a%"]), ("A", ["A"]), ("ä", ["ä", "äö"]),
            ("\u{1F600}", ["\u{1F600}x"]), ("'", []), ("a*", []),
        ])
        func listsKeysInTheOrderOfTheirBytes_whenTheyStartWithPrefix(prefix: String, keys: [String]) throws {
            for key in ["ab", "ä", "%1", "_1", "a", "A", "a%", "%", "_", "", "äö", "\u{1F600}x"] { try store.put(key, 1, in: "a") }
            #expect(try store.list(prefix: prefix, in: "a") == keys)
            #expect(try store.transaction(in: "a") { try $0.list(prefix: prefix) } == keys)
        }

        @Test func tellsApart_whenKeysAreSpelledWithOtherBytes() throws {
            try store.put("\u{E9}", 1, in: "a")
            #expect(try store.get("e\u{301}", in: "a") == nil)
            #expect(try store.list(prefix: "e", in: "a") == [])
        }

        @Test func refusesKey_whenItHasANULByte() throws {
            try store.put("a", 1, in: "a")
            let bodies: [(any PluginStoreTransaction) throws -> Any?] = [
                { try $0.put("a\0b", 2) }, { try $0.get("a\0b") }, { try $0.delete("a\0b") }, { try $0.list(prefix: "a\0") },
            ]
            for body in bodies {
                let error = try failure { _ = try store.transaction(in: "a", body) }
                #expect(error.description == "a key cannot have a NUL byte: store it under another key")
                #expect(error.code == .store)
            }
            #expect(try failure { try store.get("a\0b", in: "a") }.code == .store)
            #expect(try failure { try store.list(prefix: "a\0", in: "a") }.code == .store)
            #expect(try store.get("a", in: "a") == 1)
        }

        // MARK: Transactions

        @Test func keepsAll_whenTransactionEnds() throws {
            let seen = try store.transaction(in: "a") { transaction in
                try transaction.put("x", 1)
                try transaction.put("y", 2)
                try transaction.delete("x")
                return (try transaction.get("y"), try transaction.get("x"), try transaction.list(prefix: ""))
            }
            #expect(seen.0 == 2)
            #expect(seen.1 == nil)
            #expect(seen.2 == ["y"])
            #expect(try store.list(prefix: "", in: "a") == ["y"])
        }

        @Test func keepsNothingAndThrowsTheSame_whenBodyThrows() throws {
            try store.put("x", 1, in: "a")
            #expect(throws: Broken.self) {
                try store.transaction(in: "a") { transaction in
                    try transaction.put("x", 2)
                    try transaction.put("y", 2)
                    throw Broken()
                }
            }
            #expect(try store.get("x", in: "a") == 1)
            #expect(try store.list(prefix: "", in: "a") == ["x"])
        }

        // MARK: The file

        @Test func isInWALMode_whenOpened() throws {
            #expect(try temporary.text("PRAGMA journal_mode") == "wal")
        }

        @Test func keepsValues_whenOpenedAgain() throws {
            try store.put("key", "kept", in: "a")
            #expect(try SQLiteStore(path: temporary.path).get("key", in: "a") == "kept")
        }

        @Test func seesTheOthersWrites_whenTwoStoresHaveOneFile() throws {
            let other = try SQLiteStore(path: temporary.path)
            try store.put("x", 1, in: "a")
            #expect(try other.get("x", in: "a") == 1)
            try other.put("x", 2, in: "a")
            #expect(try store.get("x", in: "a") == 2)
        }

        @Test func losesNoWrite_whenTwoStoresWriteAtOnce() async throws {
            let stores = [store, try SQLiteStore(path: temporary.path)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for store in stores {
                    group.addTask {
                        for _ in 0..<100 {
                            try store.transaction(in: "a") { try $0.put("count", .integer((try $0.get("count")?.integer ?? 0) + 1)) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try store.get("count", in: "a") == 200)
        }

        @Test func opensForAll_whenManyMakeTheFileAtOnce() async throws {
            let path = temporary.folder + "/new/perilune.db"
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask { try SQLiteStore(path: path).put("\(number)", 1, in: "a") }
                }
                try await group.waitForAll()
            }
            #expect(try SQLiteStore(path: path).list(prefix: "", in: "a").count == 8)
        }

        @Test func saysWhy_whenFolderCannotBeMade() throws {
            try Data().write(to: URL(fileURLWithPath: temporary.folder + "/file"))
            let path = temporary.folder + "/file/perilune.db"
            let error = try failure { try SQLiteStore(path: path) }
            #expect(error.code == .store)
            #expect(error.description == "cannot open the store \(path): a file is where a folder must be: check that the file and its disk can be written to")
        }

        @Test func saysWhy_whenPathIsAFolder() throws {
            let error = try failure { try SQLiteStore(path: temporary.folder) }
            #expect(error.code == .store)
            #expect(error.message.hasPrefix("cannot open the store \(temporary.folder): SQLite error 14: unable to open database file"))
            #expect(error.underlying is DatabaseError)
        }

        @Test func refusesAPath_whenItIsEmpty() throws {
            #expect(try failure { try SQLiteStore(path: "") }.description == "cannot open a store of an empty path: name the file to keep it in")
        }

        @Test func saysWhy_whenFileIsNoDatabase() throws {
            let path = temporary.folder + "/text.db"
            try Data("this is text, and no database at all, although it has the name of one".utf8).write(to: URL(fileURLWithPath: path))
            let error = try failure { try SQLiteStore(path: path) }
            #expect(error.message.hasPrefix("cannot open the store \(path): SQLite error 26: file is not a database"))
            #expect(error.hint == "name another file, this one is none of SQLite's")
        }

        @Test func saysSo_whenValueHasAnUnknownForm() throws {
            try temporary.execute("INSERT INTO item VALUES ('a', 'key', 9, '5')")
            let error = try failure { try store.get("key", in: "a") }
            #expect(error.description == "the store has a value of the unknown form 9: open it with the version of Perilune that wrote it")
            #expect(error.code == .store)
        }

        @Test func saysSo_whenValueIsNotJSON() throws {
            try temporary.execute("INSERT INTO item VALUES ('a', 'key', 0, CAST('{' AS BLOB))")
            let error = try failure { try store.get("key", in: "a") }
            #expect(error.code == .store)
            #expect(error.message.hasPrefix("the store has a value that was not written by Perilune: not valid JSON"))
            #expect(try failure { try store.transaction(in: "a") { try $0.get("key") } }.message == error.message)
        }

        @Test func isAStoresError_whenDatabaseFails() throws {
            try temporary.execute("DROP TABLE item")
            for error in [try failure { try store.get("key", in: "a") }, try failure { try store.list(prefix: "", in: "a") }] {
                #expect(error.code == .store)
                #expect(error.message.hasPrefix("cannot read from the store: SQLite error 1: no such table: item"))
                #expect(error.hint == "check that the file and its disk can be written to")
            }
            for error in [try failure { try store.put("key", 1, in: "a") }, try failure { try store.delete("key", in: "a") }] {
                #expect(error.code == .store)
                #expect(error.message.hasPrefix("cannot write to the store: SQLite error 1: no such table: item"))
            }
        }

        // MARK: Where it is

        @Test(arguments: [
            (["HOME": "/home/a"], "/home/a/.local/share/perilune/perilune.db"),
            (["HOME": "/home/a", "XDG_DATA_HOME": "/data"], "/data/perilune/perilune.db"),
            (["HOME": "/home/a", "XDG_DATA_HOME": ""], "/home/a/.local/share/perilune/perilune.db"),
            (["HOME": "/home/a", "XDG_DATA_HOME": "data"], "/home/a/.local/share/perilune/perilune.db"),
            (["XDG_DATA_HOME": "/data"], "/data/perilune/perilune.db"),
        ])
        func isInTheUsersDataFolder_whenHostNamesNoPlace(environment: [String: String], path: String) {
            #expect(SQLiteStore.defaultPath(environment: environment) == path)
        }

        @Test func isInTheUsersHome_whenEnvironmentHasNone() {
            #expect(SQLiteStore.defaultPath(environment: [:]) == NSHomeDirectory() + "/.local/share/perilune/perilune.db")
        }

        // MARK: Behind ctx.store

        private func plugin(_ body: String, name: String = "test") async throws -> (PluginManager, LuaPlugin) {
            let manager = PluginManager(policy: PluginPolicy(grants: [.store]), store: store)
            try await manager.load(
                source: "return { name = '\(name)', version = '1.0.0', plugin_type = 'processor', permissions = { store = true }, run = function(ctx) local store = ctx.store \(body) end }",
                name: "plugin_\(name).lua")
            try await manager.initialize()
            return (manager, try manager.luaPlugin(named: name))
        }

        private func results(_ body: String) async throws -> [DynamicValue] {
            let (manager, plugin) = try await plugin(body)
            defer { withExtendedLifetime(manager) {} }
            return try await plugin.call("run", arguments: [])
        }

        @Test func keepsWhatScriptsPut_whenStoreIsSQLite() async throws {
            #expect(try await results("store.put('k', { n = 1.5, b = '\\xff', l = { 1, 2 } }) local v = store.get('k') return v.n, v.b, v.l[2], store.get('none')") == [1.5, .bytes([0xFF]), 2, .null])
        }

        @Test func rollsBack_whenScriptsTransactionRaises() async throws {
            let error = try await #require(throws: PluginError.self) {
                try await results("store.put('x', 1) store.transaction(function() store.put('x', 2) store.put('y', 2) error({ code = 'no' }) end)")
            }
            #expect(error.fields == ["code": "no"])
            #expect(try store.get("x", in: "test") == 1)
            #expect(try store.list(prefix: "", in: "test") == ["x"])
        }

        @Test func isPartOfTheOuter_whenScriptsTransactionsNest() async throws {
            #expect(
                try await results("return store.transaction(function() store.put('x', 1) return store.transaction(function() store.put('y', store.get('x') + 1) return store.list() end) end)")
                    == [["x", "y"]])
        }

        @Test func isAStoresErrorWithLine_whenDatabaseFailsUnderAScript() async throws {
            try temporary.execute("DROP TABLE item")
            let error = try await #require(throws: PluginError.self) { try await results("store.put('x', 1)") }
            #expect(error.code == .store)
            #expect(error.location == "plugin_test.lua:1")
        }
    }
#endif
