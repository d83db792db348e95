import ArgumentParser
import Perilune

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call one operation of one plugin, between initialize and cleanup.")

    @Argument(help: "A script, or a plugin's folder.")
    var file: String

    @Argument(help: "The operation's name.")
    var operation: String

    @Argument(help: "Its arguments, as JSON.")
    var arguments: [String] = []

    @Option(name: .customLong("repeat"), help: ArgumentHelp("Call so often; the last result is printed.", valueName: "n"))
    var repetitions = 1

    @Flag(help: "Print the verdict with the result as one JSON object.")
    var json = false

    @OptionGroup var options: PolicyOptions

    func validate() throws {
        if repetitions < 1 { throw ValidationError("--repeat must be at least 1, found \(repetitions)") }
    }

    func run() async throws {
        let values = try JSONArguments.read(arguments)
        var inspection = Inspection(
            policy: options.policy, store: try options.openStore(), calls: [(operation, values)], repetitions: repetitions)
        let verdict = await inspection.run([Discovery.plugin(at: file)], requiring: operation)[0]
        if json {
            Console.current.print(try verdict.json())
        } else if verdict.error == nil {
            Console.current.print(try DynamicValue.array(verdict.result).json())
        }
        guard let error = verdict.error else { return }
        throw json ? .shown : CommandFailure.job(error)
    }
}
