#if os(Linux)
    import Dispatch
    import Foundation
    import Glibc

    /// Events of a folder by inotify. Everything runs on one queue.
    final class FolderEvents: @unchecked Sendable {
        // Sendable: `folders` is touched on `queue` alone: by init in a sync, and by the source's handlers, which run there and of which the
        // one that closes `file` is the last. All else is immutable.
        private let root: String
        private let queue: DispatchQueue
        private let isWanted: @Sendable (_ folder: String) -> Bool
        private let handler: @Sendable (FolderEvent) -> Void
        private let file: Int32
        private let source: any DispatchSourceRead
        /// The folders that are watched, by their watch's number.
        private var folders: [Int32: String] = [:]

        private static let mask = UInt32(
            IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)

        /// Begins to watch.
        ///
        /// - Parameters:
        ///   - root: the folder, its links followed.
        ///   - isWanted: whether a folder below is watched as well.
        ///   - handler: called on `queue`.
        /// - Throws: ``PluginError`` when the folder cannot be watched.
        init(
            of root: String, on queue: DispatchQueue, isWanted: @escaping @Sendable (_ folder: String) -> Bool,
            handler: @escaping @Sendable (FolderEvent) -> Void
        ) throws(PluginError) {
            file = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
            guard file >= 0 else { throw PluginError(.unwatchable(root, reason: FolderEvents.reason())) }
            self.root = root
            self.queue = queue
            self.isWanted = isWanted
            self.handler = handler
            source = DispatchSource.makeReadSource(fileDescriptor: file, queue: queue)
            source.setCancelHandler { [file] in close(file) }
            source.setEventHandler { [weak self] in self?.read() }
            let failure = queue.sync { watchAll() }
            source.activate()
            if let failure {
                source.cancel()
                throw failure
            }
        }

        deinit { source.cancel() }

        func cancel() { source.cancel() }

        private static func reason() -> String {
            // the system's word for it is that the disk is full
            errno == ENOSPC ? "this user may have no more watches (fs.inotify.max_user_watches)" : String(cString: strerror(errno)).lowercased()
        }

        /// - Returns: what cannot be watched.
        private func watchAll() -> PluginError? { watch(root) ?? watchBelow(root, tells: false) }

        private func watch(_ folder: String) -> PluginError? {
            let number = inotify_add_watch(file, folder, Self.mask)
            guard number < 0 else {
                folders[number] = folder
                return nil
            }
            // one that has gone meanwhile is told of as such
            if errno == ENOENT || errno == ENOTDIR, folder != root { return nil }
            return PluginError(.unwatchable(folder, reason: FolderEvents.reason()))
        }

        /// Watches the folders below one, and tells what is in them if that may have come before they were watched.
        ///
        /// - Returns: what cannot be watched.
        private func watchBelow(_ folder: String, tells: Bool) -> PluginError? {
            var failure: PluginError?
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                let path = folder + "/" + name
                var info = stat()
                guard lstat(path, &info) == 0 else { continue }
                let isFolder = info.st_mode & S_IFMT == S_IFDIR
                if isFolder, isWanted(path) { failure = failure ?? watch(path) ?? watchBelow(path, tells: tells) }
                if tells, !isFolder { handler(.changed(path)) }
            }
            return failure
        }

        private func forget(_ folder: String) {
            for (number, path) in folders where path == folder || path.hasPrefix(folder + "/") {
                inotify_rm_watch(file, number)
                folders[number] = nil
            }
        }

        private func read() {
            withUnsafeTemporaryAllocation(byteCount: 65536, alignment: MemoryLayout<inotify_event>.alignment) { buffer in
                while true {
                    let count = Glibc.read(file, buffer.baseAddress!, buffer.count)
                    guard count > 0 else { return }
                    var offset = 0
                    while offset < count {
                        let event = buffer.load(fromByteOffset: offset, as: inotify_event.self)
                        let start = offset + MemoryLayout<inotify_event>.size
                        let name = UnsafeRawBufferPointer(rebasing: buffer[start..<start + Int(event.len)]).prefix { $0 != 0 }
                        take(event, String(decoding: name, as: UTF8.self))
                        offset = start + Int(event.len)
                    }
                }
            }
        }

        private func take(_ event: inotify_event, _ name: String) {
            dispatchPrecondition(condition: .onQueue(queue))
            func has(_ flags: Int...) -> Bool { flags.contains { event.mask & UInt32($0) != 0 } }
            if has(Int(IN_Q_OVERFLOW)) {
                // folders may have come and gone as well
                for number in folders.keys { inotify_rm_watch(file, number) }
                folders = [:]
                return handler(watchAll().map { .failed($0) } ?? .missed)
            }
            guard let folder = folders[event.wd] else { return }
            if has(Int(IN_IGNORED)) {
                folders[event.wd] = nil
                return
            }
            if has(Int(IN_DELETE_SELF), Int(IN_MOVE_SELF)) {
                if folder == root { handler(.failed(PluginError(.watchEnded(root)))) }
                return
            }
            let path = folder + "/" + name
            if has(Int(IN_ISDIR)) {
                if has(Int(IN_MOVED_FROM), Int(IN_DELETE)) {
                    forget(path)
                } else if isWanted(path), let failure = watch(path) ?? watchBelow(path, tells: true) {
                    handler(.failed(failure))
                }
                handler(.changed(path))
            } else if !has(Int(IN_CREATE)) || isLink(path) {
                // a file that was just made is told of when it has been written
                handler(.changed(path))
            }
        }

        /// Whether a new name is one more of a file that has been written.
        private func isLink(_ path: String) -> Bool {
            var info = stat()
            return lstat(path, &info) == 0 && (info.st_mode & S_IFMT == S_IFLNK || info.st_nlink > 1)
        }
    }
#endif
