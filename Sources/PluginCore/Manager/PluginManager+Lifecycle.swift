import Logging
import Synchronization

extension PluginManager {
    /// Initializes every plugin that is not yet, each after what it depends on. One that fails takes only its dependents
    /// with it; the others run.
    ///
    /// - Throws: ``PluginErrors`` with each failure, all of them logged as well.
    public func initialize() async throws {
        try await exclusively("initialize") {
            let pending = state.withLock { state in state.registered.filter { state.entries[$0]?.status.state == .loaded } }
            try PluginErrors.check(await initialize(pending))
        }
    }

    /// Initializes one plugin, after what it depends on.
    ///
    /// - Throws: ``PluginErrors`` with its own failure, or that of a plugin it depends on.
    public func initialize(_ name: String) async throws {
        try await exclusively("initialize") {
            let entry = try entry(name)
            if entry.status.state == .failed, let error = entry.status.error { throw PluginErrors(errors: [error]) }
            try PluginErrors.check(await initialize([name]))
        }
    }

    private func initialize(_ wanted: [String]) async -> [PluginError] {
        let entries = state.withLock { Array($0.entries.values) }
        let failed = entries.compactMap { entry in entry.status.error.map { (entry.name, $0.message) } }
        let graph = DependencyGraph(
            of: entries.map(\.metadata), wanted: wanted, failed: Dictionary(uniqueKeysWithValues: failed))
        var errors: [PluginError] = []
        for (name, problem) in graph.failures {
            guard let entry = try? entry(name) else { continue }
            errors.append(fail(entry, PluginError(problem, plugin: entry.metadata)))
        }
        for name in graph.order {
            guard let entry = try? entry(name), entry.status.state == .loaded else { continue }
            if let broken = entry.metadata.dependencies.first(where: { (try? self.entry($0.name))?.status.state != .running }) {
                let reason = (try? self.entry(broken.name))?.status.error?.message ?? "it is not running"
                errors.append(fail(entry, PluginError(.dependencyFailed(broken.name, because: reason), plugin: entry.metadata)))
                continue
            }
            if let error = await initialize(entry) { errors.append(error) }
        }
        return errors
    }

    private func initialize(_ entry: PluginEntry) async -> PluginError? {
        entry.status.state = .initializing
        do {
            try await entry.recorder("initialize").measure(entry.metadata, phase: .initialize) {
                try await entry.plugin.initialize(try entry.context(store: store))
            }
        } catch {
            return fail(entry, error as! PluginError)  // measure throws nothing else
        }
        state.withLock { $0.initialized.append(entry.name) }
        entry.status.state = .running
        entry.logger.debug("initialized")
        return nil
    }

    private func fail(_ entry: PluginEntry, _ error: PluginError) -> PluginError {
        entry.status.error = error
        entry.status.state = .failed
        entry.log(error, "initialize failed")
        return error
    }

    /// Cleans up one plugin and removes it. Calls that wait for it are refused. A script's call under way ends first; a
    /// plugin written in Swift sees to its own.
    ///
    /// - Throws: ``PluginError`` of code `dependency` while running plugins need it, or what its `cleanup` threw; in the
    ///   latter case it is removed all the same.
    public func unload(_ name: String) async throws {
        try await exclusively("unload") {
            let entry = try entry(name)
            let dependents = state.withLock { state in
                state.initialized.filter { other in
                    state.entries[other]?.metadata.dependencies.contains { $0.name == name } == true
                }
            }
            guard dependents.isEmpty else { throw PluginError(.neededBy(dependents), plugin: entry.metadata) }
            if let error = await cleanup(entry) { throw error }
        }
    }

    /// Cleans up every plugin in the reverse order of initialization and removes all. A failure stops no other.
    ///
    /// - Throws: ``PluginErrors`` with each failure, all of them logged as well.
    public func cleanup() async throws {
        try await exclusively("cleanup") {
            let names = state.withLock { state in
                state.initialized.reversed() + state.registered.filter { !state.initialized.contains($0) }
            }
            var errors: [PluginError] = []
            for name in names {
                if let entry = try? entry(name), let error = await cleanup(entry) { errors.append(error) }
            }
            try PluginErrors.check(errors)
        }
    }

    private func cleanup(_ entry: PluginEntry) async -> PluginError? {
        let wasRunning = entry.status.state == .running
        entry.status.state = .cleaningUp
        var failure: PluginError?
        if wasRunning {
            do {
                // in a task of its own: who is cancelled must still clean up
                try await Task {
                    try await entry.recorder("cleanup").measure(entry.metadata, phase: .cleanup) { try await entry.plugin.cleanup() }
                }.value
            } catch {
                failure = (error as! PluginError)  // measure throws nothing else
                entry.log(failure!, "cleanup failed")
            }
        }
        entry.status.state = .closed
        state.withLock { state in
            state.entries[entry.name] = nil
            state.registered.removeAll { $0 == entry.name }
            state.initialized.removeAll { $0 == entry.name }
        }
        return failure
    }
}
