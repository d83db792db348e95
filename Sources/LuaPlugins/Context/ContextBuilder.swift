import Logging
import LuaRuntime
import PluginCore

/// Builds the `ctx` that a plugin's functions get: what every plugin has, and what permissions open.
struct ContextBuilder {
    /// The names that ctx has or will have, which no host API can take.
    static let names: Set<String> = [
        "config", "plugin", "log", "metrics", "trace", "now", "json", "sleep", "fs", "store", "http", "env", "plugins", "events", "timer",
    ]

    private let context: PluginContext
    private let check: PermissionCheck
    private let root: String
    private let apis: [HostAPI]
    private let memory: Int?
    private let output: OutputLog

    init(_ context: PluginContext, _ limits: PluginLimits, _ declaration: PluginDeclaration, root: String?, apis: [HostAPI]) {
        self.context = context
        self.apis = apis
        memory = limits.memory
        check = PermissionCheck(asked: declaration.permissions, granted: context.policy.grants)
        self.root = context.policy.root ?? root ?? "."
        output = OutputLog(logger: context.logger)
    }

    func build(in state: LuaState) throws -> LuaTable {
        output.listen(to: state)
        let ctx = try state.makeTable()
        try ctx.set("config", to: DynamicValue.object(context.config))
        try ctx.set("plugin", to: context.metadata.value)
        try ctx.set("now", to: try state.function("ctx.now") { [clock = context.clock] in clock.now() })
        try ctx.set("sleep", to: try WaitingFunctions(context, check).sleep(in: state))
        try ctx.set("plugins", to: try WaitingFunctions(context, check).plugins(in: state))
        try ctx.set("log", to: try log(state))
        try ctx.set("metrics", to: try metrics(state))
        try ctx.set("json", to: try JSONFunctions().table(in: state))
        try ctx.set("store", to: try StoreFunctions(context.store, namespace: context.metadata.name, check).table(in: state))
        try ctx.set("fs", to: try FileFunctions(root: root, check, longestLine: memory ?? .max).table(in: state))
        for api in apis { try ctx.set(api.name, to: try table(of: api, in: state)) }
        return try ctx.makeReadOnly()
    }

    private func log(_ state: LuaState) throws -> LuaTable {
        let levels: [(String, Logger.Level)] = [("debug", .debug), ("info", .info), ("warn", .warning), ("error", .error)]
        let table = try state.makeTable()
        let output = output
        for (name, level) in levels {
            try table.set(
                name,
                to: try state.function { stack in
                    var arguments = LuaArguments(stack, function: "ctx.log.\(name)")
                    let message = try arguments.next(DynamicValue.self).logText(stack)
                    output.write(message, level: level, fields: try arguments.next([String: DynamicValue]?.self).logText(stack))
                    return 0
                })
        }
        return table
    }

    private func metrics(_ state: LuaState) throws -> LuaTable {
        let metrics = OwnMetrics(context)
        let table = try state.makeTable()
        try table.set(
            "increment",
            to: try state.function { stack in
                var arguments = LuaArguments(stack, function: "ctx.metrics.increment")
                let (metric, amount) = (try arguments.next(String.self), try arguments.next(Int64?.self) ?? 1)
                metrics.increment(metric, by: amount, labels: try arguments.next([String: DynamicValue]?.self).logText(stack))
                return 0
            })
        try table.set(
            "record",
            to: try state.function { stack in
                var arguments = LuaArguments(stack, function: "ctx.metrics.record")
                let (metric, value) = (try arguments.next(String.self), try arguments.next(Double.self))
                metrics.record(metric, value, labels: try arguments.next([String: DynamicValue]?.self).logText(stack))
                return 0
            })
        return table
    }

    private func table(of api: HostAPI, in state: LuaState) throws -> LuaTable {
        let table = try state.makeTable()
        for function in api.functions {
            let (check, path) = (check, "ctx.\(api.name).\(function.name)")
            // of a function that is not granted there is nothing but the refusal
            let isGranted = check.allows(api.name)
            let refusal = { (_: LuaStack) -> Int32 in
                try check.require(api.name, for: path)
                return 0
            }
            try table.set(function.name, to: isGranted ? try function.make(state, path) : try state.function(refusal))
        }
        return table
    }
}

extension PluginMetadata {
    /// As `ctx.plugin` has it, and as JSON does.
    fileprivate var value: DynamicValue {
        [
            "name": .string(name), "version": .string(version.description), "description": .string(description), "author": .string(author),
            "dependencies": .array(dependencies.map { .string($0.description) }), "plugin_type": .string(pluginType.rawValue),
            "entry_point": .string(entryPoint),
        ]
    }
}

extension DynamicValue {
    /// The value as a log shows it: text as it is, tables as JSON.
    fileprivate func logText(_ stack: LuaStack) throws -> String {
        switch self {
        case .string(let text): return text
        case .null: return "nil"
        case .bool(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .number(let value): return "\(value)"
        case .bytes, .array, .object:
            do {
                return try json(step: stack.step)
            } catch is JSONError {
                return kind
            }
        }
    }
}

extension [String: DynamicValue]? {
    fileprivate func logText(_ stack: LuaStack) throws -> [String: String] { try self?.mapValues { try $0.logText(stack) } ?? [:] }
}
