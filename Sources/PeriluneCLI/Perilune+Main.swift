import ArgumentParser
import Foundation
import Perilune

/// The `perilune` command.
@main
struct PeriluneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perilune",
        abstract: "Runs, checks and calls plugins written in Lua.",
        version: "0.1.0",
        subcommands: [RunCommand.self, CheckCommand.self, CallCommand.self, ListCommand.self, LuaCommand.self])

    static func main() async {
        let status = await run(Array(CommandLine.arguments.dropFirst()), console: .standard)
        fflush(nil)
        Foundation.exit(status)
    }

    /// Runs the command and gives its exit status: 0, 1 when a plugin or job failed, 64 for wrong usage.
    static func run(_ arguments: [String], console: Console) async -> Int32 {
        do {
            let command = try parseAsRoot(arguments)
            return try await Console.$current.withValue(console) {
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    var command = command
                    try command.run()
                }
                return 0
            }
        } catch let failure as CommandFailure {
            if let message = failure.message { console.error("perilune: \(message)") }
            return failure.status
        } catch {
            let status = exitCode(for: error).rawValue
            if status == 0 {
                // help, the version, or a completion script
                console.print(fullMessage(for: error))
                return 0
            }
            let isUsage = status == ExitCode.validationFailure.rawValue
            let message = isUsage ? Self.message(for: error) : String(describing: error)
            console.error("perilune: \(message.oneLine)" + (isUsage ? ": see 'perilune help'" : ""))
            return isUsage ? 64 : 1
        }
    }
}

/// A command that ends with a status of its own.
struct CommandFailure: Error {
    /// What to say; `nil` when it has been said.
    var message: String?
    var status: Int32 = 1

    /// Wrong usage.
    static func usage(_ message: String) -> CommandFailure { CommandFailure(message: message, status: 64) }

    /// What a plugin or job failed with.
    static func job(_ error: any Error) -> CommandFailure { CommandFailure(message: String(describing: error).oneLine) }

    /// A failure that the output has shown already.
    static let shown = CommandFailure(message: nil)
}

extension String {
    /// The text on one line, without what could steer a terminal.
    var oneLine: String {
        let lines = split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        return String(lines.filter { !$0.isEmpty }.joined(separator: " ").unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F })
    }
}
