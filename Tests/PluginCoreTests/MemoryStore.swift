import PluginCore
import Synchronization

/// A store that forgets.
final class MemoryStore: PluginStore {
    private let all = Mutex<[String: [String: DynamicValue]]>([:])
    private let failure: (any Error)?

    /// With an error, nothing can be written.
    init(failing failure: (any Error)? = nil) { self.failure = failure }

    private final class Transaction: PluginStoreTransaction {
        var values: [String: DynamicValue]
        init(_ values: [String: DynamicValue]) { self.values = values }
        func get(_ key: String) throws -> DynamicValue? { values[key] }
        func put(_ key: String, _ value: DynamicValue) throws { values[key] = value }
        func delete(_ key: String) throws -> Bool { values.removeValue(forKey: key) != nil }
        func list(prefix: String) throws -> [String] { values.keys.filter { $0.hasPrefix(prefix) }.sorted() }
    }

    func transaction<R>(in namespace: String, _ body: (any PluginStoreTransaction) throws -> R) throws -> R {
        if let failure { throw failure }
        let transaction = Transaction(all.withLock { $0[namespace, default: [:]] })
        let result = try body(transaction)
        let values = transaction.values
        all.withLock { $0[namespace] = values }
        return result
    }

    func get(_ key: String, in namespace: String) throws -> DynamicValue? { all.withLock { $0[namespace]?[key] } }
    func list(prefix: String, in namespace: String) throws -> [String] {
        all.withLock { Array($0[namespace, default: [:]].keys) }.filter { $0.hasPrefix(prefix) }.sorted()
    }
}
