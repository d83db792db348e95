import Foundation
import Synchronization

/// Brings a manager's plugins in line with what is in a folder. Called by one task at a time.
final class FolderSynchronizer: @unchecked Sendable {
    // Sendable: the vars are touched by handle alone, and by what that calls; PluginWatch calls it in begin() to its end, and only then makes
    // the one task that calls it from there on. `isCancelled` is atomic, all else immutable.
    private weak let manager: PluginManager?
    private let root: String
    private let recursive: Bool
    private let onChange: @Sendable (PluginWatch.Change) -> Void
    /// What was last tried of each plugin: only another content is tried again.
    private var tried: [String: Fingerprint] = [:]
    /// What the last save of could not serve.
    private var failed: Set<String> = []
    /// Plugins whose scripts have gone and that others need.
    private var needed: [String: (path: String, entry: PluginEntry)] = [:]
    private let isCancelled = Atomic(false)

    init(_ manager: PluginManager, root: String, recursive: Bool, onChange: @escaping @Sendable (PluginWatch.Change) -> Void) {
        self.manager = manager
        self.root = root
        self.recursive = recursive
        self.onChange = onChange
    }

    /// Nothing is changed, or told, from here on.
    func cancel() { isCancelled.store(true, ordering: .sequentiallyConsistent) }

    private var isOver: Bool { isCancelled.load(ordering: .sequentiallyConsistent) }

    /// - Returns: paths that are to be looked at again in a while, since they may be in the middle of being saved.
    /// - Throws: ``PluginError`` when nothing could be done, as from inside of a change of the set of plugins.
    @discardableResult
    func handle(_ changes: SettledChanges.Changes) async throws -> [String] {
        guard let manager, !isOver else { return [] }
        for failure in changes.failures { tell(.init(kind: .failed, path: root, error: failure)) }
        let entries = manager.entries(below: root, recursive: recursive)
        var (work, later) = (FolderWork(), [String]())
        for path in plugins(in: changes, entries).sorted() {
            if !look(at: path, entries[path], isLast: changes.isLast.contains(path), isAll: changes.isAll, &work) { later.append(path) }
        }
        for path in work.gone { tell(.init(kind: .unloaded, path: path)) }
        for (path, entry) in work.recovered { tell(.init(kind: .recovered, path: path, plugin: entry.name, version: entry.metadata.version)) }
        try await apply(work, to: manager)
        return later
    }

    private func apply(_ work: FolderWork, to manager: PluginManager) async throws {
        guard !work.isEmpty else { return }
        var work = work
        work.unloads += needed.values.filter { needed in !work.unloads.contains { $0.entry === needed.entry } }
        let isOver: @Sendable () -> Bool = { [self] in self.isOver }
        let changes = try await manager.apply(work, unless: isOver)
        for change in changes { note(change, work.looks) }
        // what had the name of one that has gone
        guard changes.contains(where: { $0.kind == .unloaded }) else { return }
        var rest = FolderWork()
        let entries = manager.entries(below: root, recursive: recursive)
        for path in (try? Discovery.paths(in: root, recursive: recursive)) ?? [] where entries[path] == nil {
            _ = look(at: path, nil, isLast: true, isAll: true, &rest)
        }
        for change in try await manager.apply(rest, unless: isOver) { note(change, rest.looks) }
    }

    private func tell(_ change: PluginWatch.Change) { if !isOver { onChange(change) } }

    /// Remembers what has been tried, and tells of it.
    private func note(_ change: PluginWatch.Change, _ looks: [String: Fingerprint]) {
        if change.kind == .failed { failed.insert(change.path) } else { failed.remove(change.path) }
        if let look = looks[change.path] {
            // what was written meanwhile is told of by another event; what failed for another reason than its content may be tried again
            let isOfContent = change.error.map { !$0.isPassing } ?? true
            if isOfContent, Fingerprint(of: change.path) == look { tried[change.path] = look }
        }
        switch (change.kind, change.plugin) {
        case (.unloaded, let name?):
            needed[name] = nil
            tried[change.path] = nil
        case (.failed, let name?) where looks[change.path] == nil:
            // told once
            if let entry = try? manager?.entry(name), needed.updateValue((change.path, entry), forKey: name)?.entry === entry { return }
        default: break
        }
        tell(change)
    }

    /// The scripts and folders that changes are about.
    private func plugins(in changes: SettledChanges.Changes, _ entries: [String: PluginEntry]) -> Set<String> {
        if changes.isAll { return Set((try? Discovery.paths(in: root, recursive: recursive)) ?? []).union(entries.keys) }
        let files = entries.mapValues { ($0.plugin as? any ReloadablePlugin)?.files ?? [] }
        return changes.paths.reduce(into: []) { found, path in
            if let plugin = plugin(at: path) { found.insert(plugin) }
            for (entry, files) in files where files.contains(path) { found.insert(entry) }
        }
    }

    /// The script or folder that a path is of: the first below the root that is named like one.
    private func plugin(at path: String) -> String? {
        guard path.hasPrefix(root + "/") else { return nil }
        var plugin = root
        for part in path.dropFirst(root.count + 1).split(separator: "/") {
            plugin += "/" + part
            if part.hasPrefix("plugin_") { return plugin }
            if !recursive { return nil }
        }
        return nil
    }

    /// - Returns: whether it is settled; if not, it is to be looked at again.
    private func look(at path: String, _ entry: PluginEntry?, isLast: Bool, isAll: Bool, _ work: inout FolderWork) -> Bool {
        guard Discovery.isPlugin(path, below: root) else {
            guard let entry else {
                tried[path] = nil
                guard failed.contains(path) else { return true }
                guard isLast else { return false }
                failed.remove(path)
                work.gone.append(path)
                return true
            }
            // one that discovery would not find, and that the host has loaded all the same, is the host's
            guard !entry.isThere else { return true }
            guard isLast else { return false }
            tried[path] = nil
            work.unloads.append((path, entry))
            return true
        }
        if let entry { needed[entry.name] = nil }
        let fingerprint = Fingerprint(of: path)
        guard tried[path] != fingerprint else { return true }
        if fingerprint.isEmpty, !isLast { return false }
        guard let entry else {
            // the files of a folder come one after another
            if fingerprint.isFolder, !isLast, !isAll { return false }
            work.loads.append(path)
            work.looks[path] = fingerprint
            return true
        }
        if let plugin = entry.plugin as? any ReloadablePlugin {
            let changes = plugin.changedFiles()
            if changes.values.contains(where: { $0 != .changed }), !isLast { return false }
            // what a version does not consist of may change as it likes
            guard !changes.isEmpty else {
                tried[path] = fingerprint
                if failed.remove(path) != nil { work.recovered.append((path, entry)) }
                return true
            }
        } else if tried[path] == nil {
            // of a plugin that tells nothing of its files the first look is what the others are compared with
            tried[path] = fingerprint
            return true
        }
        work.reloads.append((path, entry))
        work.looks[path] = fingerprint
        return true
    }
}

extension PluginError {
    /// Whether the same may go well another time.
    fileprivate var isPassing: Bool {
        let code = (underlying as? PluginError)?.code ?? code
        return [.busy, .cancelled, .state, .dependency, .duplicate].contains(code)
    }
}
