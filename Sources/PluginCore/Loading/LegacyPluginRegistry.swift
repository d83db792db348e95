/// A plugin that can be made without being told anything, as registries of types need it.
public protocol InitializablePlugin: Plugin {
    init()
}

/// The face of an ad-hoc registry, `register(name, type)` and `load_plugin(path)`, over a manager: for programs that move to one a
/// call at a time. Each call names the one that takes its place.
///
/// ```swift
/// let registry = LegacyPluginRegistry(manager)
/// try registry.register("shouter", Shouter.self)  // manager.factories.register("shouter") { Shouter() }
/// try await registry.load_plugin("shouter")  // manager.load(named: "shouter")
/// try await registry.load_plugin(folder + "/plugin_words.lua")  // manager.load(folder + "/plugin_words.lua")
/// ```
public struct LegacyPluginRegistry: Sendable {
    private let manager: PluginManager

    public init(_ manager: PluginManager) { self.manager = manager }

    /// Makes a plugin's type known by a name.
    @available(*, deprecated, message: "use PluginManager.factories.register(_:_:)")
    public func register<P: InitializablePlugin>(_ name: String, _ type: P.Type) throws { try manager.factories.register(name) { P() } }

    /// Loads a registered type by its name, and anything else as a path; initializes it.
    @available(*, deprecated, message: "use PluginManager.load(named:) or PluginManager.load(_:), then initialize(_:)")
    @discardableResult
    public func load_plugin(_ path: String) async throws -> any Plugin {
        let plugin = manager.factories.names.contains(path) ? try await manager.load(named: path) : try await manager.load(path)
        try await manager.initialize(plugin.metadata.name)
        return plugin
    }
}
