public import Logging
import Synchronization

/// Makes plugins written in Swift, by name. Each manager has one.
///
/// ```swift
/// try manager.factories.register("shouter") { Shouter() }
/// try await manager.load(named: "shouter")
/// ```
public final class PluginFactories: PluginLoader {
    private let factories = Mutex<[String: @Sendable () throws -> any Plugin]>([:])

    init() {}

    /// Adds a closure that makes a plugin each time that one of that name is loaded or reloaded.
    ///
    /// - Throws: ``PluginError`` when the name is taken.
    public func register(_ name: String, _ make: @escaping @Sendable () throws -> any Plugin) throws {
        try factories.withLock { factories in
            guard factories[name] == nil else { throw PluginError(.repeatedLoader(name)) }
            factories[name] = make
        }
    }

    /// The names that something can be made of, sorted.
    public var names: [String] { factories.withLock { $0.keys.sorted() } }

    public func accepts(_ source: PluginSource) -> Bool {
        guard case .named(let name) = source else { return false }
        return factories.withLock { $0[name] != nil }
    }

    public func load(
        _ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor
    ) async throws -> any Plugin {
        // accepted, and none is ever taken out
        try factories.withLock { $0[source.label]! }()
    }
}
