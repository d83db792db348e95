/// The one place that words what can be wrong with a plugin: who says it, what was expected and found, what to do.
extension PluginProblem {
    struct Wording {
        var code: PluginError.Code
        var phase: PluginError.Phase
        var message: String
        var hint: String?
    }

    var wording: Wording {
        switch self {
        case .noSuchFile(let path):
            load("no such file or folder: \(path)", "check the path")
        case .notAFile(let path, let kind):
            load("\(path) is \(kind), not a script", "give a plugin_NAME.lua file, or a folder with init.lua")
        case .notAFolder(let path):
            load("\(path) is a file, not a folder", "give the folder that the plugins are in")
        case .unreadable(let path, let reason):
            load("cannot read \(path): \(reason)", "check its permissions")
        case .unwatchable(let path, let reason):
            load("cannot watch \(path): \(reason)", "check its permissions, or raise the system's limit, and reload by hand until then")
        case .watchEnded(let path):
            load("\(path) has gone or was renamed, and is not watched any more", "watch it again once it is there")
        case .tooLarge(let path, let bytes, let limit):
            load("\(path) has \(bytes) bytes, more than the \(limit) that a script may have", "keep data out of the script, or split it into modules")
        case .bytecode(let path):
            load("\(path) is compiled Lua (bytecode), which can crash the interpreter", "give the source text")
        case .notText(let path):
            load("\(path) is not Lua text: it has NUL bytes", "give a text file in UTF-8")
        case .noLoader(let path):
            load("no loader takes \(path)", "name it plugin_NAME.lua, or make it a folder with init.lua")
        case .noFactory(let name, let nearest):
            load("no loader knows a plugin named '\(name)'", nearest.map { "did you mean '\($0)'?" } ?? "register it with the manager's factories")
        case .repeatedLoader(let name):
            state("'\(name)' is registered already", "choose another name")
        case .emptyFolder(let path):
            load("no plugins in \(path)", "name them plugin_NAME.lua or plugin_NAME/init.lua")
        case .emptyPath:
            load("an empty path names no plugin", "give a plugin_NAME.lua file, or a folder with init.lua")
        case .syntax(let message):
            Wording(code: .syntax, phase: .load, message: message, hint: "correct the line and load again")

        case .noTable(let found):
            metadata("the script must return a table, found \(found)", "end it with 'return { name = ..., version = ..., plugin_type = ... }'")
        case .guardedTable:
            metadata("the plugin's table has a metatable", "return a plain table")
        case .missingField(let field, let expected):
            metadata("'\(field)' is missing, expected \(expected)", "add it to the table that the script returns")
        case .fieldType(let field, let expected, let found):
            metadata("'\(field)' must be \(expected), found \(found)", "correct it in the table that the script returns")
        case .tooManyKeys(let limit):
            metadata("the plugin's table may have \(limit) keys, found more", "offer fewer operations, or one that is told by an argument what to do")
        case .operationName(let name, let limit):
            metadata("an operation's name may have \(limit) bytes, found \(name.utf8.count) in '\(name.shortened(toBytes: limit))'", "shorten it")
        case .tooManyEntries(let field, let count, let limit):
            metadata("'\(field)' may have \(limit) entries, found \(count)", "remove some, or make several plugins")
        case .fieldTooLarge(let field, let limit):
            metadata("'\(field)' may take \(limit / 1024) KB, found more", "shorten it")
        case .unknownKey(let key, let nearest):
            metadata("unknown key '\(key)'", nearest.map { "did you mean '\($0)'?" } ?? "remove it, or make it a function to offer it as an operation")
        case .unsupportedKey(let key):
            metadata("'\(key)' is reserved and not supported by this version of Perilune", "remove it")
        case .outputKey(let key):
            metadata("'\(key)' is filled in by the loader", "remove it")
        case .name(let name):
            metadata("'name' must be a lower-case letter, then letters, digits, '_' or '-', at most 64 in all, found '\(name)'", "rename the plugin")
        case .version(let version):
            metadata("'version' must be a semantic version such as 1.2.0, found '\(version)'", "write it as MAJOR.MINOR.PATCH")
        case .pluginType(let type, let nearest):
            metadata(
                "'plugin_type' must be one of provider, processor, storage, monitor, found '\(type)'",
                nearest.map { "did you mean '\($0)'?" } ?? "choose one of them")
        case .concurrency(let text, let nearest):
            metadata(
                "'concurrency' must be one of \(PluginConcurrency.allCases.map(\.rawValue).joined(separator: ", ")), found '\(text)'",
                nearest.map { "did you mean '\($0)'?" } ?? "choose one of them, or leave it out")
        case .dependency(let text, let part):
            metadata("'dependencies' has '\(text)', where '\(part)' is not understood", "write a name and comparators, such as 'text >=1.2.0 <2.0.0'")
        case .permissionShape(let name, let expected):
            metadata("'permissions.\(name)' must be \(expected)", "correct it in the table that the script returns")
        case .limitKey(let key, let nearest):
            metadata("unknown key 'limits.\(key)'", nearest.map { "did you mean '\($0)'?" } ?? "use cpu_ms, wall_ms or memory_mb")
        case .limitValue(let key, let found):
            metadata("'limits.\(key)' must be a number above 0, found \(found)", "correct it in the table that the script returns")
        case .schema(let key, let detail):
            metadata("'config.\(key)': \(detail)", "correct the description of that key")

        case .duplicate(let registered, let new, let entryPoint):
            Wording(
                code: .duplicate, phase: .load,
                message: "version \(new) is a second plugin of that name: version \(registered) is registered\(entryPoint.isEmpty ? "" : " from \(entryPoint)")",
                hint: "rename one of them, or keep only one")
        case .notFound(let nearest):
            Wording(
                code: .notFound, phase: .call, message: "no plugin of that name is registered",
                hint: nearest.map { "did you mean '\($0)'?" } ?? "load it first")
        case .notLua:
            Wording(code: .notFound, phase: .call, message: "is written in Swift, not in Lua", hint: "call it through the manager, or use its Swift type")
        case .missingDependency(let dependency, let chain):
            dependencies("needs \(dependency), which is not there\(path(chain))", "load \(dependency.name) as well")
        case .dependencyVersion(let dependency, let found, let chain):
            dependencies("needs \(dependency), found \(dependency.name) \(found)\(path(chain))", "load a version of \(dependency.name) that fits")
        case .dependencyCycle(let chain):
            dependencies("depends on itself: \(chain.joined(separator: " -> "))", "break the circle by moving what they share into a plugin of its own")
        case .dependencyFailed(let name, let reason):
            dependencies("needs \(name), which failed: \(reason)", "put \(name) right first")
        case .neededBy(let names):
            Wording(
                code: .dependency, phase: .cleanup, message: "is needed by \(names.joined(separator: ", "))", hint: "unload those first")
        case .reentrantLifecycle(let action):
            Wording(
                code: .state, phase: .call, message: "\(action) was called from inside a plugin's initialize, cleanup or call, where it would wait for itself",
                hint: "do it after that has returned")

        case .config(let problem):
            Wording(code: .config, phase: .initialize, message: problem.words, hint: problem.hint)

        case .notRunning(.loaded, _):
            state("is not initialized", "call initialize() on the manager first")
        case .notRunning(.initializing, _):
            state("is being initialized", "wait until initialize() has returned")
        case .notRunning(.failed, let reason):
            state("did not start" + (reason.map { ": \($0)" } ?? ""), "put that right and load it again")
        case .notRunning(.cleaningUp, _), .notRunning(.closed, _), .notRunning(.running, _), .notRunning(.quarantined, _), .closed:
            Wording(code: .closed, phase: .call, message: "is closed", hint: "load it again")
        case .disabled:
            Wording(code: .disabled, phase: .call, message: "is turned off", hint: "turn it on with setEnabled")
        case .notReloadable:
            state("cannot be reloaded: the host has registered it, no loader has read it", "load it from a file or a text, or unload it and register another")
        case .changedByReload(let field, let old, let new):
            metadata("'\(field)' was '\(old)' and may not become '\(new)' by a reload", reloadHint(field, old))
        case .newPermissions(let permissions):
            metadata(
                "asks for permissions that the version before did not ask for: \(permissions.joined(separator: ", "))",
                "let the policy's reload.allowsNewPermissions, or unload the plugin and load it again")
        case .breaksDependents(let names, let version):
            dependencies("version \(version) is not one that \(names.joined(separator: ", ")) can work with", "change their dependencies first, or keep the version")
        case .noEarlierVersion:
            state("there is no earlier version to roll back to", "a version is kept once another has taken its place by a reload")
        case .quarantined(let reason, let wait):
            Wording(
                code: .quarantined, phase: .call, message: "is quarantined: \(reason)",
                hint: wait > .zero
                    ? "it is tried again in \(Int((wait / .milliseconds(1)).rounded(.up))) ms; call resetQuarantine to try now"
                    : "a trial call is under way; call again later")
        case .unknownOperation(let operation, _, let others) where ["initialize", "cleanup", "save", "restore"].contains(operation):
            Wording(
                code: .operation, phase: .call, message: "'\(operation)' is no operation, the host calls it itself",
                hint: others.isEmpty ? "call an operation" : list(of: others))
        case .unknownOperation(let operation, let nearest, let others):
            Wording(
                code: .operation, phase: .call, message: "has no operation '\(operation)'",
                hint: nearest.map { "did you mean '\($0)'?" } ?? (others.isEmpty ? "add a function of that name to the plugin's table" : list(of: others)))
        case .returnedFailure(let text):
            Wording(
                code: .runtime, phase: .call, message: "the processor returned nil and '\(text.shortened(toBytes: PluginError.longestMessage))'",
                hint: "raise it with error(), or return nothing to drop the item")
        case .missingOperation(let operation, let role):
            Wording(
                code: .operation, phase: .call, message: "has no operation '\(operation)', which a \(role) needs",
                hint: "add a function of that name to the plugin's table, or use another plugin")
        case .queueFull(let limit):
            Wording(code: .busy, phase: .call, message: "is busy, and \(limit) calls wait for it already", hint: "call again later, or from fewer tasks")
        case .queueTimeout:
            Wording(
                code: .busy, phase: .call, message: "stayed busy until the call's time was over",
                hint: "raise the wall-clock limit, call it from fewer tasks, or do not wait for it from inside one of its own calls")
        case .cancelled:
            Wording(code: .cancelled, phase: .call, message: "the calling task was cancelled", hint: nil)

        case .reentrantCall:
            state(
                "was called from inside one of its own calls, which would wait for itself",
                "make the host function that calls it asynchronous, and do not declare the plugin serial")

        case .callsTooDeep(let limit):
            state("waits for calls that are more than \(limit) deep inside of each other", "let plugins and host functions call each other in a loop, not in themselves")

        case .denied(let permission, let function, let isAsked):
            Wording(
                code: .denied, phase: .call, message: "\(function) needs the permission '\(permission)'",
                hint: isAsked
                    ? "grant it by the policy's grants, or --grant \(permission)"
                    : "ask for it in the plugin's permissions, then grant it")
        case .deniedLink(let path, let permission, let function, let isAsked):
            Wording(
                code: .denied, phase: .call, message: "\(function) needs the permission '\(permission)', which is where '\(path)' leads",
                hint: PluginProblem.denied(permission: permission, function: function, isAsked: isAsked).wording.hint)
        case .noStore:
            Wording(code: .store, phase: .call, message: "the host has no store", hint: "give PluginManager one, such as PluginStores' SQLiteStore")
        case .storeFailed(let reason):
            Wording(code: .store, phase: .call, message: "the host's store failed: \(reason)", hint: nil)
        case .reservedName(let name):
            Wording(
                code: .state, phase: .load, message: "'\(name)' cannot be the name of a host API",
                hint: "choose a name that is no part of ctx: a lower-case letter, then letters, digits and '_', no keyword of Lua")

        case .repeatedName(let name):
            Wording(code: .state, phase: .load, message: "'\(name)' is exposed already", hint: "choose another name")
        case .noIdentifier(let name, let api):
            Wording(
                code: .state, phase: .load, message: "'\(name)' cannot be the name of a function of '\(api)'",
                hint: "choose a name that Lua takes after a dot: letters, digits and '_', no digit first, no keyword")

        case .testFile(let problem):
            Wording(code: .metadata, phase: .metadata, message: problem, hint: nil)
        case .noTestTable(let found):
            metadata("the file must return a table of tests, found \(found)", "end it with 'return { tests = { ... } }'")

        case .noKey(let field):
            Wording(code: .runtime, phase: .call, message: "the item has no '\(field)' to store it under", hint: "set key_field to a field that each item has")
        case .badKey(let field, let found):
            Wording(
                code: .runtime, phase: .call, message: "the item's '\(field)' cannot be a key, found \(found)",
                hint: "set key_field to a field that is text or a number")
        }
    }

