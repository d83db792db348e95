import Dispatch
import LuaPlugins
import PluginCore

/// Runs tasks on threads of its own, so that a call that is held inside of Lua keeps no thread of Swift's pool.
final class HeldThread: TaskExecutor {
    private let queue = DispatchQueue(label: "held call")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// A call of the operation `hold` that stays inside of Lua until it is let go.
struct HeldCall {
    private let release = DispatchSemaphore(value: 0)
    private let entered: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (entered, continuation) = AsyncStream.makeStream(of: Void.self) }

    /// Exposes the function that holds; the plugin asks for `gate` and has `hold = function(ctx) ctx.gate.wait() end`.
    func expose(on manager: PluginManager) throws {
        try manager.expose("gate") { api in
            api.function("wait") { () -> Void in
                continuation.yield()
                release.wait()
            }
        }
    }

    /// Begins the call and returns once it is inside.
    func begin(_ body: @escaping @Sendable () async throws -> Void) async -> Task<Void, any Error> {
        let task = Task(executorPreference: HeldThread()) { try await body() }
        for await _ in entered { break }
        return task
    }

    /// Returns once that many calls are inside.
    func areInside(_ count: Int) async {
        var missing = count
        for await _ in entered {
            missing -= 1
            if missing == 0 { break }
        }
    }

    func letGo() { release.signal() }
}
