import ArgumentParser
import Foundation
import Perilune

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the tests of plugins, NAME_test.lua beside them, in the plugins' sandbox.")

    @Argument(help: ArgumentHelp("Files of tests, or folders with some.", valueName: "file-or-folder"))
    var paths: [String] = ["."]

    @Option(help: ArgumentHelp("Run only tests whose name, or whose file's, has this in it.", valueName: "text"))
    var filter: String?

    @Flag(help: "Print TAP in place of text.")
    var tap = false

    @Option(help: ArgumentHelp("Write the results to this file as JUnit's XML.", valueName: "file"))
    var junit: String?

    @Flag(help: "Run them again after each change, until Ctrl-C.")
    var watch = false

    @OptionGroup var options: PolicyOptions

    func run() async throws {
        guard watch else { return try await runOnce() }
        for path in paths where !FileManager.default.fileExists(atPath: path) { throw CommandFailure(message: "no such file or folder: \(path): check the path".oneLine) }
        let folders = paths.map { path in
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let folder = Discovery.folder(of: path)
            return isThere && isFolder.boolValue ? path : folder.isEmpty ? "." : folder
        }
        let changes = try FolderChanges(of: folders)
        let console = Console.current
        let isOver = await Interruption.cancelling { [self] in
            await Console.$current.withValue(console) {
                await runAgain()
                for await _ in changes.stream { await runAgain() }
                return !Task.isCancelled
            }
        }
        if isOver { throw CommandFailure(message: "the folder can no longer be watched: start again once it is there") }
    }

    private func runAgain() async {
        do {
            try await runOnce()
        } catch {
            if let message = (error as? CommandFailure)?.message { Console.current.error("perilune: \(message)") }
        }
        Console.current.print("waiting for a change; end with Ctrl-C")
    }

    private func runOnce() async throws {
        let report = await tests()
        if let junit { try write(report.junit, to: junit) }
        Console.current.print(tap ? report.tap : report.text)
        if report.results.isEmpty {
            throw CommandFailure(message: filter.map { "no test has '\($0)' in its name: see the names without --filter".oneLine } ?? "no tests: write NAME_test.lua beside plugin_NAME.lua, or see 'perilune new'")
        }
        if report.failed > 0 { throw CommandFailure.shown }
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try OutputFile(path: path).replace(with: text.utf8)
        } catch {
            throw CommandFailure(message: "cannot write \(path): \(error): name a file that can be written".oneLine)
        }
    }

    private func tests() async -> TestReport {
        var report = TestReport()
        for path in paths.flatMap(Self.files) {
            do {
                let file = try PluginTestFile(path, policy: options.policy)
                for name in file.names where filter.map({ name.contains($0) || path.contains($0) }) ?? true {
                    report.results.append(.init(path: path, outcome: await file.run(name), plugin: file.plugin))
                }
            } catch {
                let error = error as? PluginError ?? PluginError(code: .file, phase: .load, message: "\(error)")
                report.results.append(.init(path: path, outcome: .init(name: "is a file of tests", error: error), plugin: path))
            }
        }
        return report
    }

    /// The files of tests at a path: itself, or those of a folder and of the plugins' folders in it.
    private static func files(at path: String) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return [path] }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        return names.flatMap { name -> [String] in
            let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            if name.hasPrefix("plugin_") { return name.hasSuffix(".lua") ? [] : files(at: file).filter { $0 != file } }
            return name.hasSuffix("_test.lua") ? [file] : []
        }
    }
}
