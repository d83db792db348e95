import ArgumentParser
import Foundation
import Perilune

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Load, initialize and clean up plugins, and say what is wrong with each.")

    @Argument(help: ArgumentHelp("Scripts, plugin folders, or folders of plugins.", valueName: "file-or-folder"))
    var paths: [String]

    @Option(help: ArgumentHelp("An operation to call in between, on the plugins that have it (repeatable).", valueName: "operation"))
    var call: [String] = []

    @Option(parsing: .unconditionalSingleValue, help: ArgumentHelp("An argument of the calls, as JSON (repeatable).", valueName: "json"))
    var argument: [String] = []

    @Option(name: .customLong("repeat"), help: ArgumentHelp("Make each call so often; with no call, the whole life.", valueName: "n"))
    var repetitions = 1

    @Flag(help: "Print one JSON object for each plugin, a line each.")
    var json = false

    @OptionGroup var options: PolicyOptions

    func validate() throws {
        if repetitions < 1 { throw ValidationError("--repeat must be at least 1, found \(repetitions)") }
        if !argument.isEmpty, call.isEmpty { throw ValidationError("--argument needs a --call") }
    }

    func run() async throws {
        let arguments = try JSONArguments.read(argument)
        var inspection = Inspection(
            policy: options.policy, store: try options.openStore(), calls: call.map { ($0, arguments) }, repetitions: repetitions)
        let paths = inspection.plugins(at: self.paths)
        var verdicts: [Verdict] = []
        for _ in 0..<(call.isEmpty ? repetitions : 1) {
            verdicts = await inspection.run(paths)
            if verdicts.contains(where: { $0.error != nil }) { break }
        }
        for verdict in verdicts { Console.current.print(json ? try verdict.json() : verdict.text) }
        for call in inspection.unknownCalls { Console.current.error("perilune: \(call.oneLine)") }
        if !inspection.unknownCalls.isEmpty || verdicts.contains(where: { $0.error != nil }) { throw CommandFailure.shown }
    }
}

/// Arguments that are given as JSON.
enum JSONArguments {
    static func read(_ texts: [String]) throws -> [DynamicValue] {
        try texts.enumerated().map { index, text in
            do {
                return try DynamicValue(json: text)
            } catch {
                let reason = "\(error)".trimmingCharacters(in: ["."])
                throw CommandFailure.usage("argument \(index + 1) is \(reason): write text as '\"text\"', numbers and tables as JSON has them")
            }
        }
    }
}