    private func load(_ message: String, _ hint: String) -> Wording { Wording(code: .file, phase: .load, message: message, hint: hint) }
    private func metadata(_ message: String, _ hint: String) -> Wording { Wording(code: .metadata, phase: .metadata, message: message, hint: hint) }
    private func dependencies(_ message: String, _ hint: String) -> Wording {
        Wording(code: .dependency, phase: .dependencies, message: message, hint: hint)
    }
    private func state(_ message: String, _ hint: String) -> Wording { Wording(code: .state, phase: .call, message: message, hint: hint) }
    private func list(of operations: Set<String>) -> String {
        let rest = operations.count > 8 ? " and \(operations.count - 8) more" : ""
        return "it has \(operations.sorted().prefix(8).joined(separator: ", "))\(rest)"
    }
    private func reloadHint(_ field: String, _ old: String) -> String {
        switch field {
        case "name": "keep '\(old)', or let the policy's reload.allowsNewName"
        case "plugin_type": "keep '\(old)', or let the policy's reload.allowsNewType"
        default: "keep '\(old)', or unload the plugin and load it again"
        }
    }
    private func path(_ chain: [String]) -> String { chain.count > 2 ? " (\(chain.joined(separator: " -> ")))" : "" }
}

extension ConfigProblem {
    var words: String {
        switch self {
        case .unknownKey(let key, _): "config key '\(key)' is not known"
        case .missing(let key, let type): "config key '\(key)' is required, expected \(type)"
        case .type(let key, let expected, let found): "config key '\(key)' must be \(expected), found \(found)"
        case .notOneOf(let key, let allowed, let found):
            "config key '\(key)' must be one of \(allowed.map(\.text).joined(separator: ", "))\(suffix(found?.text))"
        case .belowMinimum(let key, let minimum, let found): "config key '\(key)' must be at least \(number(minimum))\(suffix(found.map(number)))"
        case .aboveMaximum(let key, let maximum, let found): "config key '\(key)' must be at most \(number(maximum))\(suffix(found.map(number)))"
        case .tooShort(let key, let minimum, let found): "config key '\(key)' must have a length of at least \(minimum)\(suffix(found.map(String.init)))"
        case .tooLong(let key, let maximum, let found): "config key '\(key)' must have a length of at most \(maximum)\(suffix(found.map(String.init)))"
        }
    }

