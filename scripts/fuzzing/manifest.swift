// A plugin's text, loaded and lived through as a host does it: what comes of it is a plugin whose metadata holds
// together, or an error, and nothing of it stays.
import CLuaBridge
import Dispatch
import Foundation
import Logging
import LuaPlugins
import PluginCore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
        await live(text)
        isDone.signal()
    }
    isDone.wait()
    guard plu_open_states() == 0 else { fatalError("a state is still open") }
    return 0
}

private let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }

private let policy: PluginPolicy = {
    var policy = PluginPolicy()
    policy.limits = PluginLimits(cpu: .milliseconds(20), wall: .seconds(2), memory: 16 * 1024 * 1024, metadata: .milliseconds(20))
    return policy
}()

private func live(_ text: String) async {
    let manager = PluginManager(policy: policy, logger: logger)
    do {
        guard let plugin = try await manager.load(source: text, name: "fuzz.lua") as? LuaPlugin else { fatalError("no Lua plugin") }
        look(at: plugin)
        try await manager.initialize()
    } catch {
        check(error)
    }
    do {
        try await manager.cleanup()
    } catch {
        check(error)
    }
    guard manager.plugins.isEmpty else { fatalError("a plugin stays") }
}

/// Whatever a text is wrong in, the error has words for it.
private func check(_ error: any Error) {
    let errors = (error as? PluginErrors)?.errors ?? [error].compactMap { $0 as? PluginError }
    guard !errors.isEmpty, errors.allSatisfy({ !$0.message.isEmpty && !"\($0)".isEmpty }) else { fatalError("an error without words: \(error)") }
}

private func look(at plugin: LuaPlugin) {
    let metadata = plugin.metadata
    guard PluginMetadata.isValidName(metadata.name) else { fatalError("the name is none: \(metadata.name)") }
    guard let json = try? JSONEncoder().encode(metadata), let read = try? JSONDecoder().decode(PluginMetadata.self, from: json), read == metadata
    else { fatalError("not what its JSON says: \(metadata)") }
    for permission in plugin.declaration.permissions.all where PluginPermissions.Permission("\(permission)") != permission {
        fatalError("not what it is written as: \(permission)")
    }
    guard !plugin.operations.contains("initialize"), !plugin.operations.contains("cleanup") else { fatalError("\(plugin.operations)") }
}
