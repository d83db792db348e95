import Foundation
import Perilune

/// A pipeline file at work: its manager with the plugins that it names, and the pipeline itself.
struct PipelineJob {
    let manager: PluginManager
    private let pipeline: Pipeline

    /// Loads and initializes what the file names.
    init(_ file: PipelineFile, inputs: [String], limit: Int?) async throws {
        manager = PluginManager(policy: file.policy, store: try file.needsStore ? StoreChoice.open(file.store) : nil, logger: .console())
        for (name, policy) in file.policies { manager.setPolicy(policy, for: name) }
        let discovery = try await manager.discover(in: file.folder)
        for stage in file.stages where (try? manager.plugin(named: stage.plugin)) == nil {
            if let failure = discovery.failures.first(where: { $0.plugin == stage.plugin || $0.plugin == "plugin_\(stage.plugin)" }) { throw failure }
            let known = discovery.loaded.map(\.name)
            throw file.error(at: stage.line, "no plugin '\(stage.plugin)' in \(file.folder)", nearest: stage.plugin, among: known)
        }
        for stage in file.stages { try await manager.initialize(stage.plugin) }
        var pipeline = file.pipeline
        pipeline.limit = limit
        if !inputs.isEmpty {
            var request = pipeline.request.object ?? [:]
            request["inputs"] = .array(inputs.map { .string($0) })
            pipeline.request = .object(request)
        }
        self.pipeline = pipeline
    }

    /// - Parameter progress: called about ten times a second with the number of items and their rate.
    func run(progress: (Int, Double) -> Void) async throws -> PipelineReport {
        let start = ContinuousClock.now
        var next = start
        return try await pipeline.run(on: manager) { items in
            // the clock is looked at once in a while only: it costs as much as a short call
            guard items % 64 == 0, case let now = ContinuousClock.now, now >= next else { return }
            next = now + .milliseconds(100)
            progress(items, Double(items) / max(start.duration(to: now) / .seconds(1), 1e-9))
        }
    }

    /// The first failure, if there was one.
    func cleanup() async -> (any Error)? {
        do {
            try await manager.cleanup()
            return nil
        } catch {
            return error
        }
    }
}
