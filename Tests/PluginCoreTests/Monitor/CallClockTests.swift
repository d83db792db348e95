import CCallClock
import Foundation
import PluginCore
import Testing

/// Serialized, since it counts how far clocks go within a moment.
@Suite(.serialized) struct CallClockTests {
    /// How far ours goes while the system's goes that far, each read as close to the other as the machine allows.
    private func passed(_ nanoseconds: Int64) -> (system: Int64, ours: Int64) {
        func both() -> (system: Int64, ours: Int64) {
            while true {
                let before = plu_system_clock()
                let ours = CallClock.now
                let after = plu_system_clock()
                if after - before < 5_000 { return (before, ours) }  // else something came in between
            }
        }
        let start = both()
        while plu_system_clock() - start.system < nanoseconds {}
        let end = both()
        return (end.system - start.system, end.ours - start.ours)
    }

    /// A tenth of a second and what it takes to be read without being interrupted.
    private func learn() {
        let start = plu_system_clock()
        while !plu_counts_calls(), plu_system_clock() - start < 1_000_000_000 {}
    }

    @Test func goesAsTheSystemsClockDoes_untilItKnowsTheCounterAndAfter() {
        for _ in 0..<2 {
            let (system, ours) = passed(20_000_000)
            #expect(abs(system - ours) < 20_000, "\(system) \(ours)")  // a thousandth, and the counter is good to some millionths
            learn()
        }
    }

    @Test func goesOn_andNeverBack() {
        let first = CallClock.now
        var (last, furthestBack) = (first, Int64(0))
        for _ in 0..<100_000 {
            let now = CallClock.now
            furthestBack = max(furthestBack, last - now)
            last = now
        }
        #expect(furthestBack <= 100)  // where it begins to go by the counter
        #expect(last > first)
    }

    #if os(Linux) && arch(x86_64)
        @Test func goesByTheCounter_whereTheSystemDoes() throws {
            learn()
            let source = try? String(contentsOfFile: "/sys/devices/system/clocksource/clocksource0/current_clocksource", encoding: .utf8)
            #expect(plu_counts_calls() == (source == "tsc\n"))
        }
    #endif
}
