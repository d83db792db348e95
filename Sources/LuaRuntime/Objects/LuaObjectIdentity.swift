import Synchronization

/// Tells the objects of a declared type from all others.
@usableFromInline final class LuaObjectIdentity: Sendable {
    let name: String
    let swiftType: ObjectIdentifier

    init(_ name: String, of type: AnyObject.Type) {
        self.name = name
        swiftType = ObjectIdentifier(type)
    }

    /// What each class was declared as last, for messages that expect one before a state has any.
    private static let names = Mutex<[ObjectIdentifier: String]>([:])

    func remember() { Self.names.withLock { $0[swiftType] = name } }

    /// What messages call the objects of a class.
    static func name(of type: AnyObject.Type) -> String { names.withLock { $0[ObjectIdentifier(type)] } ?? "\(type)" }
}
