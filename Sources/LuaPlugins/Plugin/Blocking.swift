import Dispatch
import Synchronization

/// Runs a task and blocks the thread until its end: for synchronous code that may block, which no thread of Swift's pool may.
func blocking<R: Sendable>(_ body: @escaping @Sendable () async throws -> R) throws -> R {
    let outcome = Outcome<R>()
    Task {
        do {
            outcome.come(.success(try await body()))
        } catch {
            outcome.come(.failure(error))
        }
    }
    return try outcome.wait().get()
}

/// What a thread waits for.
private final class Outcome<R: Sendable>: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<R, any Error>?>(nil)

    func come(_ result: Result<R, any Error>) {
        self.result.withLock { $0 = result }
        semaphore.signal()
    }

    func wait() -> Result<R, any Error> {
        semaphore.wait()
        return result.withLock { $0! }
    }
}
