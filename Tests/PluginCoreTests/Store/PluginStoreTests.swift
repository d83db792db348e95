import PluginCore
import Testing

struct PluginStoreTests {
    private let store = MemoryStore()

    @Test func putsAndDeletes_byATransactionOfTheirOwn() throws {
        try store.put("a", 1, in: "words")
        #expect(try store.get("a", in: "words") == 1)
        #expect(try store.get("a", in: "other") == nil)
        #expect(try store.delete("a", in: "words"))
        #expect(try !store.delete("a", in: "words"))
        #expect(try store.list(prefix: "", in: "words") == [])
    }

    @Test func throws_whenTheTransactionDoes() {
        let store = MemoryStore(failing: Oops())
        #expect(throws: Oops.self) { try store.put("a", 1, in: "words") }
        #expect(throws: Oops.self) { try store.delete("a", in: "words") }
    }
}
