import PluginCore

/// What one plugin asked for and was granted.
struct PermissionCheck: Sendable {
    let asked: PluginPermissions
    let granted: PluginPermissions

    /// Whether a permission that needs no pattern was both asked for and granted.
    func allows(_ name: String) -> Bool { asked.contains(name) && granted.contains(name) }

    /// Throws unless a permission that needs no pattern was both asked for and granted.
    func require(_ name: String, for function: String) throws {
        let isAsked = asked.contains(name)
        guard isAsked, granted.contains(name) else {
            throw PluginError(.denied(permission: name, function: function, isAsked: isAsked))
        }
    }

    private static let longestPath = 4096

    /// Throws unless a path may be read: asking is for the kind of access, the host's globs decide where.
    func requireRead(_ path: String, root: String, for function: String) throws -> String {
        guard !path.isEmpty else { throw HostFunctionError("a path cannot be empty") }
        // the system would read such a path only as far as its NUL
        guard !path.utf8.contains(0) else { throw HostFunctionError("a path cannot have a NUL byte") }
        // what follows works on each part of a path, and a system takes no longer ones
        guard path.utf8.count < Self.longestPath else { throw HostFunctionError("a path cannot have \(Self.longestPath) bytes or more") }
        let isAsked = asked.contains("read")
        let file = GrantedPath(path, root: root)
        guard isAsked, granted.patterns("read").contains(where: { file.matches($0, root: root) }) else {
            let grant = file.isElsewhere ? PluginPermissions.glob(for: file.resolved) : file.grant
            guard file.isElsewhere else { throw PluginError(.denied(permission: "read=\(grant)", function: function, isAsked: isAsked)) }
            throw PluginError(.deniedLink(path: path, permission: "read=\(grant)", function: function, isAsked: isAsked))
        }
        return file.resolved
    }
}
