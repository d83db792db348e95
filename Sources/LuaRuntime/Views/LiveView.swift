import CLuaBridge

/// A view that can be used, in the order in which they were made: the innermost call's are the last.
struct LiveView {
    let number: Int
    let thread: OpaquePointer
}

extension LuaHost {
    func addView(on thread: OpaquePointer) -> Int {
        lastView += 1
        views.append(LiveView(number: lastView, thread: thread))
        viewCount = views.count
        hasLeftovers = true  // so that the call's end looks for it
        return lastView
    }

    /// Ends the views that were made since there were so many.
    @usableFromInline func endViews(to count: Int) {
        views.removeSubrange(count...)
        viewCount = count
    }

    /// Ends those of a call on that thread, with which their stack goes.
    func endViews(on thread: OpaquePointer) {
        while let last = views.last, last.thread == thread { views.removeLast() }
        viewCount = views.count
    }
}

/// Where a view looks, for as long as that is there.
@usableFromInline struct LuaViewPlace {
    /// Outlives the state, which a view used late must not touch.
    @usableFromInline let host: LuaHost
    @usableFromInline let stack: LuaStack
    @usableFromInline let index: Int32
    /// Among the views of the state, and its number.
    private let position: Int
    private let number: Int
    /// What stood at the index: something else may stand there after a part of a table was read.
    private let value: UnsafeRawPointer?

    init(_ stack: LuaStack, _ index: Int32) throws {
        host = stack.state.host
        guard host.viewDepth < LuaStack.depthLimit else { throw ConversionFailure(.depth(LuaStack.depthLimit)) }
        self.stack = stack
        self.index = lua_absindex(stack.thread, index)
        position = host.viewCount
        number = host.addView(on: stack.thread)
        value = lua_topointer(stack.thread, index)
    }

    /// - Throws: ``LuaError`` of code `closed` once the call has ended that the view was given to.
    @usableFromInline func check() throws {
        guard position < host.views.count, host.views[position].number == number else { throw LuaError.viewEnded }
        guard !plu_is_condemned(stack.bridge) else { throw LuaError.condemned }
        guard lua_topointer(stack.thread, index) == value else { throw LuaError.viewEnded }
    }

    /// Pushes what is looked at.
    func push(onto other: LuaStack) throws {
        try check()
        guard stack.bridge == other.bridge else { throw ConversionFailure.misplaced }
        lua_pushvalue(stack.thread, index)
        if stack.thread != other.thread { lua_xmove(stack.thread, other.thread, 1) }
    }
}
