public import CCallClock

/// The time that calls are measured by: whole nanoseconds since some moment. Costs 9 ns where the processor's counter can be read in
/// place of the system's clock, after a tenth of a second, and 20 ns elsewhere.
@usableFromInline package enum CallClock {
    @inlinable package static var now: Int64 { read() }

    /// For how long one plugin may hold a thread that others need as well.
    package static let slice: Int64 = 10_000_000

    /// Apart, so that the compiler sees the import used in code that is inlined.
    @inlinable static func read() -> Int64 { plu_call_clock() }
}
