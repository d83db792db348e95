import Testing

@testable import PluginCore

struct PluginProblemTests {
    private static let text = PluginDependency("text >=1.2.0 <2.0.0")

    static let wordings: [(PluginProblem, String)] = [
        (.noSuchFile("/p"), "file load: no such file or folder: /p: check the path"),
        (.notAFile("/p", kind: "a pipe"), "file load: /p is a pipe, not a script: give a plugin_NAME.lua file, or a folder with init.lua"),
        (.notAFolder("/p"), "file load: /p is a file, not a folder: give the folder that the plugins are in"),
        (.unreadable("/p", reason: "permission denied"), "file load: cannot read /p: permission denied: check its permissions"),
        (
            .tooLarge("/p", bytes: 11, limit: 10),
            "file load: /p has 11 bytes, more than the 10 that a script may have: keep data out of the script, or split it into modules"
        ),
        (.bytecode("/p"), "file load: /p is compiled Lua (bytecode), which can crash the interpreter: give the source text"),
        (.notText("/p"), "file load: /p is not Lua text: it has NUL bytes: give a text file in UTF-8"),
        (.noLoader("/p"), "file load: no loader takes /p: name it plugin_NAME.lua, or make it a folder with init.lua"),
        (.emptyFolder("/p"), "file load: no plugins in /p: name them plugin_NAME.lua or plugin_NAME/init.lua"),
        (.syntax("'end' expected"), "syntax load: 'end' expected: correct the line and load again"),
        (
            .noTable(found: "nil"),
            "metadata metadata: the script must return a table, found nil: end it with 'return { name = ..., version = ..., plugin_type = ... }'"
        ),
        (.guardedTable, "metadata metadata: the plugin's table has a metatable: return a plain table"),
        (.missingField("name", expected: "a string"), "metadata metadata: 'name' is missing, expected a string: add it to the table that the script returns"),
        (
            .fieldType("name", expected: "a string", found: "integer"),
            "metadata metadata: 'name' must be a string, found integer: correct it in the table that the script returns"
        ),
        (.unknownKey("versoin", nearest: "version"), "metadata metadata: unknown key 'versoin': did you mean 'version'?"),
        (.unknownKey("zebra", nearest: nil), "metadata metadata: unknown key 'zebra': remove it, or make it a function to offer it as an operation"),
        (
            .concurrency("seriel", nearest: "serial"),
            "metadata metadata: 'concurrency' must be one of interleaved, serial, parallel, found 'seriel': did you mean 'serial'?"
        ),
        (
            .callsTooDeep(200),
            "state call: waits for calls that are more than 200 deep inside of each other: let plugins and host functions call each other in a loop, not in themselves"
        ),
        (
            .reentrantCall,
            "state call: was called from inside one of its own calls, which would wait for itself: make the host function that calls it asynchronous, and do not declare the plugin serial"
        ),
        (.unsupportedKey("health"), "metadata metadata: 'health' is reserved and not supported by this version of Perilune: remove it"),
        (.outputKey("entry_point"), "metadata metadata: 'entry_point' is filled in by the loader: remove it"),
        (
            .name("No"),
            "metadata metadata: 'name' must be a lower-case letter, then letters, digits, '_' or '-', at most 64 in all, found 'No': rename the plugin"
        ),
        (.version("1"), "metadata metadata: 'version' must be a semantic version such as 1.2.0, found '1': write it as MAJOR.MINOR.PATCH"),
        (
            .pluginType("procesor", nearest: "processor"),
            "metadata metadata: 'plugin_type' must be one of provider, processor, storage, monitor, found 'procesor': did you mean 'processor'?"
        ),
        (
            .pluginType("zebra", nearest: nil),
            "metadata metadata: 'plugin_type' must be one of provider, processor, storage, monitor, found 'zebra': choose one of them"
        ),
        (
            .dependency("text ~1", part: "~1"),
            "metadata metadata: 'dependencies' has 'text ~1', where '~1' is not understood: "
                + "write a name and comparators, such as 'text >=1.2.0 <2.0.0'"
        ),
        (.permissionShape("store", expected: "true"), "metadata metadata: 'permissions.store' must be true: correct it in the table that the script returns"),
        (.limitKey("cpu_m", nearest: "cpu_ms"), "metadata metadata: unknown key 'limits.cpu_m': did you mean 'cpu_ms'?"),
        (.limitKey("zebra", nearest: nil), "metadata metadata: unknown key 'limits.zebra': use cpu_ms, wall_ms or memory_mb"),
        (
            .limitValue("cpu_ms", found: "-1"),
            "metadata metadata: 'limits.cpu_ms' must be a number above 0, found -1: correct it in the table that the script returns"
        ),
        (.schema(key: "a", detail: "'type' is missing"), "metadata metadata: 'config.a': 'type' is missing: correct the description of that key"),
        (
            .duplicate(registered: "1.0.0", new: "2.0.0"),
            "duplicate load: version 2.0.0 is a second plugin of that name: version 1.0.0 is registered: rename one of them, or keep only one"
        ),
        (
            .duplicate(registered: "1.0.0", new: "2.0.0", entryPoint: "plugin_a.lua"),
            "duplicate load: version 2.0.0 is a second plugin of that name: version 1.0.0 is registered from plugin_a.lua: rename one of them, or keep only one"
        ),
        (.notFound(nearest: "words"), "not_found call: no plugin of that name is registered: did you mean 'words'?"),
        (.notFound(nearest: nil), "not_found call: no plugin of that name is registered: load it first"),
        (.notLua, "not_found call: is written in Swift, not in Lua: call it through the manager, or use its Swift type"),
        (
            .missingDependency(text, chain: ["words", "text"]),
            "dependency dependencies: needs text >=1.2.0 <2.0.0, which is not there: load text as well"
        ),
        (
            .missingDependency(text, chain: ["a", "b", "text"]),
            "dependency dependencies: needs text >=1.2.0 <2.0.0, which is not there (a -> b -> text): load text as well"
        ),
        (
            .dependencyVersion(text, found: "2.0.0", chain: ["a", "b", "text"]),
            "dependency dependencies: needs text >=1.2.0 <2.0.0, found text 2.0.0 (a -> b -> text): load a version of text that fits"
        ),
        (
            .dependencyCycle(["a", "b", "a"]),
            "dependency dependencies: depends on itself: a -> b -> a: break the circle by moving what they share into a plugin of its own"
        ),
        (.dependencyFailed("text", because: "oops"), "dependency dependencies: needs text, which failed: oops: put text right first"),
        (.neededBy(["a", "b"]), "dependency cleanup: is needed by a, b: unload those first"),
        (
            .reentrantLifecycle("unload"),
            "state call: unload was called from inside a plugin's initialize, cleanup or call, where it would wait for itself: do it after that has returned"
        ),
        (.config(.unknownKey("a", nearest: "b")), "config initialize: config key 'a' is not known: did you mean 'b'?"),
        (.config(.unknownKey("a", nearest: nil)), "config initialize: config key 'a' is not known: remove it"),
        (.config(.missing("a", type: "a string")), "config initialize: config key 'a' is required, expected a string: set it in the host's configuration"),
        (
            .config(.type("a", expected: "a string", found: "integer 1")),
            "config initialize: config key 'a' must be a string, found integer 1: correct it in the host's configuration"
        ),
        (
            .config(.notOneOf("a", allowed: ["x", 1, 1.5, true, [1]], found: "y")),
            "config initialize: config key 'a' must be one of 'x', 1, 1.5, true, array, found 'y': correct it in the host's configuration"
        ),
        (
            .config(.notOneOf("a", allowed: ["x"], found: nil)),
            "config initialize: config key 'a' must be one of 'x': correct it in the host's configuration"
        ),
        (
            .config(.belowMinimum("a", minimum: 1, found: 0.5)),
            "config initialize: config key 'a' must be at least 1, found 0.5: correct it in the host's configuration"
        ),
        (
            .config(.aboveMaximum("a", maximum: 1e300, found: nil)),
            "config initialize: config key 'a' must be at most 1e+300: correct it in the host's configuration"
        ),
        (
            .config(.tooShort("a", minimum: 2, found: 1)),
            "config initialize: config key 'a' must have a length of at least 2, found 1: correct it in the host's configuration"
        ),
        (
            .config(.tooLong("a", maximum: 2, found: nil)),
            "config initialize: config key 'a' must have a length of at most 2: correct it in the host's configuration"
        ),
        (.notRunning(.loaded, because: nil), "state call: is not initialized: call initialize() on the manager first"),
        (.notRunning(.initializing, because: nil), "state call: is being initialized: wait until initialize() has returned"),
        (.notRunning(.failed, because: nil), "state call: did not start: put that right and load it again"),
        (.notRunning(.failed, because: "oops"), "state call: did not start: oops: put that right and load it again"),
        (.notRunning(.cleaningUp, because: nil), "closed call: is closed: load it again"),
        (.notRunning(.closed, because: nil), "closed call: is closed: load it again"),
        (.closed, "closed call: is closed: load it again"),
        (.disabled, "disabled call: is turned off: turn it on with setEnabled"),
        (.emptyPath, "file load: an empty path names no plugin: give a plugin_NAME.lua file, or a folder with init.lua"),
        (.unknownOperation("zebra", nearest: nil, among: ["b", "a"]), "operation call: has no operation 'zebra': it has a, b"),
        (.unknownOperation("cleanup", nearest: nil, among: ["a"]), "operation call: 'cleanup' is no operation, the host calls it itself: it has a"),
        (.unknownOperation("cleanup", nearest: nil), "operation call: 'cleanup' is no operation, the host calls it itself: call an operation"),
        (
            .returnedFailure("no luck"),
            "runtime call: the processor returned nil and 'no luck': raise it with error(), or return nothing to drop the item"
        ),
        (
            .deniedLink(path: "a", permission: "read=/b", function: "ctx.fs.lines", isAsked: true),
            "denied call: ctx.fs.lines needs the permission 'read=/b', which is where 'a' leads: grant it by the policy's grants, or --grant read=/b"
        ),
        (.tooManyKeys(limit: 9), "metadata metadata: the plugin's table may have 9 keys, found more: offer fewer operations, or one that is told by an argument what to do"),
        (.operationName("abcd", limit: 3), "metadata metadata: an operation's name may have 3 bytes, found 4 in 'abc... (4 bytes)': shorten it"),
        (.tooManyEntries("config", count: 10, limit: 9), "metadata metadata: 'config' may have 9 entries, found 10: remove some, or make several plugins"),
        (.fieldTooLarge("author", limit: 2048), "metadata metadata: 'author' may take 2 KB, found more: shorten it"),
        (.repeatedName("clock"), "state load: 'clock' is exposed already: choose another name"),
        (
            .noIdentifier("to day", api: "clock"),
            "state load: 'to day' cannot be the name of a function of 'clock': choose a name that Lua takes after a dot: letters, digits and '_', no digit first, no keyword"
        ),
        (.unknownOperation("proces", nearest: "process"), "operation call: has no operation 'proces': did you mean 'process'?"),
        (.unknownOperation("zebra", nearest: nil), "operation call: has no operation 'zebra': add a function of that name to the plugin's table"),
        (
            .missingOperation("put", role: "pipeline's storage"),
            "operation call: has no operation 'put', which a pipeline's storage needs: "
                + "add a function of that name to the plugin's table, or use another plugin"
        ),
        (.queueFull(9), "busy call: is busy, and 9 calls wait for it already: call again later, or from fewer tasks"),
        (
            .queueTimeout,
            "busy call: stayed busy until the call's time was over: "
                + "raise the wall-clock limit, call it from fewer tasks, or do not wait for it from inside one of its own calls"
        ),
        (.cancelled, "cancelled call: the calling task was cancelled"),
        (
            .denied(permission: "store", function: "store.get", isAsked: true),
            "denied call: store.get needs the permission 'store': grant it by the policy's grants, or --grant store"
        ),
        (
            .denied(permission: "store", function: "store.get", isAsked: false),
            "denied call: store.get needs the permission 'store': ask for it in the plugin's permissions, then grant it"
        ),
        (.noStore, "store call: the host has no store: give PluginManager one, such as PluginStores' SQLiteStore"),
        (.storeFailed("disk full"), "store call: the host's store failed: disk full"),
        (
            .reservedName("fs"),
            "state load: 'fs' cannot be the name of a host API: choose a name that is no part of ctx: a lower-case letter, then letters, digits and '_', no keyword of Lua"
        ),
        (.noKey(field: "id"), "runtime call: the item has no 'id' to store it under: set key_field to a field that each item has"),
        (
            .badKey(field: "id", found: "table"),
            "runtime call: the item's 'id' cannot be a key, found table: set key_field to a field that is text or a number"
        ),
    ]

    @Test(arguments: wordings)
    func saysWhatHappenedAndWhatToDo(problem: PluginProblem, words: String) {
        let error = PluginError(problem)
        #expect("\(error.code) \(error.phase): \(error)" == words)
    }

    @Test func namesPluginOperationAndPlace() {
        let plugin = PluginMetadata(name: "words", version: "1.2.0", pluginType: .processor)
        let error = PluginError(.disabled, plugin: plugin, operation: "process", location: "plugin_words.lua:3", underlying: Oops())
        #expect(error.description == "words 1.2.0, process: is turned off (plugin_words.lua:3): turn it on with setEnabled")
        #expect(error.underlying is Oops)
    }
}
