import ArgumentParser
import Foundation
import Perilune

struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Write a new plugin, with a test that passes and what an editor needs.")

    @Argument(help: "provider, processor, storage or monitor.")
    var type: String

    @Argument(help: "The plugin's name.")
    var name: String

    @Argument(help: ArgumentHelp("Where to write it.", valueName: "folder"))
    var folder = "."

    func run() throws {
        guard let kind = PluginType(rawValue: type) else {
            let nearest = nearestName(to: type, among: PluginType.allCases.map(\.rawValue)).map { ": did you mean '\($0)'?" } ?? ""
            throw CommandFailure.usage("a plugin is a provider, processor, storage or monitor, found '\(type)'\(nearest)".oneLine)
        }
        guard PluginMetadata.isValidName(name) else {
            throw CommandFailure.usage("a name is a lower-case letter, then letters, digits, '_' or '-', at most 64 in all, found '\(name)'".oneLine)
        }
        guard !name.hasPrefix("plugin_") else { throw CommandFailure.usage("the file is called plugin_NAME.lua: give the name without 'plugin_'") }
        let folder = try AuthorFiles.folder(self.folder)
        let (plugin, test) = ("\(folder)/plugin_\(name).lua", "\(folder)/\(name)_test.lua")
        for path in [plugin, test, "\(folder)/plugin_\(name)"] where FileManager.default.fileExists(atPath: path) {
            throw CommandFailure(message: "\(path) is there already: choose another name, or remove it".oneLine)
        }
        let template = PluginTemplate(name: name, type: kind)
        for (path, text) in [(plugin, template.plugin), (test, template.test)] { try AuthorFiles.write(text, to: path) }
        try AuthorFiles.writeEditorFiles(in: folder)
        Console.current.print("try it: perilune test \(folder); perilune dev \(folder)".oneLine)
    }
}
