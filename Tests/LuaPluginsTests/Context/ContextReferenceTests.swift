import DynamicValues
@testable import LuaPlugins
import PluginCore
import Testing

struct ContextReferenceTests {
    /// Each name that a script finds in ctx, as `ctx.log.debug function`.
    @Test func declaresWhatCtxHas_andNothingElse() async throws {
        let host = Host()
        let names = try await host.results(
            """
            local names = {}
            for _, part in ipairs({ 'log', 'metrics', 'json', 'store', 'fs', 'plugins' }) do
              for name, value in pairs(ctx[part]) do names[#names + 1] = 'ctx.' .. part .. '.' .. name .. ' ' .. type(value) end
            end
            for name, value in pairs(ctx) do names[#names + 1] = 'ctx.' .. name .. ' ' .. type(value) end
            return names
            """)
        let found = Set(names.first?.array?.compactMap(\.string) ?? [])
        let declared = ContextReference.parts.flatMap { part in
            part.functions.map { "\(part.name).\($0.name) function" }
                + part.values.filter { $0.name != "[string]" }.map { "\(part.name).\($0.name) \($0.type == "userdata" ? "userdata" : "table")" }
        }
        #expect(found == Set(declared))
        #expect(declared.count == Set(declared).count)
        #expect(Set(ContextReference.parts.compactMap { $0.name.split(separator: ".").dropFirst().first.map(String.init) }).isSubset(of: ContextBuilder.names))
    }

    /// Which functions need a permission, and which one, is seen by calling them without.
    @Test func namesThePermission_thatEachFunctionNeeds() async throws {
        let host = Host()
        let plugin = try await host.run("try = function(ctx, part, name) local passed, problem = pcall(ctx[part][name], name == 'transaction' and print or 'a', 'b') return tostring(problem) end")
        for part in ContextReference.parts where part.name != "ctx" {
            for function in part.functions {
                let answer = try await plugin.call("try", part.name.split(separator: ".").last.map(String.init) ?? "", function.name, as: String.self)
                let isRefused = answer.contains("needs the permission")
                #expect(isRefused == (function.permission != nil), "\(part.name).\(function.name): \(answer)")
                if let permission = function.permission { #expect(answer.contains("'\(permission)"), "\(part.name).\(function.name): \(answer)") }
            }
        }
    }
}
