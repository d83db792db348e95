---@meta perilune
-- Written by `perilune stubs`: changes are lost.

---What a plugin's script returns.
---@class perilune.Plugin
---@field name string A lower-case letter, then letters, digits, `_` or `-`; at most 64.
---@field version string A semantic version, such as "1.2.0".
---@field plugin_type "provider"|"processor"|"storage"|"monitor"
---@field description? string
---@field author? string
---@field dependencies? string[] Plugins that run before this one: "text >=1.2.0 <2.0.0".
---@field permissions? perilune.Permissions What it asks for.
---@field config? table<string, perilune.Schema> What can be configured.
---@field limits? perilune.Limits Lower than the host's.
---@field concurrency? "interleaved"|"serial"|"parallel" Which calls may be under way at once.
---@field initialize? fun(ctx: perilune.Ctx) Called once, before anything else.
---@field cleanup? fun(ctx: perilune.Ctx) Called once, after everything else.
---@field save? fun(ctx: perilune.Ctx): any Gives plain data to the next version.
---@field restore? fun(ctx: perilune.Ctx, data: any) Gets what the version before has saved.
---@field [string] any Every other function is an operation that the host can call.

---@class perilune.Provider: perilune.Plugin
---@field provide fun(ctx: perilune.Ctx, request: any): any A value, or a function that gives items until it returns nil.

---@class perilune.Processor: perilune.Plugin
---@field process fun(ctx: perilune.Ctx, item: any): ... The items that go on; nothing drops it.

---@class perilune.Storage: perilune.Plugin
---@field put fun(ctx: perilune.Ctx, key: any, value: any)
---@field get fun(ctx: perilune.Ctx, key: any): any
---@field delete fun(ctx: perilune.Ctx, key: any)
---@field list fun(ctx: perilune.Ctx, prefix: any): any

---@class perilune.Monitor: perilune.Plugin
---@field observe fun(ctx: perilune.Ctx, event: perilune.Event)

---@class perilune.Event
---@field plugin string
---@field operation string
---@field success boolean
---@field duration number Seconds.
---@field error? { code: string, message: string, location?: string }
---@field labels table<string, string>
---@field time number Seconds since 1970.

---@class perilune.Permissions
---@field read? string[] Globs.
---@field store? boolean
---@field plugins? boolean
---@field [string] boolean|string[] What the host exposes by name.

---@class perilune.Limits
---@field cpu_ms? number
---@field wall_ms? number
---@field memory_mb? number

---In the words of JSON Schema.
---@class perilune.Schema
---@field type? "string"|"integer"|"number"|"boolean"|"array"|"object"
---@field default? any
---@field enum? any[]
---@field minimum? number
---@field maximum? number
---@field minLength? integer
---@field maxLength? integer
---@field items? perilune.Schema
---@field required? boolean
---@field secret? boolean
---@field description? string

---Writes to the host's log, one line each; at most 200 in a second.
---@class perilune.Log
local Log = {}

---Logs at the level `debug`.
---@param message any
---@param fields? table<string, any>
function Log.debug(message, fields) end

---Logs at the level `info`.
---@param message any
---@param fields? table<string, any>
function Log.info(message, fields) end

---Logs at the level `warn`.
---@param message any
---@param fields? table<string, any>
function Log.warn(message, fields) end

---Logs at the level `error`.
---@param message any
---@param fields? table<string, any>
function Log.error(message, fields) end

---Counts and values for the host's metrics; 1,000 names at most.
---@class perilune.Metrics
local Metrics = {}

---Adds to a counter; 1 if no value is given.
---@param name string
---@param value? integer
---@param labels? table<string, any>
function Metrics.increment(name, value, labels) end

---Records a value.
---@param name string
---@param value number
---@param labels? table<string, any>
function Metrics.record(name, value, labels) end

---JSON, with 64-bit integers kept.
---@class perilune.Json
---@field null userdata Stands for null inside of tables.
local Json = {}

---Gives the value as JSON, keys sorted.
---@param value any
---@return string text
function Json.encode(value) end

---Reads JSON.
---@param text string
---@return any value
function Json.decode(text) end

---Marks a table as a list, holes and all.
---@param list table
---@return table list
function Json.array(list) end

---Values of the plugin's own in the host's store.
---@class perilune.Store
local Store = {}

---The value under a key, or nil.
---Needs the permission `store`.
---@param key string|number
---@return any value
function Store.get(key) end

---Keeps a value under a key.
---Needs the permission `store`.
---@param key string|number
---@param value any
function Store.put(key, value) end

---Takes a key away.
---Needs the permission `store`.
---@param key string|number
---@return boolean wasThere
function Store.delete(key) end

---The keys that begin with a prefix, sorted.
---Needs the permission `store`.
---@param prefix? string|number
---@return string[] keys
function Store.list(prefix) end

---Runs a function whose reads and writes happen together, or not at all if it raises.
---Needs the permission `store`.
---@param run fun(): ...
---@return any ...
function Store.transaction(run) end

---Files that the host has granted.
---@class perilune.Fs
local Fs = {}

---The lines of a file: `for line in ctx.fs.lines(path) do`.
---Needs the permission `read`.
---@param path string
---@return fun(): string? next
function Fs.lines(path) end

---The plugins that this one depends on.
---@class perilune.Plugins
local Plugins = {}

---Calls an operation of a dependency and gives all that it returned. Other calls of the plugin may run meanwhile.
---Needs the permission `plugins`.
---@param plugin string
---@param operation string
---@param ... any
---@return any ...
function Plugins.call(plugin, operation, ...) end

---What every function of a plugin gets first. It is read-only.
---@class perilune.Ctx
---@field config table<string, any> The configuration: the host's values over the plugin's defaults.
---@field plugin table<string, any> The plugin's metadata.
---@field log perilune.Log The host's log.
---@field metrics perilune.Metrics The host's metrics.
---@field json perilune.Json JSON.
---@field store perilune.Store The host's store.
---@field fs perilune.Fs Files.
---@field plugins perilune.Plugins Other plugins.
---@field [string] any What the host exposes by name.
local Ctx = {}

---Seconds since 1970.
---@return number seconds
function Ctx.now() end

---Waits. Other calls of the plugin may run meanwhile.
---@param seconds number
function Ctx.sleep(seconds) end

