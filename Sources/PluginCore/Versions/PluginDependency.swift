/// A plugin that another one needs, written as `text >=1.2.0 <2.0.0`: a name, then comparators that must all hold.
public struct PluginDependency: Sendable, Hashable, CustomStringConvertible {
    public enum Comparator: String, Sendable, CaseIterable {
        case equal = "="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    public struct Bound: Sendable, Hashable {
        public var comparator: Comparator
        public var version: SemanticVersion

        func allows(_ found: SemanticVersion) -> Bool {
            switch comparator {
            case .equal: found.hasSamePrecedence(as: version)
            case .less: found < version
            case .lessOrEqual: !(version < found)
            case .greater: version < found
            case .greaterOrEqual: !(found < version)
            }
        }
    }

    /// Why a text is no dependency.
    public enum ParseError: Error, Equatable, Sendable {
        case name(String)
        case bound(String)
    }

    public var name: String
    /// No bounds allow any version.
    public var bounds: [Bound]

    public init(name: String, bounds: [Bound] = []) {
        self.name = name
        self.bounds = bounds
    }

    /// Reads `name [comparator]version ...`; a version with no comparator must match exactly. A space may stand between
    /// comparator and version.
    ///
    /// - Throws: ``ParseError`` with the part that is wrong.
    public init(_ text: String) throws {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)[...]
        let name = words.popFirst() ?? ""
        guard PluginMetadata.isValidName(name) else { throw ParseError.name(name) }
        self.init(name: name)
        while var word = words.popFirst() {
            if Comparator(rawValue: word) != nil, let version = words.popFirst() { word += version }
            let symbol = word.prefix { "<>=".contains($0) }
            guard let comparator = symbol.isEmpty ? .equal : Comparator(rawValue: String(symbol)),
                let version = SemanticVersion(String(word.dropFirst(symbol.count)))
            else { throw ParseError.bound(word) }
            bounds.append(Bound(comparator: comparator, version: version))
        }
    }

    /// Whether a version satisfies every bound.
    public func allows(_ version: SemanticVersion) -> Bool { bounds.allSatisfy { $0.allows(version) } }

    public var description: String {
        ([name] + bounds.map { "\($0.comparator.rawValue)\($0.version)" }).joined(separator: " ")
    }
}

extension PluginDependency: ExpressibleByStringLiteral {
    /// A dependency written in the program; a text that is none is a mistake of the programmer.
    public init(stringLiteral value: String) {
        do {
            try self.init(value)
        } catch {
            preconditionFailure("'\(value)' is no dependency such as 'text >=1.2.0 <2.0.0'")
        }
    }
}

extension PluginDependency: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no dependency such as 'text >=1.2.0 <2.0.0'")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
