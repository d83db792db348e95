import ArgumentParser
import Perilune

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
