import Logging
import Synchronization

extension PluginManager {
    /// Initializes every plugin that is not yet, each after what it depends on. One that fails takes only its dependents
    /// with it; the others run. Scripts that do not depend on each other are initialized at the same time, as many as
    /// there are cores; plugins written in Swift one by one, in the order of registration.
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

    /// Initializes plugins that are not yet, after what they depend on. The caller is inside of a change.
    func initialize(_ wanted: [String]) async -> [PluginError] {
        let entries = state.withLock { Array($0.entries.values) }
        let failed = entries.compactMap { entry in entry.status.error.map { (entry.name, $0.message) } }
        let graph = DependencyGraph(
            of: entries.map(\.metadata), wanted: wanted, failed: Dictionary(uniqueKeysWithValues: failed))
        var errors: [PluginError] = []
        for (name, problem) in graph.failures {
            guard let entry = try? entry(name) else { continue }
            errors.append(fail(entry, PluginError(problem, plugin: entry.metadata)))
        }
        let ordered = graph.order.compactMap { try? entry($0) }.filter { $0.status.state == .loaded }
        await concurrently(ordered, after: predecessors(ordered)) { await self.initialize($0) } take: { entry, attempt in
            if let error = report(attempt, of: entry) { errors.append(error) }
        }
        return errors
    }

    /// For each plugin the positions of those that are initialized before it: what it depends on, and every native one
    /// that comes earlier. A native plugin waits for all that come earlier: it may use what they set up without saying so.
    private func predecessors(_ entries: [PluginEntry]) -> [[Int]] {
        let positions = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
        var lastNative: Int?
        return entries.enumerated().map { index, entry in
            guard entry.plugin is any InitializesConcurrently else {
                defer { lastNative = index }
                return Array((lastNative ?? 0)..<index)
            }
            return entry.metadata.dependencies.compactMap { positions[$0.name] } + (lastNative.map { [$0] } ?? [])
        }
    }

    /// How an initialization went. It is told when those before it are, whichever ended first.
    private struct Attempt: Sendable {
        var error: PluginError?
        /// `nil` when it was not begun.
        var nanoseconds: Int64?
    }

    private func initialize(_ entry: PluginEntry) async -> Attempt {
        if let broken = entry.metadata.dependencies.first(where: { (try? self.entry($0.name))?.status.state != .running }) {
            let reason = (try? self.entry(broken.name))?.status.error?.message ?? "it is not running"
            return Attempt(error: mark(entry, PluginError(.dependencyFailed(broken.name, because: reason), plugin: entry.metadata)))
        }
        entry.status.state = .initializing
        let start = CallClock.now
        do {
            try await entry.plugin.initialize(try context(of: entry))
            entry.status.state = .running
            return Attempt(nanoseconds: CallClock.now - start)
        } catch {
            let error = PluginError(wrapping: error, plugin: entry.metadata, operation: "initialize", phase: .initialize)
            return Attempt(error: mark(entry, error), nanoseconds: CallClock.now - start)
        }
    }

    /// What a plugin gets when it is initialized.
    func context(of entry: PluginEntry) throws -> PluginContext {
        try entry.context(store: store, callPlugin: caller) { [weak self] body in
            guard let self else { return await body() }
            await asChange { await body() }
        }
    }

    /// What plugins call each other through. It does not keep the manager alive, which keeps them.
    private var caller: PluginCaller {
        { [weak self] plugin, operation, arguments, options in
            guard let self else { throw PluginError(.closed, name: plugin, operation: operation) }
            return try await self.call(plugin, operation, arguments, options: options)
        }
    }

    private func report(_ attempt: Attempt, of entry: PluginEntry) -> PluginError? {
        if let nanoseconds = attempt.nanoseconds { entry.recorder("initialize").record(nanoseconds: nanoseconds, error: attempt.error) }
        if let error = attempt.error {
            entry.log(error, "initialize failed")
        } else {
            state.withLock { $0.initialized.append(entry.name) }
            entry.logger.debug("initialized")
        }
        return attempt.error
    }

    private func mark(_ entry: PluginEntry, _ error: PluginError) -> PluginError {
        entry.status.error = error
        entry.status.state = .failed
        return error
    }

    private func fail(_ entry: PluginEntry, _ error: PluginError) -> PluginError {
        entry.log(mark(entry, error), "initialize failed")
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
            let dependents = dependents(of: name)
            guard dependents.isEmpty else { throw PluginError(.neededBy(dependents), plugin: entry.metadata) }
            if PluginCall.underWay(of: entry.plugin).isInside { throw PluginError(.reentrantLifecycle("unload"), plugin: entry.metadata) }
            if let error = await cleanup(entry) { throw error }
        }
    }

    /// The plugins that run and depend on one, in the order of initialization.
    func dependents(of name: String) -> [String] {
        state.withLock { state in
            state.initialized.filter { other in
                state.entries[other]?.metadata.dependencies.contains { $0.name == name } == true
            }
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
            let entries = names.compactMap { try? entry($0) }
            if entries.contains(where: { PluginCall.underWay(of: $0.plugin).isInside }) { throw PluginError(.reentrantLifecycle("cleanup")) }
            var errors: [PluginError] = []
            for entry in entries {
                if let error = await cleanup(entry) { errors.append(error) }
            }
            try PluginErrors.check(errors)
        }
    }

    func cleanup(_ entry: PluginEntry) async -> PluginError? {
        let wasRunning = entry.status.state == .running
        let start = CallClock.now
        entry.status.state = .cleaningUp
        var failure: PluginError?
        if wasRunning {
            do {
                // in a task of its own: who is cancelled must still clean up
                let cleanup: @Sendable () async throws -> Void = {
                    try await entry.recorder("cleanup").measure(entry.metadata, phase: .cleanup) { try await entry.plugin.cleanup() }
                }
                if #available(macOS 26, *) {
                    // on this thread until it waits
                    try await Task.immediate { try await cleanup() }.value
                } else {
                    try await Task { try await cleanup() }.value
                }
            } catch {
                failure = (error as! PluginError)  // measure throws nothing else
                entry.log(failure!, "cleanup failed")
            }
        }
        remove(entry)
        if let origin = entry.origin {
            await origin.loader?.loader.unload(entry.plugin)
            monitor.recordLoader(.unload, loader: origin.loaderName, success: failure == nil, duration: .nanoseconds(CallClock.now - start))
        }
        return failure
    }

    /// Takes a plugin out of the set.
    func remove(_ entry: PluginEntry) {
        entry.status.state = .closed
        state.withLock { state in
            guard state.entries[entry.name] === entry else { return }
            state.entries[entry.name] = nil
            state.registered.removeAll { $0 == entry.name }
            state.initialized.removeAll { $0 == entry.name }
        }
    }
}
