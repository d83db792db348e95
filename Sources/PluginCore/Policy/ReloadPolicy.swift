/// How new versions of a plugin take the place of old ones.
///
/// ```swift
/// var policy = PluginPolicy()
/// policy.reload.keptVersions = 5
/// policy.reload.probation = Probation(failures: 3, ofFirst: 20)
/// ```
public struct ReloadPolicy: Sendable, Equatable {
    /// How many earlier versions that have served are kept, as text, to be rolled back to.
    public var keptVersions: Int
    /// Whether a new version may have another name: it is loaded under that one then, and the old one is unloaded.
    public var allowsNewName: Bool
    /// Whether a new version may have another type.
    public var allowsNewType: Bool
    /// Whether a new version may ask for permissions that the old one did not ask for. It has only what the policy grants in any case.
    public var allowsNewPermissions: Bool
    /// When a new version is rolled back by itself; `nil` is never.
    public var probation: Probation?

    public init(
        keptVersions: Int = 3, allowsNewName: Bool = false, allowsNewType: Bool = false, allowsNewPermissions: Bool = true, probation: Probation? = nil
    ) {
        self.keptVersions = keptVersions
        self.allowsNewName = allowsNewName
        self.allowsNewType = allowsNewType
        self.allowsNewPermissions = allowsNewPermissions
        self.probation = probation
    }
}

/// The first calls of a new version, too many failures among which roll it back.
public struct Probation: Sendable, Equatable {
    /// So many failures of the plugin's own are too many.
    public var failures: Int
    /// How many calls are looked at.
    public var calls: Int

    public init(failures: Int, ofFirst calls: Int) {
        self.failures = failures
        self.calls = calls
    }
}
