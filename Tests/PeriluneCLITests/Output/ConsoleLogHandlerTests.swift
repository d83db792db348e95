import Logging
import Testing

@testable import PeriluneCLI

struct ConsoleLogHandlerTests {
    private let err = Text()

    private func logger(isQuiet: Bool = false) -> Logger {
        let console = Console(isTerminal: false, out: { _ in }, err: { [err] in err.add($0) })
        return Console.$current.withValue(console) { Logger.console(isQuiet: isQuiet) }
    }

    @Test func showsLevelPluginMessageFieldsAndError_inThatOrder() {
        var logger = logger()
        logger[metadataKey: "plugin"] = "words"
        logger[metadataKey: "version"] = "1.2.0"
        logger.error("item failed", metadata: ["operation": "process", "item": "7", "error": "no text"])
        #expect(err.text == "error: words 1.2.0: item failed (item=7, operation=process): no text\n")
    }

    @Test func showsTheMessageAlone_whenThereIsNothingElse() {
        logger().notice("done")
        #expect(err.text == "notice: done\n")
    }

    @Test func prefersTheFieldsOfTheLine_overThoseOfTheLogger() {
        var logger = logger()
        logger[metadataKey: "step"] = "first"
        #expect(logger[metadataKey: "step"] == "first")
        logger.info("at", metadata: ["step": "second"])
        #expect(err.text == "info: at (step=second)\n")
    }

    @Test func endsWithTheMessage_whenTheErrorIsEmpty() {
        logger().info("at", metadata: ["error": ""])
        #expect(err.text == "info: at\n")
    }

    @Test func showsATracebackBelow_indented() {
        logger().error("failed", metadata: ["error": "bad\nthing", "traceback": "stack traceback:\n\tplugin.lua:3: in f\n"])
        #expect(err.text == "error: failed: bad thing\n    stack traceback:\n    plugin.lua:3: in f\n")
    }

    @Test func letsNoControlCharacterThrough_fromWhereverItComes() {
        var logger = logger()
        logger[metadataKey: "plugin"] = "wo\u{1B}rds"
        logger.error("a\u{1B}[2J\nb", metadata: ["k\u{9B}": "v\u{7F}", "error": "e\u{1B}", "traceback": "t\u{1B}[1m"])
        #expect(err.text == "error: words: a[2J b (k=v): e\n    t[1m\n")
    }

    @Test func leavesOutWhatIsBelowInfo() {
        logger().debug("details")
        #expect(err.text == "")
    }

    @Test func showsOnlyWhatPluginsSay_whenItIsQuiet() {
        logger(isQuiet: true).error("load failed", source: "PluginCore")
        logger(isQuiet: true).info("hello", source: "LuaPlugins")
        #expect(err.text == "info: hello\n")
    }
}
