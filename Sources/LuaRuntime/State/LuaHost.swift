import CLuaBridge
public import Synchronization

/// What a state calls in the host. The bridge holds it unretained; the ``LuaState`` that owns both keeps it alive
/// until the bridge's state is closed.
@usableFromInline final class LuaHost {
    /// The state while it is open: it keeps its host alive, not the other way round.
    @exclusivity(unchecked) @usableFromInline var owner: Unmanaged<LuaState>?
    /// The bridge's state; `nil` once closed.
    @exclusivity(unchecked) @usableFromInline var bridge: BridgeState?
    var state: LuaState? { owner?._withUnsafeGuaranteedRef { $0 } }
    /// How types are converted that are not Perilune's own: to find that out takes longer than to remember it.
    @exclusivity(unchecked) var conversions: [ObjectIdentifier: LuaConversion] = [:]
    /// Retained, in the order of their numbers.
    @exclusivity(unchecked) private var functions: [Unmanaged<HostFunction>] = []
    @exclusivity(unchecked) var objects = HostObjects()
    /// In the order of their numbers, which begin at 1, and the numbers by the ``LuaObjectType``.
    var kinds: [ObjectKind] = []
    var kindNumbers: [ObjectIdentifier: Int64] = [:]
    var output: (LuaOutput, String) -> Void = { _, _ in }
    var module: (String) throws -> LuaModule = { name in throw ModuleNotFound(name: name) }
    var cpuLimit: Duration?
    var wallLimit: Duration?
    var instructionLimit: Int?
    var memoryQuota: Int?
    @usableFromInline let releases = PendingReleases()
    /// Whether the call under way keeps errors or raised values, which go with it.
    @exclusivity(unchecked) @usableFromInline var hasLeftovers = false

    /// What the call under way is about to wait for, and what came of what it waited for.
    @exclusivity(unchecked) var wait: HostWait.Body?
    @exclusivity(unchecked) var finished: Result<HostWait.Results, any Error>?

    /// The views that can be used, and how deep the closures are nested that use them.
    @exclusivity(unchecked) var views: [LiveView] = []
    /// How many: each call of a host function looks.
    @exclusivity(unchecked) @usableFromInline var viewCount = 0
    @exclusivity(unchecked) @usableFromInline var viewDepth = 0
    var lastView = 0

    /// Tables on the way from a conversion's root to its current value.
    var tablesBeingRead: [UnsafeRawPointer?] = []
    var tablesBeingWritten = 0
    /// Whether an error value's `__tostring` runs, whose own errors are not asked for theirs.
    var isDescribing = false
    /// Swift errors that host functions threw in the call under way, newest last.
    var causes: [Cause] = []
    typealias Cause = (beginning: String, error: any Error)
    /// The value of the last nested call's error.
    private var raised: (number: Int, reference: Int32)?
    private var raisedCount = 0

