import CLuaBridge
import Synchronization

/// What a state calls in the host. The bridge holds it unretained; the ``LuaState`` that owns both keeps it alive
/// until the bridge's state is closed.
final class LuaHost {
    unowned var state: LuaState?
    /// Set before the bridge's state is closed: finalizers of a full environment can still call host functions.
    var isClosing = false
    var functions: [(LuaStack) throws -> Int32] = []
    var objects: [Int64: AnyObject] = [:]
    var lastObject: Int64 = 0
    var output: (LuaOutput, String) -> Void = { _, _ in }
    var module: (String) throws -> LuaModule = { name in throw ModuleNotFound(name: name) }
    var cpuLimit: Duration?
    var wallLimit: Duration?
    var instructionLimit: Int?
    var memoryQuota: Int?
    let releases = PendingReleases()

    /// Calls from the host that are under way, one inside another.
    var depth = 0
    /// Tables on the way from a conversion's root to its current value.
    var tablesBeingRead: [UnsafeRawPointer?] = []
    var tablesBeingWritten = 0
    /// Whether an error value's `__tostring` runs, whose own errors are not asked for theirs.
    var isDescribing = false
    /// Bytes that may still be decoded: what is read is in memory twice for a while.
    var decodable = Int.max
    /// Swift errors that host functions threw in the call under way, newest last.
    private var causes: [(message: String, error: any Error)] = []
    /// The value of the last nested call's error.
    private var raised: (number: Int, reference: Int32)?
    private var raisedCount = 0

    var callbacks: plu_host {
        plu_host(
            context: Unmanaged.passUnretained(self).toOpaque(),
            call: { context, thread, function in LuaHost.from(context).call(function, on: thread!) },
            module: { context, thread, name, length in LuaHost.from(context).find(name, length, on: thread!) },
            output: { context, stream, text, length in
                let line = String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
                LuaHost.from(context).output(stream == Int32(PLU_WARN) ? .warn : .print, line)
            },
            release: { context, number, isClosed in
                let object = LuaHost.from(context).objects.removeValue(forKey: number)
                if isClosed { (object as? any LuaClosable)?.close() }
            })
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> LuaHost {
        Unmanaged<LuaHost>.fromOpaque(context!).takeUnretainedValue()
    }

    private func call(_ function: Int64, on thread: OpaquePointer) -> Int32 {
        guard !isClosing else {
            lua_pushstring(thread, "the Lua state is closed")  // unprotected, but nothing is refused while it closes
            return Int32(PLU_RAISE)
        }
        do {
            limitDecoding()
            return try functions[Int(function)](LuaStack(state: state!, thread: thread))
        } catch {
            // a call inside of this one may have left the state in pieces: the bridge goes on from there
            return state!.isCondemned ? Int32(PLU_RAISE) : raise(error, on: thread)
        }
    }

    /// What is decoded from now on must fit the quota beside what Lua holds. A little always fits, since what Lua holds
    /// may be garbage.
    func limitDecoding() {
        guard let memoryQuota, let bridge = state?.bridge else { return }
        decodable = max(memoryQuota - plu_memory_used(bridge), Self.alwaysDecodable)
    }

    private static let alwaysDecodable = 64 * 1024

    private func find(_ name: UnsafePointer<CChar>?, _ length: Int, on thread: OpaquePointer) -> Bool {
        let stack = LuaStack(state: state!, thread: thread)
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
        let stack = LuaStack(state: state!, thread: thread)
        lua_settop(thread, 0)
        if let number = (error as? LuaError)?.raised?.number, let raised, raised.number == number {
            plu_push_reference(state!.bridge!, thread, raised.reference)
            return Int32(PLU_RAISE)
        }
        let message = Self.message(of: error)
        plu_take_credit(state!.bridge!)
        luaL_where(thread, 1)
        stack.push(string: message)
        lua_concat(thread, 2)
        if causes.count == Self.keptCauses { causes.removeFirst() }
        causes.append((message, error))
        return Int32(PLU_RAISE)
    }

    /// Few are enough: a script reports the last error, or the one before it.
    private static let keptCauses = 8

    /// The Swift error behind a message that reached the host.
    func cause(of message: String) -> (any Error)? {
        causes.last { !$0.message.isEmpty && message.contains($0.message) }?.error
    }

    /// Keeps the error value on top of `thread`, so that a host function can let it pass through unchanged.
    func keepRaised(from thread: OpaquePointer, _ bridge: OpaquePointer) -> RaisedValue {
        forgetRaised(bridge)
        lua_pushvalue(thread, -1)
        raisedCount += 1
        raised = (raisedCount, plu_reference(bridge, thread))
        return RaisedValue(number: raisedCount)
    }

    /// Called when the outermost call has ended.
    func endCall(_ bridge: OpaquePointer) {
        if !causes.isEmpty { causes.removeAll(keepingCapacity: true) }
        forgetRaised(bridge)
    }

    private func forgetRaised(_ bridge: OpaquePointer) {
        guard let raised else { return }
        plu_release_reference(bridge, raised.reference)
        self.raised = nil
    }

    /// Lets go of an object once it is out of the table: its `deinit` may come back here.
    func forget(_ object: Int64) {
        _ = objects.removeValue(forKey: object)
    }

    func removeAll() {
        let kept = (functions, objects, causes, output, module)
        defer { withExtendedLifetime(kept) {} }
        functions = []
        objects = [:]
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
final class PendingReleases: Sendable {
    private let references = Mutex<[Int32]>([])
    private let pending = Atomic<Bool>(false)

    var hasPending: Bool { pending.load(ordering: .relaxed) }

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
