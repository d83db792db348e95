import LuaRuntime
import PluginCore

/// A plugin's table, read raw and checked.
struct Manifest {
    var metadata: PluginMetadata
    var declaration: PluginDeclaration
    /// `initialize`, `cleanup`, `save`, `restore` and every operation.
    var functions: [String: LuaFunction]

    /// The names that can be called.
    var operations: Set<String> { Set(functions.keys).subtracting(ManifestKeys.phases) }

    /// - Parameter script: what errors call the text.
    /// - Throws: ``PluginError`` of code `metadata` that names the key and the fix.
    init(_ table: LuaTable, script: String) throws {
        var fields = Fields(table: table, script: script)
        if try table.hasMetatable { throw fields.error(.guardedTable) }
        let entries = try table.entries(atMost: ManifestKeys.mostKeys + 1)
        guard entries.count <= ManifestKeys.mostKeys else { throw fields.error(.tooManyKeys(limit: ManifestKeys.mostKeys)) }
        for entry in entries { try fields.check(entry) }
        fields.present = Set(entries.map(\.key))
        let name: String = try fields.required("name", "a string")
        let version: String = try fields.required("version", "a string such as \"1.2.0\"")
        let type: String = try fields.required("plugin_type", "one of provider, processor, storage, monitor")
        guard PluginMetadata.isValidName(name) else { throw fields.error(.name(name)) }
        guard let semanticVersion = SemanticVersion(version) else { throw fields.error(.version(version), name: name) }
        guard let pluginType = PluginType(rawValue: type) else {
            throw fields.error(.pluginType(type, nearest: nearestName(to: type, among: PluginType.allCases.map(\.rawValue))), name: name)
        }
        metadata = PluginMetadata(
            name: name, version: semanticVersion, description: try fields.optional("description", "a string") ?? "",
            author: try fields.optional("author", "a string") ?? "", dependencies: try fields.dependencies(), pluginType: pluginType,
            entryPoint: script)
        let schema: [String: DynamicValue] = try fields.optional("config", "a table of descriptions") ?? [:]
        try fields.checkCount("config", schema.count)
        let config: ConfigSchema
        do {
            config = try ConfigSchema(schema)
        } catch {
            throw fields.error(error.problem, name: name)
        }
        declaration = PluginDeclaration(permissions: try fields.permissions(), config: config, limits: try fields.limits(), concurrency: try fields.concurrency(name))
        functions = [:]
        for entry in entries where entry.kind == "function" { functions[entry.key] = try table.value(entry.key) }
    }

    /// What is allowed in the table of a plugin and probably not meant.
    static func warnings(of type: PluginType, with operations: Set<String>) -> [String] {
        var warnings: [String] = []
        // a name of two letters is near to too many, and what another type has is not missed here
        let own = ManifestKeys.operations(of: type)
        let others = PluginType.allCases.flatMap(ManifestKeys.operations).filter { !own.contains($0) }
        let near = ManifestKeys.reserved.subtracting(others).filter { $0.count > 2 }
        for operation in operations.sorted() where operation.count > 2 && !ManifestKeys.reserved.contains(operation) {
            guard let nearest = nearestName(to: operation, among: near) else { continue }
            warnings.append("operation '\(operation)' is close to '\(nearest)': did you mean that?")
        }
        for operation in own where !operations.contains(operation) {
            warnings.append("a \(type.rawValue) has the operation '\(operation)', which is missing")
        }
        return warnings
    }
}

/// The kind of a value as a sentence names one.
private func article(_ kind: String) -> String { ["integer", "array"].contains(kind) ? "an \(kind)" : "a \(kind)" }

/// Reading of single fields, with the error that names each.
private struct Fields {
    let table: LuaTable
    let script: String
    /// The keys that have a value.
    var present: Set<String> = []

    func error(_ problem: PluginProblem, name: String? = nil) -> PluginError {
        let named = name ?? (try? table.value("name", as: String.self))
        return PluginError(problem, name: named.flatMap { PluginMetadata.isValidName($0) ? $0 : nil }, location: script)
    }

    /// A key that is neither reserved nor a function is a mistake.
    func check(_ entry: (key: String, isString: Bool, kind: String)) throws {
        guard entry.isString else { throw error(.unknownKey(entry.key, nearest: nil)) }
        if entry.key == ManifestKeys.output { throw error(.outputKey(entry.key)) }
        if ManifestKeys.unsupported.contains(entry.key) { throw error(.unsupportedKey(entry.key)) }
        if ManifestKeys.supported.contains(entry.key) {
            if entry.kind != "function", ManifestKeys.functions.contains(entry.key) {
                throw error(.fieldType(entry.key, expected: "a function", found: article(entry.kind)))
            }
        } else if entry.kind != "function" {
            throw error(.unknownKey(entry.key, nearest: nearestName(to: entry.key, among: ManifestKeys.reserved)))
        } else if entry.key.utf8.count > ManifestKeys.longestOperation {
            throw error(.operationName(entry.key, limit: ManifestKeys.longestOperation))
        }
    }