    var hint: String {
        switch self {
        case .unknownKey(_, let nearest?): "did you mean '\(nearest)'?"
        case .unknownKey: "remove it"
        case .missing: "set it in the host's configuration"
        default: "correct it in the host's configuration"
        }
    }

    private func suffix(_ found: String?) -> String { found.map { ", found \($0)" } ?? "" }
    private func number(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }
}

extension DynamicValue {
    /// The value as messages show it.
    var text: String {
        switch self {
        case .string(let text): "'\(text)'"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .bool(let value): "\(value)"
        default: kind
        }
    }
}

extension PluginError {
    package init(
        _ problem: PluginProblem, plugin: PluginMetadata, operation: String? = nil, location: String? = nil, underlying: (any Error)? = nil
    ) {
        self.init(problem, name: plugin.name, version: plugin.version, operation: operation, location: location, underlying: underlying)
    }

    package init(
        _ problem: PluginProblem, name: String? = nil, version: SemanticVersion? = nil, operation: String? = nil,
        location: String? = nil, underlying: (any Error)? = nil
    ) {
        let wording = problem.wording
        self.init(
            code: wording.code, phase: wording.phase, message: wording.message, hint: wording.hint, plugin: name, version: version,
            operation: operation, location: location, underlying: underlying)
    }
}
