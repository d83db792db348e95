import CLuaBridge
import DynamicValues
import Testing

@testable import LuaRuntime

/// Nothing interrupts the host while it converts, so it looks itself whether the call must end.
struct ConversionStopTests {
    /// Something that does as told when the first one is read or written, and counts them.
    private struct Part: Codable {
        final class Watch: @unchecked Sendable {
            // Sendable: a test's own thread only
            var count = 0
            let first: () -> Void
            init(first: @escaping () -> Void) { self.first = first }

            func note() {
                count += 1
                if count == 1 { first() }
            }
        }

        @TaskLocal static var watch: Watch?

        init() {}

        init(from decoder: any Decoder) throws {
            Self.watch?.note()
            _ = try decoder.singleValueContainer().decode(Int.self)
        }

        func encode(to encoder: any Encoder) throws {
            Self.watch?.note()
            var container = encoder.singleValueContainer()
            try container.encode(1)
        }
    }

    enum Way: CaseIterable {
        case result, members, argument, hostFunctionsArgument, hostFunctionsResult
    }

    private static let count = 10_000
    private static let list = "local t = {} for i = 1, \(count) do t[i] = i end"

    private func convert(_ way: Way, in state: LuaState) throws {
        let parts = [Part](repeating: Part(), count: Self.count)
        switch way {
        case .result: _ = try state.run("\(Self.list) return t", as: [Part].self)
        case .members: _ = try state.run("local t = {} for i = 1, \(Self.count) do t['k' .. i] = i end return t", as: [String: Part].self)
        case .argument: try state.run("", parts)
        case .hostFunctionsArgument:
            try state.setGlobal("take", to: state.function("take") { (_: [Part]) in })
            try state.run("\(Self.list) take(t)")
        case .hostFunctionsResult:
            try state.setGlobal("give", to: state.function("give") { parts })
            try state.run("give()")
        }
    }

    private func failure(_ way: Way, in state: LuaState, _ first: @escaping () -> Void) throws -> LuaError {
        let watch = Part.Watch(first: first)
        let error = try Part.$watch.withValue(watch) { try LuaRuntimeTests.failure { try convert(way, in: state) } }
        #expect((1...Int(PLU_STEPS) * 2).contains(watch.count))
        return error
    }

    @Test(arguments: Way.allCases) func endsConversion_whenTheCallIsCancelledMeanwhile(way: Way) throws {
        let state = try LuaState()
        let interrupter = state.interrupter
        let error = try failure(way, in: state) { interrupter.cancel() }
        #expect(error.code == .cancelled)
        #expect(error.message == "the call was cancelled")
        try convert(way, in: state)
    }

    @Test(arguments: Way.allCases) func endsConversion_whenItsTimeIsUp(way: Way) throws {
        let state = try LuaState()
        try state.setTimeLimits(cpu: .milliseconds(50), wall: nil)
        let error = try failure(way, in: state) { while plu_must_stop(state.bridge!) == PLU_RUNNING {} }
        #expect(error.code == .cpuLimit)
        #expect(error.message == "the call took more than its 50 ms of CPU time")
    }

    @Test func endsConversionOfPlainValues() throws {
        struct Pair: Decodable {
            var rest: DynamicValue?
            enum CodingKeys: CodingKey { case part, rest }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                _ = try container.decode(Part.self, forKey: .part)
                rest = try container.decode(DynamicValue.self, forKey: .rest)
                Part.watch?.note()
            }
        }
        let state = try LuaState()
        let interrupter = state.interrupter
        let watch = Part.Watch { interrupter.cancel() }
        let error = try Part.$watch.withValue(watch) {
            try LuaRuntimeTests.failure { try state.run("\(Self.list) return { part = 1, rest = t }", as: Pair.self) }
        }
        #expect(error.code == .cancelled)
        #expect(watch.count == 1)
    }

    @Test func tellsTheStop_whenATypeSwallowsIt() throws {
        struct Careless: Decodable {
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                while !container.isAtEnd, (try? container.decode(Part.self)) != nil {}
            }
        }
        let state = try LuaState()
        let interrupter = state.interrupter
        let error = try Part.$watch.withValue(Part.Watch { interrupter.cancel() }) {
            try LuaRuntimeTests.failure { _ = try state.run("\(Self.list) return t", as: Careless.self) }
        }
        #expect(error.code == .cancelled)
    }

    @Test func convertsOutsideOfCalls_whenTheLastCallWasEnded() throws {
        let state = try LuaState()
        // by instructions: ThreadSanitizer holds back the signal that time needs
        try state.setInstructionLimit(10_000)
        #expect(try LuaRuntimeTests.failure { try state.run("while true do end") }.code == .instructionLimit)
        let numbers = Array(0..<Self.count)
        try state.setGlobal("numbers", to: numbers)
        #expect(try state.global("numbers", as: [Int].self) == numbers)
    }
}
