/// Collects what a ``LuaObjectType`` has.
///
/// Methods take the object first, then what the script passes, which is checked and reported as Lua does it:
/// `bad argument #1 to 'counter:add' (number expected, got nil)`. What a closure throws is raised in the script.
public struct LuaObjectMembers<Object: AnyObject> {
    @usableFromInline let identity: LuaObjectIdentity
    private var members: [LuaObjectMember] = []
    private var isOpen: (@Sendable (AnyObject) -> Bool)?
    private var close: (@Sendable (AnyObject) -> Void)?

    init(_ identity: LuaObjectIdentity) { self.identity = identity }

    var declaration: LuaObjectDeclaration { LuaObjectDeclaration(identity: identity, members: members, isOpen: isOpen, close: close) }

    /// Adds a property that scripts can read.
    public mutating func property<V: Encodable & SendableMetatype>(_ name: String, _ get: @escaping @Sendable (Object) throws -> V) {
        add(LuaObjectMember(name: name, isMethod: false, body: reader(name, get), set: nil))
    }

    /// Adds a property that scripts can read and set.
    public mutating func property<V: Codable & SendableMetatype>(
        _ name: String, get: @escaping @Sendable (Object) throws -> V, set: @escaping @Sendable (Object, V) throws -> Void
    ) {
        let (identity, path) = (identity, "\(identity.name).\(name)")
        let setter: LuaObjectMember.Body = { stack in
            let object = try stack.own(Object.self, identity, path)
            try set(object, try stack.newValue(V.self, of: path))
            return 0
        }
        add(LuaObjectMember(name: name, isMethod: false, body: reader(name, get), set: setter))
    }

    private func reader<V: Encodable & SendableMetatype>(_ name: String, _ get: @escaping @Sendable (Object) throws -> V) -> LuaObjectMember.Body {
        let (identity, path) = (identity, "\(identity.name).\(name)")
        return { stack in
            let value = try get(try stack.own(Object.self, identity, path))
            try stack.pushResult(value)
            return 1
        }
    }

