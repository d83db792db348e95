import LuaRuntime
import PluginCore

/// A stage of a pipeline that is a Lua plugin: what it gives lies where the next Lua plugin takes it from.
final class LuaStage: DirectStage {
    private let slot: OperationSlot
    private let isProvider: Bool
    /// What it takes items from.
    private let previous: (any DirectStage)?
    private let item = FlatValue()
    /// The same, to be reached without retaining them.
    private let quick: (slot: Unmanaged<OperationSlot>, given: Unmanaged<FlatValue>?, item: Unmanaged<FlatValue>)

    private init(_ slot: OperationSlot, isProvider: Bool, after previous: (any DirectStage)?) {
        self.slot = slot
        self.isProvider = isProvider
        self.previous = previous
        quick = (.passUnretained(slot), (previous as? LuaStage).map { .passUnretained($0.item) }, .passUnretained(item))
    }

    /// A stage that pulls a provider's items. `nil` where the plugin cannot be called, which the usual way says.
    convenience init?(pulling iterator: LuaIterator, of plugin: LuaPlugin) {
        guard let slot = try? plugin.slot(for: iterator) else { return nil }
        self.init(slot, isProvider: true, after: nil)
    }

    /// A stage that processes items.
    convenience init?(processingWith plugin: LuaPlugin, after previous: (any DirectStage)?) {
        guard let slot = try? plugin.slot(for: "process") else { return nil }
        self.init(slot, isProvider: false, after: previous)
    }

    var value: DynamicValue { item.value }

    func call(_ value: DynamicValue?, _ clock: inout Int64) throws -> DirectCall {
        let slot = quick.slot
        guard let entry = slot._withUnsafeGuaranteedRef({ $0.enterHere(at: clock) }) else { return .declined }
        let call: DirectCall
        do {
            call = try entry.function._withUnsafeGuaranteedRef { function in
                try entry.context._withUnsafeGuaranteedRef { try self.call(function, $0, value) }
            }
        } catch {
            return try failed(entry, error)
        }
        clock = slot._withUnsafeGuaranteedRef { $0.leave(entry) }
        return call
    }

    private func call(_ function: LuaFunction, _ context: LuaTable, _ value: DynamicValue?) throws -> DirectCall {
        let (item, most) = (quick.item, mostResults)
        if isProvider { return try function.call { try Self.take($0, $1, most, item) } }
        if value == nil, let given = quick.given {
            return try given._withUnsafeGuaranteedRef { try function.callMethod(of: context, $0) { try Self.take($0, $1, most, item) } }
        }
        return try function.begin(context, value ?? previous?.value ?? .null).finish { try Self.take($0, $1, most, item) }
    }

    private func failed(_ entry: OperationSlot.Entry, _ error: any Error) throws -> DirectCall {
        let error = slot.failed(entry, error)
        guard error is LuaSuspension else { throw error }
        let (slot, most) = (slot, mostResults)
        return .waits { try await slot.finish(entry, error) { try $0.readProcessed(min($1, most)) } }
    }

    private var mostResults: Int32 { isProvider ? 1 : .max }

    private static func take(_ stack: LuaStack, _ count: Int32, _ most: Int32, _ item: Unmanaged<FlatValue>) throws -> DirectCall {
        let count = min(count, most)
        if count == 0 { return .nothing }
        guard count == 1, item._withUnsafeGuaranteedRef({ $0.take(from: stack, at: 1) }) else { return .gave(try stack.readProcessed(count)) }
        return item._withUnsafeGuaranteedRef { $0.isNil } ? .nothing : .left
    }
}
