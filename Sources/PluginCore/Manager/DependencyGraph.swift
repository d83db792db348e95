/// The order in which plugins are initialized, and why some cannot be.
struct DependencyGraph {
    private let plugins: [String: PluginMetadata]
    private let failed: [String: String]
    private(set) var order: [String] = []
    private(set) var failures: [(name: String, problem: PluginProblem)] = []
    private var visited: [String: Bool] = [:]

    /// - Parameters:
    ///   - wanted: the plugins to order; what they depend on comes along.
    ///   - failed: plugins that are there but failed, with the reason.
    init(of plugins: [PluginMetadata], wanted: [String], failed: [String: String] = [:]) {
        self.plugins = Dictionary(uniqueKeysWithValues: plugins.map { ($0.name, $0) })
        self.failed = failed
        for name in wanted { _ = visit(name, chain: []) }
    }

    /// Whether the plugin and all that it depends on can run. Depth first, so a dependency always comes before.
    private mutating func visit(_ name: String, chain: [String]) -> Bool {
        if let known = visited[name] { return known }
        guard let plugin = plugins[name], failed[name] == nil else {
            visited[name] = false
            return false
        }
        let chain = chain + [name]
        for dependency in plugin.dependencies {
            if let problem = problem(dependency, chain: chain) {
                failures.append((name, problem))
                visited[name] = false
                return false
            }
        }
        visited[name] = true
        order.append(name)
        return true
    }

    private mutating func problem(_ dependency: PluginDependency, chain: [String]) -> PluginProblem? {
        let extended = chain + [dependency.name]
        if let start = chain.firstIndex(of: dependency.name) { return .dependencyCycle(Array(extended[start...])) }
        guard let found = plugins[dependency.name] else { return .missingDependency(dependency, chain: extended) }
        guard dependency.allows(found.version) else {
            return .dependencyVersion(dependency, found: found.version, chain: extended)
        }
        guard visit(dependency.name, chain: chain) else {
            let problem = failures.last { $0.name == dependency.name }?.problem
            // every member of a circle is told of the circle
            if case .dependencyCycle(let members)? = problem, members.contains(chain.last!) { return problem }
            let reason = problem?.wording.message ?? failed[dependency.name] ?? ""
            return .dependencyFailed(dependency.name, because: reason)
        }
        return nil
    }
}
