import Foundation
import PluginCore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The lines of a file, read through a buffer of 64 KB: the file is never in memory as a whole.
final class LineReader {
    private var file: Int32
    private let path: String
    static let bufferSize = 64 * 1024
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 1)
    /// What of the buffer is still to be given.
    @exclusivity(unchecked) private var start = 0
    @exclusivity(unchecked) private var end = 0
    /// The beginning of a line that goes on where the buffer ends.
    private var pending: [UInt8] = []
    private let longestLine: Int
    /// Whether what comes is the rest of a line that was too long.
    private var isInsideLongLine = false

    /// - Parameter longestLine: bytes beyond which a line is an error.
    init(path: String, longestLine: Int) throws {
        self.path = path
        self.longestLine = longestLine
        file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw HostFunctionError("cannot open '\(path)': \(Script.reason())") }
        var info = stat()
        fstat(file, &info)
        guard info.st_mode & S_IFMT == S_IFREG else {
            close()
            throw HostFunctionError("cannot read '\(path)': it is no regular file")
        }
    }

    deinit {
        close()
        buffer.deallocate()
    }

    func close() {
        if file >= 0 { Foundation.close(file) }
        file = -1
        end = start
    }

    /// Gives the next line, without its line feed, to `body`; `nil` at the end of the file.
    func next<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        if isInsideLongLine { try skipLine() }
        guard let line = takeLine() else { return try nextAcrossBuffers(body) }
        try check(line.count)
        return try body(line)
    }

    /// The next line, if all of it is in the buffer.
    private func takeLine() -> UnsafeRawBufferPointer? {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
        guard let newline = memchr(rest.baseAddress!, 0x0A, rest.count) else { return nil }
        let length = UnsafeRawPointer(newline) - rest.baseAddress!
        start += length + 1
        return UnsafeRawBufferPointer(rebasing: rest[..<length])
    }

    private func nextAcrossBuffers<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        pending.removeAll(keepingCapacity: true)
        repeat {
            let line = takeLine()
            let piece = line ?? UnsafeRawBufferPointer(rebasing: buffer[start..<end])
            isInsideLongLine = line == nil
            try check(pending.count + piece.count)
            pending += piece
            if line != nil { return try pending.withUnsafeBytes(body) }
            start = end
        } while try refill()
        isInsideLongLine = false
        return pending.isEmpty ? nil : try pending.withUnsafeBytes(body)
    }

    private func skipLine() throws {
        isInsideLongLine = false
        while takeLine() == nil {
            start = end
            guard try refill() else { return }
        }
    }

    private func check(_ length: Int) throws {
        guard length <= longestLine else { throw HostFunctionError("a line of '\(path)' is longer than \(longestLine) bytes") }
    }

    /// Whether there was more.
    private func refill() throws -> Bool {
        guard file >= 0 else { return false }
        var size: Int
        repeat { size = read(file, buffer.baseAddress, buffer.count) } while size < 0 && errno == EINTR
        guard size >= 0 else { throw HostFunctionError("cannot read '\(path)': \(Script.reason())") }
        (start, end) = (0, size)
        return size > 0
    }
}
