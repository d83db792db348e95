import PluginCore

/// One version of a plugin: what its table says, and what more instances of it are made of.
final class LuaVersion: Sendable {
    let metadata: PluginMetadata
    let declaration: PluginDeclaration
    let operations: Set<String>
    let maker: InstanceMaker

    init(_ manifest: Manifest, _ maker: InstanceMaker) {
        metadata = manifest.metadata
        declaration = manifest.declaration
        operations = manifest.operations
        self.maker = maker
    }

    /// Whether both are of the same reading of the script.
    func hasText(of other: LuaVersion) -> Bool { maker.modules === other.maker.modules }
}

/// The versions of a plugin, of which the last serves.
struct LuaVersions {
    private(set) var current: LuaVersion
    /// Oldest first.
    private(set) var earlier: [LuaVersion] = []

    init(_ first: LuaVersion) { current = first }

    /// Another version serves from now on: a new one, or one of the earlier ones, after which nothing is left of those that followed it.
    ///
    /// - Parameter hasServed: whether the present one has.
    mutating func serve(_ version: LuaVersion, keeping count: Int, hasServed: Bool) {
        if let index = earlier.lastIndex(where: { $0.hasText(of: version) }) {
            earlier.removeSubrange(index...)
        } else if hasServed {
            earlier.append(current)
        }
        earlier.removeFirst(max(0, earlier.count - max(0, count)))
        current = version
    }
}
