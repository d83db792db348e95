import Foundation
import Perilune
import Testing

struct DocumentationTests {
    static let documents: [String] = {
        let articles = (try? Documentation.files(below: "Sources", ending: ".md")) ?? []
        let sources = (try? Documentation.files(below: "Sources", ending: ".swift")) ?? []
        return ["README.md"] + articles + sources
    }()

    @Test(arguments: documents)
    func everySwiftExampleIsRunByATest(document: String) throws {
        let tested = Documentation.lines(try Documentation.text(of: "Tests/PeriluneTests/Examples.swift"))
        for block in Documentation.blocks("swift", in: try Documentation.text(of: document)) {
            let example = Documentation.lines(block)
            let isFound = tested.indices.contains { (start: Int) -> Bool in tested[start...].starts(with: example) }
            #expect(isFound, "\(document): no test in Examples.swift has these lines:\n\(block)")
        }
    }

    @Test(arguments: documents.filter { $0.hasSuffix(".md") })
    func everyLuaExampleLoads(document: String) async throws {
        for block in Documentation.blocks("lua", in: try Documentation.text(of: document)) {
            let manager = PluginManager()
            try await manager.load(source: block, name: document)
            try await manager.initialize()
            try await manager.cleanup()
        }
    }

    @Test func examplesAreFound() throws {
        #expect(try Documentation.blocks("swift", in: Documentation.text(of: "README.md")).count == 1)
        #expect(try Documentation.blocks("lua", in: Documentation.text(of: "README.md")).count == 1)
        #expect(Self.documents.count > 50)
    }

    @Test(arguments: ["scripts/demo", "scripts/test", "scripts/build", "scripts/docs", "scripts/bench"])
    func namesScriptsThatCanBeRun(script: String) throws {
        #expect(FileManager.default.isExecutableFile(atPath: Documentation.root.appendingPathComponent(script).path))
    }

    @Test func linksOfReadmeLeadSomewhere() throws {
        let text = try Documentation.text(of: "README.md")
        for link in text.matches(of: /\]\(([^)#]+)\)/).map({ String($0.1) }) {
            #expect(FileManager.default.fileExists(atPath: Documentation.root.appendingPathComponent(link).path), "\(link)")
        }
    }

    /// What README shows of the command is what the command prints.
    @Test func readmeCallPrintsWhatItShows() async throws {
        let readme = try Documentation.text(of: "README.md")
        let plugin = try #require(Documentation.blocks("lua", in: readme).first)
        let manager = PluginManager()
        try await manager.load(source: plugin, name: "plugin_words.lua")
        try await manager.initialize()
        let result = try await manager.call("words", "process", ["a few considerable words"])
        #expect(readme.contains("    " + (try DynamicValue.array(result).json())))
    }
}
