import Foundation
import Perilune

/// Takes plugins through their whole life in one host: load, initialize, calls, cleanup.
struct Inspection {
    var policy: PluginPolicy
    var store: (any PluginStore)?
    /// What is called in between, on the plugins that have it.
    var calls: [(operation: String, arguments: [DynamicValue])] = []
    /// How often each call is made.
    var repetitions = 1

    /// The paths that name no plugin, and why.
    private(set) var refused: [String: any Error] = [:]

    /// What was to be called and no plugin has.
    private(set) var unknownCalls: [String] = []

    /// The plugins that paths name, each once: a script, a folder with `init.lua`, or a folder of plugins. A folder
    /// without any stays in the list, to be refused when its turn comes.
    mutating func plugins(at paths: [String]) -> [String] {
        var all: [String] = []
        for path in paths {
            do {
                all += try Self.plugins(at: Discovery.plugin(at: path))
            } catch {
                refused[path] = error
                all.append(path)
            }
        }
        var seen: Set<String> = []
        return all.filter { seen.insert(Discovery.real($0)).inserted }
    }

    private static func plugins(at path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue,
            !FileManager.default.fileExists(atPath: path + "/init.lua")
        else { return [path] }
        let found = try Discovery.paths(in: path, recursive: false)
        guard !found.isEmpty else { throw PluginError(.emptyFolder(path)) }
        return found
    }

    /// A verdict for each path, in order.
    ///
    /// - Parameter required: an operation that every plugin must have, rather than being left out of its calls.
    mutating func run(_ paths: [String], requiring required: String? = nil) async -> [Verdict] {
        let manager = PluginManager(policy: policy, store: store, logger: .console(isQuiet: true))
        var verdicts: [Verdict] = []
        var plugins: [LuaPlugin?] = []
        for path in paths {
            var verdict = Verdict(plugin: PluginSource.path(path).stem, path: path)
            var plugin: LuaPlugin?
            let start = ContinuousClock.now
            do {
                if let error = refused[path] { throw error }
                plugin = try await manager.load(path) as? LuaPlugin
            } catch {
                let error = error as? PluginError ?? PluginError(code: .load, phase: .load, message: "\(error)")
                verdict.fail(error)
                if let name = error.plugin { verdict.plugin = name }
            }
            verdict.duration = start.duration(to: .now)
            if let plugin {
                verdict.plugin = plugin.metadata.name
                verdict.version = plugin.metadata.version
                verdict.warnings = plugin.warnings + ungranted(plugin, at: path)
            }
            verdicts.append(verdict)
            plugins.append(plugin)
        }
        await loadDependencies(of: plugins.compactMap { $0 }, besides: paths, manager)
        for call in calls where call.operation != required && !plugins.contains(where: { $0?.operations.contains(call.operation) == true }) {
            let all = Set(plugins.flatMap { $0?.operations ?? [] })
            let nearest = nearestName(to: call.operation, among: all).map { ", did you mean '\($0)'?" } ?? ""
            let words = "no plugin has the operation '\(call.operation)'\(nearest)"
            for index in verdicts.indices { verdicts[index].warnings.append(words) }
            unknownCalls.append(words)
        }
        for (index, plugin) in plugins.enumerated() {
            if let plugin { await live(plugin, &verdicts[index], manager, required) }
        }
        let failures = await cleanup(manager)
        for (index, plugin) in plugins.enumerated() {
            guard let plugin else { continue }
            if verdicts[index].error == nil {
                verdicts[index].phase = PluginError.Phase.cleanup.rawValue
                if let failure = failures.first(where: { $0.plugin == plugin.metadata.name }) { verdicts[index].fail(failure) }
            }
            let spent = manager.monitor.snapshot().operation("cleanup", of: plugin.metadata.name)?.totalSeconds ?? 0
            verdicts[index].duration += .seconds(spent)
            verdicts[index].usage = await plugin.usage()
        }
        return verdicts
    }

    private func ungranted(_ plugin: LuaPlugin, at path: String) -> [String] {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let root = isThere && isFolder.boolValue ? path : Discovery.folder(of: path)
        return plugin.declaration.permissions.all.filter { !GrantedPath.covers($0, by: policy.grants, root: root.isEmpty ? "." : root) }
            .map { "asks for '\($0)', which is not granted (--grant \($0))" }
    }

    private func live(_ plugin: LuaPlugin, _ verdict: inout Verdict, _ manager: PluginManager, _ required: String?) async {
        let start = ContinuousClock.now
        defer { verdict.duration += start.duration(to: .now) }
        do {
            try await manager.initialize(plugin.metadata.name)
            for call in calls where call.operation == required || plugin.operations.contains(call.operation) {
                var result: [DynamicValue] = []
                for _ in 0..<repetitions { result = try await perform(call.operation, call.arguments, on: plugin) }
                verdict.result = try printable(result, of: call.operation, plugin)
            }
        } catch {
            verdict.fail((error as? PluginErrors)?.errors.last ?? PluginError(wrapping: error, plugin: plugin.metadata, operation: nil, phase: .call))
        }
    }

    /// A provider's items are pulled and are what it returned.
    private func perform(_ operation: String, _ arguments: [DynamicValue], on plugin: LuaPlugin) async throws -> [DynamicValue] {
        guard operation == "provide" else { return try await plugin.call(operation, arguments: arguments) }
        let items = try await plugin.provide(arguments.first ?? .null)
        var all: [DynamicValue] = []
        while let item = try await items.next() { all.append(item) }
        return all
    }

    /// Refuses what the verdict could not show.
    private func printable(_ result: [DynamicValue], of operation: String, _ plugin: LuaPlugin) throws -> [DynamicValue] {
        do {
            _ = try DynamicValue.array(result).json()
            return result
        } catch {
            throw PluginError(
                code: .conversion, phase: .call, message: "the result is no JSON: \(error)", hint: "return numbers that are finite",
                plugin: plugin.metadata.name, version: plugin.metadata.version, operation: operation, underlying: error)
        }
    }

    private func cleanup(_ manager: PluginManager) async -> [PluginError] {
        do {
            try await manager.cleanup()
            return []
        } catch {
            return (error as? PluginErrors)?.errors ?? []
        }
    }

    /// Loads what the plugins depend on and nobody gave, from the folders of those that were given.
    private func loadDependencies(of plugins: [LuaPlugin], besides paths: [String], _ manager: PluginManager) async {
        var wanted = plugins.flatMap(\.metadata.dependencies).map(\.name)
        let folders = Set(paths.map { Discovery.folder(of: $0) }).map { $0.isEmpty ? "." : $0 }.sorted()
        let others = folders.flatMap { folder in (try? Discovery.paths(in: folder, recursive: false)) ?? [] }
        var candidates = others.filter { other in !paths.contains { ($0 as NSString).standardizingPath == (other as NSString).standardizingPath } }
        while let name = wanted.popLast() {
            guard (try? manager.plugin(named: name)) == nil else { continue }
            // the one that is named like it first: then no other has to be read
            candidates.sort { a, b in (PluginSource.path(a).stem == "plugin_\(name)" ? 0 : 1, a) < (PluginSource.path(b).stem == "plugin_\(name)" ? 0 : 1, b) }
            for path in candidates {
                guard let plugin = try? await manager.load(path) else { continue }
                if plugin.metadata.name == name {
                    wanted += plugin.metadata.dependencies.map(\.name)
                    break
                }
                try? await manager.unload(plugin.metadata.name)
            }
        }
    }
}
