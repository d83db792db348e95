import Foundation

/// What a search for plugins found.
public struct Discovery: Sendable {
    /// The plugins that were loaded, in order.
    public var loaded: [PluginMetadata] = []
    /// One error for each that was not.
    public var failures: [PluginError] = []

    /// The paths of what may be plugins, in the order of their names. A folder below that cannot be read goes to `failed`.
    ///
    /// - Throws: ``PluginError`` when the folder cannot be read.
    package static func paths(in folder: String, recursive: Bool, failed: (PluginError) -> Void = { _ in }) throws(PluginError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else { throw PluginError(.noSuchFile(folder)) }
        guard isFolder.boolValue else { throw PluginError(.notAFolder(folder)) }
        let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        return try paths(in: folder, below: root, recursive: recursive, failed: failed)
    }

    private static func paths(in folder: String, below root: String, recursive: Bool, failed: (PluginError) -> Void) throws(PluginError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        } catch {
            throw PluginError(.unreadable(folder, reason: reason(error)), underlying: error)
        }
        var found: [String] = []
        for name in names {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            if isPlugin(path, below: root) {
                found.append(path)
            } else if recursive, isFolder(path), !isLink(path) {
                do {
                    found += try paths(in: path, below: root, recursive: true, failed: failed)
                } catch {
                    failed(error)
                }
            }
        }
        return found
    }

    /// Whether a path is that of a plugin: `plugin_*.lua`, or a folder `plugin_*` with `init.lua`.
    ///
    /// - Parameter root: a folder that links must not lead out of, its own links followed.
    package static func isPlugin(_ path: String, below root: String) -> Bool {
        guard let name = path.split(separator: "/").last, name.hasPrefix("plugin_"), isInside(path, root) else { return false }
        return isFolder(path) ? hasScript(path, root) : name.hasSuffix(".lua") && FileManager.default.fileExists(atPath: path)
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func hasScript(_ folder: String, _ root: String) -> Bool {
        let path = folder + "/init.lua"
        return FileManager.default.fileExists(atPath: path) && isInside(path, root)
    }

    private static func isLink(_ path: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    }

    /// Whether a path, once its links are followed, is still inside the folder.
    private static func isInside(_ path: String, _ root: String) -> Bool {
        guard isLink(path) else { return true }
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return real.hasPrefix(root == "/" ? root : root + "/")
    }

    /// The folder that a path is in; empty where the path does not say. Foundation's own traps on names of one letter.
    package static func folder(of path: String) -> String {
        let trimmed = path.reversed().drop { $0 == "/" }
        guard let slash = trimmed.firstIndex(of: "/") else { return "" }
        let folder = String(trimmed[slash...].drop { $0 == "/" }.reversed())
        return folder.isEmpty ? "/" : folder
    }

    /// The plugin that a path means: for a folder's `init.lua` the folder.
    package static func plugin(at path: String) -> String {
        guard path.split(separator: "/").last == "init.lua", !path.hasSuffix("/") else { return path }
        let folder = folder(of: path)
        return folder.isEmpty ? "." : folder
    }

    /// The folder that a plugin is in, with links followed, and the plugin's own name there, though it may be a link.
    package static func place(of path: String) -> (folder: String, name: String) {
        let plugin = plugin(at: path)
        let folder = folder(of: plugin)
        return (real(folder.isEmpty ? "." : folder), plugin.split(separator: "/").last.map(String.init) ?? "")
    }

    /// A path with its links followed; what is not there stays as it is.
    package static func real(_ path: String) -> String {
        guard let pointer = realpath(path, nil) else { return path }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// The system's word for why a file could not be read.
    package static func reason(_ error: any Error) -> String {
        let error = error as NSError
        let cause = (error.userInfo[NSUnderlyingErrorKey] as? NSError) ?? error
        guard cause.domain == NSPOSIXErrorDomain else {
            switch CocoaError.Code(rawValue: error.code) {
            case .fileReadNoPermission, .fileWriteNoPermission: return "permission denied"
            case .fileNoSuchFile, .fileReadNoSuchFile: return "no such file or folder"
            case .fileWriteFileExists: return "a file is where a folder must be"
            default: return error.localizedDescription
            }
        }
        return String(cString: strerror(Int32(cause.code))).lowercased()
    }
}
