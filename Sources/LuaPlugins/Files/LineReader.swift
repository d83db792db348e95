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
    private var buffer = [UInt8](repeating: 0, count: bufferSize)
    private var start = 0
    private var end = 0
    private var pending: [UInt8] = []
    private let longestLine: Int

    /// - Parameter longestLine: bytes beyond which a line is an error.
    init(path: String, longestLine: Int) throws {
        self.path = path
        self.longestLine = longestLine
        file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw FileError("cannot open '\(path)': \(Script.reason())") }
        var info = stat()
        fstat(file, &info)
        guard info.st_mode & S_IFMT == S_IFREG else {
            close()
            throw FileError("cannot read '\(path)': it is no regular file")
        }
    }

    deinit { close() }

    func close() {
        if file >= 0 { Foundation.close(file) }
        file = -1
        end = start
    }

    /// Gives the next line, without its line feed, to `body`; `nil` at the end of the file.
    func next<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        pending.removeAll(keepingCapacity: true)
        repeat {
            let newline = buffer.withUnsafeBytes { bytes in
                memchr(bytes.baseAddress! + start, 0x0A, end - start).map { UnsafeRawPointer($0) - bytes.baseAddress! }
            }
            let stop = newline ?? end
            guard pending.count + stop - start <= longestLine else {
                throw FileError("a line of '\(path)' is longer than \(longestLine) bytes")
            }
            guard newline != nil else {
                pending += buffer[start..<stop]
                start = stop
                continue
            }
            defer { start = stop + 1 }
            if pending.isEmpty { return try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[start..<stop])) } }
            pending += buffer[start..<stop]
            return try pending.withUnsafeBytes(body)
        } while try refill()
        return pending.isEmpty ? nil : try pending.withUnsafeBytes(body)
    }

    /// Whether there was more.
    private func refill() throws -> Bool {
        guard file >= 0 else { return false }
        var size: Int
        repeat { size = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) } } while size < 0 && errno == EINTR
        guard size >= 0 else { throw FileError("cannot read '\(path)': \(Script.reason())") }
        (start, end) = (0, size)
        return size > 0
    }
}

/// Why a file could not be read, as the script gets it.
struct FileError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
