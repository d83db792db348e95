import CLuaBridge
import DynamicValues

extension LuaState {
    /// Compiles text, never bytecode, to a function that runs it.
    ///
    /// The name `chunk` is what errors show, such as `plugin_words.lua`.
    ///
    /// - Throws: ``LuaError`` of code `syntax` with chunk and line, or `memory`.
    public func load(_ text: String, chunk: String) throws -> LuaFunction {
        try load(bytes: Array(text.utf8), chunk: chunk)
    }

    /// Compiles text given as bytes.
    public func load(bytes text: [UInt8], chunk: String) throws -> LuaFunction { try load(text, chunk: chunk, isCompiled: false) }

    /// - Parameter isCompiled: whether the bytes are those of a ``LuaCode``, and no text.
    func load(_ text: [UInt8], chunk: String, isCompiled: Bool) throws -> LuaFunction {
        let bridge = try open()
        guard plu_enter(bridge) else { throw LuaError.notWatched }
        defer { plu_leave(bridge) }
        return try withStack(named: "chunk") { stack in
            let status = text.withUnsafeBytes { bytes in
                plu_load(bridge, stack.thread, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, "@" + chunk, isCompiled)
            }
            guard status == LUA_OK else {
                if let stop = stop(bridge) { throw stop }
                if status == LUA_ERRMEM { throw LuaError.memory(quota: host.memoryQuota) }
                throw LuaError(syntaxMessage: stack.excerpt(at: -1).text(), chunk: chunk)
            }
            return LuaFunction(host, plu_reference(stack.thread))
        }
    }

    /// Works on an empty stack without calling anything. `name` is what a value that does not fit is called.
    package func withStack<R>(named name: String, _ body: (LuaStack) throws -> R) throws -> R {
        let bridge = try open()
        guard let thread = plu_take_thread(bridge) else { throw LuaError.noMemoryToCall }
        defer {
            plu_give_thread(bridge, thread, true)
            host.endViews(on: thread)
        }
        if !plu_is_inside(bridge) { plu_set_decodable(bridge, .max) }
        do {
            return try body(LuaStack(bridge: bridge, thread: thread, owner: .passUnretained(self)))
        } catch let failure as ConversionFailure {
            throw LuaError.conversion(failure, of: name)
        }
    }

    /// Calls what `push` leaves on an empty stack (a function below its arguments, whose count it returns) and reads
    /// what came back: results stand at 1 to the count that `read` is given.
    package func call<R>(_ push: (LuaStack) throws -> Int32, _ read: (LuaStack, Int32) throws -> R) throws -> R {
        let stack = try host.begin()
        let arguments: Int32
        do {
            arguments = try push(stack)
        } catch {
            throw host.giveUp(stack, error, "argument")
        }
        return try host.finish(stack, arguments, read)
    }

    /// Why the entry was ended from outside of Lua, if it was.
    func stop(_ bridge: BridgeState) -> LuaError? {
        switch plu_stopped(bridge) {
        case Int32(PLU_CPU_LIMIT): .timeLimit(.cpuLimit, budget: host.cpuLimit ?? .zero)
        case Int32(PLU_WALL_LIMIT): .timeLimit(.wallLimit, budget: host.wallLimit ?? .zero)
        case Int32(PLU_MEMORY_LIMIT): .memoryGivenUp(quota: host.memoryQuota)
        case Int32(PLU_INSTRUCTION_LIMIT): .instructionLimit(host.instructionLimit ?? 0)
        case Int32(PLU_CANCELLED): .cancelled
        default: nil
        }
    }

    func error(_ status: Int32, on stack: LuaStack, _ bridge: BridgeState) -> LuaError {
        let thread = stack.thread
        // nothing of a condemned state can be looked at, its stack included
        if status == PLU_CONDEMNED { return stop(bridge) ?? .condemned }
        var error: LuaError
        if let stop = stop(bridge) {
            error = stop
        } else if status == LUA_YIELD {
            error = .yieldToHost
        } else if status == LUA_ERRMEM, plu_was_refused(bridge) {
            error = .memory(quota: host.memoryQuota)
        } else {
            error = LuaError(code: .runtime, message: "")
        }
        let isRaised = error.message.isEmpty
        let text = isRaised ? describe(errorOn: stack, into: &error) : LuaExcerpt("")
        var place = plu_location()
        if plu_stopped(bridge) == PLU_RUNNING || isRaised {
            text.bytes.withUnsafeBytes { plu_locate(thread, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &place) }
        } else {
            place = plu_stop_location(bridge).pointee
        }
        if place.line > 0 {
            error.chunk = withUnsafeBytes(of: place.source) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            error.line = Int(place.line)
        }
        if isRaised {
            error.message = text.text(after: place.prefix)
            error.underlying = host.cause(of: text.text())
            if let cause = error.underlying as? LuaError, let chunk = cause.chunk, error.chunk == nil {
                error.chunk = chunk
                error.line = cause.line
            }
        }
        if plu_is_nested(bridge), isRaised || error.code == .memory { error.raised = host.keepRaised(from: thread, bridge) }
        let main = LuaStack(bridge: bridge, thread: plu_main(bridge), owner: .passUnretained(self))
        if main.reserve(12) {
            plu_take_credit(bridge)
            plu_push_traceback(bridge, thread)
            error.traceback = main.text(at: -1)
            lua_settop(main.thread, -2)
        }
        return error
    }

    /// The text of the value on top of the stack, and its plain fields if it is a table.
    private func describe(errorOn stack: LuaStack, into error: inout LuaError) -> LuaExcerpt {
        let kind = stack.typeName(at: -1)
        switch lua_type(stack.thread, -1) {
        case LUA_TSTRING, LUA_TNUMBER:
            return stack.excerpt(at: -1)
        case LUA_TTABLE:
            error.fields = stack.plainFields(at: -1)
            if let message = stack.field("message", at: -1) { return message }
        default:
            break
        }
        guard luaL_getmetafield(stack.thread, -1, "__tostring") != LUA_TNIL else { return LuaExcerpt(LuaError.unprintable(kind)) }
        lua_settop(stack.thread, -2)
        guard !host.isDescribing else { return LuaExcerpt(LuaError.brokenToString(kind)) }
        host.isDescribing = true
        defer { host.isDescribing = false }
        lua_pushvalue(stack.thread, -1)
        let text = try? call(
            { inner in
                plu_push_tostring(inner.thread)
                lua_xmove(stack.thread, inner.thread, 1)
                return 1
            },
            { inner, _ in inner.excerpt(at: 1) })
        return text ?? LuaExcerpt(LuaError.brokenToString(kind))
    }
}

extension LuaError {
    /// Takes `chunk:line: message` apart. A chunk name that messages show shortened may hold anything but `:line: `.
    init(syntaxMessage text: String, chunk name: String) {
        self.init(code: .syntax, message: text)
        var search = text.hasPrefix(name + ":") ? text.index(text.startIndex, offsetBy: name.count) : text.startIndex
        while let colon = text[search...].firstIndex(of: ":") {
            let digits = text[text.index(after: colon)...].prefix { $0.isASCII && $0.isNumber }
            if let line = Int(digits), text[digits.endIndex...].hasPrefix(": ") {
                chunk = String(text[..<colon])
                self.line = line
                message = String(text[digits.endIndex...].dropFirst(2))
                return
            }
            search = text.index(after: colon)
        }
    }
}
