import Foundation
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

    init(_ context: PluginContext, _ declaration: PluginDeclaration, root: String?, apis: [HostAPI]) {
        self.context = context
        self.apis = apis
        memory = context.policy.limits.lowered(to: declaration.limits).memory
        check = PermissionCheck(asked: declaration.permissions, granted: context.policy.grants)
        self.root = context.policy.root ?? root ?? "."
        output = OutputLog(logger: context.logger)
    }

    func build(in state: LuaState) throws -> LuaTable {
        output.listen(to: state)
        let ctx = try state.makeTable()
        try ctx.set("config", to: context.config)
        try ctx.set("plugin", to: context.metadata)
        try ctx.set("now", to: try state.function("ctx.now") { Date().timeIntervalSince1970 })
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
                to: try state.function("ctx.log.\(name)") { (message: DynamicValue, fields: [String: DynamicValue]?) in
                    output.write(message.logText, level: level, fields: fields?.mapValues(\.logText) ?? [:])
                })
        }
        return table
    }

    private func metrics(_ state: LuaState) throws -> LuaTable {
        let (monitor, name) = (context.monitor, context.metadata.name)
        let table = try state.makeTable()
        try table.set(
            "increment",
            to: try state.function("ctx.metrics.increment") { (metric: String, value: Int64?, labels: [String: DynamicValue]?) in
                monitor.increment(metric, by: value ?? 1, plugin: name, labels: labels?.mapValues(\.logText) ?? [:])
            })
        try table.set(
            "record",
            to: try state.function("ctx.metrics.record") { (metric: String, value: Double, labels: [String: DynamicValue]?) in
                monitor.record(metric, value, plugin: name, labels: labels?.mapValues(\.logText) ?? [:])
            })
        return table
    }

    private func table(of api: HostAPI, in state: LuaState) throws -> LuaTable {
        let table = try state.makeTable()
        for function in api.functions {
            let (check, path) = (check, "ctx.\(api.name).\(function.name)")
            try table.set(function.name, to: try function.make(state, path) { try check.require(api.name, for: path) })
        }
        return table
    }
}

extension DynamicValue {
    /// The value as a log shows it: text as it is, tables as JSON.
    var logText: String {
        switch self {
        case .string(let text): text
        case .null: "nil"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .bytes, .array, .object: (try? json()) ?? "\(kind)"
        }
    }
}
