import DynamicValues
import Testing

struct NearestNameTests {
    private let names = ["process", "provide", "cleanup", "name", "on", "x"]

    @Test(arguments: [
        ("proces", "process"), ("proccess", "process"), ("prcoess", "process"), ("processes", "process"), ("porcess", "process"), ("PROCESS", "process"), ("Name", "name"),
        ("nmae", "name"), ("nam", "name"), ("names", "name"), ("no", "on"), ("om", "on"), ("clenup", "cleanup"), ("claenpu", "cleanup"), ("process", "process"),
    ])
    func isTheOneWithFewEdits(wanted: String, nearest: String) {
        #expect(nearestName(to: wanted, among: names) == nearest)
    }

    @Test(arguments: ["", "zebra", "y", "pro", "observe", "nothing_like_it"])
    func isNone_whenTheEditsAreMany(wanted: String) {
        #expect(nearestName(to: wanted, among: names) == nil)
    }

    @Test func isNone_whenThereAreNoNames() {
        #expect(nearestName(to: "name", among: []) == nil)
        #expect(nearestName(to: "a", among: [""]) == nil)
    }

    @Test func isTheFirstInOrder_whenSeveralAreAsNear() {
        #expect(nearestName(to: "bat", among: ["hat", "cat", "rat"]) == "cat")
    }

    @Test func prefersTheNearer_whateverTheOrder() {
        #expect(nearestName(to: "process", among: ["aprocess", "process"]) == "process")
    }
}
