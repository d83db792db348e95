import Dispatch
import Foundation
import Synchronization

/// SIGINT, SIGTERM and SIGHUP: the first cancels what is under way, so that it ends in order; the second ends the process.
enum Interruption {
    /// Whether the signals are the command's to hear; in a test they are the test runner's.
    @TaskLocal static var isHeard = false

    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// What is done before a second signal ends the process, such as giving the terminal back.
    static let lastAction = Mutex<(@Sendable () -> Void)?>(nil)

    /// Runs `body` in a task that a signal cancels.
    static func cancelling<R: Sendable>(_ body: @escaping @Sendable () async -> R) async -> R {
        guard isHeard else { return await body() }
        let (registered, registration) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            // until then signals are lost
            for await _ in registered {}
            return await body()
        }
        // nohup, and shells for what runs in the background, want theirs to stay ignored
        let numbers = signals.filter { !isIgnored($0) }
        if numbers.isEmpty { registration.finish() }
        let queue = DispatchQueue(label: "perilune.signals")
        let (heard, count) = (Count(), Count())
        let sources = numbers.map { number -> any DispatchSourceSignal in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setRegistrationHandler {
                if heard.increment() == numbers.count { registration.finish() }
            }
            source.setEventHandler {
                task.cancel()
                if count.increment() > 1 { endProcess(by: number) }
            }
            source.resume()
            return source
        }
        let result = await task.value
        for (number, source) in zip(numbers, sources) {
            source.cancel()
            signal(number, SIG_DFL)
        }
        return result
    }

    private final class Count: Sendable {
        private let value = Atomic<Int>(0)
        func increment() -> Int { value.add(1, ordering: .relaxed).newValue }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        let before = signal(number, SIG_IGN)
        signal(number, before)
        return unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Dies of a signal, so that whoever started the process sees of which. A queue's thread has them blocked.
    private static func endProcess(by number: Int32) {
        lastAction.withLock { $0 }?()
        signal(number, SIG_DFL)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
    }
}
