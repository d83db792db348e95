import Foundation
import PluginCore
import Testing

struct PluginMetadataTests {
    @Test(arguments: ["a", "words", "a1", "by_section-2", "a_", "a-", String(repeating: "a", count: 64)])
    func takesAName(name: String) {
        #expect(PluginMetadata.isValidName(name))
    }

    @Test(arguments: ["", "A", "1a", "_a", "-a", "aB", "a b", "a.b", "é", "aé", "a\u{301}", "a\n", "a/b", "a\0", String(repeating: "a", count: 65)])
    func refusesAName(name: String) {
        #expect(!PluginMetadata.isValidName(name))
    }

    @Test func isWrittenInSnakeCase_inJSON() throws {
        let metadata = PluginMetadata(
            name: "words", version: "1.2.0", description: "Counts", author: "A. Author", dependencies: [PluginDependency("text >=1.2.0")],
            pluginType: .processor, entryPoint: "plugin_words.lua")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = try encoder.encode(metadata)
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"author":"A. Author","dependencies":["text >=1.2.0"],"description":"Counts","entry_point":"plugin_words.lua","#
                + #""name":"words","plugin_type":"processor","version":"1.2.0"}"#)
        #expect(try JSONDecoder().decode(PluginMetadata.self, from: json) == metadata)
    }
}
