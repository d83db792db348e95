public import CLuaBridge
package import DynamicValues

/// A value on its way from one state to another, in a buffer of 64 KB: neither state waits for the other, and no Swift value is made
/// of it. What is larger than that, or anything but plain data as most scripts make it, has to go as a `DynamicValue`.
@usableFromInline package final class FlatValue {
    /// What may always be decoded, whatever a plugin's quota: nothing is charged for it.
    private static let room = 64 * 1024

    @usableFromInline let flat: UnsafeMutablePointer<plu_flat>

    package init() {
        flat = .allocate(capacity: 1)
        flat.initialize(to: plu_flat(bytes: .allocate(capacity: Self.room), size: 0, room: Self.room))
    }

    deinit {
        flat.pointee.bytes.deallocate()
        flat.deallocate()
    }

    /// Takes the value at an index in place of what it had; `false` when that has to go another way.
    @inlinable package func take(from stack: LuaStack, at index: Int32) -> Bool { plu_flatten(stack.thread, index, flat) }

    @inlinable package var isNil: Bool { Int(flat.pointee.bytes[0]) == PLU_FLAT_NIL }

    /// Leaves the value on top of a stack.
    @inlinable package func push(onto stack: LuaStack) throws {
        guard plu_push_flat(stack.bridge, stack.thread, flat) else { throw noRoom }
        if Int(flat.pointee.bytes[0]) >= PLU_FLAT_ARRAY { try checkOverdraft(of: stack) }
    }

    @usableFromInline var noRoom: any Error { ConversionFailure(.stack) }

    /// As for any table that is pushed: its parts take more in Lua than here.
    @usableFromInline func checkOverdraft(of stack: LuaStack) throws { try stack.state.checkOverdraft() }

    /// The same as a Swift value.
    package var value: DynamicValue {
        var rest = UnsafeRawBufferPointer(start: flat.pointee.bytes, count: flat.pointee.size)[...]
        return Self.value(&rest)
    }

    /// As `DynamicValue.read(from:at:)` would have it.
    private static func value(_ rest: inout Slice<UnsafeRawBufferPointer>) -> DynamicValue {
        switch Int(rest.removeFirst()) {
        case PLU_FLAT_NIL: return .null
        case PLU_FLAT_FALSE: return false
        case PLU_FLAT_TRUE: return true
        case PLU_FLAT_INTEGER: return .integer(take(&rest))
        case PLU_FLAT_NUMBER: return .number(take(&rest))
        case PLU_FLAT_STRING:
            let bytes = bytes(&rest)
            return String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .bytes(Array(bytes))
        case PLU_FLAT_ARRAY:
            let count: Int32 = take(&rest)
            return .array((0..<count).map { _ in value(&rest) })
        default:
            let count: Int32 = take(&rest)
            var members = [String: DynamicValue](minimumCapacity: Int(count))
            for _ in 0..<count {
                let key = String(decoding: bytes(&rest), as: UTF8.self)
                members[key] = value(&rest)
            }
            return .object(members)
        }
    }

    private static func take<T: BitwiseCopyable>(_ rest: inout Slice<UnsafeRawBufferPointer>) -> T {
        defer { rest.removeFirst(MemoryLayout<T>.size) }
        return UnsafeRawBufferPointer(rebasing: rest).loadUnaligned(as: T.self)
    }

    private static func bytes(_ rest: inout Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer {
        let count: Int = take(&rest)
        defer { rest.removeFirst(count) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    }
}

extension LuaFunction {
    /// Calls the function with a table before its argument.
    @inlinable package func callMethod<R>(of object: LuaTable, _ argument: FlatValue, read: (LuaStack, Int32) throws -> R) throws -> R {
        let stack = try begin(object)
        do {
            try argument.push(onto: stack)
        } catch {
            throw host.giveUp(stack, error, "argument", argument: 2)
        }
        return try finish(stack, 2, read)
    }
}
