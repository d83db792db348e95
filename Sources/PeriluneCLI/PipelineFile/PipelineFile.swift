import Foundation
import Perilune

/// A pipeline as its file has it, checked: every key known, every value of its type.
struct PipelineFile {
    /// A plugin that the file names, and where.
    struct Stage {
        var plugin: String
        var line: Int
        var config: [String: DynamicValue]
    }

    let path: String
    /// The folder of the plugins.
    private(set) var folder: String
    /// The line that names it.
    private(set) var folderLine: Int
    private(set) var pipeline: Pipeline
    private(set) var stages: [Stage] = []
    /// Plugins that are granted something and named nowhere else.
    private(set) var granted: [Stage] = []
    /// The SQLite file; `nil` is the default place.
    private(set) var store: String?
    /// What holds for every plugin.
    private(set) var policy: PluginPolicy
    /// What holds for the plugins that the file names.
    private(set) var policies: [String: PluginPolicy] = [:]

    /// Whether anything writes to the store.
    var needsStore: Bool {
        pipeline.storages.contains { $0.plugin == nil } || policies.values.contains { $0.grants.contains("store") }
    }

    /// - Throws: ``ConfigFileError``.
    init(path: String) throws {
        func unreadable(_ reason: String, _ hint: String) -> ConfigFileError {
            ConfigFileError(file: path, line: nil, message: "cannot be read: \(reason)", hint: hint)
        }
        if path.isEmpty { throw CommandFailure(message: "an empty path names no pipeline file: give its path") }
        if let kind = Script.special(at: path) { throw unreadable("it is \(kind)", "give a file") }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw unreadable("it is a folder", "give the pipeline file in it")
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw unreadable(Discovery.reason(error), "check the path")
        }
        guard let text = String(validating: data, as: UTF8.self) else { throw unreadable("it is not text in UTF-8", "save it as UTF-8") }
        try self.init(text: text, path: path)
    }

    init(text: String, path: String) throws {
        self.path = path
        let base = Discovery.folder(of: path)
        func absolute(_ relative: String) -> String { relative.hasPrefix("/") || base.isEmpty ? relative : base + "/" + relative }
        let top = try ConfigReader(
            try ConfigNode(text: text, file: path), file: path, path: "",
            keys: ["plugins", "provider", "processors", "storage", "key_field", "monitors", "store", "limits", "grants"])
        folder = absolute(try top.path("plugins") ?? ".")
        folderLine = top.node("plugins")?.line ?? top.line
        store = try top.path("store").map(absolute)
        policy = PluginPolicy(limits: try Self.limits(top), root: base.isEmpty ? "." : base)
        let provider = try Self.stage(try top.required("provider", top.node("provider")), top, "provider", ["plugin", "request", "config"])
        pipeline = Pipeline(provider: try provider.required("plugin", try provider.string("plugin")))
        pipeline.request = .object(try provider.object("request") ?? [:])
        try add(provider)
        for (index, node) in try top.list("processors").enumerated() {
            let reader = try Self.stage(node, top, "processors[\(index + 1)]", ["plugin", "config", "on_error", "retries", "backoff_ms"])
            pipeline.processors.append(.init(try reader.required("plugin", try reader.string("plugin")), onError: try Self.errorPolicy(reader)))
            try add(reader)
        }
        var storage = Pipeline.Storage(nil, keyField: try top.string("key_field"))
        if let node = top.node("storage") {
            let reader = try Self.stage(node, top, "storage", ["plugin", "key_field", "config", "on_error", "retries", "backoff_ms"])
            storage = .init(try reader.string("plugin"), keyField: try reader.string("key_field") ?? storage.keyField, onError: try Self.errorPolicy(reader))
            if storage.plugin != nil {
                try add(reader)
            } else if let config = reader.node("config") {
                throw ConfigFileError(
                    file: path, line: config.line, message: "'storage.config' needs a 'storage.plugin' that it is for", hint: "name the plugin, or remove it")
            }
        }
        pipeline.storages = [storage]
        for (index, node) in try top.list("monitors").enumerated() {
            try add(try Self.stage(node, top, "monitors[\(index + 1)]", ["plugin", "config"]))
            let name = stages.last!.plugin
            guard !pipeline.monitors.contains(name) else {
                throw ConfigFileError(
                    file: path, line: node.line, message: "'monitors[\(index + 1)]' is '\(name)' once more", hint: "a monitor is told of each operation once: keep one")
            }
            pipeline.monitors.append(name)
        }
        for stage in stages {
            let known = policies[stage.plugin]?.config ?? [:]
            guard known.isEmpty || stage.config.isEmpty || known == stage.config else {
                throw ConfigFileError(
                    file: path, line: stage.line, message: "'\(stage.plugin)' stands twice, each time with a config of its own",
                    hint: "a plugin has one config: give it once")
            }
            policies[stage.plugin] = policy
            policies[stage.plugin]!.config = known.isEmpty ? stage.config : known
        }
        for (name, line, node) in try top.map("grants") {
            // it may be for a plugin that one of these depends on
            if policies[name] == nil { granted.append(Stage(plugin: name, line: line, config: [:])) }
            policies[name, default: policy].grants = try Self.grants(node, top, "grants.\(name)")
        }
    }

    private mutating func add(_ reader: ConfigReader) throws {
        let name = try reader.required("plugin", try reader.string("plugin"))
        stages.append(Stage(plugin: name, line: reader.line, config: try reader.object("config") ?? [:]))
    }

    /// An error of this file, with the name that was probably meant.
    func error(at line: Int, _ message: String, nearest name: String, among names: [String]) -> ConfigFileError {
        let hint = nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
        return ConfigFileError(
            file: path, line: line, message: message, hint: hint ?? (names.isEmpty ? "check the name" : "there are \(names.joined(separator: ", "))"))
    }

    private static func reader(_ node: ConfigNode, _ top: ConfigReader, _ path: String, _ keys: [String]) throws -> ConfigReader {
        try ConfigReader(node, file: top.file, path: path, keys: keys)
    }

    /// A map about a plugin, for which its name may stand alone.
    private static func stage(_ node: ConfigNode, _ top: ConfigReader, _ path: String, _ keys: [String]) throws -> ConfigReader {
        try ConfigReader(node, file: top.file, path: path, keys: keys, shorthand: ("plugin", "a plugin's name"))
    }

    private static func errorPolicy(_ reader: ConfigReader) throws -> Pipeline.ErrorPolicy {
        let retries = try reader.integer("retries")
        let backoff = try reader.number("backoff_ms")
        let onError = try reader.string("on_error")
        for key in ["retries", "backoff_ms"] where onError != "retry" {
            guard let node = reader.node(key) else { continue }
            throw ConfigFileError(
                file: reader.file, line: node.line, message: "'\(reader.name(key))' is of use with on_error: retry only",
                hint: "set that, or remove it")
        }
        switch onError {
        case nil, "fail": break
        case "skip": return .skip
        case "retry": return .retry(retries ?? 3, backoff: .milliseconds(backoff ?? 100))
        case let other?:
            throw ConfigFileError(
                file: reader.file, line: reader.node("on_error")?.line, message: "'\(reader.name("on_error"))' must be skip, retry or fail, found '\(other)'",
                hint: nearestName(to: other, among: ["skip", "retry", "fail"]).map { "did you mean '\($0)'?" } ?? "choose one of them")
        }
        return .fail
    }

    private static func limits(_ top: ConfigReader) throws -> PluginLimits {
        var limits = PluginLimits()
        guard let node = top.node("limits") else { return limits }
        let reader = try reader(node, top, "limits", ["cpu_ms", "wall_ms", "memory_mb"])
        if let value = try reader.number("cpu_ms") { limits.cpu = .milliseconds(value) }
        if let value = try reader.number("wall_ms") { limits.wall = .milliseconds(value) }
        if let value = try reader.number("memory_mb") { limits.memory = Int(value * 1024 * 1024) }
        return limits
    }

    /// `{ store: true, read: [GLOB, ...] }`.
    private static func grants(_ node: ConfigNode, _ top: ConfigReader, _ path: String) throws -> PluginPermissions {
        guard case .map(let members) = node.content else {
            throw ConfigFileError(file: top.file, line: node.line, message: "'\(path)' must be a map such as { store: true }", hint: "correct it")
        }
        var grants = PluginPermissions()
        for (name, line, node) in members {
            if let nearest = PluginPermissions.misspelled(name) {
                throw ConfigFileError(file: top.file, line: line, message: "unknown key '\(path).\(name)'", hint: "did you mean '\(nearest)'?")
            }
            let texts: [String]? =
                PluginPermissions.takesPattern(name)
                ? node.value.array?.compactMap { $0.string }.map { "\(name)=\($0)" } : node.value.bool.map { $0 ? [name] : [] }
            let permissions = texts?.compactMap { PluginPermissions.Permission($0) }
            guard let permissions, permissions.count == texts?.count, node.value.array?.count ?? permissions.count == permissions.count else {
                let expected = PluginPermissions.takesPattern(name) ? "a list of patterns" : "true or false"
                throw ConfigFileError(file: top.file, line: line, message: "'\(path).\(name)' must be \(expected)", hint: "correct it")
            }
            for permission in permissions { grants.insert(permission) }
        }
        return grants
    }
}
