/// What scripts can do with objects of a Swift class: a name, methods and properties, declared once.
///
/// ```swift
/// final class Counter: Sendable {
///     let total = Mutex(0)
///     var count: Int { total.withLock { $0 } }
///     func add(_ amount: Int) { total.withLock { $0 += amount } }
/// }
///
/// let counters = LuaObjectType<Counter>("counter") { type in
///     type.property("count") { $0.count }
///     type.method("add") { (counter, amount: Int) in counter.add(amount) }
/// }
/// ```
///
/// Any state can be given objects of it:
///
/// ```swift
/// let state = try LuaState()
/// try state.setGlobal("visits", to: counters.object(Counter()))
/// let count = try state.load("visits:add(2) return visits.count", chunk: "visit.lua").call(as: Int.self)  // 2
/// ```
///
/// A function of the host gives a script an object by returning ``object(_:)``, and gets it back by a parameter of type
/// ``LuaObject``. While a script has an object, it gets the same one for the same instance: `==` and table keys work.
///
/// What a script does wrong is an error in the script: a name that is not there (with the nearest one that is), a property that
/// cannot be set, a method called with `.` in place of `:`, an argument that does not fit. `tostring` gives the type's name;
/// there is no metatable to reach, nothing to iterate over, and no way to make an object.
///
/// The host lets go of an instance when the script's garbage is collected, when its plugin's version goes or its state is closed,
/// and at the end of a `local c <close> = ...`. Once closed, each use is the error `counter is closed`. An instance counts
/// against the script's memory quota with what Lua needs for it, about 100 bytes, whatever it holds itself: limit how many a
/// script can make if they are large.
///
/// Closures run on the thread of the call, one at a time in each state, and must not wait for that. `object.name` and `object:name()`
/// cost about twice what a host function does, and allocate nothing for numbers and booleans.
public final class LuaObjectType<Object: AnyObject>: Sendable {
    let declaration: LuaObjectDeclaration

    /// Declares a type. The name is what messages call its objects.
    ///
    /// Two members of one name are a mistake in the host program, which traps.
    public init(_ name: String, _ declare: (inout LuaObjectMembers<Object>) -> Void) {
        var members = LuaObjectMembers<Object>(LuaObjectIdentity(name, of: Object.self))
        declare(&members)
        declaration = members.declaration
        declaration.identity.remember()
    }

    /// An instance as scripts get it.
    public func object(_ object: Object) -> LuaObject<Object> { LuaObject(object, of: self) }
}

/// An instance of a class with its declared type: what a host function returns to give a script an object, and the type of
/// the parameter or result by which the host gets it back.
///
/// ```swift
/// let total = try state.function("total") { (a: LuaObject<Counter>, b: LuaObject<Counter>) in a.object.count + b.object.count }
/// ```
///
/// Another object, or one that is closed, is refused: `bad argument #1 to 'total' (counter expected, got account)`.
public struct LuaObject<Object: AnyObject>: Codable {
    public let object: Object
    public let type: LuaObjectType<Object>

    init(_ object: Object, of type: LuaObjectType<Object>) {
        self.object = object
        self.type = type
    }

    /// Only Lua can give an object: it is no data. (Conforms to `Codable` so that typed calls can take and return it.)
    public init(from decoder: any Decoder) throws {
        throw decoder.refusal(of: "a host object")
    }

    /// Throws: an object is no data.
    public func encode(to encoder: any Encoder) throws {
        throw encoder.refusal(of: "a host object", self)
    }
}

extension LuaObject: Sendable where Object: Sendable {}

extension LuaObject: LuaConvertible {
    public func push(onto stack: LuaStack) throws { try stack.push(object, of: type.declaration, type) }

    public static func read(from stack: LuaStack, at index: Int32) throws -> LuaObject {
        let found = try stack.object(at: index, of: Object.self)
        return LuaObject(unsafeDowncast(found.object, to: Object.self), of: unsafeDowncast(found.type, to: LuaObjectType<Object>.self))
    }
}

extension LuaState {
    /// Closes the object that this state's scripts have for an instance, if they have one: each use of it is an error from now
    /// on, and the state keeps the instance no longer. Given to a script again, the instance is a new object.
    public func close<Object>(_ object: LuaObject<Object>) throws {
        _ = try open()
        guard let kind = host.kind(of: object.type), let number = kind.numbers[ObjectIdentifier(object.object)] else { return }
        host.forget(number)
    }
}
