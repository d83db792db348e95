import LuaRuntime
import PluginCore

/// `ctx.store`: a namespace of the plugin's own in the host's store.
final class StoreFunctions {
    private let store: (any PluginStore)?
    private let namespace: String
    private let check: PermissionCheck
    /// The transaction that the script is inside of.
    private var transaction: (any PluginStoreTransaction)?

    init(_ store: (any PluginStore)?, namespace: String, _ check: PermissionCheck) {
        self.store = store
        self.namespace = namespace
        self.check = check
    }

    func table(in state: LuaState) throws -> LuaTable {
        let table = try state.makeTable()
        try table.set("get", to: try state.function("ctx.store.get") { (key: Key) in try self.get(key.text) })
        try table.set(
            "put",
            to: try state.function("ctx.store.put") { (key: Key, value: DynamicValue) in
                try self.write("ctx.store.put") { try $0.put(key.text, value) }
            })
        try table.set(
            "delete",
            to: try state.function("ctx.store.delete") { (key: Key) in try self.write("ctx.store.delete") { try $0.delete(key.text) } })
        try table.set("list", to: try state.function("ctx.store.list") { (prefix: Key?) in try self.list(prefix?.text ?? "") })
        try table.set(
            "transaction",
            to: try state.function("ctx.store.transaction") { (body: LuaFunction) in try self.transact { try body.call(as: DynamicValue.self) } })
        return table
    }

    private func open(_ function: String) throws -> any PluginStore {
        try check.require("store", for: function)
        guard let store else { throw PluginError(.noStore) }
        return store
    }

    private func get(_ key: String) throws -> DynamicValue? {
        let store = try open("ctx.store.get")
        return try transaction.map { try $0.get(key) } ?? store.get(key, in: namespace)
    }

    private func list(_ prefix: String) throws -> [String] {
        let store = try open("ctx.store.list")
        return try transaction.map { try $0.list(prefix: prefix) } ?? store.list(prefix: prefix, in: namespace)
    }

    /// Writes inside of the script's transaction, or in one of its own.
    private func write<R>(_ function: String, _ body: (any PluginStoreTransaction) throws -> R) throws -> R {
        let store = try open(function)
        return try transaction.map(body) ?? store.transaction(in: namespace, body)
    }

    /// A transaction inside of another is part of it.
    private func transact<R>(_ body: () throws -> R) throws -> R {
        try write("ctx.store.transaction") { opened in
            let outer = transaction
            transaction = opened
            defer { transaction = outer }
            return try body()
        }
    }

    /// A key: text, or an integer written as text.
    private struct Key: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int64.self) {
                text = String(number)
            } else {
                text = try container.decode(String.self)
            }
        }
    }
}
