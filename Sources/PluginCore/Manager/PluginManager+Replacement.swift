import Logging
import Synchronization

/// One plugin that is to be replaced by another version.
struct Replacement: Sendable {
    let entry: PluginEntry
    let operation: LoaderRecords.Operation
    /// `nil` for a plugin that no loader has read.
    let source: PluginSource?
    var keepsState = true
}

extension PluginManager {
    /// Replaces plugins by other versions, several at the same time, each after those of them that it depends on. The caller is
    /// inside of a change.
    ///
    /// - Parameter replacements: each of another plugin.
    /// - Returns: what became of each.
    func replace(_ replacements: [Replacement]) async -> [Result<PluginMetadata, PluginError>] {
        // in a task of its own: who is cancelled leaves no plugin half replaced
        await Task { await replaceAll(replacements) }.value
    }

    private func replaceAll(_ replacements: [Replacement]) async -> [Result<PluginMetadata, PluginError>] {
        var results = [Result<PluginMetadata, PluginError>?](repeating: nil, count: replacements.count)
        var coming: [String: NewVersion] = [:]
        var positions: [String: Int] = [:]
        await concurrently(Array(replacements.enumerated())) { await self.read($0.element) } take: { item, version in
            positions[item.element.entry.name] = item.offset
            coming[item.element.entry.name] = version
        }
        let graph = dependencyGraph(with: coming.values)
        let problems = Dictionary(graph.failures.map { ($0.name, $0.problem) }) { first, _ in first }
        // what a new version needs and nobody has needed yet
        let idle = graph.order.filter { coming[$0] == nil && (try? entry($0))?.status.state == .loaded }
        if !idle.isEmpty, coming.values.contains(where: { $0.replacement.entry.status.state == .running }) { _ = await initialize(idle) }
        let others = coming.keys.filter { !graph.order.contains($0) }.sorted()
        let ordered = (graph.order + others).compactMap { coming[$0] }
        let places = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1.name, $0) })
        let predecessors = ordered.map { version in version.dependencies.compactMap { places[$0] }.filter { $0 < places[version.name]! } }
        let metadata = coming.compactMapValues { $0.plugin?.metadata }
        await concurrently(ordered, after: predecessors) { version in
            await self.takeOver(version, problem: problems[version.name], coming: metadata)
        } take: { version, result in
            results[positions[version.name]!] = result
        }
        for (name, version) in coming { warn(name, version, results[positions[name]!]) }
        return results.map { $0! }  // each plugin is among them once
    }

    /// Tells of a plugin that has to go on with another version of what it needs, since its own next version could not serve.
    private func warn(_ name: String, _ version: NewVersion, _ result: Result<PluginMetadata, PluginError>?) {
        guard case .failure? = result, let entry = try? entry(name), entry.status.state == .running else { return }
        for dependency in entry.metadata.dependencies {
            guard let other = try? self.entry(dependency.name), !dependency.allows(other.metadata.version) else { continue }
            entry.logger.warning("runs with \(other.name) \(other.metadata.version), though it asks for '\(dependency)'")
        }
    }

    /// What was read to replace a plugin.
    private struct NewVersion: Sendable {
        let replacement: Replacement
        let start: Int64
        let reading: Reading
        /// `nil` if it could not be read.
        var plugin: (any Plugin)? { try? reading.result.get() }
        /// The name of what it replaces.
        var name: String { replacement.entry.name }
        var dependencies: [String] { (plugin ?? replacement.entry.plugin).metadata.dependencies.map(\.name) }
    }

    private func read(_ replacement: Replacement) async -> NewVersion {
        let start = CallClock.now
        let entry = replacement.entry
        if replacement.operation == .rollback {
            let result = Result<any Plugin, any Error> {
                let old = entry.plugin as? any ReloadablePlugin
                guard let plugin = try old?.previousVersion(policy(for: entry.name)) else { throw PluginError(.noEarlierVersion, plugin: entry.metadata) }
                return plugin
            }
            let origin = entry.origin ?? PluginEntry.Origin(source: .named(entry.name), loader: nil)
            return NewVersion(replacement: replacement, start: start, reading: Reading(origin: origin, result: result, nanoseconds: CallClock.now - start))
        }
        return NewVersion(replacement: replacement, start: start, reading: await read(replacement.source!, replacing: entry.plugin))
    }

    /// Who depends on whom once the new versions serve.
    private func dependencyGraph(with coming: some Collection<NewVersion>) -> DependencyGraph {
        let entries = state.withLock { Array($0.entries.values) }
        let new = Dictionary(uniqueKeysWithValues: coming.compactMap { version in version.plugin.map { (version.name, $0.metadata) } })
        let metadata = entries.map { entry in
            guard var metadata = new[entry.name] else { return entry.metadata }
            metadata.name = entry.name
            return metadata
        }
        let failed = entries.filter { new[$0.name] == nil }.compactMap { entry in entry.status.error.map { (entry.name, $0.message) } }
        return DependencyGraph(of: metadata, wanted: coming.filter { $0.plugin != nil }.map(\.name).sorted(), failed: Dictionary(uniqueKeysWithValues: failed))
    }

    /// Lets a version that was read serve, and tells what came of it.
    ///
    /// - Parameter coming: what others become at the same time.
    private func takeOver(_ version: NewVersion, problem: PluginProblem?, coming: [String: PluginMetadata]) async -> Result<PluginMetadata, PluginError> {
        let (entry, operation) = (version.replacement.entry, version.replacement.operation)
        var record = ReloadRecord(
            plugin: entry.name, operation: operation, loader: version.reading.origin.loaderName, duration: .zero, old: entry.metadata.version)
        func end() {
            record.kept = (entry.plugin as? any ReloadablePlugin).map { $0.versions.count - 1 } ?? 0
            monitor.recordReload(record)
        }
        do {
            let plugin = try version.reading.result.get()
            record.new = plugin.metadata.version
            if let problem, entry.status.state != .loaded { throw PluginError(problem, plugin: plugin.metadata) }
            record.dependents = try check(plugin, replacing: entry, by: operation, coming: coming)
            let ending = try await serve(plugin, version)
            record.duration = .nanoseconds(CallClock.now - version.start)
            end()
            let logger = (try? self.entry(plugin.metadata.name))?.logger ?? logger
            logger.notice(operation == .reload ? "reloaded" : "rolled back", metadata: ["from": "\(entry.metadata.version)", "duration": "\(record.duration)"])
            await ending()
            return .success(plugin.metadata)
        } catch {
            let error = PluginError(reloading: entry, error)
            record.duration = .nanoseconds(CallClock.now - version.start)
            record.error = error
            end()
            let isFailed = entry.status.state == .failed
            if isFailed { entry.status.error = error }
            entry.log(error, "\(operation.rawValue) failed" + (isFailed ? "" : ", the version before serves on"))
            return .failure(error)
        }
    }

    /// - Returns: the running plugins that depend on the one that is replaced.
    private func check(
        _ plugin: any Plugin, replacing entry: PluginEntry, by operation: LoaderRecords.Operation, coming: [String: PluginMetadata]
    ) throws -> [String] {
        let (new, old, policy) = (plugin.metadata, entry.metadata, policy(for: entry.name).reload)
        func refuse(_ field: String, _ old: String, _ new: String) throws {
            throw PluginError(.changedByReload(field: field, old: old, new: new), plugin: entry.metadata, location: new.isEmpty ? nil : plugin.metadata.entryPoint)
        }
        let dependents = state.withLock { state in
            state.initialized.compactMap { state.entries[$0]?.metadata }.map { coming[$0.name] ?? $0 }.filter { other in
                other.dependencies.contains { $0.name == old.name }
            }
        }
        if new.name != old.name {
            if !policy.allowsNewName { try refuse("name", old.name, new.name) }
            if !dependents.isEmpty { throw PluginError(.neededBy(dependents.map(\.name)), plugin: old) }
        }
        if new.pluginType != old.pluginType, !policy.allowsNewType { try refuse("plugin_type", old.pluginType.rawValue, new.pluginType.rawValue) }
        if new.name == old.name, plugin.declaration.concurrency != entry.declaration.concurrency {
            try refuse("concurrency", entry.declaration.concurrency.rawValue, plugin.declaration.concurrency.rawValue)
        }
        if !policy.allowsNewPermissions, operation == .reload {
            let asked = plugin.declaration.permissions.all.filter { !entry.declaration.permissions.all.contains($0) }
            if !asked.isEmpty { throw PluginError(.newPermissions(asked.map { "\($0)" }), plugin: new, location: new.entryPoint) }
        }
        let broken = dependents.filter { other in other.dependencies.contains { $0.name == old.name && !$0.allows(new.version) } }
        if !broken.isEmpty { throw PluginError(.breaksDependents(broken.map(\.name), version: new.version), plugin: new, location: new.entryPoint) }
        return dependents.map(\.name)
    }

    /// Initializes a version and lets it serve.
    ///
    /// - Returns: what is left to be done for the version before.
    private func serve(_ plugin: any Plugin, _ version: NewVersion) async throws -> () async -> Void {
        let entry = version.replacement.entry
        if plugin.metadata.name != entry.name { return try await serveUnderItsName(plugin, version) }
        let policy = state.withLock { $0.policy(for: plugin) }
        let old = type(of: entry.plugin) == type(of: plugin) ? entry.plugin as? any ReloadablePlugin : nil
        let new = PluginEntry(
            plugin: old ?? plugin, version: plugin, policy: policy, origin: version.reading.origin, status: entry.status, logger: logger, monitor: monitor)
        let before = entry.status.state
        switch before {
        case .loaded: break
        case .running, .failed:
            for dependency in new.metadata.dependencies {
                let other = try? self.entry(dependency.name)
                guard let other, other.status.state == .running else {
                    throw PluginError(.dependencyFailed(dependency.name, because: other?.status.error?.message ?? "it is not running"), plugin: new.metadata)
                }
                guard dependency.allows(other.metadata.version) else {
                    throw PluginError(.dependencyVersion(dependency, found: other.metadata.version, chain: [new.name, other.name]), plugin: new.metadata)
                }
            }
            let context = try context(of: new)
            try await new.recorder("initialize").measure(new.metadata, phase: .initialize) { try await plugin.initialize(context) }
        default: throw PluginError(.notRunning(before, because: nil), plugin: entry.metadata)
        }
        do {
            try await old?.takeOver(plugin, keepsState: version.replacement.keepsState, keptVersions: policy.reload.keptVersions)
        } catch {
            // it has been initialized, and will not be called
            if before != .loaded { await cleanUp(plugin, new) }
            throw error
        }
        commit(new, in: before)
        entry.status.quarantine.restart(version.replacement.operation == .reload ? policy.reload.probation : nil)
        return { [self] in
            if let old {
                await old.endSuperseded()
            } else {
                if before == .running { await cleanUp(entry.plugin, entry) }
                await entry.origin?.loader?.loader.unload(entry.plugin)
            }
            await retryDependents(of: entry.name)
        }
    }

    private func commit(_ new: PluginEntry, in before: PluginState) {
        state.withLock { state in
            let hasOtherDependencies = state.entries[new.name]?.metadata.dependencies != new.metadata.dependencies
            state.entries[new.name] = new
            if before == .failed { state.initialized.append(new.name) }
            guard hasOtherDependencies else { return }
            // they are cleaned up in the reverse order
            let initialized = Set(state.initialized)
            let order = DependencyGraph(of: state.entries.values.map(\.metadata), wanted: state.initialized).order.filter(initialized.contains)
            state.initialized = order + state.initialized.filter { !order.contains($0) }
        }
        if before == .failed {
            new.status.error = nil
            new.status.state = .running
        }
    }

    /// A version with another name is another plugin, which takes the place of the one before.
    private func serveUnderItsName(_ plugin: any Plugin, _ version: NewVersion) async throws -> () async -> Void {
        let entry = version.replacement.entry
        try register(plugin, from: version.reading.origin)
        let new = try self.entry(plugin.metadata.name)
        if entry.status.state != .loaded {
            let errors = await initialize([new.name])
            if let error = errors.first {
                remove(new)
                throw error
            }
        }
        return { [self] in
            _ = await cleanup(entry)
            await retryDependents(of: new.name)
        }
    }

    /// Calls `cleanup` of what is called no more; a failure is recorded and logged.
    private func cleanUp(_ plugin: any Plugin, _ entry: PluginEntry) async {
        do {
            try await entry.recorder("cleanup").measure(plugin.metadata, phase: .cleanup) { try await plugin.cleanup() }
        } catch {
            entry.log(error as! PluginError, "cleanup failed")  // measure throws nothing else
        }
    }

    /// Initializes what failed since it depends on that plugin, which runs now.
    func retryDependents(of name: String) async {
        let dependents: [PluginEntry] = state.withLock { state in
            var (found, names) = ([PluginEntry](), Set([name]))
            while true {
                let more = state.entries.values.filter { entry in
                    !names.contains(entry.name) && entry.status.state == .failed && entry.status.error?.code == .dependency
                        && entry.metadata.dependencies.contains { names.contains($0.name) }
                }
                if more.isEmpty { return found }
                found += more
                names.formUnion(more.map(\.name))
            }
        }
        guard !dependents.isEmpty else { return }
        for entry in dependents {
            entry.status.error = nil
            entry.status.state = .loaded
        }
        _ = await initialize(dependents.map(\.name).sorted())
    }
}

extension PluginError {
    /// Why a version could not take the place of another.
    init(reloading entry: PluginEntry, _ error: any Error) {
        if let known = error as? PluginError {
            self = known
        } else {
            self.init(code: .load, phase: .load, message: "cannot be read again: \(error)", underlying: error)
        }
        plugin = plugin ?? entry.name
    }
}
