/// The facts of what can be wrong. The words are in PluginProblem+Wording.swift.
package enum PluginProblem: Sendable {
    // files
    case noSuchFile(String)
    case notAFile(String, kind: String)
    case notAFolder(String)
    case unreadable(String, reason: String)
    case unwatchable(String, reason: String)
    case watchEnded(String)
    case tooLarge(String, bytes: Int, limit: Int)
    case bytecode(String)
    case notText(String)
    case noLoader(String)
    case noFactory(String, nearest: String?)
    case repeatedLoader(String)
    case emptyFolder(String)
    case emptyPath
    case syntax(String)

    // the table
    case noTable(found: String)
    case guardedTable
    case missingField(String, expected: String)
    case fieldType(String, expected: String, found: String)
    case tooManyKeys(limit: Int)
    case operationName(String, limit: Int)
    case tooManyEntries(String, count: Int, limit: Int)
    case fieldTooLarge(String, limit: Int)
    case unknownKey(String, nearest: String?)
    case unsupportedKey(String)
    case outputKey(String)
    case name(String)
    case version(String)
    case pluginType(String, nearest: String?)
    case concurrency(String, nearest: String?)
    case dependency(String, part: String)
    case permissionShape(String, expected: String)
    case limitKey(String, nearest: String?)
    case limitValue(String, found: String)
    case schema(key: String, detail: String)

    // the set of plugins
    case duplicate(registered: SemanticVersion, new: SemanticVersion, entryPoint: String = "")
    case notFound(nearest: String?)
    case notLua
    case missingDependency(PluginDependency, chain: [String])
    case dependencyVersion(PluginDependency, found: SemanticVersion, chain: [String])
    case dependencyCycle([String])
    case dependencyFailed(String, because: String)
    case neededBy([String])
    case reentrantLifecycle(String)
    case notReloadable
    /// `field` of the plugin's table was `old`, and is `new` in the version that was read.
    case changedByReload(field: String, old: String, new: String)
    case newPermissions([String])
    case breaksDependents([String], version: SemanticVersion)
    case noEarlierVersion

    // configuration
    case config(ConfigProblem)

    // calls
    case notRunning(PluginState, because: String?)
    case disabled
    case quarantined(reason: String, retryAfter: Duration)
    case unknownOperation(String, nearest: String?, among: Set<String> = [])
    case returnedFailure(String)
    case missingOperation(String, role: String)
    case queueFull(Int)
    case queueTimeout
    case closed
    case cancelled
    case reentrantCall
    case callsTooDeep(Int)

    // permissions and host APIs
    case denied(permission: String, function: String, isAsked: Bool)
    /// `permission` covers what the path leads to.
    case deniedLink(path: String, permission: String, function: String, isAsked: Bool)
    case noStore
    case storeFailed(String)
    case reservedName(String)
    case repeatedName(String)
    case noIdentifier(String, api: String)

    // tests of plugins
    case testFile(String)
    case noTestTable(found: String)

    // pipelines
    case noKey(field: String)
    case badKey(field: String, found: String)
}

/// What can be wrong with a value of a plugin's configuration. `found` is `nil` where the value is a secret.
public enum ConfigProblem: Sendable, Equatable {
    case unknownKey(String, nearest: String?)
    case missing(String, type: String)
    case type(String, expected: String, found: String)
    case notOneOf(String, allowed: [DynamicValue], found: DynamicValue?)
    case belowMinimum(String, minimum: Double, found: Double?)
    case aboveMaximum(String, maximum: Double, found: Double?)
    case tooShort(String, minimum: Int, found: Int?)
    case tooLong(String, maximum: Int, found: Int?)
}
