import Testing

@testable import PluginCore

struct PluginInvokeTests {
    private func invoke(_ plugin: some Plugin, _ operation: String, _ arguments: DynamicValue...) async throws -> [DynamicValue] {
        try await plugin.invoke(operation, arguments, CallOptions())
    }

    @Test func callsByName_whenThePluginTakesNames() async throws {
        let plugin = ScriptedPlugin("p", call: { operation, arguments in [.string(operation)] + arguments })
        #expect(try await invoke(plugin, "anything", 1, 2) == ["anything", 1, 2])
    }

    @Test func calls_whatTheTypeOffers() async throws {
        #expect(try await invoke(Step { [$0, $0] }, "process", "a") == ["a", "a"])
        #expect(try await invoke(Source(1, 2), "provide") == [[1, 2]])
        let request = Source { request in PluginItems([request]) }
        #expect(try await invoke(request, "provide", "r") == [["r"]])
        #expect(try await invoke(request, "provide") == [[.null]])
    }

    @Test func calls_whatAStorageOffers() async throws {
        let journal = Journal()
        let shelf = Shelf(in: journal)
        #expect(try await invoke(shelf, "put", "k", 1) == [])
        #expect(try await invoke(shelf, "put", "k") == [])
        #expect(try await invoke(shelf, "put") == [])
        #expect(try await invoke(shelf, "get", "k") == [["got": "k"]])
        #expect(try await invoke(shelf, "delete", "k") == [])
        #expect(try await invoke(shelf, "list", "p") == [["p"]])
        #expect(journal.lines == ["put \"k\" 1", "put \"k\" null", "put null null", "delete \"k\""])
    }

    @Test func observes_whatAnEventSays() async throws {
        let journal = Journal()
        let observer = Observer { journal.add("\($0.plugin) \($0.operation) \($0.success)") }
        #expect(try await invoke(observer, "observe", ["plugin": "a", "operation": "b", "success": false]) == [])
        #expect(journal.lines == ["a b false"])
    }

    @Test(arguments: [("proces", "did you mean 'process'?"), ("provide", "it has process")])
    func namesTheNearestOperation_whenThereIsNone(operation: String, hint: String) async {
        let error = await #expect(throws: PluginError.self) { try await invoke(Step(), operation) }
        #expect(error?.description == "step 1.0.0: has no operation '\(operation)': \(hint)")
        #expect(error?.code == .operation)
    }
}
