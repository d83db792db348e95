import PluginCore
import Testing

struct PluginContextTests {
    @Test func isTheLimit_whenThereIsNoDeadline() {
        #expect(CallOptions().wallLimit(atMost: .seconds(5)) == .seconds(5))
        #expect(CallOptions().wallLimit(atMost: nil) == nil)
    }

    @Test func isTheLimit_whenTheDeadlineIsLater() {
        #expect(CallOptions(deadline: .now + .seconds(1_000_000)).wallLimit(atMost: .seconds(5)) == .seconds(5))
    }

    @Test func isWhatIsLeft_whenTheDeadlineIsEarlier() throws {
        let options = CallOptions(deadline: .now + .seconds(1_000_000))
        for limit in [nil, Duration.seconds(2_000_000)] {
            let left = try #require(options.wallLimit(atMost: limit))
            #expect(left > .zero && left <= .seconds(1_000_000))
        }
    }

    @Test func isZero_whenTheDeadlineHasPassed() {
        let options = CallOptions(deadline: .now - .seconds(1))
        #expect(options.wallLimit(atMost: nil) == .zero)
        #expect(options.wallLimit(atMost: .seconds(5)) == .zero)
    }
}
