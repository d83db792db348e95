import Testing

@testable import PluginCore

struct LatencyHistogramTests {
    /// Values of every size, thickest around the bounds of buckets.
    private static let sweep: [Int64] = {
        var values = Array<Int64>(0...4096)
        for bit in 12..<42 {
            let power = Int64(1) << Int64(bit)
            for sixteenth in 0..<16 { values += (-2...2).map { power + power / 16 * Int64(sixteenth) + $0 } }
        }
        return values
    }()

    @Test func readsBackAValue_atMostASixteenthAbove() {
        for value in Self.sweep {
            let bound = LatencyHistogram.upperBound(of: LatencyHistogram.bucket(of: value))
            #expect(bound >= value && Double(bound - value) <= Double(value) / 16, "\(value) became \(bound)")
        }
    }

    @Test func hasBuckets_thatFollowEachOtherWithoutAGap() {
        var next: Int64 = 0
        for bucket in 0..<LatencyHistogram.bucketCount {
            let last = LatencyHistogram.upperBound(of: bucket)
            #expect(last >= next)
            #expect(LatencyHistogram.bucket(of: next) == bucket)
            #expect(LatencyHistogram.bucket(of: last) == bucket)
            next = last + 1
        }
        #expect(next == 1 << 42)
    }

    @Test func countsWhatIsOutOfRange_atItsEnds() {
        #expect(LatencyHistogram.bucket(of: -5) == 0)
        #expect(LatencyHistogram.bucket(of: .min) == 0)
        #expect(LatencyHistogram.bucket(of: 1 << 42) == LatencyHistogram.bucketCount - 1)
        #expect(LatencyHistogram.bucket(of: .max) == LatencyHistogram.bucketCount - 1)
    }

    @Test func countsEachValue() {
        let histogram = LatencyHistogram()
        defer { histogram.deallocate() }
        for value: Int64 in [0, 7, 7, 100, .max] { histogram.record(nanoseconds: value) }
        let counts = histogram.counts()
        #expect(counts.reduce(0, +) == 5)
        #expect(counts[0] == 1)
        #expect(counts[7] == 2)
        #expect(counts[LatencyHistogram.bucket(of: 100)] == 1)
        #expect(counts[LatencyHistogram.bucketCount - 1] == 1)
    }

    @Test(arguments: [(0.0, 1), (0.1, 1), (0.5, 5), (0.51, 6), (0.9, 9), (0.99, 10), (1.0, 10)])
    func givesThePercentile_ofNearestRank(fraction: Double, nanoseconds: Int64) {
        let histogram = LatencyHistogram()
        defer { histogram.deallocate() }
        for value in Int64(1)...10 { histogram.record(nanoseconds: value) }
        #expect(LatencyHistogram.percentile(fraction, of: histogram.counts()) == .nanoseconds(nanoseconds))
    }

    @Test func isZero_whenNothingWasRecorded() {
        #expect(LatencyHistogram.percentile(0.5, of: []) == .zero)
        let histogram = LatencyHistogram()
        defer { histogram.deallocate() }
        #expect(LatencyHistogram.percentile(0.5, of: histogram.counts()) == .zero)
    }

    @Test func losesNothing_whenManyTasksRecord() async {
        let histogram = LatencyHistogram()
        defer { histogram.deallocate() }
        let bits = histogram.bitPattern  // as recorders pass it on
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { for value in Int64(0)..<1000 { LatencyHistogram(bitPattern: bits)!.record(nanoseconds: value) } }
            }
        }
        #expect(histogram.counts().reduce(0, +) == 4000)
    }
}
