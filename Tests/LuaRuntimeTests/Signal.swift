/// Wakes who waits for something to be so, each time that it may have become so. One waits at a time.
final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

    func notify() { continuation.yield() }

    func wait(until condition: () -> Bool) async {
        if condition() { return }
        for await _ in stream where condition() { return }
    }
}
