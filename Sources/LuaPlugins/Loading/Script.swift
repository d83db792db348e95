import Foundation
package import PluginCore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A plugin's text, where it came from, and the modules that it can require.
package struct Script: Sendable {
    /// What the file held, or nothing for a text from memory, whose string is kept as it came: it shares its bytes with
    /// the host's. A file may change while the plugin lives, and a plugin that is rebuilt must run what was loaded.
    private var content: [UInt8] = []
    private var string: String?

    /// What Lua is given to compile.
    package var bytes: [UInt8] { string.map { Self.trimmed(Array($0.utf8)) } ?? content }

    /// What errors call it, such as `plugin_words.lua` or `plugin_words/init.lua`.
    package var chunk: String
    /// The file that the text was read from, by its own name, though that may be a link.
    var file: String?
    /// The folder with modules of its own, for a plugin that is a folder.
    var folder: String?
    /// The folder that relative globs start from when the host names none.
    var root: String?
    /// Modules that came with a text from memory.
    var modules: [String: String] = [:]

    /// The largest script that is read.
    static let sizeLimit = 8 * 1024 * 1024

    /// Reads what a source names.
    ///
    /// - Throws: ``PluginError`` of code `file`.
    package init(_ source: PluginSource) throws {
        switch source {
        case .text(let text, let name, let modules):
            var text = text
            try text.withUTF8 { try Self.check($0, name) }
            string = text
            self.modules = modules
            chunk = name
        case .named(let name): throw PluginError(.noLoader(name))  // no script is known by a name
        case .path(let path):
            if path.isEmpty { throw PluginError(.emptyPath) }
            var info = stat()
            guard stat(path, &info) == 0 else {
                if errno == ENOENT || errno == ENOTDIR { throw PluginError(.noSuchFile(path)) }
                throw PluginError(.unreadable(path, reason: Self.reason()))
            }
            let isFolder = info.st_mode & S_IFMT == S_IFDIR
            let given = path
            let path = isFolder ? given : Discovery.plugin(at: given)
            let name = path.split(separator: "/").last.map(String.init) ?? path
            if isFolder || path != given {
                folder = path
                root = path
                chunk = name + "/init.lua"
                guard access(path + "/init.lua", F_OK) == 0 else {
                    guard errno == ENOENT else { throw PluginError(.unreadable(path, reason: Self.reason())) }
                    throw PluginError(.notAFile(path, kind: "a folder without init.lua"))
                }
                content = try Self.read(path + "/init.lua")
                let place = Discovery.place(of: path)
                file = "\(place.folder)/\(place.name)/init.lua"
            } else {
                root = Discovery.folder(of: path)
                if root == "" { root = "." }
                chunk = name
                content = try Self.read(path)
                let place = Discovery.place(of: path)
                file = "\(place.folder)/\(place.name)"
            }
        }
    }

    /// Whether a path is that of a plugin that is a folder.
    static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return Discovery.plugin(at: path) != path || (stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR)
    }

    /// Whether a path is that of a file that can be read to its end.
    package static func isRegularFile(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG && info.st_size <= sizeLimit
    }

    /// Whether another script is the same in everything that its plugin can see.
    func isSame(as other: Script, _ otherBytes: [UInt8]) -> Bool {
        (chunk, file, folder, root) == (other.chunk, other.file, other.folder, other.root) && modules == other.modules && bytes == otherBytes
    }

    /// Reads a text file that may be anything: a pipe, a device, a hundred megabytes.
    static func read(_ path: String) throws -> [UInt8] {
        // without O_NONBLOCK the open of a pipe would wait for its writer
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENXIO { throw PluginError(.notAFile(path, kind: "a socket or device")) }
            throw PluginError(.unreadable(path, reason: reason()))
        }
        defer { close(file) }
        var info = stat()
        fstat(file, &info)
        guard info.st_mode & S_IFMT == S_IFREG else { throw PluginError(.notAFile(path, kind: kind(of: info.st_mode))) }
        guard info.st_size <= sizeLimit else { throw PluginError(.tooLarge(path, bytes: Int(info.st_size), limit: sizeLimit)) }
        // one byte more than the limit tells a file that grew meanwhile
        let bytes = try [UInt8](unsafeUninitializedCapacity: Int(info.st_size) + 1) { buffer, count in
            while count < buffer.count {
                let size = readBytes(file, buffer.baseAddress! + count, buffer.count - count)
                if size < 0, errno == EINTR { continue }
                guard size >= 0 else { throw PluginError(.unreadable(path, reason: reason())) }
                if size == 0 { break }
                count += size
            }
        }
        try bytes.withUnsafeBufferPointer { try check($0, path) }
        return trimmed(bytes)
    }

    /// Refuses what is no text.
    private static func check(_ bytes: UnsafeBufferPointer<UInt8>, _ path: String) throws {
        if bytes.first == 0x1B { throw PluginError(.bytecode(path)) }
        if let base = bytes.baseAddress, memchr(base, 0, bytes.count) != nil { throw PluginError(.notText(path)) }
    }

    /// Takes a byte order mark away, and a `#!` line after it, as Lua's own reader does.
    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if bytes.first == UInt8(ascii: "#") { bytes.removeFirst(bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count) }
        return bytes
    }

    /// What lies at a path that is neither a file nor a folder; `nil` for those, and where there is nothing.
    package static func special(at path: String) -> String? {
        var info = stat()
        guard stat(path, &info) == 0, ![S_IFREG, S_IFDIR].contains(info.st_mode & S_IFMT) else { return nil }
        return kind(of: info.st_mode)
    }

    private static func kind(of mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFIFO: "a pipe"
        default: "a device"
        }
    }

    /// The system's word for the last failure.
    static func reason() -> String { String(cString: strerror(errno)).lowercased() }
}

/// `read`, which inside of a type that has a method of that name must be called by another.
private func readBytes(_ file: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int { read(file, buffer, count) }
