import CLuaBridge
import DynamicValues

extension LuaStack {
    // MARK: Pushing

    /// Pushes what stands for an instance: the same each time, as long as the script has it.
    func push(_ object: AnyObject, of declaration: LuaObjectDeclaration, _ type: AnyObject) throws {
        try require(8)
        let (host, kind) = (state.host, kind(of: declaration, type))
        if let number = kind.numbers[ObjectIdentifier(object)], plu_find_typed_object(thread, number, HostObjects.place(of: number)) { return }
        plu_take_credit(bridge)
        let number = host.objects.add(object, kind)
        plu_push_reference(thread, kind.metatable)
        plu_make_typed_object(thread, number, HostObjects.place(of: number))
    }

    /// The type in this state, which is made with its first object.
    private func kind(of declaration: LuaObjectDeclaration, _ type: AnyObject) -> ObjectKind {
        let host = state.host
        if let known = host.kind(of: type) { return known }
        let number = Int64(host.kinds.count + 1)
        createTable(members: declaration.members.count)
        let members = count
        createTable(members: declaration.members.count { $0.set != nil })
        for member in declaration.members {
            push(string: member.name)
            let body = host.register(HostFunction(member.body))
            if member.isMethod { plu_push_host_function(thread, body) } else { lua_pushinteger(thread, body) }
            lua_rawset(thread, members)
            if let set = member.set {
                push(string: member.name)
                lua_pushinteger(thread, host.register(HostFunction(set)))
                lua_rawset(thread, members + 1)
            }
        }
        plu_push_object_type(thread, number, declaration.identity.name, host.register(HostFunction { stack in throw try stack.noMember(declaration) }))
        let kind = ObjectKind(declaration, type: type, metatable: plu_reference(thread))
        host.kinds.append(kind)
        host.kindNumbers[ObjectIdentifier(type)] = number
        return kind
    }

    // MARK: Reading

    /// The open object at an index that is of the class, and its ``LuaObjectType``.
    func object(at index: Int32, of type: AnyObject.Type) throws -> (object: AnyObject, type: AnyObject) {
        guard let kind = kindOfObject(at: index), kind.identity.swiftType == ObjectIdentifier(type) else {
            throw mismatch(LuaObjectIdentity.name(of: type), at: index)
        }
        guard let object = try openObject(at: index) else { throw ConversionFailure(.closedObject(kind.identity.name)) }
        return (object, kind.type)
    }

    /// The declared type of the object at an index, open or closed.
    func kindOfObject(at index: Int32) -> ObjectKind? {
        let number = plu_object_type(thread, index)
        return number > Int64(PLU_OPAQUE) ? state.host.kinds[Int(number) - 1] : nil
    }

    private func openObject(at index: Int32) throws -> AnyObject? {
        var number: Int64 = 0
        guard plu_to_object(thread, index, &number), let entry = state.host.objects[number], let kind = entry.kind else { return nil }
        return try check(entry.object, number, kind)
    }

    /// The object, unless its instance says that it is closed.
    private func check(_ object: AnyObject, _ number: Int64, _ kind: ObjectKind) throws -> AnyObject? {
        guard let isOpen = kind.isOpen else { return object }
        let answer = isOpen(object)
        // what was asked may have called the script
        guard !plu_is_condemned(bridge) else { throw givenUp() }
        if answer { return object }
        state.host.forget(number)
        return nil
    }

    /// The object that a member is used of: the first argument of a method, and what a property is read or set of.
    @inlinable func own<Object: AnyObject>(_ type: Object.Type, _ identity: LuaObjectIdentity, _ path: String) throws -> Object {
        unsafeDowncast(try own(identity, path), to: type)
    }

    @usableFromInline func own(_ identity: LuaObjectIdentity, _ path: String) throws -> AnyObject {
        var number: Int64 = 0
        if plu_to_object(thread, 1, &number) {
            if let object = state.host.objects.known(number, ObjectIdentifier(identity)) { return object }
            if let entry = state.host.objects[number], let kind = entry.kind, kind.identity === identity,
                let object = try check(entry.object, number, kind)
            {
                return object
            }
        }
        guard let kind = kindOfObject(at: 1), kind.identity === identity else {
            throw LuaError.badSelf(path, expected: identity.name, found: kind(at: 1))
        }
        throw LuaError.objectClosed(identity.name)
    }

    /// What a property is set to.
    func newValue<V: Decodable>(_ type: V.Type, of path: String) throws -> V {
        do {
            return try read(type, at: 3)
        } catch let failure as ConversionFailure {
            throw LuaError.badValue(path, failure)
        }
    }

    /// Why the name at 2 cannot be read, or set, of the object at 1.
    private func noMember(_ declaration: LuaObjectDeclaration) throws -> LuaError {
        let type = declaration.identity.name
        guard try openObject(at: 1) != nil else { return .objectClosed(type) }
        let name = lua_type(thread, 2) == LUA_TSTRING ? excerpt(at: 2).text() : nil
        guard let member = declaration.members.first(where: { $0.name == name }) else {
            return .noMember(keyText(at: 2), of: type, nearest: name.flatMap { nearestName(to: $0, among: declaration.members.map(\.name)) })
        }
        return .notSettable(member.name, of: type, isMethod: member.isMethod)
    }
}
