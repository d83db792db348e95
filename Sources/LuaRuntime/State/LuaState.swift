public import CLuaBridge

/// The bridge's side of a state, which nothing in Swift looks into.
@usableFromInline typealias BridgeState = UnsafeMutablePointer<plu_state>

/// One Lua 5.4 state: its libraries, its memory and what it calls in the host.
///
/// ```swift
/// let state = try LuaState()
/// let add = try state.load("local a, b = ... return a + b", chunk: "add.lua")
/// let sum = try add.call(20, 22, as: Int.self)  // 42
/// ```
///
/// A state and its handles belong to one task or thread at a time, which is why they are not `Sendable`. The state
/// closes when it is released or at ``close()``; a handle used after that throws ``LuaError/Code/closed``.
/// Opening costs 50 to 100 microseconds and about 20 KB.
public final class LuaState {
    @usableFromInline let host: LuaHost
    let configuration: LuaConfiguration

    /// Opens a state.
    ///
    /// - Throws: ``LuaError`` of code `memory` when there is none.
    public init(_ configuration: LuaConfiguration = LuaConfiguration()) throws {
        self.configuration = configuration
        host = LuaHost()
        host.memoryQuota = configuration.memoryQuota
        let options = plu_options(
            sandboxed: configuration.environment == .sandboxed,
            quota: Self.quota(configuration.memoryQuota),
            accounts_cpu: configuration.accountsCPUTime)
        guard let bridge = plu_open(host.callbacks, options) else { throw LuaError.noMemoryToOpen }
        host.bridge = bridge
        host.owner = .passUnretained(self)
    }

    deinit { close() }

    /// The bridge's state; `nil` once closed.
    var bridge: BridgeState? { host.bridge }

    /// Closes the state and frees its memory. Handles to it throw from now on; closing twice does nothing.
    ///
    /// Must not be called from inside a call of this state, nor the state be let go of there: a mistake in the host program,
    /// which traps.
    public func close() {
        guard let bridge else { return }
        precondition(!plu_is_inside(bridge), "a Lua state was closed from inside one of its own calls")
        host.bridge = nil
        host.owner = nil
        plu_close(bridge)
        host.removeAll()
    }

    /// Whether ``close()`` was called.
    public var isClosed: Bool { bridge == nil }

    /// Whether a call could only be ended by leaving Lua in the middle of a step. Such a state runs nothing any more; it
    /// can be closed, which frees all of its memory.
    public var isCondemned: Bool { bridge.map { plu_is_condemned($0) } ?? false }

    /// The bridge's state, after the references that were let go of meanwhile have been released.
    func open() throws -> BridgeState {
        guard let bridge else { throw LuaError.closed }
        guard !plu_is_condemned(bridge) else { throw LuaError.condemned }
        if host.releases.hasPending {
            for reference in host.releases.take() { plu_release_reference(bridge, reference) }
        }
        return bridge
    }

    /// Bytes that Lua holds now; 0 once closed.
    public var memoryUsed: Int { bridge.map { plu_memory_used($0) } ?? 0 }

    /// The most bytes that Lua held at once; 0 once closed.
    public var memoryPeak: Int { bridge.map { plu_memory_peak($0) } ?? 0 }

    /// CPU time of all calls so far, if ``LuaConfiguration/accountsCPUTime`` was asked for.
    public var cpuTime: Duration { .nanoseconds(bridge.map { plu_cpu_time($0) } ?? 0) }

    /// Sets how many bytes the script may hold from now on; `nil` is no limit.
    public func setMemoryQuota(_ bytes: Int?) throws {
        plu_set_quota(try open(), Self.quota(bytes))
        host.memoryQuota = bytes
    }

    /// As the bridge has it, to which 0 is no limit.
    private static func quota(_ bytes: Int?) -> Int { bytes.map { max(1, $0) } ?? 0 }

    /// Sets what each call from the host may spend; `nil` is no limit. Calls inside of a call share its budget.
    ///
    /// A thread of the bridge watches the calls that run and ends one within milliseconds of its limit, whatever the
    /// script does to stay. Within its limits a call costs what it would cost without.
    public func setTimeLimits(cpu: Duration?, wall: Duration?) throws {
        try setBudget(cpu: cpu, wall: wall, instructions: nil)
    }