    var callbacks: plu_host {
        plu_host(
            context: Unmanaged.passUnretained(self).toOpaque(),
            call: { context, thread, function in
                Unmanaged<LuaHost>.fromOpaque(context.unsafelyUnwrapped)._withUnsafeGuaranteedRef { $0.call(function, on: thread.unsafelyUnwrapped) }
            },
            finish: { context, thread in LuaHost.from(context).finish(on: thread.unsafelyUnwrapped) },
            module: { context, thread, name, length in LuaHost.from(context).find(name, length, on: thread!) },
            output: { context, stream, text, length in
                let line = String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
                LuaHost.from(context).output(stream == Int32(PLU_WARN) ? .warn : .print, line)
            },
            release: { context, number, isClosed in
                guard let entry = LuaHost.from(context).objects.remove(number), isClosed else { return }
                entry.kind?.close?(entry.object)
                (entry.object as? any LuaClosable)?.close()
            },
            is_cancelled: { _ in Task.isCancelled })
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> LuaHost {
        Unmanaged<LuaHost>.fromOpaque(context!).takeUnretainedValue()
    }

    @inline(__always) private func call(_ function: Int64, on thread: OpaquePointer) -> Int32 {
        guard bridge != nil else {  // a finalizer of a full environment, while the state is closed
            lua_pushstring(thread, "the Lua state is closed")  // unprotected, but nothing is refused while it closes
            return Int32(PLU_RAISE)
        }
        // of this function, whose coroutine runs no other one meanwhile
        defer { if viewCount != 0 { endViews(on: thread) } }
        do {
            return try functions[Int(function)]._withUnsafeGuaranteedRef { try $0.body(stack(on: thread)) }
        } catch {
            // a call inside of this one may have left the state in pieces: the bridge goes on from there
            return state!.isCondemned ? Int32(PLU_RAISE) : raise(error, on: thread)
        }
    }

    /// Leaves what came of the host function that the coroutine waited for.
    private func finish(on thread: OpaquePointer) -> Int32 {
        do {
            guard let finished else { throw LuaError.waitEnded }
            self.finished = nil
            return try finished.get()(stack(on: thread))
        } catch {
            return state!.isCondemned ? Int32(PLU_RAISE) : raise(error, on: thread)
        }
    }

    func register(_ function: HostFunction) -> Int64 {
        functions.append(.passRetained(function))
        return Int64(functions.count - 1)
    }

    private func stack(on thread: OpaquePointer) -> LuaStack { LuaStack(bridge: bridge!, thread: thread, owner: owner!) }

    private func find(_ name: UnsafePointer<CChar>?, _ length: Int, on thread: OpaquePointer) -> Bool {
        let stack = stack(on: thread)
        let name = String(decoding: UnsafeRawBufferPointer(start: name, count: length), as: UTF8.self)
        do {
            let found = try module(name)
            stack.push(bytes: found.text)
            stack.push(string: "@" + found.chunk)
            return true
        } catch {
            stack.push(string: Self.message(of: error))
            return false
        }
    }

    /// Leaves the error value for Lua on top of the stack.
    private func raise(_ error: any Error, on thread: OpaquePointer) -> Int32 {
        let stack = stack(on: thread)
        lua_settop(thread, 0)
        if let number = (error as? LuaError)?.raised?.number, let raised, raised.number == number {
            plu_push_reference(thread, raised.reference)
            return Int32(PLU_RAISE)
        }
        let message = Self.message(of: error)
        plu_take_credit(bridge!)
        luaL_where(thread, 1)
        stack.push(string: message)
        lua_concat(thread, 2)
        if causes.count == Self.keptCauses { causes.removeFirst() }
        hasLeftovers = true
        causes.append((String(message.unicodeScalars.prefix(Self.comparedScalars)), error))
        return Int32(PLU_RAISE)
    }

    /// Few are enough: a script reports the last error, or the one before it.
    private static let keptCauses = 8

    /// A message of the host's may be longer than what is told of one that a script raised.
    private static let comparedScalars = LuaError.longestMessage / 8

    /// The Swift error behind a message that reached the host.
    func cause(of message: String) -> (any Error)? {
        causes.last { !$0.beginning.isEmpty && message.contains($0.beginning) }?.error
    }

    /// Keeps the error value on top of `thread`, so that a host function can let it pass through unchanged.
    func keepRaised(from thread: OpaquePointer, _ bridge: BridgeState) -> RaisedValue {
        forgetRaised(bridge)
        lua_pushvalue(thread, -1)
        raisedCount += 1
        hasLeftovers = true
        raised = (raisedCount, plu_reference(thread))
        return RaisedValue(number: raisedCount)
    }

    /// Called when a call has ended that left something: with the outermost one it goes.
    @usableFromInline func endCall(_ stack: LuaStack) {
        endViews(on: stack.thread)
        let bridge = stack.bridge
        guard !plu_is_inside(bridge) else { return }
        hasLeftovers = false
        causes.removeAll(keepingCapacity: true)
        forgetRaised(bridge)
    }

    private func forgetRaised(_ bridge: BridgeState) {
        guard let raised else { return }
        plu_release_reference(bridge, raised.reference)
        self.raised = nil
    }

    /// Lets go of an object once it is out of the table: its `deinit` may come back here.
    func forget(_ object: Int64) {
        _ = objects.remove(object)
    }

    func removeAll() {
        let kept = (objects, kinds, causes, output, module)
        defer { withExtendedLifetime(kept) {} }
        let registered = functions
        defer { registered.forEach { $0.release() } }
        functions = []
        objects = HostObjects()
        kinds = []
        kindNumbers = [:]
        causes = []
        output = { _, _ in }
        module = { name in throw ModuleNotFound(name: name) }
    }

    static func message(of error: any Error) -> String {
        if let error = error as? LuaError { return error.message }
        if let error = error as? ConversionFailure { return error.sentence(root: "value") }
        return String(describing: error)
    }
}

/// An object that a script can close before it lets go of it, as a `for` loop does when it is left.
package protocol LuaClosable: AnyObject {
    func close()
}

/// References of handles that went away, wherever that happened, until the state's owner can release them.
@usableFromInline final class PendingReleases: Sendable {
    private let references = Mutex<[Int32]>([])
    @usableFromInline let pending = Atomic<Bool>(false)

    @inlinable var hasPending: Bool { pending.load(ordering: .relaxed) }

    func add(_ reference: Int32) {
        references.withLock { $0.append(reference) }
        pending.store(true, ordering: .releasing)
    }

    func take() -> [Int32] {
        references.withLock { list in
            pending.store(false, ordering: .relaxed)
            defer { list = [] }
            return list
        }
    }
}

/// No module of that name, in a state whose host shares none.
struct ModuleNotFound: Error, CustomStringConvertible {
    let name: String
    var description: String { "module '\(name)' not found: the host shares no modules" }
}
