import PluginCore
import Synchronization

/// A store in memory that rolls back by keeping the old values.
final class MemoryStore: PluginStore {
    private let namespaces = Mutex<[String: [String: DynamicValue]]>([:])
    /// How many transactions were begun.
    var transactions: Int { begun.load(ordering: .relaxed) }
    private let begun = Atomic<Int>(0)

    func values(in namespace: String) -> [String: DynamicValue] { namespaces.withLock { $0[namespace] ?? [:] } }

    func transaction<R>(in namespace: String, _ body: (any PluginStoreTransaction) throws -> R) throws -> R {
        begun.add(1, ordering: .relaxed)
        let transaction = Transaction(values(in: namespace))
        let result = try body(transaction)
        namespaces.withLock { $0[namespace] = transaction.values }
        return result
    }

    func get(_ key: String, in namespace: String) throws -> DynamicValue? { values(in: namespace)[key] }

    func list(prefix: String, in namespace: String) throws -> [String] { try Transaction(values(in: namespace)).list(prefix: prefix) }

    private final class Transaction: PluginStoreTransaction {
        var values: [String: DynamicValue]
        init(_ values: [String: DynamicValue]) { self.values = values }
        func get(_ key: String) throws -> DynamicValue? { values[key] }
        func put(_ key: String, _ value: DynamicValue) throws { values[key] = value }
        func delete(_ key: String) throws -> Bool { values.removeValue(forKey: key) != nil }
        func list(prefix: String) throws -> [String] { values.keys.filter { $0.hasPrefix(prefix) }.sorted() }
    }
}
