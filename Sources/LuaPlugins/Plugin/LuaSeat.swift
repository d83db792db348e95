import LuaRuntime
import PluginCore
import Synchronization

/// A place for one instance of a plugin's script, which serves one call at a time.
final class LuaSeat: @unchecked Sendable {
    // Sendable: instance, generation and isUnfinished are touched inside of the gate alone: by calls (letIn, OperationSlot, WaitingCall),
    // initialize and cleanup (exclusively), takeOver, usage and rebuild; and by who made the seat, before others.add gives it to anybody
    // else, or takeOver has let it serve. A superseded instance's place is touched by who has claimed that alone. All other properties are
    // lets of Sendable types.
    let gate = CallGate()
    private(set) var instance: LuaInstance
    /// Another number for each instance, and for each context of one.
    @exclusivity(unchecked) private(set) var generation = 1
    /// Whether a new instance was begun and is not ready.
    private var isUnfinished = false
    private let identity: Mutex<LuaStateIdentity>
    private let thread = Mutex<OwnThread?>(nil)

    init(_ instance: LuaInstance) {
        self.instance = instance
        identity = Mutex(instance.identity)
    }

    /// Closes the instance, which a new one is to follow.
    func abandon() {
        isUnfinished = true
        instance.close()
    }

    func replace(by instance: LuaInstance) {
        self.instance = instance
        generation += 1
        identity.withLock { $0 = instance.identity }
    }

    /// The instance that replaced another is initialized.
    func noteReady() { isUnfinished = false }

    func noteNewContext() { generation += 1 }

    /// Whether the instance has to be replaced before it is called.
    var isCondemned: Bool { isUnfinished || instance.state.isCondemned }

    /// An operation's function and what it gets first, if the instance can be called.
    func found(_ operation: String) -> (LuaFunction, LuaTable)? {
        guard let context = instance.context, let function = instance.functions[operation], function.canBeCalled else { return nil }
        return (function, context)
    }

    // MARK: Outside of the gate

    /// The thread that the instance's calls run on once they hold threads for long.
    func ownThread(_ plugin: String) -> OwnThread {
        thread.withLock { thread in
            let made = thread ?? OwnThread(of: plugin)
            thread = made
            return made
        }
    }

    /// The instance's state.
    var state: LuaStateIdentity { identity.withLock { $0 } }

    /// Ends the call that runs.
    func cancel() { state.cancel() }

    var isInsideHere: Bool { state.isInsideHere }
}
