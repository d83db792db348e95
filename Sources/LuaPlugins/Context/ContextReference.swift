/// What ctx has, in the words of the Lua language server: what authors' tools are made of. A test walks the ctx that
/// `ContextBuilder` makes and finds each of its names here, and no others.
enum ContextReference {
    struct Parameter {
        /// With `?` after one that may be left out.
        var name: String
        var type: String
    }

    struct Function {
        var name: String
        var parameters: [Parameter] = []
        var results: [String] = []
        var permission: String?
        var waits = false
        var summary: String
    }

    struct Value {
        var name: String
        var type: String
        var summary: String
    }

    /// One table.
    struct Part {
        /// `ctx`, or `ctx.log`.
        var name: String
        var summary: String
        var values: [Value] = []
        var functions: [Function] = []
    }

    static let parts: [Part] = [
        Part(
            name: "ctx.log", summary: "Writes to the host's log, one line each; at most 200 in a second.",
            functions: ["debug", "info", "warn", "error"].map { level in
                Function(
                    name: level, parameters: [Parameter(name: "message", type: "any"), Parameter(name: "fields?", type: "table<string, any>")],
                    summary: "Logs at the level `\(level)`.")
            }),
        Part(
            name: "ctx.metrics", summary: "Counts and values for the host's metrics; 1,000 names at most.",
            functions: [
                Function(
                    name: "increment",
                    parameters: [
                        Parameter(name: "name", type: "string"), Parameter(name: "value?", type: "integer"), Parameter(name: "labels?", type: "table<string, any>"),
                    ], summary: "Adds to a counter; 1 if no value is given."),
                Function(
                    name: "record",
                    parameters: [Parameter(name: "name", type: "string"), Parameter(name: "value", type: "number"), Parameter(name: "labels?", type: "table<string, any>")],
                    summary: "Records a value."),
            ]),
        Part(
            name: "ctx.json", summary: "JSON, with 64-bit integers kept.",
            values: [Value(name: "null", type: "userdata", summary: "Stands for null inside of tables.")],
            functions: [
                Function(name: "encode", parameters: [Parameter(name: "value", type: "any")], results: ["string text"], summary: "Gives the value as JSON, keys sorted."),
                Function(name: "decode", parameters: [Parameter(name: "text", type: "string")], results: ["any value"], summary: "Reads JSON."),
                Function(name: "array", parameters: [Parameter(name: "list", type: "table")], results: ["table list"], summary: "Marks a table as a list, holes and all."),
            ]),
        Part(
            name: "ctx.store", summary: "Values of the plugin's own in the host's store.",
            functions: [
                Function(name: "get", parameters: [Parameter(name: "key", type: "string|number")], results: ["any value"], permission: "store", summary: "The value under a key, or nil."),
                Function(name: "put", parameters: [Parameter(name: "key", type: "string|number"), Parameter(name: "value", type: "any")], permission: "store", summary: "Keeps a value under a key."),
                Function(name: "delete", parameters: [Parameter(name: "key", type: "string|number")], results: ["boolean wasThere"], permission: "store", summary: "Takes a key away."),
                Function(name: "list", parameters: [Parameter(name: "prefix?", type: "string|number")], results: ["string[] keys"], permission: "store", summary: "The keys that begin with a prefix, sorted."),
                Function(
                    name: "transaction", parameters: [Parameter(name: "run", type: "fun(): ...")], results: ["any ..."], permission: "store",
                    summary: "Runs a function whose reads and writes happen together, or not at all if it raises."),
            ]),
        Part(
            name: "ctx.fs", summary: "Files that the host has granted.",
            functions: [
                Function(
                    name: "lines", parameters: [Parameter(name: "path", type: "string")], results: ["fun(): string? next"], permission: "read",
                    summary: "The lines of a file: `for line in ctx.fs.lines(path) do`.")
            ]),
        Part(
            name: "ctx.plugins", summary: "The plugins that this one depends on.",
            functions: [
                Function(
                    name: "call", parameters: [Parameter(name: "plugin", type: "string"), Parameter(name: "operation", type: "string"), Parameter(name: "...", type: "any")],
                    results: ["any ..."], permission: "plugins", waits: true, summary: "Calls an operation of a dependency and gives all that it returned.")
            ]),
        Part(
            name: "ctx", summary: "What every function of a plugin gets first. It is read-only.",
            values: [
                Value(name: "config", type: "table<string, any>", summary: "The configuration: the host's values over the plugin's defaults."),
                Value(name: "plugin", type: "table<string, any>", summary: "The plugin's metadata."),
                Value(name: "log", type: "perilune.Log", summary: "The host's log."),
                Value(name: "metrics", type: "perilune.Metrics", summary: "The host's metrics."),
                Value(name: "json", type: "perilune.Json", summary: "JSON."),
                Value(name: "store", type: "perilune.Store", summary: "The host's store."),
                Value(name: "fs", type: "perilune.Fs", summary: "Files."),
                Value(name: "plugins", type: "perilune.Plugins", summary: "Other plugins."),
                Value(name: "[string]", type: "any", summary: "What the host exposes by name."),
            ],
            functions: [
                Function(name: "now", results: ["number seconds"], summary: "Seconds since 1970."),
                Function(name: "sleep", parameters: [Parameter(name: "seconds", type: "number")], waits: true, summary: "Waits."),
            ]),
    ]
}
