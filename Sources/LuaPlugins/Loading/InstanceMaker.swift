import Logging
import LuaRuntime
import PluginCore

/// Makes a plugin's instance of its script: when it is loaded, and again when its state had to be given up.
struct InstanceMaker: Sendable {
    /// The script, with what is known of it.
    let compiled: CompiledText
    var policy: PluginPolicy
    let apis: [HostAPI]
    /// Takes what the script's text prints, tagged only then: a logger's tags are kept for as long as it is.
    let logger: Logger
    /// What the plugin is called until its name is known.
    let stem: String
    var modules = RequiredModules()
    var script: Script { compiled.script }

    /// Compiles the text and runs it once, in the state that becomes the plugin's, under the metadata budget and with no ctx.
    func make() throws -> (LuaInstance, Manifest) {
        do {
            let state = try LuaState(
                LuaConfiguration(
                    environment: policy.trust == .trusted ? .full : .sandboxed, memoryQuota: policy.limits.memory,
                    accountsCPUTime: policy.accountsCPUTime))
            let finder = ModuleFinder(script: script, shared: policy.sharedModules)
            state.onRequire { [modules] name in try modules.find(name, finder) }
            var logger = logger
            logger[metadataKey: "plugin"] = "\(stem)"
            OutputLog(logger: logger).listen(to: state)
            if policy.trust == .trusted { try Self.replaceFunctions(in: state) }
            var limits = policy.limits
            limits.cpu = limits.metadata
            try state.setLimits(limits)
            let chunk = try compiled.load(into: state)
            let results = try chunk.callForResult()
            guard let table = results.table else {
                throw PluginError(.noTable(found: results.kind), location: script.chunk)
            }
            let manifest = try Manifest(table, script: script.chunk)
            return (LuaInstance(state: state, manifest: manifest, limits: policy.limits), manifest)
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

    /// Builds what an instance's functions get, and sets the limits of its calls. `initialize` can be called then.
    func prepare(_ instance: LuaInstance, _ context: PluginContext, _ limits: PluginLimits, _ declaration: PluginDeclaration) throws {
        try instance.state.setMemoryQuota(limits.memory)
        try instance.state.setLimits(limits)
        instance.limits = limits
        instance.context = try ContextBuilder(context, limits, declaration, root: script.root, apis: apis).build(in: instance.state)
        try instance.state.setMayWait(true)
    }
}

extension LuaState {
    /// Sets what each call may spend. Where instructions are limited, time is not looked at.
    func setLimits(_ limits: PluginLimits) throws {
        if let instructions = limits.instructions {
            try setInstructionLimit(instructions)
        } else {
            try setTimeLimits(cpu: limits.cpu, wall: limits.wall)
        }
    }
}
