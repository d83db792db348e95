import LuaRuntime
import Synchronization

/// The modules that one version of a plugin has required, as they were then: each of its instances gets the same, and so does a
/// version that is rolled back to. Who watches the plugin's files finds here which of them matter.
final class RequiredModules: Sendable {
    private struct State {
        var found: [String: LuaModule] = [:]
        /// Each file that was looked for, with what it held; `nil` for one that was not there.
        var files: [String: [UInt8]?] = [:]
    }

    private let state = Mutex(State())

    var files: [String: [UInt8]?] { state.withLock { $0.files } }

    func find(_ name: String, _ finder: ModuleFinder) throws -> LuaModule {
        if let known = state.withLock({ $0.found[name] }) { return known }
        var files: [String: [UInt8]?] = [:]
        defer { if !files.isEmpty { state.withLock { $0.files.merge(files) { $1 } } } }
        let module = try finder.find(name) { files[$0] = .some($1) }
        // those that came with the plugin cannot change
        if !files.isEmpty { state.withLock { $0.found[name] = module } }
        return module
    }
}
