/// When a plugin that keeps failing is no longer called, and when it gets another try.
///
/// ```swift
/// var policy = PluginPolicy()
/// policy.quarantine?.limitKills = 1
/// policy.quarantine?.backoff = .seconds(30)
/// ```
public struct QuarantinePolicy: Sendable, Equatable {
    /// Calls in a row that a limit on time or memory ended, after which the plugin is quarantined.
    public var limitKills: Int
    /// Calls in a row that failed for any reason of the plugin's own.
    public var errors: Int
    /// How long after that the first trial call is let through.
    public var backoff: Duration
    /// What a failed trial multiplies the wait by.
    public var growth: Double
    /// The longest wait.
    public var maximumBackoff: Duration

    public init(
        limitKills: Int = 3, errors: Int = 100, backoff: Duration = .seconds(1), growth: Double = 2, maximumBackoff: Duration = .seconds(300)
    ) {
        self.limitKills = limitKills
        self.errors = errors
        self.backoff = backoff
        self.growth = growth
        self.maximumBackoff = maximumBackoff
    }
}
