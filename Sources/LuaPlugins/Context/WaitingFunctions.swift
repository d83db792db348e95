import LuaRuntime
import PluginCore

/// `ctx.sleep` and `ctx.plugins`: what lets other calls of the plugin run while it waits.
struct WaitingFunctions {
    private let context: PluginContext
    private let check: PermissionCheck

    init(_ context: PluginContext, _ check: PermissionCheck) {
        self.context = context
        self.check = check
    }

    /// The longest sleep, in seconds: what the clock can count from now on. A call's limit is far below it.
    private static let longestSleep = 1e9

    func sleep(in state: LuaState) throws -> LuaFunction {
        try state.asyncFunction("ctx.sleep") { [clock = context.clock] (seconds: Double) in
            guard seconds >= 0, seconds <= Self.longestSleep else { throw HostFunctionError("ctx.sleep takes a number of seconds from 0 on, got \(seconds)") }
            try await clock.sleep(seconds)
        }
    }

    func plugins(in state: LuaState) throws -> LuaTable {
        let table = try state.makeTable()
        let (context, check, path) = (context, check, "ctx.plugins.call")
        try table.set(
            "call",
            to: try state.function { stack in
                try stack.requireWait(for: path)
                try check.require("plugins", for: path)
                var arguments = LuaArguments(stack, function: path)
                let (plugin, operation) = (try arguments.next(String.self), try arguments.next(String.self))
                guard context.metadata.dependencies.contains(where: { $0.name == plugin }) else {
                    throw HostFunctionError("\(path) reaches only what the plugin depends on: add '\(plugin)' to its dependencies")
                }
                let values = try (2..<max(2, stack.count)).map { _ in try arguments.next(DynamicValue.self) }
                return stack.wait(forAll: {
                    try await context.callPlugin(plugin, operation, values, CallOptions(deadline: PluginCall.current?.deadline))
                })
            })
        return table
    }
}
