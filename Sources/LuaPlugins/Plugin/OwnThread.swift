import Dispatch

/// A thread that runs the calls of one instance, so that they hold none of those that Swift's tasks share.
final class OwnThread: TaskExecutor {
    /// Serial: libdispatch has a thread for such a queue beyond those that its pool is limited to.
    private let queue: DispatchQueue

    init(of plugin: String) { queue = DispatchQueue(label: "perilune.\(plugin)") }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
