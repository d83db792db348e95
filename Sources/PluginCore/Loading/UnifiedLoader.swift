import Synchronization

/// The loaders of a manager, each under a name that metrics show: the one front through which all plugins come, go and are replaced.
///
/// ```swift
/// try manager.loader.register(UppercaseLoader(), named: "uppercase")
/// print(manager.loader.names)  // ["uppercase", "swift", "lua_folder", "lua_script"]
/// ```
public final class UnifiedLoader: Sendable {
    /// A loader and its name.
    package struct Named: Sendable {
        package let name: String
        package let loader: any PluginLoader
    }

    private let loaders: Mutex<[Named]>

    /// With loaders to begin with, asked in this order.
    package init(_ loaders: [(name: String, loader: any PluginLoader)]) {
        self.loaders = Mutex(loaders.map { Named(name: $0.name, loader: $0.loader) })
    }

    /// Adds a loader, which is asked before those that are there.
    ///
    /// - Throws: ``PluginError`` when the name is taken.
    public func register(_ loader: any PluginLoader, named name: String) throws {
        try loaders.withLock { loaders in
            if loaders.contains(where: { $0.name == name }) { throw PluginError(.repeatedLoader(name)) }
            loaders.insert(Named(name: name, loader: loader), at: 0)
        }
    }

    /// The loaders' names, in the order in which they are asked.
    public var names: [String] { loaders.withLock { $0.map(\.name) } }

    /// The loader that makes plugins of such a source.
    ///
    /// - Throws: ``PluginError`` when there is none.
    package func pick(for source: PluginSource) throws -> Named {
        // asked outside of the lock: they are the host's
        guard let picked = loaders.withLock({ $0 }).first(where: { $0.loader.accepts(source) }) else {
            if case .named(let name) = source { throw PluginError(.noFactory(name, nearest: nearestName(to: name, among: factoryNames))) }
            throw PluginError(.noLoader(source.label))
        }
        return picked
    }

    /// The first loader of a type.
    package func first<L: PluginLoader>(_ type: L.Type) -> L? { loaders.withLock { $0 }.lazy.compactMap { $0.loader as? L }.first }

    private var factoryNames: [String] { first(PluginFactories.self)?.names ?? [] }
}
