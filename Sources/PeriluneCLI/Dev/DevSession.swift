import Foundation
import Perilune

/// What `perilune dev` knows: the plugins, what became of the last saves, and what was printed. Used by one task.
final class DevSession {
    /// One plugin, as a row of the screen.
    struct Row: Equatable {
        var name: String
        var version: String
        var state: String
        var calls = 0
        var errors = 0
        /// Of the operation that was called most, in seconds.
        var p50 = 0.0
        var p99 = 0.0
        /// Seconds since the last reload; `nil` if there was none.
        var reloaded: Double?
    }

    /// What is to be shown.
    struct Report {
        enum Cause {
            case begun, change, log, key, time
        }

        var cause: Cause
        /// What has just happened, a line each.
        var news: [String] = []
        var rows: [Row] = []
        var selected = 0
        /// What is wrong, with the lines of the script.
        var problem: [String] = []
        /// What was printed and what came of calls, oldest first.
        var output: [String] = []
    }

    private let manager: PluginManager
    private let folder: String
    private let calls: [(operation: String, arguments: [DynamicValue])]
    private let send: @Sendable (DevEvent) -> Void
    private let now: () -> Double
    /// Why there is nothing left to do.
    private(set) var end: PluginError?
    private var selected = 0
    private var showsTraceback = false
    /// What could not serve, by its path, and which came last.
    private var failures: [String: PluginError] = [:]
    private var lastFailure: String?
    /// What the last calls of each plugin failed with.
    private var callFailures: [String: (path: String, error: PluginError)] = [:]
    private var reloads: [String: Double] = [:]
    private var paths: [String: String] = [:]
    /// What each plugin consisted of when it was last looked at.
    private var known: [String: Known] = [:]
    private var output: [String] = []

    private struct Known {
        var version: SemanticVersion
        var operations: Set<String>
        var lines: [Substring]
    }

    /// How much output is kept, and how much of a result is shown.
    private static let mostOutput = 200
    private static let longestResult = 4096

    init(
        _ manager: PluginManager, folder: String, calls: [(operation: String, arguments: [DynamicValue])],
        now: @escaping () -> Double = { Date().timeIntervalSince1970 }, send: @escaping @Sendable (DevEvent) -> Void
    ) {
        self.manager = manager
        self.folder = folder
        self.calls = calls
        self.now = now
        self.send = send
    }

    /// - Returns: what is to be shown now; `nil` at the end.
    func handle(_ event: DevEvent) async -> Report? {
        switch event {
        case .change(let change):
            let news = take(change)
            // the folder itself has gone
            return end == nil ? report(.change, news) : nil
        case .called(let name, let operation, let result): return report(.change, note(name, operation, result))
        case .log(let line):
            keep(line)
            return report(.log, [line])
        case .tick: return report(.time)
        case .key(.quit): return nil
        case .key(.up): selected -= 1
        case .key(.down): selected += 1
        case .key(.traceback): showsTraceback.toggle()
        case .key(.rerun):
            if calls.isEmpty { return report(.key, ["there is nothing to call: start with --call OPERATION"]) }
            if let name = selectedName { return report(.key, rerun(name)) }
        case .key(.fresh):
            if let name = selectedName { return report(.key, await reloadFresh(name)) }
        case .key(.rollBack):
            if let name = selectedName { return report(.key, await rollBack(name)) }
        }
        return report(.key)
    }

    private var names: [String] { manager.plugins.map(\.metadata.name) }

    private var selectedName: String? {
        let names = names
        selected = min(max(selected, 0), max(0, names.count - 1))
        return names.isEmpty ? nil : names[selected]
    }

    // MARK: Events

    private func take(_ change: PluginWatch.Change) -> [String] {
        let isMoved = change.plugin.map { paths[$0] != nil && paths[$0] != change.path } ?? false
        if let name = change.plugin { paths[name] = change.path }
        if change.plugin == nil, let error = change.error, Discovery.real(change.path) == Discovery.real(folder) { end = error }
        if let error = change.error, change.kind != .unloaded {
            failures[change.path] = error
            lastFailure = change.path
            return ["failed \(Self.place(change.path)): \(error)".oneLine] + details(error, change.path)
        }
        failures[change.path] = nil
        var news = [describe(change, isMoved: isMoved)]
        switch (change.kind, change.plugin) {
        case (.unloaded, let name?): (known[name], reloads[name], paths[name], callFailures[name]) = (nil, nil, nil, nil)
        case (.reloaded, let name?):
            reloads[name] = now()
            fallthrough
        case (_, let name?):
            news += rerun(name)
        default: break
        }
        return news
    }

