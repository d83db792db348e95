import LuaRuntime
import PluginCore
import Synchronization

/// One call on its way into an instance and out again, where more is to be seen to than on ``OperationSlot``'s quick path.
struct OperationEntry {
    let operation: String
    let recorder: OperationRecorder
    let status: PluginStatus
    /// Set anew when what it waited for is not the call's own time.
    var start: Int64
    /// Whether it is the quarantine's trial; `nil` until it is let in.
    private(set) var isTrial: Bool?
    /// The instance that it is inside of.
    private(set) var seat: LuaSeat?
    /// The state that Lua ran in to the call's end on this thread.
    private(set) var last: LuaStateIdentity?
    /// Which of the plugin's versions is called; `nil` until that is known.
    private(set) var version: Int?

    init(
        operation: String, recorder: OperationRecorder, status: PluginStatus, start: Int64 = CallClock.now, isTrial: Bool? = nil, version: Int? = nil
    ) {
        self.operation = operation
        self.recorder = recorder
        self.status = status
        self.start = start
        self.isTrial = isTrial
        self.version = version
    }

    /// - Throws: `PluginError` where the plugin takes no calls.
    mutating func admit(_ metadata: @autoclosure () -> PluginMetadata) throws { isTrial = try status.admit(operation, of: metadata()) }

    /// Has gone in. The plugin may have been turned off, quarantined, or be on its way out, since the call came.
    mutating func goIn(_ seat: LuaSeat, _ metadata: @autoclosure () -> PluginMetadata) throws {
        self.seat = seat
        if isTrial == false, !status.isUnrestricted { try admit(metadata()) }
    }

    /// Is about to call it.
    mutating func noteInstance(_ instance: LuaInstance) { (last, version) = (instance.identity, instance.version) }

    /// Was inside of it, and still is.
    mutating func noteCall(at seat: LuaSeat, in instance: LuaInstance) {
        self.seat = seat
        noteInstance(instance)
    }

    mutating func leave() {
        seat?.gate.leave()
        seat = nil
    }

    /// From here on ``WaitingCall`` sees to the gate, and to how long Lua runs.
    mutating func noteWait() { (seat, last) = (nil, nil) }
}

extension LuaPlugin {
    /// Notes a call that ended well.
    func note(_ entry: OperationEntry) {
        let nanoseconds = CallClock.now - entry.start
        if let state = entry.last { noteLength(nanoseconds, in: state) }
        entry.recorder.record(nanoseconds: nanoseconds)
        if isOfThisVersion(entry) { entry.status.quarantine.noteSuccess(isTrial: entry.isTrial == true) }
    }

    /// What an earlier version did after its time tells nothing of the one that serves.
    private func isOfThisVersion(_ entry: OperationEntry) -> Bool {
        guard let version = entry.version else { return true }
        return version == versionNumber.load(ordering: .relaxed)
    }

    /// Notes a call that failed, which leaves where it is inside, and says what its caller is told.
    func note(_ entry: OperationEntry, _ error: any Error) -> PluginError {
        var entry = entry
        entry.leave()
        let error = wrap(error, entry.operation, .call)
        if let isTrial = entry.isTrial, isOfThisVersion(entry) { entry.status.quarantine.noteFailure(error, isTrial: isTrial) }
        let nanoseconds = CallClock.now - entry.start
        if let state = entry.last { noteLength(nanoseconds, in: state, error) }
        entry.recorder.record(nanoseconds: nanoseconds, error: error)
        return error
    }
}
