public import Logging
public import PluginCore
import Synchronization

/// Makes plugins of Lua scripts: a `.lua` file, a folder with `init.lua`, or a text from memory.
public final class LuaPluginLoader: PluginLoader {
    private let apis = Mutex<[HostAPI]>([])

    public init() {}

    public func accepts(_ source: PluginSource) -> Bool { true }

    /// `lua_folder` or `lua_script`.
    public func name(for source: PluginSource) -> String {
        if case .path(let path) = source, !path.hasSuffix(".lua") || path.hasSuffix("/init.lua") { return "lua_folder" }
        return "lua_script"
    }

    /// Gives plugins that are loaded from now on the host's functions as `ctx.NAME`.
    func expose(_ api: HostAPI) throws {
        try apis.withLock { apis in
            if apis.contains(where: { $0.name == api.name }) { throw PluginError(.repeatedName(api.name)) }
            apis.append(api)
        }
    }

    public func load(
        _ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor
    ) async throws -> any Plugin {
        let script = try Script(source)
        let general = policy(nil)
        var maker = InstanceMaker(script: script, policy: general, apis: apis.withLock { $0 }, logger: logger, stem: source.stem)
        var (instance, manifest) = try maker.make()
        let own = policy(manifest.metadata.name)
        maker.policy = own
        // what the chunk could reach was decided before its name was known
        if own.trust != general.trust || own.sharedModules != general.sharedModules || own.accountsCPUTime != general.accountsCPUTime {
            instance.close()
            (instance, manifest) = try maker.make()
        }
        return LuaPlugin(instance: instance, manifest: manifest, maker: maker)
    }
}

extension LuaPlugin: InitializesConcurrently {}
