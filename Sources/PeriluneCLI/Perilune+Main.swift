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
        subcommands: [
            RunCommand.self, CheckCommand.self, CallCommand.self, ListCommand.self, LuaCommand.self, DevCommand.self, NewCommand.self,
            TestCommand.self, StubsCommand.self,
        ])

    static func main() async {
        OutputFile.fillStandardStreams()
        var status = await Interruption.$isHeard.withValue(true) {
            await run(Array(CommandLine.arguments.dropFirst()), console: .standard)
        }
        if !flushStandardOutput(), status == 0 {
            Console.standard.error("perilune: cannot write standard output: what the script printed is lost in part")
            status = 1
        }
        Foundation.exit(status)
    }

    /// Runs the command and gives its exit status: 0, 1 when a plugin or job failed or the output could not be written,
    /// 64 for wrong usage.
    static func run(_ arguments: [String], console: Console) async -> Int32 {
        let status = await execute(arguments, console)
        guard let failure = console.failure else { return status }
        console.error("perilune: \(failure)")
        return max(status, 1)
    }

    private static func execute(_ arguments: [String], _ console: Console) async -> Int32 {
        do {
            try checkCommand(arguments)
            let command = try parseAsRoot(NegativeNumbers.shielded(arguments))
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

    /// The parser would call an unknown command an unexpected argument, and show the general help for it after `help`.
    private static func checkCommand(_ arguments: [String]) throws {
        let known = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        let name = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
        guard let name, !name.hasPrefix("-"), !known.contains(name) else { return }
        let nearest = nearestName(to: name, among: known).map { ", did you mean '\($0)'?" } ?? ""
        throw CommandFailure.usage("unknown command '\(name)'\(nearest): see 'perilune help'".oneLine)
    }
}

/// Negative numbers among the arguments of `call`, which the parser would take for options.
enum NegativeNumbers {
    private static let optionsWithValue: Set<String> = ["--repeat", "--cpu-ms", "--wall-ms", "--memory-mb", "--grant", "--store"]

    /// Puts a blank, which JSON lets stand there, before each.
    static func shielded(_ arguments: [String]) -> [String] {
        guard arguments.first == "call" else { return arguments }
        return zip(arguments, [""] + arguments).map { argument, previous in
            let isNumber = argument.wholeMatch(of: /-[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
            return isNumber && !optionsWithValue.contains(previous) ? " " + argument : argument
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
    static func job(_ error: any Error) -> CommandFailure {
        error as? CommandFailure ?? CommandFailure(message: String(describing: error).oneLine)
    }

    /// A failure that the output has shown already.
    static let shown = CommandFailure(message: nil)
}

extension String {
    /// The text on one line, without what could steer a terminal.
    var oneLine: String {
        let lines = split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        return String(String.UnicodeScalarView(lines.filter { !$0.isEmpty }.joined(separator: " ").unicodeScalars.filter { !Self.steers($0) }))
    }

    /// Controls, the line and paragraph separators, and what changes the direction of text.
    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
