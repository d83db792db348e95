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

struct StubsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stubs", abstract: "Write what editors with the Lua language server know plugins and ctx by.")

    @Argument(help: ArgumentHelp("The plugins' folder.", valueName: "folder"))
    var folder = "."

    @Flag(help: "Print the definitions, and write nothing.")
    var print = false

    func run() throws {
        if print { return Console.current.print(LuaStubs.text) }
        try AuthorFiles.writeEditorFiles(in: try AuthorFiles.folder(folder))
    }
}

/// What is written for authors.
enum AuthorFiles {
    static let definitions = ".perilune/perilune.lua"
    /// The language server's settings: https://luals.github.io/wiki/settings
    private static let settings = """
        {
          "runtime.version": "Lua 5.4",
          "workspace.library": [".perilune"],
          "workspace.checkThirdParty": false,
          "runtime.builtin": { "io": "disable", "package": "disable", "ffi": "disable" }
        }
        """

    /// A folder as it was given, without a slash at its end.
    static func folder(_ path: String) throws -> String {
        // a variable that is not set, most likely
        guard !path.isEmpty else { throw CommandFailure.usage("an empty path names no folder: give one, or nothing for this folder") }
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The definitions, and the settings that name them where there are none.
    static func writeEditorFiles(in folder: String) throws {
        try write(LuaStubs.text, to: "\(folder)/\(definitions)")
        let path = "\(folder)/.luarc.json"
        if FileManager.default.fileExists(atPath: path) {
            Console.current.print("left \(path) as it is: its workspace.library should have \".perilune\"".oneLine)
        } else {
            try write(settings + "\n", to: path)
        }
    }

    static func write(_ text: String, to path: String) throws {
        do {
            let folder = Discovery.folder(of: path)
            if !folder.isEmpty { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(message: "cannot write \(path): \(Discovery.reason(error)): choose another folder".oneLine)
        }
        Console.current.print("wrote \(path)".oneLine)
    }
}
