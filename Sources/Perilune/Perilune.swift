@_exported public import LuaPlugins
@_exported public import LuaRuntime
@_exported public import PluginCore
@_exported public import PluginStores
