public import Logging
public import PluginCore

extension PluginManager {
    /// A manager for plugins written in Lua and in Swift.
    ///
    /// - Parameters:
    ///   - policy: limits, grants, trust and configuration for all plugins.
    ///   - monitor: where everything is counted.
    ///   - store: what `ctx.store` writes to, such as PluginStores' SQLite.
    ///   - logger: where failures, and what plugins print, are written.
    public convenience init(
        policy: PluginPolicy = PluginPolicy(), monitor: PluginMonitor = PluginMonitor(), store: (any PluginStore)? = nil,
        logger: Logger = Logger(label: "perilune")
    ) {
        let (folders, scripts) = LuaPluginLoader.folderAndScript()
        self.init(namedLoaders: [("lua_folder", folders), ("lua_script", scripts)], policy: policy, monitor: monitor, store: store, logger: logger)
    }

    /// The Lua plugin of that name, for typed calls.
    ///
    /// - Throws: `PluginError` of code `not_found` when there is none, or when it is written in Swift.
    public func luaPlugin(named name: String) throws -> LuaPlugin {
        let plugin = try plugin(named: name)
        guard let plugin = plugin as? LuaPlugin else { throw PluginError(.notLua, plugin: plugin.metadata) }
        return plugin
    }

    /// Gives plugins that ask for the permission `name` and are granted it the host's own functions as `ctx.name`.
    ///
    /// ```swift
    /// try manager.expose("greeter") { api in
    ///     api.function("greet") { (name: String) in "hello, \(name)" }
    /// }
    /// ```
    ///
    /// Holds for plugins that are loaded from now on. What a closure throws is raised in the script and reaches the host
    /// as the error's `underlying`. Closures run on the thread of the call and must not wait for the plugin that calls.
    ///
    /// - Throws: `PluginError` when the name is taken by a part of ctx or another API, or is no permission's name; when a
    ///   function's name stands twice or is none that Lua takes after a dot.
    public func expose(_ name: String, _ functions: (inout HostAPI) -> Void) throws {
        guard PluginMetadata.isValidName(name), HostAPI.isIdentifier(name), !ContextBuilder.names.contains(name), !PluginPermissions.takesPattern(name),
            let loader = loader.first(LuaPluginLoader.self)
        else { throw PluginError(.reservedName(name)) }
        var api = HostAPI(name: name)
        functions(&api)
        try api.check()
        try loader.expose(api)
    }
}
