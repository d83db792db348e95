import ArgumentParser
import Foundation
import Perilune

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the plugins of a folder, without initializing them.")

    @Argument(help: "The folder.")
    var folder = "."

    @Flag(help: "Search the folders below as well.")
    var recursive = false

    @Flag(help: "Print one JSON object for each plugin, a line each.")
    var json = false

    func run() async throws {
        let manager = PluginManager(logger: .console(isQuiet: true))
        let paths: [String]
        do {
            paths = try Discovery.paths(in: folder, recursive: recursive)
            if paths.isEmpty { throw PluginError(.emptyFolder(folder)) }
        } catch {
            throw CommandFailure.job(error)
        }
        var table = Table(["NAME", "VERSION", "TYPE", "PERMISSIONS", "DEPENDENCIES", "PATH"])
        var failures: [(path: String, error: any Error)] = []
        for path in paths {
            let plugin: any Plugin
            do {
                plugin = try await manager.load(path)
            } catch {
                failures.append((path, error))
                continue
            }
            let permissions = plugin.declaration.permissions.all.map(\.description)
            let dependencies = plugin.metadata.dependencies.map(\.description)
            if json {
                Console.current.print(
                    try jsonLine([
                        ("plugin", .string(plugin.metadata.name)), ("version", .string("\(plugin.metadata.version)")),
                        ("type", .string(plugin.metadata.pluginType.rawValue)), ("path", .string(path)),
                        ("description", .string(plugin.metadata.description)),
                        ("permissions", .array(permissions.map { .string($0) })), ("dependencies", .array(dependencies.map { .string($0) })),
                    ]))
            } else {
                table.add([
                    plugin.metadata.name, "\(plugin.metadata.version)", plugin.metadata.pluginType.rawValue,
                    permissions.isEmpty ? "-" : permissions.joined(separator: ","), dependencies.isEmpty ? "-" : dependencies.joined(separator: ", "),
                    path,
                ])
            }
        }
        if !json, failures.count < paths.count { Console.current.print(table.text) }
        for failure in failures {
            let words = "\(failure.error)"
            Console.current.error("perilune: \(words.contains(failure.path) ? "" : "\(failure.path): ")\(words)".oneLine)
        }
        if !failures.isEmpty { throw CommandFailure.shown }
    }
}
