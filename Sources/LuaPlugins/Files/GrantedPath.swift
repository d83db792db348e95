import Foundation
package import PluginCore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A path that a plugin names, with its links followed, to be held against the globs that were granted.
package struct GrantedPath {
    /// Absolute, without links, `.` and `..`.
    let resolved: String
    /// Whether a link or `..` leads somewhere else than the path says.
    let isElsewhere: Bool
    /// A glob that covers the path and nothing else.
    let grant: String

    /// A relative path starts from `root`.
    init(_ path: String, root: String) {
        let parts = Self.absolute(path, root).split(separator: "/").filter { $0 != "." }
        resolved = Self.resolve(Self.absolute(path, root))
        isElsewhere = parts != resolved.split(separator: "/")
        grant = PluginPermissions.glob(for: path)
    }

    /// Whether grants cover all that a permission asks for.
    package static func covers(_ asked: PluginPermissions.Permission, by grants: PluginPermissions, root: String) -> Bool {
        if grants.all.contains(asked) { return true }
        guard let pattern = asked.pattern, ["read", "write"].contains(asked.name) else { return false }
        // taken for a path, in which `**` stands for folders below
        let path = GrantedPath(pattern.split(separator: "/", omittingEmptySubsequences: false).map { $0 == "**" ? "*/*" : $0 }.joined(separator: "/"), root: root)
        return grants.patterns(asked.name).contains { path.matches($0, root: root) }
    }

    /// Whether a glob covers the path: `*` and `?` stay inside of a folder, `**` goes down any number of them.
    func matches(_ glob: String, root: String) -> Bool {
        // the part before the first wildcard is a real folder, whose links count as well
        let parts = Self.absolute(glob, root).split(separator: "/").map(String.init)
        let fixed = parts.prefix { !$0.contains { "*?[\\".contains($0) } }
        let folder = Self.resolve("/" + fixed.joined(separator: "/"))
        let pattern = folder.split(separator: "/").map(String.init) + parts.dropFirst(fixed.count)
        return Self.match(ArraySlice(pattern), ArraySlice(resolved.split(separator: "/").map(String.init)))
    }

    private static func match(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        let rest = pattern.dropFirst()
        if first == "**" { return match(rest, path) || (!path.isEmpty && match(pattern, path.dropFirst())) }
        guard let name = path.first, fnmatch(first, name, FNM_PERIOD) == 0 else { return false }
        return match(rest, path.dropFirst())
    }

    private static func absolute(_ path: String, _ root: String) -> String {
        if path.hasPrefix("/") { return path }
        let base = root.hasPrefix("/") ? root : FileManager.default.currentDirectoryPath + "/" + root
        return base + "/" + path
    }

    /// Follows links as far as the path exists; what does not exist is kept as it is, without `.` and `..`. Name by name,
    /// since behind a folder that is not there and `..` there can be a link again.
    private static func resolve(_ path: String) -> String {
        if let real = real(path) { return real }
        let names = path.split(separator: "/").reduce(into: [String]()) { names, name in
            switch name {
            case ".": break
            case "..": _ = names.popLast()
            default:
                names.append(String(name))
                if let real = real("/" + names.joined(separator: "/")) { names = real.split(separator: "/").map(String.init) }
            }
        }
        return "/" + names.joined(separator: "/")
    }

    /// A path without links; `nil` when there is no such file.
    static func real(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