    /// Sets how many VM instructions each call from the host may run, in place of time: a script that is ended is ended
    /// at the same instruction in every run. Lua runs at less than half its speed; C functions count as their steps.
    public func setInstructionLimit(_ instructions: Int) throws {
        try setBudget(cpu: nil, wall: nil, instructions: instructions)
    }

    private func setBudget(cpu: Duration?, wall: Duration?, instructions: Int?) throws {
        let bridge = try open()
        host.cpuLimit = cpu
        host.wallLimit = wall
        host.instructionLimit = instructions
        plu_set_budget(
            bridge,
            plu_budget(
                cpu: cpu?.wholeNanoseconds ?? 0, wall: wall?.wholeNanoseconds ?? 0, instructions: Int64(instructions.map { max(1, $0) } ?? 0)))
    }

    /// Chooses the signal that ends calls, `SIGURG` unless this is called before the program's first call into Lua.
    ///
    /// A handler that the program has for that signal by then still gets what is not Perilune's. The signal must not be
    /// blocked on threads that call plugins, nor its handler be replaced later.
    ///
    /// - Returns: whether it was in time.
    @discardableResult
    public static func usePreemptionSignal(_ signal: Int32) -> Bool { plu_set_signal(signal) }

    /// Ends the state's calls from any thread.
    public var interrupter: LuaInterrupter { LuaInterrupter(identity: identity) }

    /// `nil` once closed.
    package var identity: LuaStateIdentity? { bridge.map { LuaStateIdentity($0) } }

    /// Counts bytes that the host keeps for the script, such as a buffer, against the quota.
    ///
    /// - Throws: ``LuaError`` of code `memory` when they do not fit.
    package func hold(_ bytes: Int) throws {
        guard plu_hold(try open(), bytes) else { throw LuaError.memory(quota: host.memoryQuota) }
    }

    /// The host is refused nothing, but what it pushes is the script's: far past the quota it stops.
    func checkOverdraft() throws {
        if let quota = host.memoryQuota, memoryUsed > 2 * quota { throw LuaError.memory(quota: quota) }
    }

    /// Takes back what ``hold(_:)`` counted.
    package func release(held bytes: Int) {
        if let bridge { plu_release_held(bridge, bytes) }
    }

    /// Called with each line that the script writes by `print` or `warn` (sandboxed environment).
    public func onOutput(_ handler: @escaping (LuaOutput, String) -> Void) { host.output = handler }

    /// Called with the name of each module that the script requires for the first time (sandboxed environment).
    public func onRequire(_ find: @escaping (String) throws -> LuaModule) { host.module = find }
}

/// Ends the calls of a state from another thread than theirs.
public struct LuaInterrupter: Sendable {
    /// The state's; `nil` if it was closed already.
    let identity: LuaStateIdentity?

    /// Ends the calls that run now with ``LuaError/Code/cancelled``; does nothing when none runs, or the state is closed.
    public func cancel() { identity?.cancel() }
}

/// How a ``LuaState`` is opened.
public struct LuaConfiguration: Sendable {
    /// Which names scripts can reach.
    public enum Environment: Sendable {
        /// The allow-list of the bridge's environment.c: no files, processes, bytecode, or debugger.
        case sandboxed
        /// All of Lua's libraries, for scripts as trusted as the host itself.
        case full
    }

    public var environment: Environment
    /// Bytes that the script may hold, beyond which it gets a memory error; `nil` is no limit.
    public var memoryQuota: Int?
    /// Whether ``LuaState/cpuTime`` is kept, at the cost of two system calls for each call from the host.
    public var accountsCPUTime: Bool

    public init(environment: Environment = .sandboxed, memoryQuota: Int? = nil, accountsCPUTime: Bool = false) {
        self.environment = environment
        self.memoryQuota = memoryQuota
        self.accountsCPUTime = accountsCPUTime
    }
}

/// Where a script's line came from.
public enum LuaOutput: Sendable {
    case print, warn
}

/// A module's text, found for `require`.
public struct LuaModule: Sendable {
    public var text: [UInt8]
    /// The name that errors show, such as `plugin_words/util.lua`.
    public var chunk: String

    public init(text: [UInt8], chunk: String) {
        self.text = text
        self.chunk = chunk
    }
}

extension Duration {
    /// Nanoseconds, at least 1, at most what an `Int64` holds.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds < 9_000_000_000 else { return Int64.max }
        guard seconds >= 0 else { return 1 }
        return max(1, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
