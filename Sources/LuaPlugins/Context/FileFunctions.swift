import LuaRuntime
import PluginCore

/// `ctx.fs`: files that the host granted.
struct FileFunctions {
    private let root: String
    private let check: PermissionCheck
    private let longestLine: Int

    /// Files that a plugin may have open at once; more are most likely iterators that were begun and forgotten.
    private static let openLimit = 64

    init(root: String, _ check: PermissionCheck, longestLine: Int) {
        self.root = root
        self.check = check
        self.longestLine = longestLine
    }

    func table(in state: LuaState) throws -> LuaTable {
        let table = try state.makeTable()
        try table.set("lines", to: try lines(in: state))
        return table
    }

    /// `for line in ctx.fs.lines(path) do`: closes the file at its end, when the loop is left, or when it is forgotten.
    private func lines(in state: LuaState) throws -> LuaFunction {
        let next = try state.register { stack in
            guard let file = stack.boundObject as? OpenFile else { return 0 }
            if try file.reader.next({ stack.push(raw: $0) }) != nil { return 1 }
            file.close()
            stack.closeBoundObject()
            return 0
        }
        let (root, check, longestLine) = (root, check, longestLine)
        let open = OpenFiles()
        return try state.function { stack in
            var arguments = LuaArguments(stack, function: "ctx.fs.lines")
            let path = try arguments.next(String.self)
            let resolved = try check.requireRead(path, root: root, for: "ctx.fs.lines")
            guard open.count < Self.openLimit else {
                throw HostFunctionError("more than \(Self.openLimit) files are open: read each to its end, or leave its loop")
            }
            let reader = try LineReader(path: resolved, longestLine: longestLine)
            try stack.state.hold(LineReader.bufferSize)
            let file = OpenFile(reader, among: open, of: stack.state)
            stack.push(method: next, of: file)
            stack.pushNil()
            stack.pushNil()
            stack.push(object: LoopGuard(file))
            return 4
        }
    }

    private final class OpenFiles {
        var count = 0
    }

    private final class OpenFile {
        let reader: LineReader
        private let open: OpenFiles
        private var isOpen = true
        private weak var state: LuaState?

        init(_ reader: LineReader, among open: OpenFiles, of state: LuaState) {
            self.reader = reader
            self.open = open
            self.state = state
            open.count += 1
        }

        func close() {
            if isOpen {
                open.count -= 1
                state?.release(held: LineReader.bufferSize)
            }
            isOpen = false
            reader.close()
        }

        deinit { close() }
    }

    /// What a `for` loop closes when it is left: closes the file although the iterator may live on.
    private final class LoopGuard: LuaClosable {
        private let file: OpenFile
        init(_ file: OpenFile) { self.file = file }
        func close() { file.close() }
    }
}
