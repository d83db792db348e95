import Foundation

/// A file or stream that is open for writing.
struct OutputFile: Sendable {
    static let standardOutput = OutputFile(descriptor: STDOUT_FILENO)
    static let standardError = OutputFile(descriptor: STDERR_FILENO)

    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Opens or makes a file; what it has stays until `replace`.
    init(path: String) throws(OutputFailure) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw OutputFailure() }
    }

    func append(_ bytes: some Sequence<UInt8>) throws(OutputFailure) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // a stream that somebody else made non-blocking
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wait, 1, -1)
            } else if errno != EINTR {
                throw OutputFailure()
            }
        }
    }

    /// Writes the file anew and closes it.
    func replace(with bytes: some Sequence<UInt8>) throws(OutputFailure) {
        defer { close(descriptor) }
        // fails on pipes and devices, which have nothing to cut off
        ftruncate(descriptor, 0)
        try append(bytes)
    }

    /// Puts something onto standard streams that the command was started without: a file that is opened later would
    /// take the number of one, and get what is written to it.
    static func fillStandardStreams() {
        var file: Int32
        repeat { file = open("/dev/null", O_RDONLY) } while (0...STDERR_FILENO).contains(file)
        if file >= 0 { close(file) }
    }
}

/// Why something could not be written, in the system's words.
struct OutputFailure: Error, CustomStringConvertible {
    let description = String(cString: strerror(errno)).lowercased()
}
