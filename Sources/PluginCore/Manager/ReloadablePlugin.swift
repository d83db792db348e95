/// A plugin whose versions follow each other while it is called.
package protocol ReloadablePlugin: Plugin {
    /// Lets what another plugin is, which was made by the same loader, serve in place of what this one is: after the calls that run
    /// now, with the state that `save` gave and `restore` took, for all calls to come. Calls that wait for the host end on the old
    /// version. Where this throws the old version serves on, and `new` is as it was.
    ///
    /// - Parameters:
    ///   - new: is used up if this succeeds. Initialized, unless this one is not yet either.
    ///   - keepsState: whether state is saved and restored.
    ///   - keptVersions: how many earlier versions are kept.
    func takeOver(_ new: any Plugin, keepsState: Bool, keptVersions: Int) async throws

    /// Waits for the `cleanup` of what has been taken over and is no longer in use.
    func endSuperseded() async

    /// The kept versions, oldest first, and last the one that serves.
    var versions: [PluginMetadata] { get }

    /// The files that the version was read from, and those that it has looked for, by their own names and with links followed.
    var files: Set<String> { get }

    /// Which of them, by their own names, are no longer as they were.
    func changedFiles() -> [String: FileChange]

    /// The version before the one that serves, read again from the text that was kept. `nil` if there is none.
    func previousVersion(_ policy: PluginPolicy) throws -> (any Plugin)?
}

/// What became of a file since it was read.
package enum FileChange: Sendable {
    case changed, missing, empty
}
