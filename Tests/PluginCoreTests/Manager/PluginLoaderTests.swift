import PluginCore
import Testing

struct PluginLoaderTests {
    @Test(arguments: [
        (.path("plugins/plugin_words.lua"), "plugins/plugin_words.lua", "plugin_words"),
        (.path("/plugins/plugin_words/"), "/plugins/plugin_words/", "plugin_words"),
        (.path("words"), "words", "words"),
        (.path("/"), "/", "/"),
        (.text("return {}", name: "words.lua", modules: [:]), "words.lua", "words"),
    ] as [(PluginSource, String, String)])
    func tellsWhatItIsCalled(source: PluginSource, label: String, stem: String) {
        #expect(source.label == label)
        #expect(source.stem == stem)
    }
}
