import LuaRuntime
import Synchronization

/// The modules that one version of a plugin has required, as they were then: each of its instances gets the same, and so does a
/// version that is rolled back to. Who watches the plugin's files finds here which of them matter.
final class RequiredModules: Sendable {
    private struct State {
        var found: [String: LuaModule] = [:]
        /// Every file that was looked for, whether it was there or not.
        var places: Set<String> = []
    }

    private let state = Mutex(State())

    var places: Set<String> { state.withLock { $0.places } }

    func find(_ name: String, _ finder: ModuleFinder) throws -> LuaModule {
        if let known = state.withLock({ $0.found[name] }) { return known }
        let module: LuaModule
        var places: [String] = []
        defer { if !places.isEmpty { state.withLock { $0.places.formUnion(places) } } }
        module = try finder.find(name) { places.append($0) }
        // those that came with the plugin cannot change
        if !places.isEmpty { state.withLock { $0.found[name] = module } }
        return module
    }
}
