import Testing

@testable import PluginCore

struct DependencyGraphTests {
    /// Plugins as `"a 1.0.0": ["b >=1.0.0"]`.
    private func graph(_ plugins: KeyValuePairs<String, [String]>, wanted: [String]? = nil, failed: [String: String] = [:]) throws -> DependencyGraph {
        let all = try plugins.map { plugin, dependencies in
            let parts = plugin.split(separator: " ").map(String.init)
            return PluginMetadata(
                name: parts[0], version: SemanticVersion(parts.count > 1 ? parts[1] : "1.0.0")!, dependencies: try dependencies.map { try PluginDependency($0) },
                pluginType: .processor)
        }
        return DependencyGraph(of: all, wanted: wanted ?? all.map(\.name), failed: failed)
    }

    private func failures(_ graph: DependencyGraph) -> [String] { graph.failures.map { "\($0.name) \($0.problem.wording.message)" } }

    @Test func keepsTheOrder_whenNothingDependsOnAnything() throws {
        let graph = try graph(["b": [], "a": [], "c": []])
        #expect(graph.order == ["b", "a", "c"])
        #expect(graph.failures.isEmpty)
    }

    @Test func putsDependenciesFirst_eachOnce() throws {
        #expect(try graph(["a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []]).order == ["d", "b", "c", "a"])
    }

    @Test func bringsAlong_whatTheWantedOnesNeed() throws {
        #expect(try graph(["a": ["b"], "b": ["c"], "c": [], "x": []], wanted: ["a"]).order == ["c", "b", "a"])
    }

    @Test func takesAVersion_thatTheBoundsAllow() throws {
        #expect(try graph(["a": ["b >=1.2.0 <2.0.0"], "b 1.9.0": []]).order == ["b", "a"])
    }

    @Test func namesTheChain_whenADependencyIsMissing() throws {
        let graph = try graph(["a": ["b"], "b": ["c >=1.0.0"]])
        #expect(graph.order == [])
        #expect(
            failures(graph) == [
                "b needs c >=1.0.0, which is not there (a -> b -> c)", "a needs b, which failed: needs c >=1.0.0, which is not there (a -> b -> c)",
            ])
    }

    @Test func namesTheChain_whenADependencyHasAnotherVersion() throws {
        let graph = try graph(["a": ["b"], "b": ["c <2.0.0"], "c 2.0.0": []])
        #expect(graph.order == ["c"])
        #expect(failures(graph).first == "b needs c <2.0.0, found c 2.0.0 (a -> b -> c)")
    }

    @Test func namesTheCircle_toEachOfItsMembers() throws {
        let graph = try graph(["a": ["b"], "b": ["c"], "c": ["a"]])
        #expect(graph.order == [])
        #expect(failures(graph) == ["c", "b", "a"].map { "\($0) depends on itself: a -> b -> c -> a" })
    }

    @Test func tellsThoseOutsideOfTheCircle_whichPluginFailed() throws {
        let graph = try graph(["x": ["a"], "a": ["b"], "b": ["a"]])
        #expect(failures(graph).last == "x needs a, which failed: depends on itself: a -> b -> a")
        #expect(graph.failures.map(\.name) == ["b", "a", "x"])
    }

    @Test func namesThePluginTwice_whenItDependsOnItself() throws {
        #expect(failures(try graph(["a": ["a"]])) == ["a depends on itself: a -> a"])
    }

    @Test func failsOnlyDependents_whenOnePluginCannotRun() throws {
        let graph = try graph(["a": ["none"], "b": ["a"], "c": [], "d": ["c"]])
        #expect(graph.order == ["c", "d"])
        #expect(graph.failures.map(\.name) == ["a", "b"])
    }

    @Test func tellsWhyADependencyFailedBefore() throws {
        let graph = try graph(["a": ["b"], "b": []], wanted: ["b", "a"], failed: ["b": "oops"])
        #expect(graph.order == [])
        #expect(failures(graph) == ["a needs b, which failed: oops"])
    }

    @Test func leavesOut_whatIsNotThere() throws {
        let graph = try graph(["a": []], wanted: ["b", "a"])
        #expect(graph.order == ["a"])
        #expect(graph.failures.isEmpty)
    }
}