    /// `reloaded words 1.0.0 -> 1.1.0 (+3 -1 lines, +operation count)`
    private func describe(_ change: PluginWatch.Change, isMoved: Bool) -> String {
        guard let name = change.plugin, change.kind != .unloaded, let plugin = try? manager.plugin(named: name) else { return "\(change)".oneLine }
        let file = change.path.hasSuffix(".lua") ? change.path : change.path + "/init.lua"
        let text = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let new = Known(
            version: plugin.metadata.version, operations: plugin.operations,
            lines: text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false))
        let old = known.updateValue(new, forKey: name)
        guard change.kind == .reloaded, let old else { return "\(change)".oneLine }
        let difference = new.lines.difference(from: old.lines)
        var parts = difference.isEmpty ? [isMoved ? "renamed to \(Self.place(change.path))" : "a module"] : ["+\(difference.insertions.count) -\(difference.removals.count) lines"]
        parts += new.operations.subtracting(old.operations).sorted().map { "+operation \($0)" }
        parts += old.operations.subtracting(new.operations).sorted().map { "-operation \($0)" }
        let versions = old.version == new.version ? "\(new.version)" : "\(old.version) -> \(new.version)"
        return "reloaded \(name) \(versions) (\(parts.joined(separator: ", ")))".oneLine
    }

    /// Begins the calls that the command was given, on one plugin: what happens meanwhile is shown.
    private func rerun(_ name: String) -> [String] {
        guard let plugin = try? manager.luaPlugin(named: name) else { return [] }
        callFailures[name] = nil
        let send = send
        for (operation, arguments) in calls where plugin.operations.contains(operation) {
            Task {
                do {
                    send(.called(plugin: name, operation: operation, .success(try await plugin.call(operation, arguments: arguments))))
                } catch {
                    send(.called(plugin: name, operation: operation, .failure(error as? PluginError ?? PluginError(code: .runtime, phase: .call, message: "\(error)"))))
                }
            }
        }
        return []
    }

    private func note(_ name: String, _ operation: String, _ result: Result<[DynamicValue], PluginError>) -> [String] {
        var news: [String]
        switch result {
        case .success(let values):
            let shown = (try? DynamicValue.array(values).json()) ?? "\(values.count) values"
            news = ["\(name).\(operation): \(shown.shortened(toBytes: Self.longestResult))".oneLine]
        case .failure(let error):
            let path = paths[name] ?? folder
            callFailures[name] = (path, error)
            news = ["\(name).\(operation): \(error)".oneLine] + excerpt(error, path)
        }
        for line in news { keep(line) }
        return news
    }

    /// Takes what is saved without the state of what serves, for a version whose `save` fails.
    private func reloadFresh(_ name: String) async -> [String] {
        do {
            let metadata = try await manager.reload(name, keepingState: false)
            if let path = paths[name] { failures[path] = nil }
            reloads[name] = now()
            return ["reloaded \(name) \(metadata.version) without its state"] + rerun(name)
        } catch {
            return ["\(error)".oneLine]
        }
    }

    private func rollBack(_ name: String) async -> [String] {
        var line: String
        do {
            let before = try manager.plugin(named: name).metadata.version
            let metadata = try await manager.rollback(name)
            line = "rolled back \(name) \(before) -> \(metadata.version), until its text changes"
            (callFailures[name], reloads[name]) = (nil, now())
            if let path = paths[name] { failures[path] = nil }
            // lines are compared with what the file holds
            known[name]?.version = metadata.version
            known[name]?.operations = try manager.plugin(named: name).operations
        } catch {
            line = "\(error)".oneLine
        }
        keep(line)
        return [line] + rerun(name)
    }

    private func keep(_ line: String) {
        output.append(line)
        output.removeFirst(max(0, output.count - Self.mostOutput))
    }

    // MARK: What is shown

    func report(_ cause: Report.Cause, _ news: [String] = []) -> Report {
        let chosen = selectedName
        let snapshot = manager.monitor.snapshot()
        let rows = manager.plugins.map { plugin in
            let name = plugin.metadata.name
            let operations = snapshot.operations.filter { $0.plugin == name && !["initialize", "cleanup", "save", "restore"].contains($0.operation) }
            let most = operations.max { $0.calls < $1.calls }
            let status = try? manager.status(of: name)
            return Row(
                name: name, version: "\(plugin.metadata.version)", state: status.map { $0.isEnabled ? $0.state.rawValue : "disabled" } ?? "",
                calls: operations.map(\.calls).reduce(0, +), errors: operations.map(\.errors).reduce(0, +), p50: most?.p50Seconds ?? 0,
                p99: most?.p99Seconds ?? 0, reloaded: reloads[name].map { now() - $0 })
        }
        var report = Report(cause: cause, news: news, rows: rows, selected: selected, output: output)
        // that of the plugin chosen, else the last one
        let own = chosen.flatMap { name in paths[name].flatMap { path in failures[path].map { (path, $0) } } ?? callFailures[name] }
        if let (path, error) = own ?? lastFailure.flatMap({ path in failures[path].map { (path, $0) } }) {
            report.problem = ["\(Self.place(path)): \(error)".oneLine] + details(error, path)
            if showsTraceback { report.problem += (error.traceback ?? "no traceback").split(separator: "\n").map { "    " + String($0).oneLine } }
        }
        return report
    }

    /// What helps with an error of a save.
    private func details(_ error: PluginError, _ path: String) -> [String] {
        // its line is one of the version that serves, and the file is another by now
        if error.operation == "save" { return ["    (f takes what is saved without the state of the version that serves)"] }
        return excerpt(error, path)
    }

    private func excerpt(_ error: PluginError, _ path: String) -> [String] { SourceExcerpt(of: error, in: path)?.lines.map { "    " + $0 } ?? [] }

    private static func place(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
