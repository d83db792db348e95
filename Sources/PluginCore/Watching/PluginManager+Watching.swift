package import Dispatch
import Foundation
import Synchronization

extension PluginManager {
    /// Keeps the plugins in line with a folder from now on: a script that is saved is reloaded, as by ``reload(_:keepingState:)``, and
    /// serves some milliseconds later; one that comes is loaded and initialized; one whose script goes is unloaded. A plugin that is a
    /// folder is reloaded when a module that it has required changes. What is in the folder now is brought in line before this returns.
    ///
    /// ```swift
    /// let watch = try await manager.watch(folder) { change in print(change) }
    /// defer { watch.cancel() }
    /// ```
    ///
    /// However an editor saves, a save is one reload; one that changes nothing is none. What cannot serve is logged, and told
    /// once for each save; the version before serves on. The system tells of changes (inotify, FSEvents), so watching costs no time.
    ///
    /// - Parameters:
    ///   - folder: where plugins are looked for as ``discover(in:recursive:)`` does.
    ///   - recursive: whether folders below are watched as well.
    ///   - onChange: called for each plugin after a change, one after another.
    /// - Returns: what ends it when it is cancelled or forgotten.
    /// - Throws: ``PluginError`` when the folder cannot be read or watched, or from inside a plugin's `initialize` or `cleanup`.
    public func watch(
        _ folder: String, recursive: Bool = false, onChange: @escaping @Sendable (PluginWatch.Change) -> Void = { _ in }
    ) async throws -> PluginWatch {
        try await watch(folder, recursive: recursive, absence: SettledChanges.usualAbsence, onChange: onChange)
    }

    /// - Parameter absence: how long a script may be missing, or have no text, before that is taken for meant.
    package func watch(
        _ folder: String, recursive: Bool = false, absence: DispatchTimeInterval, onChange: @escaping @Sendable (PluginWatch.Change) -> Void
    ) async throws -> PluginWatch {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else { throw PluginError(.noSuchFile(folder)) }
        guard isFolder.boolValue else { throw PluginError(.notAFolder(folder)) }
        let root = Discovery.real(folder)
        let synchronizer = FolderSynchronizer(self, root: root, recursive: recursive, onChange: onChange)
        let watch = try PluginWatch(of: root, recursive: recursive, absence: absence, synchronizer)
        try await watch.begin()
        return watch
    }

    /// The plugins that were read from a folder, by the path of the script or folder, links to it followed.
    func entries(below root: String, recursive: Bool) -> [String: PluginEntry] {
        let entries = state.withLock { state in state.registered.compactMap { state.entries[$0] } }
        let found = entries.compactMap { entry -> (String, PluginEntry)? in
            guard case .path(let path)? = entry.origin?.source else { return nil }
            let (folder, name) = Discovery.place(of: path)
            guard name.hasPrefix("plugin_"), folder == root || (recursive && folder.hasPrefix(root + "/")) else { return nil }
            return (folder + "/" + name, entry)
        }
        return Dictionary(found) { first, _ in first }
    }

    /// Makes changes of a folder those of the plugins.
    ///
    /// - Parameter isOver: whether nobody wants them any longer.
    /// - Returns: what came of each.
    func apply(_ work: FolderWork, unless isOver: @escaping @Sendable () -> Bool) async throws -> [PluginWatch.Change] {
        guard !work.isEmpty else { return [] }
        return try await exclusively("watch") {
            guard !isOver() else { return [] }
            // in a task of its own, as for a reload
            return await Task { await applyAll(work) }.value
        }
    }

