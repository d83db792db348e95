import PluginCore

/// Definitions of plugins and of ctx for the Lua language server (https://luals.github.io/wiki/annotations), as an author's editor
/// reads them: made of ``ContextReference`` and of what the plugin types are.
package enum LuaStubs {
    package static var text: String {
        var lines = ["---@meta perilune", "-- Written by `perilune stubs`: changes are lost.", ""]
        lines += contract
        for part in ContextReference.parts { lines += definition(of: part) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func definition(of part: ContextReference.Part) -> [String] {
        let table = part.name.split(separator: ".").last!.prefix(1).uppercased() + part.name.split(separator: ".").last!.dropFirst()
        var lines = ["---\(part.summary)", "---@class perilune.\(table)"]
        for value in part.values { lines.append("---@field \(value.name) \(value.type) \(value.summary)") }
        lines += ["local \(table) = {}", ""]
        for function in part.functions {
            lines.append("---\(function.summary)" + (function.waits ? " Other calls of the plugin may run meanwhile." : ""))
            if let permission = function.permission { lines.append("---Needs the permission `\(permission)`.") }
            for parameter in function.parameters { lines.append("---@param \(parameter.name) \(parameter.type)") }
            for result in function.results { lines.append("---@return \(result)") }
            let names = function.parameters.map { $0.name.hasSuffix("?") ? String($0.name.dropLast()) : $0.name }
            lines += ["function \(table).\(function.name)(\(names.joined(separator: ", "))) end", ""]
        }
        return lines
    }

    private static let contract = """
        ---What a plugin's script returns.
        ---@class perilune.Plugin
        ---@field name string A lower-case letter, then letters, digits, `_` or `-`; at most 64.
        ---@field version string A semantic version, such as "1.2.0".
        ---@field plugin_type "provider"|"processor"|"storage"|"monitor"
        ---@field description? string
        ---@field author? string
        ---@field dependencies? string[] Plugins that run before this one: "text >=1.2.0 <2.0.0".
        ---@field permissions? perilune.Permissions What it asks for.
        ---@field config? table<string, perilune.Schema> What can be configured.
        ---@field limits? perilune.Limits Lower than the host's.
        ---@field concurrency? "interleaved"|"serial"|"parallel" Which calls may be under way at once.
        ---@field initialize? fun(ctx: perilune.Ctx) Called once, before anything else.
        ---@field cleanup? fun(ctx: perilune.Ctx) Called once, after everything else.
        ---@field save? fun(ctx: perilune.Ctx): any Gives plain data to the next version.
        ---@field restore? fun(ctx: perilune.Ctx, data: any) Gets what the version before has saved.
        ---@field [string] any Every other function is an operation that the host can call.

        ---@class perilune.Provider: perilune.Plugin
        ---@field provide fun(ctx: perilune.Ctx, request: any): any A value, or a function that gives items until it returns nil.

        ---@class perilune.Processor: perilune.Plugin
        ---@field process fun(ctx: perilune.Ctx, item: any): ... The items that go on; nothing drops it.

        ---@class perilune.Storage: perilune.Plugin
        ---@field put fun(ctx: perilune.Ctx, key: any, value: any)
        ---@field get fun(ctx: perilune.Ctx, key: any): any
        ---@field delete fun(ctx: perilune.Ctx, key: any)
        ---@field list fun(ctx: perilune.Ctx, prefix: any): any

        ---@class perilune.Monitor: perilune.Plugin
        ---@field observe fun(ctx: perilune.Ctx, event: perilune.Event)

        ---@class perilune.Event
        ---@field plugin string
        ---@field operation string
        ---@field success boolean
        ---@field duration number Seconds.
        ---@field error? { code: string, message: string, location?: string }
        ---@field labels table<string, string>
        ---@field time number Seconds since 1970.

        ---@class perilune.Permissions
        ---@field read? string[] Globs.
        ---@field store? boolean
        ---@field plugins? boolean
        ---@field [string] boolean|string[] What the host exposes by name.

        ---@class perilune.Limits
        ---@field cpu_ms? number
        ---@field wall_ms? number
        ---@field memory_mb? number

        ---In the words of JSON Schema.
        ---@class perilune.Schema
        ---@field type? "string"|"integer"|"number"|"boolean"|"array"|"object"
        ---@field default? any
        ---@field enum? any[]
        ---@field minimum? number
        ---@field maximum? number
        ---@field minLength? integer
        ---@field maxLength? integer
        ---@field items? perilune.Schema
        ---@field required? boolean
        ---@field secret? boolean
        ---@field description? string

        """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}
