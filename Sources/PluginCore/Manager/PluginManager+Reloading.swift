import Logging
import Synchronization

/// Versions of plugins that follow each other while they are called.
extension PluginManager {
    /// Reads a plugin again from where it came from, and lets the new version serve in place of the old one.
    ///
    /// The new text is compiled, its table and configuration are checked and its `initialize` is run while the old version serves.
    /// Then calls that run come to their end and new ones wait, for as long as `save` of the old version and `restore` of the new
    /// one take; from there on all calls go to the new version. Handles to the plugin and to its operations stay valid. Calls that
    /// wait for a function of the host end on the old version, which is cleaned up after the last of them.
    ///
    /// A plugin that failed to initialize is given another try, and what failed because of it. Once begun, a reload comes to its end
    /// even if the calling task is cancelled. A plugin in Swift is replaced by the one that its loader makes; who holds the old
    /// object calls the old one.
    ///
    /// ```swift
    /// let metadata = try await manager.reload("words")
    /// print("now \(metadata.version)")
    /// ```
    ///
    /// - Parameters:
    ///   - name: the plugin's name.
    ///   - keepingState: whether `save` and `restore` are called. A version whose `save` fails can be replaced without.
    /// - Returns: what the new version says of itself.
    /// - Throws: ``PluginError``, logged as well; the old version serves on.
    @discardableResult
    public func reload(_ name: String, keepingState: Bool = true) async throws -> PluginMetadata {
        try await replace(name, .reload, keepsState: keepingState) { entry in
            guard let origin = entry.origin else { throw PluginError(.notReloadable, plugin: entry.metadata) }
            return origin.source
        }
    }

    /// As ``reload(_:keepingState:)``, of a plugin that was loaded from a text in memory, with another text.
    @discardableResult
    public func reload(_ name: String, source: String, modules: [String: String] = [:], keepingState: Bool = true) async throws -> PluginMetadata {
        try await replace(name, .reload, keepsState: keepingState) { entry in
            guard case .text(_, let label, _)? = entry.origin?.source else { throw PluginError(.notReloadable, plugin: entry.metadata) }
            return .text(source, name: label, modules: modules)
        }
    }

    /// Lets the version that served before the present one serve again, from the text that was kept of it, with the state of the
    /// present one. Does not touch the plugin's file, which is read at the next reload.
    ///
    /// - Returns: what the version says of itself.
    /// - Throws: ``PluginError``: of code `state` if there is none; the present version serves on.
    @discardableResult
    public func rollback(_ name: String, keepingState: Bool = true) async throws -> PluginMetadata {
        try await replace(name, .rollback, keepsState: keepingState) { $0.origin?.source }
    }

    /// The versions of a plugin that can be rolled back to, oldest first, and last the one that serves.
    public func versions(of name: String) throws -> [PluginMetadata] {
        let entry = try entry(name)
        return (entry.plugin as? any ReloadablePlugin)?.versions ?? [entry.metadata]
    }

    /// Rolls a plugin back that has not stood its probation, unless another version serves by then; without its state, if that cannot
    /// be had. What fails is logged and recorded.
    func rollBack(_ name: String, because reason: String) {
        guard let entry = try? entry(name) else { return }
        // it is no part of the call, or of the change of the set of plugins, in which the last failure came
        Task.detached { [self] in
            do {
                try await exclusively("rollback") {
                    guard (try? self.entry(name)) === entry else { return }
                    entry.logger.error("failed its probation, is rolled back", metadata: ["error": "\(reason.escaped)"])
                    for keepsState in [true, false] {
                        let replacement = Replacement(entry: entry, operation: .rollback, source: entry.origin?.source, keepsState: keepsState)
                        if case .success = await replace([replacement])[0] { return }
                    }
                }
            } catch {
                entry.logger.error("cannot be rolled back", metadata: ["error": "\("\(error)".escaped)"])
            }
        }
    }

    private func replace(
        _ name: String, _ operation: LoaderRecords.Operation, keepsState: Bool, source: (PluginEntry) throws -> PluginSource?
    ) async throws -> PluginMetadata {
        try await exclusively(operation.rawValue) {
            let entry = try entry(name)
            // its own call would wait for the reload, which waits for that call
            if PluginCall.underWay(of: entry.plugin).holdsPlugin { throw PluginError(.reentrantLifecycle(operation.rawValue), plugin: entry.metadata) }
            let replacement = Replacement(entry: entry, operation: operation, source: try source(entry), keepsState: keepsState)
            return try await replace([replacement])[0].get()
        }
    }
}
