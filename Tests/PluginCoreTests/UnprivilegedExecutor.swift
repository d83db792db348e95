import Dispatch
import Foundation

/// Runs a task without root's right to read everything, so that tests of what may not be read hold for root as well.
final class UnprivilegedExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "unprivileged")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            // the user of one thread's file accesses; it takes the capability to override permissions with it
            #if os(Linux)
                let setfsuid = dlsym(nil, "setfsuid").map { unsafeBitCast($0, to: (@convention(c) (UInt32) -> Int32).self) }
                _ = setfsuid?(65534)
                defer { _ = setfsuid?(getuid()) }
            #endif
            job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
