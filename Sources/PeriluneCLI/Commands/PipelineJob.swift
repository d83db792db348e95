import Foundation
import Perilune

/// A pipeline file at work: its manager with the plugins that it names, and the pipeline itself.
struct PipelineJob {
    let manager: PluginManager
    private let pipeline: Pipeline

    /// Loads and initializes what the file names.
    init(_ file: PipelineFile, inputs: [String], limit: Int?, monitor: PluginMonitor) async throws {
        manager = PluginManager(policy: file.policy, monitor: monitor, store: try file.needsStore ? StoreChoice.open(file.store) : nil, logger: .console())
        for (name, var policy) in file.policies {
            // who names a file on the command line lets the provider read it
            if name == file.pipeline.provider {
                for input in inputs { policy.grants.insert(.read(PluginPermissions.glob(for: Self.isFile(input) ? Self.real(input) : input))) }
            }
            manager.setPolicy(policy, for: name)
        }
        let discovery: Discovery
        do {
            discovery = try await manager.discover(in: file.folder)
        } catch {
            throw ConfigFileError(file: file.path, line: file.folderLine, message: "'plugins' is no folder of plugins", hint: "\(error)")
        }
        for stage in file.stages where (try? manager.plugin(named: stage.plugin)) == nil {
            if let failure = discovery.failures.first(where: { $0.plugin == stage.plugin || $0.plugin == "plugin_\(stage.plugin)" }) { throw failure }
            let known = discovery.loaded.map(\.name)
            throw file.error(at: stage.line, "no plugin '\(stage.plugin)' in \(file.folder)", nearest: stage.plugin, among: known)
        }
        for grant in file.granted where (try? manager.plugin(named: grant.plugin)) == nil {
            let message = "'grants' names '\(grant.plugin)', which is no plugin in \(file.folder)"
            throw file.error(at: grant.line, message, nearest: grant.plugin, among: discovery.loaded.map(\.name))
        }
        do {
            for stage in file.stages {
                try Task.checkCancellation()
                try await manager.initialize(stage.plugin)
            }
        } catch {
            // those that did start are cleaned up; what they say to that is in the log
            try? await manager.cleanup()
            throw error
        }
        var pipeline = file.pipeline
        pipeline.limit = limit
        if !inputs.isEmpty {
            var request = pipeline.request.object ?? [:]
            request["inputs"] = .array(inputs.map { .string(Self.isFile($0) ? Self.absolute($0) : $0) })
            pipeline.request = .object(request)
        }
        self.pipeline = pipeline
    }

    /// Whether an input names a file as seen from the current folder; it may be anything that the provider understands.
    private static func isFile(_ input: String) -> Bool { FileManager.default.fileExists(atPath: input) }

    /// A plugin's relative paths start from the pipeline file's folder, those of the command line from the current one.
    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func real(_ path: String) -> String { URL(fileURLWithPath: absolute(path)).resolvingSymlinksInPath().path }

    /// - Parameter progress: called about ten times a second with the number of items and their rate.
    func run(progress: ((Int, Double) -> Void)?) async throws -> PipelineReport {
        guard let progress else { return try await pipeline.run(on: manager) }
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
