import ArgumentParser
import Perilune

struct LuaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lua", abstract: "Run a plain Lua script, trusted and without limits, through the engine.")

    @Argument(help: "The script.")
    var file: String

    @Argument(parsing: .captureForPassthrough, help: "What the script finds in 'arg'.")
    var arguments: [String] = []

    func run() async throws {
        do {
            let script = try Script(.path(file))
            let state = try LuaState(LuaConfiguration(environment: .full))
            let table: [Int: String] = Dictionary(uniqueKeysWithValues: ([file] + arguments).enumerated().map { ($0, $1) })
            try state.setGlobal("arg", to: table)
            _ = try state.load(bytes: script.bytes, chunk: script.chunk).call(dynamic: arguments.map { .string($0) })
        } catch let error as LuaError {
            Console.current.error("perilune: \(error)".oneLine)
            for frame in (error.traceback ?? "").split(separator: "\n") {
                Console.current.error((frame.hasPrefix("\t") ? "    " : "") + String(frame).oneLine)
            }
            throw CommandFailure.shown
        } catch {
            throw CommandFailure.job(error)
        }
    }
}
