import Logging
import Synchronization

extension PluginManager {
    /// Adds a plugin written in Swift. It runs after ``initialize()``.
    ///
    /// - Throws: ``PluginError`` of code `duplicate`, which names both versions, or `metadata` for a name that is none.
    public func register(_ plugin: any Plugin) throws { try register(plugin, from: nil) }

    func register(_ plugin: any Plugin, from origin: PluginEntry.Origin?) throws {
        let metadata = plugin.metadata
        guard PluginMetadata.isValidName(metadata.name) else { throw PluginError(.name(metadata.name), plugin: metadata) }
        try state.withLock { state in
            if let registered = state.entries[metadata.name]?.metadata {
                let problem = PluginProblem.duplicate(registered: registered.version, new: metadata.version, entryPoint: registered.entryPoint)
                throw PluginError(problem, plugin: metadata)
            }
            let policy = state.policy(for: plugin)
            let status = PluginStatus(quarantine: quarantine(of: metadata.name, policy))
            state.entries[metadata.name] = PluginEntry(
                plugin: plugin, version: plugin, policy: policy, origin: origin, status: status, logger: logger, monitor: monitor)
            state.registered.append(metadata.name)
        }
        logger.debug("registered", metadata: ["plugin": "\(metadata.name)", "version": "\(metadata.version)"])
    }

    private func quarantine(of name: String, _ policy: PluginPolicy) -> Quarantine {
        Quarantine(policy: policy.quarantine, now: now) { [weak self, monitor, logger] transition in
            monitor.recordQuarantine(plugin: name, transition)
            let logger = (try? self?.entry(name))?.logger ?? logger
            switch transition {
            case .entered(let reason, let wait):
                logger.error("quarantined", metadata: ["error": "\("\(reason)".escaped)", "retry_after": "\(wait)"])
            case .released: logger.notice("released from quarantine")
            case .failedProbation(let reason): self?.rollBack(name, because: reason)
            }
        }
    }

    /// Loads a script or a folder with `init.lua` and registers what it is. It runs after ``initialize()``.
    ///
    /// - Throws: ``PluginError`` of code `load`, logged as well; its `phase` and `underlying` tell what it was.
    @discardableResult
    public func load(_ path: String) async throws -> any Plugin { try await load(.path(path)) }

    /// Loads a plugin from text in memory, such as a resource of a bundle. `name` is what errors call it.
    @discardableResult
    public func load(source: String, name: String, modules: [String: String] = [:]) async throws -> any Plugin {
        try await load(.text(source, name: name, modules: modules))
    }

    func load(_ source: PluginSource) async throws(PluginError) -> any Plugin { try take(await read(source)) }

    /// Loads a plugin that a loader knows by name, such as one in Swift that ``factories`` makes, and registers it. It runs after
    /// ``initialize()``.
    @discardableResult
    public func load(named name: String) async throws -> any Plugin { try await load(.named(name)) }

    /// What came of reading a source, and how long that took.
    struct Reading: Sendable {
        let origin: PluginEntry.Origin
        let result: Result<any Plugin, any Error>
        let nanoseconds: Int64
    }

    /// - Parameter old: what the new one is to take the place of.
    func read(_ source: PluginSource, replacing old: (any Plugin)? = nil) async -> Reading {
        let start = CallClock.now
        var origin = PluginEntry.Origin(source: source, loader: nil)
        let result: Result<any Plugin, any Error>
        do {
            let picked = try loader.pick(for: source)
            origin = PluginEntry.Origin(source: source, loader: picked)
            let policy: @Sendable (String?) -> PluginPolicy = { self.policy(for: $0) }
            if let old {
                result = .success(try await picked.loader.reload(old, from: source, policy: policy, logger: logger, monitor: monitor))
            } else {
                result = .success(try await picked.loader.load(source, policy: policy, logger: logger, monitor: monitor))
            }
        } catch {
            result = .failure(error)
        }
        return Reading(origin: origin, result: result, nanoseconds: CallClock.now - start)
    }

