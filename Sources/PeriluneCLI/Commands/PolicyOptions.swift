import ArgumentParser
import Perilune

/// The limits, grants and trust that `check` and `call` take.
struct PolicyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("CPU time of one entry, in milliseconds.", valueName: "n"))
    var cpuMs = 1000.0

    @Option(help: ArgumentHelp("Time of one entry from start to end, in milliseconds.", valueName: "n"))
    var wallMs = 10_000.0

    @Option(name: .customLong("memory-mb"), help: ArgumentHelp("Memory of one plugin, in megabytes.", valueName: "n"))
    var memoryMB = 64.0

    @Option(help: ArgumentHelp("Grant a permission: store, read=GLOB, ... (repeatable).", valueName: "permission"))
    var grant: [String] = []

    @Flag(help: "Run the plugin trusted, with all of Lua's libraries.")
    var noSandbox = false

    @Option(help: ArgumentHelp("The SQLite file behind ctx.store (default: in the user's data folder).", valueName: "file"))
    var store: String?

    func validate() throws {
        for (name, value) in [("--cpu-ms", cpuMs), ("--wall-ms", wallMs), ("--memory-mb", memoryMB)] where !(value > 0 && value < 1e9) {
            throw ValidationError("\(name) must be above 0 and below a billion, found \(value)")
        }
        for text in grant where PluginPermissions.Permission(text) == nil {
            throw ValidationError("--grant takes a permission such as store or read=GLOB, found '\(text)'")
        }
        for text in grant {
            guard let nearest = PluginPermissions.misspelled(text) else { continue }
            throw ValidationError("--grant does not know '\(text)', did you mean '\(nearest)'?")
        }
    }

    var policy: PluginPolicy {
        PluginPolicy(
            limits: PluginLimits(cpu: .milliseconds(cpuMs), wall: .milliseconds(wallMs), memory: Int(memoryMB * 1024 * 1024)),
            grants: PluginPermissions(grant.compactMap { PluginPermissions.Permission($0) }), trust: noSandbox ? .trusted : .sandboxed,
            accountsCPUTime: true)
    }

    /// Opens the store if plugins may use one.
    func openStore() throws -> (any PluginStore)? { try policy.grants.contains("store") ? StoreChoice.open(store) : nil }
}

extension PluginPermissions {
    static let names = Array(patternNames.keys) + flagNames

    /// The permission that a name, which is none of them, was probably meant to be; other names are those of host APIs.
    static func misspelled(_ name: String) -> String? {
        names.contains(name) || takesPattern(String(name.prefix { $0 != "=" })) ? nil : nearestName(to: name, among: names)
    }
}

/// Which store the command opens.
enum StoreChoice {
    static func open(_ path: String?) throws -> (any PluginStore)? {
        #if Stores
            return try SQLiteStore(path: path ?? SQLiteStore.defaultPath())
        #else
            throw CommandFailure(message: "this perilune was built without a store: build it with --traits Stores")
        #endif
    }
}