    private func value(_ key: String) throws -> DynamicValue {
        guard present.contains(key) else { return .null }
        do {
            return try table.value(key, atMost: ManifestKeys.mostBytes)
        } catch let failure as LuaError where failure.code == .memory {
            throw error(.fieldTooLarge(key, limit: ManifestKeys.mostBytes))
        } catch let failure as LuaError {
            throw error(.fieldType(key, expected: "plain data", found: "what cannot be read (\(failure.message))"))
        }
    }

    func optional<T>(_ key: String, _ expected: String) throws -> T? {
        let value = try value(key)
        if value.isNull { return nil }
        let result: Any? =
            switch T.self {
            case is String.Type: value.string
            case is [DynamicValue].Type: value.array
            default: value.object
            }
        guard let result = result as? T else {
            throw error(.fieldType(key, expected: expected, found: value.string.map { "the string '\($0)'" } ?? article(value.kind)))
        }
        return result
    }

    func required<T>(_ key: String, _ expected: String) throws -> T {
        guard let value: T = try optional(key, expected) else { throw error(.missingField(key, expected: expected)) }
        return value
    }

    /// What a host keeps of a plugin for as long as it is loaded is counted.
    func checkCount(_ key: String, _ count: Int) throws {
        if count > ManifestKeys.mostEntries { throw error(.tooManyEntries(key, count: count, limit: ManifestKeys.mostEntries)) }
    }

    func dependencies() throws -> [PluginDependency] {
        let listed: [DynamicValue] = try optional("dependencies", "an array of strings") ?? []
        try checkCount("dependencies", listed.count)
        return try listed.map { entry in
            guard let text = entry.string else {
                throw error(.fieldType("dependencies", expected: "an array of strings", found: "\(article(entry.kind)) in it"))
            }
            do {
                return try PluginDependency(text)
            } catch PluginDependency.ParseError.bound(let part) {
                throw error(.dependency(text, part: part))
            } catch {
                throw self.error(.dependency(text, part: text))
            }
        }
    }

    func permissions() throws -> PluginPermissions {
        let asked: [String: DynamicValue] = try optional("permissions", "a table such as { store = true }") ?? [:]
        try checkCount("permissions", asked.count)
        var permissions = PluginPermissions()
        for (name, value) in asked.sorted(by: { $0.key < $1.key }) {
            if let kind = PluginPermissions.patternNames[name] {
                guard let patterns = value.array, patterns.allSatisfy({ $0.string?.isEmpty == false }) else {
                    throw error(.permissionShape(name, expected: "an array of \(kind)"))
                }
                try checkCount("permissions.\(name)", patterns.count)
                for pattern in patterns {
                    if let permission = PluginPermissions.Permission("\(name)=\(pattern.string!)") { permissions.insert(permission) }
                }
            } else {
                guard let isAsked = value.bool, let permission = PluginPermissions.Permission(name) else {
                    let known = Array(PluginPermissions.patternNames.keys) + PluginPermissions.flagNames
                    let nearest = known.contains(name) ? nil : nearestName(to: name, among: known)
                    throw error(.permissionShape(name, expected: "true" + (nearest.map { ", or did you mean '\($0)'?" } ?? "")))
                }
                if isAsked { permissions.insert(permission) }
            }
        }
        return permissions
    }

    func limits() throws -> DeclaredLimits {
        let table: [String: DynamicValue] = try optional("limits", "a table such as { cpu_ms = 50 }") ?? [:]
        var limits = DeclaredLimits()
        for (key, value) in table.sorted(by: { $0.key < $1.key }) {
            guard ["cpu_ms", "wall_ms", "memory_mb"].contains(key) else {
                throw error(.limitKey(key, nearest: nearestName(to: key, among: ["cpu_ms", "wall_ms", "memory_mb"])))
            }
            guard let number = value.number, number > 0, number < 1e12 else {
                throw error(.limitValue(key, found: value.number.map { "\($0)" } ?? article(value.kind)))
            }
            switch key {
            case "cpu_ms": limits.cpu = .milliseconds(number)
            case "wall_ms": limits.wall = .milliseconds(number)
            default: limits.memory = Int(number * 1024 * 1024)
            }
        }
        return limits
    }

    func concurrency(_ name: String) throws -> PluginConcurrency {
        guard let text: String = try optional("concurrency", "a string") else { return .interleaved }
        guard let concurrency = PluginConcurrency(rawValue: text) else {
            throw error(.concurrency(text, nearest: nearestName(to: text, among: PluginConcurrency.allCases.map(\.rawValue))), name: name)
        }
        return concurrency
    }
}
