import Testing

@testable import PeriluneCLI

struct ConsoleTests {
    private let out = Text()
    private let err = Text()

    private func console(isTerminal: Bool) -> Console {
        Console(isTerminal: isTerminal, out: { [out] in out.add($0) }, err: { [err] in err.add($0) })
    }

    @Test func endsALineOnce_whetherOrNotItHasAnEnd() {
        console(isTerminal: false).print("a")
        console(isTerminal: false).print("b\n")
        #expect(out.text == "a\nb\n")
    }

    @Test func writesErrorsToStandardError() {
        console(isTerminal: false).error("bad")
        #expect(err.text == "bad\n")
        #expect(out.text == "")
    }

    @Test func drawsProgressOverTheLastOne_onATerminal() {
        console(isTerminal: true).progress("1 item")
        console(isTerminal: true).endProgress()
        #expect(err.text == "\r\u{1B}[K1 item\r\u{1B}[K")
    }

    @Test func takesProgressAwayBeforeAnError_onATerminal() {
        console(isTerminal: true).error("bad")
        #expect(err.text == "\r\u{1B}[Kbad\n")
    }

    @Test func drawsNoProgress_whereThereIsNoTerminal() {
        console(isTerminal: false).progress("1 item")
        console(isTerminal: false).endProgress()
        #expect(err.text == "")
    }

    @Test func tellsTheFirstThatCouldNotBeWritten() {
        let console = Console(isTerminal: false, out: { _ in throw CommandFailure(message: "x") }, err: { _ in throw OutputFailure() })
        #expect(console.failure == nil)
        console.print("a")
        console.error("b")
        #expect(console.failure?.hasPrefix("cannot write standard output: ") == true)
    }
}
