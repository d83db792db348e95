import Perilune
import Yams

/// A value of a configuration file with the line it stands on.
struct ConfigNode {
    enum Content {
        case scalar(DynamicValue)
        case list([ConfigNode])
        case map([(key: String, line: Int, node: ConfigNode)])
    }

    var content: Content
    var line: Int

    /// Reads YAML, of which JSON is a part.
    ///
    /// - Throws: ``ConfigFileError`` with file and line.
    init(text: String, file: String) throws {
        do {
            guard let node = try Yams.compose(yaml: text) else { throw ConfigFileError(file: file, line: 1, message: "the file is empty", hint: "name a provider at least") }
            var count = 0
            self = try ConfigNode(node, file, &count)
        } catch let error as YamlError {
            throw ConfigFileError(error, file: file)
        }
    }

    /// The most values that a file may have. A few lines in which each alias stands for many more would be billions.
    private static let limit = 100_000

    private init(_ node: Node, _ file: String, _ count: inout Int) throws {
        line = node.mark?.line ?? 1
        count += 1
        guard count <= Self.limit else {
            throw ConfigFileError(
                file: file, line: line, message: "the file has more than \(Self.limit.grouped) values, those that aliases stand for included",
                hint: "keep data out of it")
        }
        switch node {
        case .scalar(let scalar): content = .scalar(Self.value(node, isPlain: scalar.style == .plain || scalar.style == .any))
        case .sequence(let sequence): content = .list(try sequence.map { try ConfigNode($0, file, &count) })
        case .mapping(let mapping):
            var members: [(key: String, line: Int, node: ConfigNode)] = []
            for (key, value) in mapping {
                let keyLine = key.mark?.line ?? line
                guard let name = key.scalar?.string else { throw ConfigFileError(file: file, line: keyLine, message: "a key must be text", hint: "correct the line") }
                members.append((name, keyLine, try ConfigNode(value, file, &count)))
            }
            content = .map(members)
        case .alias: throw ConfigFileError(file: file, line: line, message: "an alias stands where a value is wanted")
        }
    }

    private static func value(_ node: Node, isPlain: Bool) -> DynamicValue {
        guard isPlain else { return .string(node.string ?? "") }
        if node.null != nil { return .null }
        if let value = node.bool { return .bool(value) }
        if let value = node.int { return .integer(Int64(value)) }
        if let value = node.float { return .number(value) }
        return .string(node.string ?? "")
    }

    /// The value without its lines.
    var value: DynamicValue {
        switch content {
        case .scalar(let value): value
        case .list(let nodes): .array(nodes.map(\.value))
        case .map(let members): .object(Dictionary(members.map { ($0.key, $0.node.value) }, uniquingKeysWith: { _, last in last }))
        }
    }
}

/// What is wrong with a configuration file, and where.
struct ConfigFileError: Error, CustomStringConvertible {
    var file: String
    var line: Int?
    var message: String
    var hint: String?

    var description: String {
        file + (line.map { ":\($0)" } ?? "") + ": " + message + (hint.map { ": \($0)" } ?? "")
    }

    init(file: String, line: Int?, message: String, hint: String? = nil) {
        self.file = file
        self.line = line
        self.message = message
        self.hint = hint
    }

    init(_ error: YamlError, file: String) {
        self.init(file: file, line: nil, message: "not YAML", hint: "correct the line")
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            line = mark.line
            message = "not YAML: \(problem)"
        case .reader(let problem, let offset, _, let text):
            line = 1 + text.prefix(offset ?? 0).count { $0.isNewline }
            message = "not YAML: \(problem)"
        case .duplicatedKeysInMapping(let keys, let context):
            line = context.mark.line
            message = "the key '\(keys.first ?? "")' stands here and once more"
            hint = "keep one"
        default: message = "not YAML: \(error)"
        }
    }
}
