#if canImport(Darwin)
    import CoreServices
    import Dispatch
    import Foundation
    import Synchronization

    /// Events of a folder by FSEvents, which tells of those below as well.
    final class FolderEvents: @unchecked Sendable {
        // Sendable: `stream` is a let that FSEvents may be given from any thread, and is let go of once, by who turns `isOpen` off.
        private let stream: FSEventStreamRef
        private let isOpen = Mutex(true)

        /// What the stream's callback needs. The stream holds it, since the callback may be under way when its owner goes.
        private final class Relay: Sendable {
            let root: String
            let isWanted: @Sendable (_ folder: String) -> Bool
            let handler: @Sendable (FolderEvent) -> Void

            init(root: String, isWanted: @escaping @Sendable (_ folder: String) -> Bool, handler: @escaping @Sendable (FolderEvent) -> Void) {
                self.root = root
                self.isWanted = isWanted
                self.handler = handler
            }

            func take(_ path: String, _ flags: Int) {
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
            let relay = Relay(root: root, isWanted: isWanted, handler: handler)
            var context = FSEventStreamContext(
                version: 0, info: Unmanaged.passUnretained(relay).toOpaque(),
                retain: { info in UnsafeRawPointer(Unmanaged<Relay>.fromOpaque(info!).retain().toOpaque()) },
                release: { info in Unmanaged<Relay>.fromOpaque(info!).release() }, copyDescription: nil)
            let flags = kFSEventStreamCreateFlagFileEvents | kFSEventStreamCreateFlagNoDefer | kFSEventStreamCreateFlagUseCFTypes | kFSEventStreamCreateFlagWatchRoot
            let made = FSEventStreamCreate(
                nil,
                { _, info, count, paths, flags, _ in
                    let relay = Unmanaged<Relay>.fromOpaque(info!).takeUnretainedValue()
                    let paths = unsafeBitCast(paths, to: NSArray.self) as! [String]
                    for index in 0..<count { relay.take(paths[index], Int(flags[index])) }
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

        deinit { cancel() }

        func cancel() {
            let wasOpen = isOpen.withLock { isOpen in
                defer { isOpen = false }
                return isOpen
            }
            guard wasOpen else { return }
            FSEventStreamStop(stream)
            FSEventStreamInvalidate(stream)
            FSEventStreamRelease(stream)
        }
    }
#endif
