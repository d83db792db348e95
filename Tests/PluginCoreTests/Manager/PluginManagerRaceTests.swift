import PluginCore
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PluginManagerRaceTests {
    /// Counts the lives of plugins.
    private final class Lives: Sendable {
        let begun = Count()
        let ended = Count()

        func plugin(_ name: String, needs: [String] = []) -> ScriptedPlugin {
            ScriptedPlugin(
                name, needs: needs, initialize: { _ in self.begun.add() }, cleanup: { self.ended.add() })
        }
    }

    private static let names = ["a", "b", "c", "d"]

    /// What an error may say to one of many tasks that change the same plugins; anything else is no clear answer.
    private func isClear(_ error: any Error) -> Bool {
        switch error {
        case let error as PluginErrors: error.errors.allSatisfy { $0.code == .dependency }
        case let error as PluginError where error.code == .load: (error.underlying as? PluginError)?.code == .duplicate
        case let error as PluginError: [.notFound, .duplicate, .state, .closed, .dependency, .disabled].contains(error.code)
        default: false
        }
    }

    @Test func givesClearAnswers_whenManyTasksChangeAndCall() async throws {
        let lives = Lives()
        let loader = TestLoader { name, _ in lives.plugin(name, needs: name == "d" ? ["a"] : []) }
        let manager = PluginManager(loaders: [loader], logger: Log().logger)
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<150 {
                        let name = Self.names[(task + round) % 4]
                        do {
                            switch (task * 7 + round) % 10 {
                            case 0, 1: try await manager.load("plugin_\(name).lua")
                            case 2: try await manager.initialize()
                            case 3: try await manager.initialize(name)
                            case 4: try await manager.unload(name)
                            case 5 where round % 4 == 0: try await manager.cleanup()
                            case 6: try manager.setEnabled(round % 3 != 0, for: name)
                            case 7: try await manager.withPlugin(at: "plugin_w\(task).lua") { #expect($0.metadata.name == "w\(task)") }
                            default:
                                #expect(try await manager.call(name, "run", [1]) == [1])
                            }
                        } catch {
                            #expect(isClear(error), "\(error)")
                        }
                    }
                }
            }
        }
        try await manager.cleanup()
        #expect(manager.plugins.isEmpty)
        #expect(lives.begun.value == lives.ended.value)
        #expect(lives.begun.value > 0)
    }

    @Test func initializesOnce_whenManyTasksAskForIt() async throws {
        let lives = Lives()
        let manager = PluginManager(loaders: [])
        for name in Self.names { try manager.register(lives.plugin(name, needs: name == "a" ? ["d"] : [])) }
        try await withThrowingTaskGroup { group in
            for number in 0..<16 {
                group.addTask { try await number % 2 == 0 ? manager.initialize() : manager.initialize(Self.names[number % 4]) }
            }
            try await group.waitForAll()
        }
        #expect(lives.begun.value == 4)
    }

    @Test func registersOne_whenManyTasksRegisterTheSameName() async throws {
        let manager = PluginManager(loaders: [])
        let registered = await withTaskGroup { group in
            for _ in 0..<16 {
                group.addTask { (try? manager.register(ScriptedPlugin("a"))) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(registered == 1)
        #expect(manager.plugins.count == 1)
    }

    @Test func unloadsOnce_whenManyTasksUnload() async throws {
        let lives = Lives()
        let manager = PluginManager(loaders: [])
        try manager.register(lives.plugin("a"))
        try await manager.initialize()
        let codes = await withTaskGroup { group in
            for _ in 0..<16 {
                group.addTask {
                    do {
                        try await manager.unload("a")
                        return "done"
                    } catch {
                        return "\((error as? PluginError)?.code.rawValue ?? "\(error)")"
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.sorted() == ["done"] + Array(repeating: "not_found", count: 15))
        #expect(lives.ended.value == 1)
    }
}
