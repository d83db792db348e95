import Dispatch

/// Gathers what changes at about the same time: how editors save a file is several events. Everything runs on one queue.
final class SettledChanges: @unchecked Sendable {
    // Sendable: all but the lets is touched on `queue` alone: by note, which asks that it is called there, and by blocks that are put there.

    struct Changes: Sendable, Equatable {
        var paths: Set<String> = []
        /// Those among them that were not there, or were empty, and have had the time to come.
        var isLast: Set<String> = []
        /// Whether there may be more.
        var isAll = false
        /// What can no longer be told of.
        var failures: [PluginError] = []

        static func == (a: Changes, b: Changes) -> Bool { (a.paths, a.isLast, a.isAll, a.failures.count) == (b.paths, b.isLast, b.isAll, b.failures.count) }
    }

    private let queue: DispatchQueue
    private let absence: DispatchTimeInterval
    private let handler: @Sendable (Changes) -> Void
    private var changes = Changes()
    private var timer: DispatchWorkItem?
    /// When the oldest of the changes came.
    private var first: DispatchTime?
    private var later: [String: DispatchWorkItem] = [:]

    /// How long nothing must have come, and how long the first of many is held back at most.
    static let quiet = DispatchTimeInterval.milliseconds(4)
    private static let longest = DispatchTimeInterval.milliseconds(50)
    /// How long an editor may take from the end of the old file to the new one.
    static let usualAbsence = DispatchTimeInterval.milliseconds(150)

    /// - Parameter handler: called on `queue`.
    init(on queue: DispatchQueue, absence: DispatchTimeInterval = usualAbsence, handler: @escaping @Sendable (Changes) -> Void) {
        self.queue = queue
        self.absence = absence
        self.handler = handler
    }

    /// To be called on the queue.
    func note(_ event: FolderEvent) {
        dispatchPrecondition(condition: .onQueue(queue))
        switch event {
        case .changed(let path):
            // be it that path's, or a folder's that it is in
            for (other, item) in later where path == other || path.hasPrefix(other + "/") {
                item.cancel()
                later[other] = nil
                changes.paths.insert(other)
            }
            changes.paths.insert(path)
            changes.isLast.remove(path)
        case .missed: changes.isAll = true
        case .failed(let error):
            changes.isAll = true
            changes.failures.append(error)
        }
        schedule()
    }

    /// Tells of a path again in a while, unless it changes before. From any thread.
    func noteLater(_ path: String) {
        queue.async { [self] in
            guard later[path] == nil, !changes.paths.contains(path) else { return }
            let item = DispatchWorkItem { [weak self] in
                guard let self else { return }
                later[path] = nil
                changes.paths.insert(path)
                changes.isLast.insert(path)
                schedule()
            }
            later[path] = item
            queue.asyncAfter(deadline: .now() + absence, execute: item)
        }
    }

    private func schedule() {
        timer?.cancel()
        let now = DispatchTime.now()
        let start = first ?? now
        first = start
        let item = DispatchWorkItem { [weak self] in self?.tell() }
        timer = item
        queue.asyncAfter(deadline: min(now + Self.quiet, start + Self.longest), execute: item)
    }

    private func tell() {
        let settled = changes
        (changes, first, timer) = (Changes(), nil, nil)
        handler(settled)
    }
}
