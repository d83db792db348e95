#if canImport(Darwin)
    import CoreServices
    import Dispatch
    import Foundation

    /// Events of a folder by FSEvents, which tells of those below as well.
    final class FolderEvents: @unchecked Sendable {
        // Sendable: `stream` is set in init and touched by cancel alone, which DispatchQueue.sync orders.
        private let root: String
        private let queue: DispatchQueue
        private let isWanted: @Sendable (_ folder: String) -> Bool
        private let handler: @Sendable (FolderEvent) -> Void
        private var stream: FSEventStreamRef?

        /// Begins to watch.
        ///
        /// - Parameters:
        ///   - root: the folder, its links followed.
        ///   - isWanted: whether what is in a folder below is told.
        ///   - handler: called on `queue`.
        /// - Throws: ``PluginError`` when the folder cannot be watched.
        init(
            of root: String, on queue: DispatchQueue, isWanted: @escaping @Sendable (_ folder: String) -> Bool,
            handler: @escaping @Sendable (FolderEvent) -> Void
        ) throws(PluginError) {
            self.root = root
            self.queue = queue
            self.isWanted = isWanted
            self.handler = handler
            var context = FSEventStreamContext(version: 0, info: Unmanaged.passUnretained(self).toOpaque(), retain: nil, release: nil, copyDescription: nil)
            let flags = kFSEventStreamCreateFlagFileEvents | kFSEventStreamCreateFlagNoDefer | kFSEventStreamCreateFlagUseCFTypes | kFSEventStreamCreateFlagWatchRoot
            let made = FSEventStreamCreate(
                nil,
                { _, info, count, paths, flags, _ in
                    let events = Unmanaged<FolderEvents>.fromOpaque(info!).takeUnretainedValue()
                    let paths = unsafeBitCast(paths, to: NSArray.self) as! [String]
                    for index in 0..<count { events.take(paths[index], Int(flags[index])) }
                }, &context, [root] as CFArray, FSEventStreamEventId(kFSEventStreamEventIdSinceNow), 0, FSEventStreamCreateFlags(flags))
            guard let made else { throw PluginError(.unwatchable(root, reason: "the system gives no events")) }
            FSEventStreamSetDispatchQueue(made, queue)
            guard FSEventStreamStart(made) else {
                FSEventStreamInvalidate(made)
                FSEventStreamRelease(made)
                throw PluginError(.unwatchable(root, reason: "the system gives no events"))
            }
            stream = made
        }

        deinit { stop() }

        func cancel() { queue.sync { stop() } }

        private func stop() {
            guard let stream else { return }
            FSEventStreamStop(stream)
            FSEventStreamInvalidate(stream)
            FSEventStreamRelease(stream)
            self.stream = nil
        }

        private func take(_ path: String, _ flags: Int) {
            if flags & (kFSEventStreamEventFlagMustScanSubDirs | kFSEventStreamEventFlagUserDropped | kFSEventStreamEventFlagKernelDropped) != 0 {
                return handler(.missed)
            }
            if flags & kFSEventStreamEventFlagRootChanged != 0 { return handler(.failed(PluginError(.watchEnded(root)))) }
            // a folder that the path is in and that is not wanted is one that Linux would not watch
            let folder = (path as NSString).deletingLastPathComponent
            guard folder == root || isWanted(folder) else { return }
            handler(.changed(path))
        }
    }
#endif