    private func applyAll(_ work: FolderWork) async -> [PluginWatch.Change] {
        let waiting = state.withLock { $0.entries.values.filter { $0.status.state == .failed && $0.status.error?.code == .dependency } }
        var (changes, new, reloads): ([PluginWatch.Change], [(path: String, entry: PluginEntry)], [(path: String, entry: PluginEntry)]) = ([], [], [])
        // another change of the set of plugins may have come first
        reloads = work.reloads.compactMap { path, entry in present(entry, at: path).map { (path, $0) } }
            .filter { ($0.entry.plugin as? any ReloadablePlugin)?.changedFiles().isEmpty != true }
        await concurrently(work.loads) { await self.read(.path($0)) } take: { path, reading in
            // one whose script has gone, and that has come under another path, is the same
            if let name = (try? reading.result.get())?.metadata.name, let entry = try? entry(name), !entry.isThere,
                !reloads.contains(where: { $0.entry === entry })
            {
                reloads.append((path, entry))
                return
            }
            do throws(PluginError) {
                new.append((path, try entryOf(try take(reading))))
            } catch {
                changes.append(.init(kind: .failed, path: path, plugin: (try? reading.result.get())?.metadata.name, error: error))
            }
        }
        await reload(reloads, &changes)
        await start(new, &changes)
        // what could not run for lack of another
        for entry in waiting where entry.status.state == .running {
            guard case .path(let source)? = entry.origin?.source, !changes.contains(where: { $0.plugin == entry.name }) else { continue }
            let (folder, name) = Discovery.place(of: source)
            changes.append(.init(kind: .loaded, path: folder + "/" + name, plugin: entry.name, version: entry.metadata.version))
        }
        // those that depend on others first
        let order = state.withLock { $0.initialized }
        let unloads = work.unloads.sorted { (order.firstIndex(of: $0.entry.name) ?? -1) > (order.firstIndex(of: $1.entry.name) ?? -1) }
        for (path, old) in unloads {
            if let entry = present(old, at: path), !entry.isThere { changes.append(await unload(entry, path)) }
        }
        return changes
    }

    /// What a plugin is now, which may be another version, if it still is of that path.
    private func present(_ entry: PluginEntry, at path: String) -> PluginEntry? {
        guard let present = try? self.entry(entry.name), case .path(let source)? = present.origin?.source else { return nil }
        let (folder, name) = Discovery.place(of: source)
        return folder + "/" + name == path ? present : nil
    }

    private func entryOf(_ plugin: any Plugin) throws(PluginError) -> PluginEntry {
        do {
            return try entry(plugin.metadata.name)
        } catch {
            throw error as! PluginError  // entry throws nothing else
        }
    }

    private func start(_ new: [(path: String, entry: PluginEntry)], _ changes: inout [PluginWatch.Change]) async {
        guard !new.isEmpty else { return }
        let errors = await initialize(new.map(\.entry.name))
        for (path, entry) in new {
            await retryDependents(of: entry.name)
            let error = errors.first { $0.plugin == entry.name } ?? entry.status.error
            changes.append(.init(kind: error == nil ? .loaded : .failed, path: path, plugin: entry.name, version: entry.metadata.version, error: error))
        }
    }

    private func reload(_ reloads: [(path: String, entry: PluginEntry)], _ changes: inout [PluginWatch.Change]) async {
        let results = await replace(reloads.map { Replacement(entry: $0.entry, operation: .reload, source: $0.entry.isThere ? $0.entry.origin?.source : .path($0.path)) })
        for ((path, entry), result) in zip(reloads, results) {
            var change = PluginWatch.Change(kind: .reloaded, path: path, plugin: entry.name)
            switch result {
            case .success(let metadata): (change.plugin, change.version) = (metadata.name, metadata.version)
            case .failure(let error): (change.kind, change.error) = (.failed, error)
            }
            changes.append(change)
        }
    }

    private func unload(_ entry: PluginEntry, _ path: String) async -> PluginWatch.Change {
        var change = PluginWatch.Change(kind: .unloaded, path: path, plugin: entry.name, version: entry.metadata.version)
        let dependents = dependents(of: entry.name)
        if !dependents.isEmpty {
            change.error = PluginError(.neededBy(dependents), plugin: entry.metadata)
            change.kind = .failed
        } else {
            // what its cleanup throws is logged; it has gone all the same
            change.error = await cleanup(entry)
        }
        return change
    }
}

extension PluginEntry {
    /// Whether what it was read from is there.
    var isThere: Bool {
        guard case .path(let path)? = origin?.source else { return true }
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return isThere && (!isFolder.boolValue || FileManager.default.fileExists(atPath: path + "/init.lua"))
    }
}
