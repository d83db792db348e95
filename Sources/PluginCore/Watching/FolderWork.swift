/// What is to be done for the plugins of a folder.
struct FolderWork: Sendable {
    var loads: [String] = []
    var reloads: [(path: String, entry: PluginEntry)] = []
    var unloads: [(path: String, entry: PluginEntry)] = []
    /// What could not serve, and is there no longer.
    var gone: [String] = []
    /// What is as it was when it last served.
    var recovered: [(path: String, entry: PluginEntry)] = []
    /// What the files of those to load and to reload were when that was decided.
    var looks: [String: Fingerprint] = [:]

    var isEmpty: Bool { loads.isEmpty && reloads.isEmpty && unloads.isEmpty }
}
