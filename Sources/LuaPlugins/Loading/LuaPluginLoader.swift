public import Logging
import LuaRuntime
public import PluginCore
import Synchronization

/// Makes plugins of Lua scripts: a `.lua` file, a folder with `init.lua`, or a text from memory.
public final class LuaPluginLoader: PluginLoader {
    private let apis = Mutex<[HostAPI]>([])

    public init() {}

    public func accepts(_ source: PluginSource) -> Bool { true }

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
        var logger = logger
        logger[metadataKey: "plugin"] = "\(source.stem)"
        var (state, manifest) = try Self.run(script, general, logger)
        let own = policy(manifest.metadata.name)
        // what the chunk could reach was decided before its name was known
        if own.trust != general.trust || own.sharedModules != general.sharedModules || own.accountsCPUTime != general.accountsCPUTime {
            state.close()
            (state, manifest) = try Self.run(script, own, logger)
        }
        let limits = own.limits.lowered(to: manifest.declaration.limits)
        try state.setMemoryQuota(limits.memory)
        return LuaPlugin(
            instance: LuaInstance(state: state, manifest: manifest), manifest: manifest, script: script, apis: apis.withLock { $0 })
    }

    /// Compiles the text and runs it once, in the state that becomes the plugin's, under the metadata budget and with no ctx.
    private static func run(_ script: Script, _ policy: PluginPolicy, _ logger: Logger) throws -> (LuaState, Manifest) {
        do {
            let state = try LuaState(
                LuaConfiguration(
                    environment: policy.trust == .trusted ? .full : .sandboxed, memoryQuota: policy.limits.memory,
                    accountsCPUTime: policy.accountsCPUTime))
            let finder = ModuleFinder(script: script, shared: policy.sharedModules)
            state.onRequire { try finder.find($0) }
            OutputLog(logger: logger).listen(to: state)
            if policy.trust == .trusted { try Self.replaceFunctions(in: state) }
            try state.setTimeLimits(cpu: policy.limits.metadata, wall: policy.limits.wall)
            let chunk = try state.load(bytes: script.text, chunk: script.chunk)
            let results = try chunk.callForResult()
            guard let table = results.table else {
                throw PluginError(.noTable(found: results.kind), location: script.chunk)
            }
            return (state, try Manifest(table, script: script.chunk))
        } catch let error as LuaError {
            throw PluginError(lua: error, phase: error.code == .syntax ? .load : .metadata)
        }
    }

    /// A trusted script has Lua's own `require` after the plugin's own modules, and prints to the log like any other:
    /// standard output is the host's.
    private static func replaceFunctions(in state: LuaState) throws {
        let install = try state.load(
            """
            local find, write = ...
            table.insert(package.searchers, 2, function(name)
              local text, chunk = find(name)
              if not text then return chunk end
              return assert(load(text, "@" .. chunk, "t")), chunk
            end)
            function print(...)
              local parts = table.pack(...)
              for index = 1, parts.n do parts[index] = tostring(parts[index]) end
              write(table.concat(parts, "\t"))
            end
            """, chunk: "perilune")
        try install.call(try state.moduleFunction(), try state.printFunction())
    }
}
