/// Where a host keeps what plugins store: a namespace of keys and values for each plugin.
///
/// Calls are synchronous and may be made from any thread; those of one namespace see each other's writes in order.
/// `PluginStores` has one over SQLite.
public protocol PluginStore: Sendable {
    /// Runs reads and writes as one: all of them happen, or none if `body` throws.
    ///
    /// Nothing else of the store may be called from inside `body`.
    func transaction<R>(in namespace: String, _ body: (any PluginStoreTransaction) throws -> R) throws -> R
    /// The value under a key.
    func get(_ key: String, in namespace: String) throws -> DynamicValue?
    /// The keys that start with a prefix, in the order of their bytes.
    func list(prefix: String, in namespace: String) throws -> [String]
}

/// Reads and writes of one namespace that happen together.
public protocol PluginStoreTransaction {
    func get(_ key: String) throws -> DynamicValue?
    func put(_ key: String, _ value: DynamicValue) throws
    /// Whether there was such a key.
    @discardableResult func delete(_ key: String) throws -> Bool
    func list(prefix: String) throws -> [String]
}

extension PluginStore {
    public func put(_ key: String, _ value: DynamicValue, in namespace: String) throws {
        try transaction(in: namespace) { try $0.put(key, value) }
    }

    @discardableResult
    public func delete(_ key: String, in namespace: String) throws -> Bool {
        try transaction(in: namespace) { try $0.delete(key) }
    }
}
