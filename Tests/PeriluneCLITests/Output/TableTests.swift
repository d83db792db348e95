import Testing

@testable import PeriluneCLI

struct TableTests {
    @Test func alignsTextLeftAndNumbersRight() {
        var table = Table(["NAME", "N"], numbers: [1])
        table.add(["a", "1"])
        table.add(["longer", "1,000"])
        #expect(table.text == "NAME        N\na           1\nlonger  1,000")
    }

    @Test func endsNoLineWithBlanks() {
        var table = Table(["A", "B"])
        table.add(["x", ""])
        #expect(table.text == "A  B\nx")
    }

    @Test func showsTheHeadAlone_whenThereAreNoRows() {
        #expect(Table(["A", "B"]).text == "A  B")
    }

    @Test func dropsControlCharacters_fromCells() {
        var table = Table(["A"])
        table.add(["x\u{1B}[2J\ny"])
        #expect(table.text == "A\nx[2J y")
    }

    @Test(arguments: [
        (0, "-"), (4e-9, "4 ns"), (1.5e-6, "1.5 us"), (0.000042, "42 us"), (0.0042, "4.2 ms"), (0.042, "42 ms"), (1, "1.0 s"), (61.4, "61 s"),
    ])
    func showsADuration_inTheUnitThatReadsBest(seconds: Double, text: String) {
        #expect(seconds.asDuration == text)
    }

    @Test(arguments: [(1.23456, 3, 1.235), (1.5, 0, 2), (-1.25, 1, -1.3), (0, 6, 0)])
    func roundsToDigits(value: Double, digits: Int, rounded: Double) {
        #expect(value.rounded(toDigits: digits) == rounded)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-100, "-100"), (-1000, "-1,000")])
    func putsCommasBetweenThousands(value: Int, text: String) {
        #expect(value.grouped == text)
    }
}