    /// Adds a method with typed parameters. Those of an optional type may be left out.
    @_disfavoredOverload
    public mutating func method<each P: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (Object, repeat each P) throws -> R
    ) {
        let identity = identity
        addMethod(name) { stack, path in
            let object = try stack.own(Object.self, identity, path)
            var arguments = LuaArguments(stack, function: path, after: 1)
            let result = try body(object, repeat try arguments.next((each P).self))
            try stack.pushResult(result)
            return 1
        }
    }

    /// Adds a method that returns nothing.
    @_disfavoredOverload
    public mutating func method<each P: Decodable & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (Object, repeat each P) throws -> Void
    ) {
        let identity = identity
        addMethod(name) { stack, path in
            let object = try stack.own(Object.self, identity, path)
            var arguments = LuaArguments(stack, function: path, after: 1)
            try body(object, repeat try arguments.next((each P).self))
            return 0
        }
    }

    /// Adds a method without arguments.
    @inlinable public mutating func method<R: LuaConvertible & SendableMetatype>(_ name: String, _ body: @escaping @Sendable (Object) throws -> R) {
        let identity = identity
        addMethod(name) { stack, path in try stack.returning(try body(try stack.own(Object.self, identity, path))) }
    }

    /// Adds a method with one argument.
    @inlinable public mutating func method<A: LuaConvertible & SendableMetatype, R: LuaConvertible & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (Object, A) throws -> R
    ) {
        let identity = identity
        addMethod(name) { stack, path in
            try stack.returning(try body(try stack.own(Object.self, identity, path), try stack.argument(2, of: path, after: 1)))
        }
    }

    /// Adds a method with two arguments.
    @inlinable public mutating func method<A: LuaConvertible & SendableMetatype, B: LuaConvertible & SendableMetatype, R: LuaConvertible & SendableMetatype>(
        _ name: String, _ body: @escaping @Sendable (Object, A, B) throws -> R
    ) {
        let identity = identity
        addMethod(name) { stack, path in
            try stack.returning(
                try body(
                    try stack.own(Object.self, identity, path), try stack.argument(2, of: path, after: 1), try stack.argument(3, of: path, after: 1)))
        }
    }

    /// Adds an asynchronous method: see `LuaState.asyncFunction`.
    public mutating func asyncMethod<R: Encodable & Sendable>(_ name: String, _ body: @escaping @Sendable (Object) async throws -> R)
    where Object: Sendable {
        addWaiting(name) { object, _ in { HostWait.result(try await body(object)) } }
    }

    /// Adds an asynchronous method that returns nothing.
    public mutating func asyncMethod(_ name: String, _ body: @escaping @Sendable (Object) async throws -> Void) where Object: Sendable {
        addWaiting(name) { object, _ in
            {
                try await body(object)
                return HostWait.noResults
            }
        }
    }

    /// Adds an asynchronous method with one argument.
    public mutating func asyncMethod<A: Decodable & Sendable, R: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (Object, A) async throws -> R
    ) where Object: Sendable {
        addWaiting(name) { object, arguments in
            let a = try arguments.next(A.self)
            return { HostWait.result(try await body(object, a)) }
        }
    }

    /// Adds an asynchronous method with one argument that returns nothing.
    public mutating func asyncMethod<A: Decodable & Sendable>(_ name: String, _ body: @escaping @Sendable (Object, A) async throws -> Void)
    where Object: Sendable {
        addWaiting(name) { object, arguments in
            let a = try arguments.next(A.self)
            return {
                try await body(object, a)
                return HostWait.noResults
            }
        }
    }

    /// Adds an asynchronous method with two arguments.
    public mutating func asyncMethod<A: Decodable & Sendable, B: Decodable & Sendable, R: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (Object, A, B) async throws -> R
    ) where Object: Sendable {
        addWaiting(name) { object, arguments in
            let (a, b) = (try arguments.next(A.self), try arguments.next(B.self))
            return { HostWait.result(try await body(object, a, b)) }
        }
    }

    /// Adds an asynchronous method with two arguments that returns nothing.
    public mutating func asyncMethod<A: Decodable & Sendable, B: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (Object, A, B) async throws -> Void
    ) where Object: Sendable {
        addWaiting(name) { object, arguments in
            let (a, b) = (try arguments.next(A.self), try arguments.next(B.self))
            return {
                try await body(object, a, b)
                return HostWait.noResults
            }
        }
    }

    /// Adds an asynchronous method with three arguments.
    public mutating func asyncMethod<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable, R: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (Object, A, B, C) async throws -> R
    ) where Object: Sendable {
        addWaiting(name) { object, arguments in
            let (a, b, c) = (try arguments.next(A.self), try arguments.next(B.self), try arguments.next(C.self))
            return { HostWait.result(try await body(object, a, b, c)) }
        }
    }

    /// Adds an asynchronous method with three arguments that returns nothing.
    public mutating func asyncMethod<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (Object, A, B, C) async throws -> Void
    ) where Object: Sendable {
        addWaiting(name) { object, arguments in
            let (a, b, c) = (try arguments.next(A.self), try arguments.next(B.self), try arguments.next(C.self))
            return {
                try await body(object, a, b, c)
                return HostWait.noResults
            }
        }
    }

    private mutating func addWaiting(_ name: String, _ begin: @escaping @Sendable (Object, inout LuaArguments) throws -> HostWait.Body) {
        let identity = identity
        addMethod(name) { stack, path in
            let object = try stack.own(Object.self, identity, path)
            try stack.requireWait(for: path)
            var arguments = LuaArguments(stack, function: path, after: 1)
            return stack.wait(for: try begin(object, &arguments))
        }
    }

    /// Says whether an instance still is what scripts think it is; asked before each use. Once it is found closed, so is the
    /// script's object, for good.
    public mutating func isOpen(_ isOpen: @escaping @Sendable (Object) -> Bool) {
        self.isOpen = { isOpen(unsafeDowncast($0, to: Object.self)) }
    }

    /// Says what the end of a `local object <close> = ...` does besides. (Not called when a script merely forgets the object:
    /// that is the instance's `deinit`.)
    public mutating func onClose(_ close: @escaping @Sendable (Object) -> Void) {
        self.close = { close(unsafeDowncast($0, to: Object.self)) }
    }

    @usableFromInline mutating func addMethod(_ name: String, _ body: @escaping @Sendable (LuaStack, String) throws -> Int32) {
        let path = "\(identity.name):\(name)"
        add(LuaObjectMember(name: name, isMethod: true, body: { stack in try body(stack, path) }, set: nil))
    }

    private mutating func add(_ member: LuaObjectMember) {
        precondition(!members.contains { $0.name == member.name }, "the type '\(identity.name)' has two members '\(member.name)'")
        members.append(member)
    }
}

/// A method or property of a declared type.
struct LuaObjectMember: Sendable {
    typealias Body = @Sendable (LuaStack) throws -> Int32

    let name: String
    let isMethod: Bool
    /// The method, or what reads the property.
    let body: Body
    let set: Body?
}

/// What a ``LuaObjectType`` is for a state.
struct LuaObjectDeclaration: Sendable {
    let identity: LuaObjectIdentity
    let members: [LuaObjectMember]
    let isOpen: (@Sendable (AnyObject) -> Bool)?
    let close: (@Sendable (AnyObject) -> Void)?
}