    /// Registers what was read.
    func take(_ reading: Reading) throws(PluginError) -> any Plugin {
        let (label, duration) = (reading.origin.source.label, Duration.nanoseconds(reading.nanoseconds))
        do {
            let plugin = try reading.result.get()
            try register(plugin, from: reading.origin)
            monitor.recordLoad(path: label, success: true, duration: duration)
            monitor.recordLoader(.load, loader: reading.origin.loaderName, success: true, duration: duration)
            return plugin
        } catch {
            monitor.recordLoad(path: label, success: false, duration: duration)
            monitor.recordLoader(.load, loader: reading.origin.loaderName, success: false, duration: duration)
            let failure = PluginError(loading: reading.origin.source, error)
            logger.error("load failed", metadata: ["path": "\(label)", "error": "\("\(failure)".escaped)"])
            throw failure
        }
    }

    /// Loads the plugins of a folder: files `plugin_*.lua` and folders `plugin_*` with `init.lua`, in the order of their
    /// names. One that is broken does not stop the others. Several are read at the same time, as many as there are
    /// cores; they are registered, and what is wrong with them is told, in their order.
    ///
    /// - Parameters:
    ///   - folder: where to look.
    ///   - recursive: whether folders below are searched as well. Links that lead out of the folder are not followed.
    /// - Throws: ``PluginError`` when the folder itself cannot be read.
    @discardableResult
    public func discover(in folder: String, recursive: Bool = false) async throws -> Discovery {
        var discovery = Discovery()
        let paths: [String]
        do {
            paths = try Discovery.paths(in: folder, recursive: recursive) { error in
                logger.error("discovery failed", metadata: ["path": "\(folder)", "error": "\("\(error)".escaped)"])
                discovery.failures.append(error)
            }
        } catch {
            monitor.recordDiscovery(package: folder, success: false)
            logger.error("discovery failed", metadata: ["path": "\(folder)", "error": "\("\(error)".escaped)"])
            throw error
        }
        await concurrently(paths) { await self.read(.path($0)) } take: { _, reading in
            do throws(PluginError) {
                discovery.loaded.append(try take(reading).metadata)
            } catch {
                discovery.failures.append(error)
            }
        }
        monitor.recordDiscovery(package: folder, success: discovery.failures.isEmpty)
        return discovery
    }

    /// Runs `body` with a plugin that is initialized for it and cleaned up after it, also when the body throws or its
    /// task is cancelled.
    public func withPlugin<R: Sendable>(at path: String, _ body: (any Plugin) async throws -> R) async throws -> R {
        try refuseReentry("withPlugin")
        let plugin = try await load(path)
        let name = plugin.metadata.name
        let result: R
        do {
            try await initialize(name)
            result = try await body(plugin)
        } catch {
            try? await unloadDespiteCancellation(name)
            throw error
        }
        try await unloadDespiteCancellation(name)
        return result
    }

    private func unloadDespiteCancellation(_ name: String) async throws {
        do {
            try await Task { try await self.unload(name) }.value
        } catch let error as PluginError where error.code == .notFound {
            // the body has unloaded it, or cleaned up all
        }
    }
}

extension PluginError {
    /// Any failure to load as one load error that keeps what it was.
    init(loading source: PluginSource, _ error: any Error) {
        if let known = error as? PluginError {
            self = known
            code = .load
            underlying = known
        } else {
            self.init(code: .load, phase: .load, message: "cannot load \(source.label): \(error)", underlying: error)
        }
        plugin = plugin ?? source.stem
    }
}

extension PluginSource {
    /// What the plugin is called until its name is known.
    package var stem: String {
        let label = if case .path(let path) = self { Discovery.plugin(at: path) } else { label }
        let last = label.split(separator: "/").last.map(String.init) ?? label
        return last.hasSuffix(".lua") ? String(last.dropLast(4)) : last
    }
}
