import Synchronization

/// The call of a plugin that an asynchronous host function works for.
///
/// ```swift
/// try manager.expose("shop") { api in
///     api.asyncFunction("price") { (item: String) in await shop.price(of: item, by: PluginCall.current?.deadline) }
/// }
/// ```
public final class PluginCall: Sendable {
    /// The one that the task works for: set in asynchronous host functions, and in what they start. A synchronous one sees it only
    /// after the script has waited.
    @TaskLocal public static var current: PluginCall?

    /// The plugin's name.
    public let plugin: String
    /// The operation's name.
    public let operation: String
    /// When the call must have ended. Its task is cancelled then.
    public let deadline: ContinuousClock.Instant?
    private let id: ObjectIdentifier
    private let holdsPlugin: Bool
    private let isUnderWay = Atomic<Bool>(true)
    /// The call that waits for this one, if a host function made it.
    private let outer: PluginCall?
    /// How many calls wait for this one, one inside of another.
    package let depth: Int

    /// - Parameter holdsPlugin: whether no other call of the plugin can go in before this one has ended.
    package init(of plugin: any Plugin, _ operation: String, deadline: ContinuousClock.Instant?, holdsPlugin: Bool) {
        self.plugin = plugin.metadata.name
        self.operation = operation
        self.deadline = deadline
        self.holdsPlugin = holdsPlugin
        id = ObjectIdentifier(plugin as AnyObject)
        // those that have ended tell nothing, and a task that outlives its call may begin many
        var outer = Self.current
        while let ended = outer, !ended.isUnderWay.load(ordering: .acquiring) { outer = ended.outer }
        self.outer = outer
        depth = outer.map { $0.depth + 1 } ?? 0
    }

    /// Called when the call has ended. A task that a host function started for it may outlive it.
    package func end() { isUnderWay.store(false, ordering: .releasing) }

    /// The call of that plugin that the task works for and that is still under way, be it through other plugins; one that holds
    /// the plugin before others.
    package static func underWay(of plugin: any Plugin) -> (isInside: Bool, holdsPlugin: Bool) {
        let id = ObjectIdentifier(plugin as AnyObject)
        var (call, isInside) = (current, false)
        while let inner = call {
            if inner.id == id, inner.isUnderWay.load(ordering: .acquiring) {
                if inner.holdsPlugin { return (true, true) }
                isInside = true
            }
            call = inner.outer
        }
        return (isInside, false)
    }
}
