import ArgumentParser
import Foundation
import Logging
import Perilune

struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev", abstract: "Run the plugins of a folder, and take what is saved there at once.",
        discussion: "On a terminal it is a live screen; elsewhere a line for each change. Ends by q, or Ctrl-C.")

    @Argument(help: ArgumentHelp("Where the plugins are.", valueName: "folder"))
    var folder: String

    @Flag(help: "Watch folders below as well.")
    var recursive = false

    @Option(help: ArgumentHelp("An operation to call after each change, on the plugins that have it (repeatable).", valueName: "operation"))
    var call: [String] = []

    @Option(parsing: .unconditionalSingleValue, help: ArgumentHelp("An argument of the calls, as JSON (repeatable).", valueName: "json"))
    var argument: [String] = []

    @OptionGroup var options: PolicyOptions

    func validate() throws {
        if !argument.isEmpty, call.isEmpty { throw ValidationError("--argument needs a --call") }
    }

    func run() async throws {
        let arguments = try JSONArguments.read(argument)
        let store = try options.openStore()
        let console = Console.current
        let terminal = console.isInteractive ? Terminal() : nil
        let failure = await Interruption.cancelling { [self] in
            await Console.$current.withValue(console) { await work(arguments, store, terminal) }
        }
        terminal?.close()
        if let failure { throw CommandFailure.job(failure) }
    }

    private func work(_ arguments: [DynamicValue], _ store: (any PluginStore)?, _ terminal: Terminal?) async -> (any Error)? {
        let (events, continuation) = AsyncStream.makeStream(of: DevEvent.self)
        let logger = terminal == nil ? Logger.console(isQuiet: true) : Logger(label: "perilune") { _ in DevLogHandler { continuation.yield(.log($0)) } }
        let manager = PluginManager(policy: options.policy, store: store, logger: logger)
        let session = DevSession(manager, folder: folder, calls: call.map { ($0, arguments) }) { continuation.yield($0) }
        var view: any DevView = terminal.map { DevScreen($0, folder: folder) } ?? DevLines()
        do {
            let watch = try await manager.watch(folder, recursive: recursive) { continuation.yield(.change($0)) }
            terminal?.listen { continuation.yield($0) }
            view.show(session.report(.begun))
            for await event in events {
                guard let report = await session.handle(event) else { break }
                view.show(report)
            }
            watch.cancel()
        } catch {
            return error
        }
        // what they still do is waited for by nobody
        for plugin in manager.plugins { (plugin as? LuaPlugin)?.cancel() }
        if let failure = session.end { return failure }
        do {
            // also where Ctrl-C has cancelled this task
            try await Task { try await manager.cleanup() }.value
        } catch {
            return error
        }
        return nil
    }
}
