public import Logging
public import PluginCore
import Synchronization

/// Makes plugins of Lua scripts: a `.lua` file, a folder with `init.lua`, or a text from memory.
///
/// A text that is compiled once is not compiled again while a plugin of it is there, be it by a reload, a rollback or another load.
public final class LuaPluginLoader: PluginLoader {
    /// What the loaders of one manager share.
    private final class Shared: Sendable {
        let apis = Mutex<[HostAPI]>([])
        let texts = CompiledTexts()
    }

    private let shared: Shared
    /// Whether it takes folders only; `nil` takes everything.
    private let takesFolders: Bool?

    /// A loader for scripts of every form.
    public convenience init() { self.init(Shared(), takesFolders: nil) }

    private init(_ shared: Shared, takesFolders: Bool?) {
        self.shared = shared
        self.takesFolders = takesFolders
    }

    /// A loader for plugins that are folders, and one for all others, with the same functions of the host.
    static func folderAndScript() -> (folders: LuaPluginLoader, scripts: LuaPluginLoader) {
        let shared = Shared()
        return (LuaPluginLoader(shared, takesFolders: true), LuaPluginLoader(shared, takesFolders: false))
    }

    public func accepts(_ source: PluginSource) -> Bool {
        guard case .path(let path) = source else {
            if case .text = source { return takesFolders != true }
            return false
        }
        return takesFolders != true || Script.isFolder(path)
    }

    /// Gives plugins that are loaded from now on the host's functions as `ctx.NAME`.
    func expose(_ api: HostAPI) throws {
        try shared.apis.withLock { apis in
            if apis.contains(where: { $0.name == api.name }) { throw PluginError(.repeatedName(api.name)) }
            apis.append(api)
        }
    }

    public func load(
        _ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor
    ) async throws -> any Plugin {
        let script = try Script(source)
        let general = policy(nil)
        var maker = InstanceMaker(
            compiled: shared.texts.text(of: script), policy: general, apis: shared.apis.withLock { $0 }, logger: logger, stem: source.stem)
        var (instance, manifest) = try maker.make()
        let own = policy(manifest.metadata.name)
        maker.policy = own
        // what the chunk could reach was decided before its name was known
        if own.trust != general.trust || own.sharedModules != general.sharedModules || own.accountsCPUTime != general.accountsCPUTime {
            instance.close()
            maker.modules = RequiredModules()
            (instance, manifest) = try maker.make()
        }
        return LuaPlugin(instance: instance, manifest: manifest, maker: maker)
    }
}

extension LuaPlugin: InitializesConcurrently {}
