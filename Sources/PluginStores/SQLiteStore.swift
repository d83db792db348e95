#if Stores
    public import Foundation
    import GRDB
    public import PluginCore

    /// A store in an SQLite file, reached through GRDB.
    ///
    /// ```swift
    /// let store = try SQLiteStore(path: "perilune.db")
    /// let manager = PluginManager(store: store)
    /// ```
    ///
    /// The file is in WAL mode with one table for all namespaces. A write that has returned survives the death of the
    /// process (`kill -9`); after a loss of power the last ones may be gone, but the file is whole. Several processes may
    /// use one file: a writer waits up to five seconds for another. A read costs tens of microseconds, a write of its own
    /// about a hundred; put many into one transaction.
    public final class SQLiteStore: PluginStore {
        private let database: DatabasePool

        /// Opens or makes the file, and the folders above it.
        ///
        /// - Throws: `PluginError` of code `store`.
        public init(path: String) throws {
            guard !path.isEmpty else {
                // SQLite itself would make a file that goes with the connection
                throw PluginError(code: .store, phase: .call, message: "cannot open a store of an empty path", hint: "name the file to keep it in")
            }
            do {
                let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                var configuration = Configuration()
                configuration.busyMode = .timeout(5)
                database = try DatabasePool(path: path, configuration: configuration)
                // asked first, since who only reads need not wait for a writer
                if try database.read({ try !$0.tableExists("item") }) { try database.write(Self.makeTable) }
            } catch {
                throw Self.failure("cannot open the store \(path)", error)
            }
        }

        /// Where a store is kept when the host names no place: `perilune/perilune.db` in the user's data folder
        /// (`$XDG_DATA_HOME`, else `~/.local/share`; on macOS `~/Library/Application Support`).
        public static func defaultPath(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
            let home = environment["HOME"] ?? NSHomeDirectory()
            #if os(macOS)
                let folder = home + "/Library/Application Support"
            #else
                let given = environment["XDG_DATA_HOME"] ?? ""
                let folder = given.hasPrefix("/") ? given : home + "/.local/share"
            #endif
            return folder + "/perilune/perilune.db"
        }

        /// Another process may have made it meanwhile.
        private static func makeTable(_ db: Database) throws {
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS item (
                        namespace TEXT NOT NULL,
                        key TEXT NOT NULL,
                        form INTEGER NOT NULL,
                        value BLOB NOT NULL,
                        PRIMARY KEY (namespace, key)
                    ) WITHOUT ROWID
                    """)
        }

        public func transaction<R>(in namespace: String, _ body: (any PluginStoreTransaction) throws -> R) throws -> R {
            var own: (any Error)?
            do {
                return try database.write { db in
                    do {
                        return try body(Transaction(db: db, namespace: namespace))
                    } catch {
                        if !(error is DatabaseError) { own = error }
                        throw error
                    }
                }
            } catch {
                // what the body threw of its own accord is its affair; all else is the database's
                if let own { throw own }
                throw Self.failure("cannot write to the store", error)
            }
        }

        public func get(_ key: String, in namespace: String) throws -> DynamicValue? {
            try read(namespace) { try $0.get(key) }
        }

        public func list(prefix: String, in namespace: String) throws -> [String] {
            try read(namespace) { try $0.list(prefix: prefix) }
        }

        private func read<R>(_ namespace: String, _ body: (Transaction) throws -> R) throws -> R {
            do {
                return try database.read { try body(Transaction(db: $0, namespace: namespace)) }
            } catch let error as PluginError {
                throw error
            } catch {
                throw Self.failure("cannot read from the store", error)
            }
        }

        fileprivate static func failure(_ what: String, _ error: any Error) -> PluginError {
            PluginError(
                code: .store, phase: .call, message: "\(what): \(error is DatabaseError ? "\(error)" : Discovery.reason(error))", hint: hint(error),
                underlying: error)
        }

        private static func hint(_ error: any Error) -> String {
            switch (error as? DatabaseError)?.resultCode {
            case .SQLITE_NOTADB: "name another file, this one is none of SQLite's"
            case .SQLITE_CORRUPT: "put back a copy of the file, or name another one"
            case .SQLITE_BUSY, .SQLITE_LOCKED: "let the other process that writes to it end first"
            case .SQLITE_FULL: "make room on the disk"
            default: "check that the file and its disk can be written to"
            }
        }
    }

    /// One transaction on one namespace.
    private struct Transaction: PluginStoreTransaction {
        let db: Database
        let namespace: String

        func get(_ key: String) throws -> DynamicValue? {
            try check(key)
            let sql = "SELECT form, value FROM item WHERE namespace = ? AND key = ?"
            guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [namespace, key]) else { return nil }
            return try StoredForm.read(form: row[0], value: row[1])
        }

        func put(_ key: String, _ value: DynamicValue) throws {
            try check(key)
            let (form, data) = try StoredForm.write(value)
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO item (namespace, key, form, value) VALUES (?, ?, ?, ?)")
                .execute(arguments: [namespace, key, form.rawValue, data])
        }

        func delete(_ key: String) throws -> Bool {
            try check(key)
            try db.cachedStatement(sql: "DELETE FROM item WHERE namespace = ? AND key = ?").execute(arguments: [namespace, key])
            return db.changesCount > 0
        }

        func list(prefix: String) throws -> [String] {
            try check(prefix)
            let sql = "SELECT key FROM item WHERE namespace = ? AND substr(key, 1, ?) = ? ORDER BY key"
            return try String.fetchAll(db.cachedStatement(sql: sql), arguments: [namespace, prefix.unicodeScalars.count, prefix])
        }

        /// SQLite would take a key only as far as its NUL.
        private func check(_ key: String) throws {
            guard key.utf8.contains(0) else { return }
            throw PluginError(code: .store, phase: .call, message: "a key cannot have a NUL byte", hint: "store it under another key")
        }
    }

    /// How a value is written: JSON where it can be, so that other tools can read it.
    private enum StoredForm: Int {
        case json = 0
        /// A string of bytes, as they are.
        case bytes = 1
        /// JSON in which an object with the one key `base64` stands for bytes if there is text under it, and for itself if
        /// there is an array of one, its value.
        case jsonWithBytes = 2

        static func write(_ value: DynamicValue) throws -> (StoredForm, Data) {
            if case .bytes(let bytes) = value { return (.bytes, Data(bytes)) }
            do {
                if value.hasBytes { return (.jsonWithBytes, Data(try value.escapingLookalikes.json().utf8)) }
                return (.json, Data(try value.json().utf8))
            } catch {
                throw PluginError(code: .store, phase: .call, message: "the value cannot be stored: \(error)", hint: "store plain data", underlying: error)
            }
        }

        static func read(form: Int, value: Data) throws -> DynamicValue {
            do {
                switch StoredForm(rawValue: form) {
                case .bytes: return .bytes(Array(value))
                case .json: return try DynamicValue(json: value)
                case .jsonWithBytes: return try DynamicValue(json: value).decodingBytes
                case nil:
                    throw PluginError(
                        code: .store, phase: .call, message: "the store has a value of the unknown form \(form)",
                        hint: "open it with the version of Perilune that wrote it")
                }
            } catch let error as JSONError {
                throw PluginError(
                    code: .store, phase: .call, message: "the store has a value that was not written by Perilune: \(error)",
                    hint: "put or delete it anew", underlying: error)
            }
        }
    }

    extension DynamicValue {
        fileprivate var hasBytes: Bool {
            switch self {
            case .bytes: true
            case .array(let elements): elements.contains(where: \.hasBytes)
            case .object(let members): members.values.contains(where: \.hasBytes)
            default: false
            }
        }

        /// The value with objects that JSON could not tell from bytes set apart.
        fileprivate var escapingLookalikes: DynamicValue {
            switch self {
            case .array(let elements): return .array(elements.map(\.escapingLookalikes))
            case .object(let members):
                let escaped = members.mapValues(\.escapingLookalikes)
                return .object(members.isMarked ? escaped.mapValues { [$0] } : escaped)
            default: return self
            }
        }

        fileprivate var decodingBytes: DynamicValue {
            switch self {
            case .array(let elements): return .array(elements.map(\.decodingBytes))
            case .object(let members):
                let marked = members.isMarked ? members["base64"] : nil
                if let text = marked?.string, let data = Data(base64Encoded: text) { return .bytes(Array(data)) }
                if let original = marked?[0] { return ["base64": original.decodingBytes] }
                return .object(members.mapValues(\.decodingBytes))
            default: return self
            }
        }
    }

    extension [String: DynamicValue] {
        /// Whether this is what bytes look like in JSON, or what such an object is written as.
        fileprivate var isMarked: Bool { count == 1 && keys.contains("base64") }
    }
#endif
