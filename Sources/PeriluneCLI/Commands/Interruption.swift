import Dispatch
import Foundation
import Synchronization

/// SIGINT, SIGTERM and SIGHUP: the first cancels what is under way, so that it ends in order; the second ends the process.
enum Interruption {
    /// Whether the signals are the command's to hear; in a test they are the test runner's.
    @TaskLocal static var isHeard = false

    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// Runs `body` in a task that a signal cancels.
    static func cancelling<R: Sendable>(_ body: @escaping @Sendable () async -> R) async -> R {
        guard isHeard else { return await body() }
        let task = Task { await body() }
        let queue = DispatchQueue(label: "perilune.signals")
        let count = Count()
        let sources = signals.compactMap { number -> (Int32, any DispatchSourceSignal)? in
            // nohup, and shells for what runs in the background, want it to stay ignored
            guard !isIgnored(number) else { return nil }
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                task.cancel()
                if count.value.add(1, ordering: .relaxed).newValue > 1 { endProcess(by: number) }
            }
            source.resume()
            return (number, source)
        }
        let result = await task.value
        for (number, source) in sources {
            source.cancel()
            signal(number, SIG_DFL)
        }
        return result
    }

    private final class Count: Sendable {
        let value = Atomic<Int>(0)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        let before = signal(number, SIG_IGN)
        signal(number, before)
        return unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Dies of a signal, so that whoever started the process sees of which. A queue's thread has them blocked.
    private static func endProcess(by number: Int32) {
        signal(number, SIG_DFL)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
    }
}
