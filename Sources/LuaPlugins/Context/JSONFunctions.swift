import Foundation
import LuaRuntime

/// `ctx.json`: encode, decode, array, null.
struct JSONFunctions {
    /// What a byte of JSON becomes while it is decoded, at most about: `[],` is a value of 24 bytes.
    private static let bytesDecodedPerByte = 8

    func table(in state: LuaState) throws -> LuaTable {
        let table = try state.makeTable()
        try table.set(
            "encode",
            to: try state.function { stack in
                var arguments = LuaArguments(stack, function: "ctx.json.encode")
                try stack.pushResult(try arguments.present(DynamicValue.self).json(step: stack.step))
                return 1
            })
        try table.set(
            "decode",
            to: try state.function { stack in
                var arguments = LuaArguments(stack, function: "ctx.json.decode")
                let text = try arguments.next(String.self)
                let held = text.utf8.count * Self.bytesDecodedPerByte
                try stack.state.hold(held)
                defer { stack.state.release(held: held) }
                try DynamicValue(json: Data(text.utf8), step: stack.step).push(onto: stack, keepsNull: true)
                return 1
            })
        try table.set(
            "array",
            to: try state.function { stack in
                var arguments = LuaArguments(stack, function: "ctx.json.array")
                try stack.markAsArray(at: try arguments.table())
                stack.pop(to: 1)
                return 1
            })
        try table.setNull("null")
        return table
    }
}
