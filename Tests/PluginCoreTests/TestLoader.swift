import Foundation
import PluginCore

/// Makes plugins of what ends in `.lua` and of folders: `plugin_NAME.lua` is the plugin NAME, unless its text says that
/// it is broken.
struct TestLoader: PluginLoader {
    var make: @Sendable (_ name: String, _ policy: PluginPolicy) -> any Plugin = { name, _ in ScriptedPlugin(name) }

    func accepts(_ source: PluginSource) -> Bool { !source.label.hasSuffix(".txt") }

    func load(_ source: PluginSource, policy: @Sendable (String?) -> PluginPolicy, logger: Logger, monitor: PluginMonitor) async throws -> any Plugin {
        let text: String
        switch source {
        case .path(let path): text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        case .named(let name): text = name
        case .text(let source, _, let modules): text = source + modules.keys.sorted().joined()
        }
        if text == "broken" { throw Oops() }
        if text == "wrong" { throw PluginError(.missingField("version", expected: "a semantic version"), location: "plugin.lua:1") }
        let name = source.stem.replacing("plugin_", with: "")
        return make(name, policy(name))
    }
}
