/// What the system tells of a folder and those below it. The same on each system: `FolderEvents+Linux.swift` and
/// `FolderEvents+Darwin.swift` are the ways to hear of it, neither of which looks by itself.
enum FolderEvent: Sendable {
    /// A file was written and closed, put there or taken away; a folder was put there or taken away.
    case changed(String)
    /// More happened than could be told.
    case missed
    /// The folder itself is gone, or one below cannot be watched.
    case failed(PluginError)
}
