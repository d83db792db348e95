import Perilune

/// Reads the members of one map of a configuration file; what is unknown or of the wrong type is an error with its line.
struct ConfigReader {
    let file: String
    let line: Int
    /// How errors call the map: empty at the top.
    let path: String
    private let members: [(key: String, line: Int, node: ConfigNode)]

    /// - Parameters:
    ///   - keys: the keys that the map may have.
    ///   - shorthand: the key of which the value may stand alone, as text.
    init(_ node: ConfigNode, file: String, path: String, keys: [String], shorthand: (key: String, what: String)? = nil) throws {
        self.file = file
        self.path = path
        line = node.line
        if let shorthand, node.value.string != nil {
            members = [(shorthand.key, node.line, node)]
            return
        }
        guard case .map(let members) = node.content else {
            let expected = (shorthand.map { "\($0.what), or " } ?? "") + "a map of \(keys.joined(separator: ", "))"
            throw ConfigFileError(file: file, line: node.line, message: "\(path.isEmpty ? "the file" : "'\(path)'") must be \(expected)")
        }
        self.members = members
        for member in members where !keys.contains(member.key) {
            let name = path.isEmpty ? member.key : "\(path).\(member.key)"
            throw ConfigFileError(
                file: file, line: member.line, message: "unknown key '\(name)'",
                hint: nearestName(to: member.key, among: keys).map { "did you mean '\($0)'?" } ?? "known are \(keys.joined(separator: ", "))")
        }
    }

    func node(_ key: String) -> ConfigNode? {
        members.first { $0.key == key }.map(\.node).flatMap { $0.value.isNull ? nil : $0 }
    }

    func string(_ key: String) throws -> String? { try read(key, "text") { $0.string } }
    func path(_ key: String) throws -> String? { try read(key, "a path") { $0.string.flatMap { $0.isEmpty ? nil : $0 } } }
    func integer(_ key: String) throws -> Int? {
        try read(key, "a whole number above 0 and below a billion") { $0.integer.flatMap { $0 > 0 && $0 < 1_000_000_000 ? Int($0) : nil } }
    }
    func number(_ key: String) throws -> Double? {
        try read(key, "a number above 0 and below a billion") { $0.number.flatMap { $0 > 0 && $0 < 1e9 ? $0 : nil } }
    }
    func object(_ key: String) throws -> [String: DynamicValue]? { try read(key, "a map") { $0.object } }

    func list(_ key: String) throws -> [ConfigNode] {
        guard let node = node(key) else { return [] }
        guard case .list(let nodes) = node.content else { throw wrong(key, node, "a list") }
        return nodes
    }

    /// The members of a map, in the order of the file.
    func map(_ key: String) throws -> [(key: String, line: Int, node: ConfigNode)] {
        guard let node = node(key) else { return [] }
        guard case .map(let members) = node.content else { throw wrong(key, node, "a map") }
        return members
    }

    func required<T>(_ key: String, _ value: T?) throws -> T {
        guard let value else {
            throw ConfigFileError(file: file, line: line, message: "'\(name(key))' is missing", hint: "add it")
        }
        return value
    }

    private func read<T>(_ key: String, _ expected: String, _ convert: (DynamicValue) -> T?) throws -> T? {
        guard let node = node(key) else { return nil }
        guard let value = convert(node.value) else { throw wrong(key, node, expected) }
        return value
    }

    func wrong(_ key: String, _ node: ConfigNode, _ expected: String) -> ConfigFileError {
        let found =
            switch node.content {
            case .list: "a list"
            case .map: "a map"
            case .scalar(let value): value.string.map { "'\($0)'" } ?? value.bool.map { "\($0)" } ?? value.integer.map { "\($0)" } ?? "\(value.number ?? 0)"
            }
        return ConfigFileError(file: file, line: node.line, message: "'\(name(key))' must be \(expected), found \(found)", hint: "correct it")
    }

    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
