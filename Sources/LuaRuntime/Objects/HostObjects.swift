/// What scripts hold of the host. A script knows an object by a number: its place here, and how often that place was taken
/// before, so that a number out of use finds nothing.
struct HostObjects {
    typealias Entry = (object: AnyObject, kind: ObjectKind?)

    private struct Place {
        var object: AnyObject?
        /// `nil` of one that can do nothing but be closed.
        var kind: ObjectKind?
        /// The kind's, where its objects are not asked whether they are open: one comparison then finds such an object.
        var identity: ObjectIdentifier?
        var uses: Int64 = 0
    }

    private var places: ContiguousArray<Place> = []
    private var free: [Int] = []

    private static func index(_ number: Int64) -> Int { Int(number & 0xffff_ffff) - 1 }

    /// The place of the object with a number, from 1 on.
    static func place(of number: Int64) -> Int64 { number & 0xffff_ffff }

    subscript(number: Int64) -> Entry? {
        let index = Self.index(number)
        guard places.indices.contains(index), places[index].uses == number >> 32, let object = places[index].object else { return nil }
        return (object, places[index].kind)
    }

    /// As the subscript, of one of that kind that need not be asked whether it is open; `nil` of others.
    func known(_ number: Int64, _ identity: ObjectIdentifier) -> AnyObject? {
        let index = Self.index(number)
        guard index >= 0, index < places.count, places[index].identity == identity, places[index].uses == number >> 32 else { return nil }
        return places[index].object
    }

    /// Returns the object's number, never 0.
    mutating func add(_ object: AnyObject, _ kind: ObjectKind?) -> Int64 {
        if free.isEmpty {
            free.append(places.count)
            places.append(Place())
        }
        let index = free.removeLast()
        places[index].object = object
        places[index].kind = kind
        if let kind, kind.isOpen == nil { places[index].identity = ObjectIdentifier(kind.identity) }
        let number = places[index].uses << 32 | Int64(index + 1)
        kind?.numbers[ObjectIdentifier(object)] = number
        return number
    }

    /// Gives the object back, so that its end comes after this: its `deinit` may come back here.
    mutating func remove(_ number: Int64) -> Entry? {
        guard let entry = self[number] else { return nil }
        let index = Self.index(number)
        places[index] = Place(uses: (places[index].uses + 1) & 0x7fff_ffff)
        free.append(index)
        if let kind = entry.kind, kind.numbers[ObjectIdentifier(entry.object)] == number {
            kind.numbers[ObjectIdentifier(entry.object)] = nil
        }
        return entry
    }
}

/// A declared type in one state.
final class ObjectKind {
    let identity: LuaObjectIdentity
    let isOpen: (@Sendable (AnyObject) -> Bool)?
    let close: (@Sendable (AnyObject) -> Void)?
    /// The ``LuaObjectType``.
    let type: AnyObject
    /// A reference.
    let metatable: Int32
    /// The object that stands for each instance.
    var numbers: [ObjectIdentifier: Int64] = [:]

    init(_ declaration: LuaObjectDeclaration, type: AnyObject, metatable: Int32) {
        identity = declaration.identity
        isOpen = declaration.isOpen
        close = declaration.close
        self.type = type
        self.metatable = metatable
    }
}

extension LuaHost {
    /// A ``LuaObjectType`` in this state, if it has had objects of it.
    func kind(of type: AnyObject) -> ObjectKind? { kindNumbers[ObjectIdentifier(type)].map { kinds[Int($0) - 1] } }
}
