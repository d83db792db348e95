/// A version as Semantic Versioning 2.0.0 (semver.org) defines it, ordered by its precedence rules.
///
/// ```swift
/// let newer = SemanticVersion(1, 10, 0) > "1.9.0-rc.1"  // true
/// ```
///
/// `==` compares every part, build metadata included; `<` ignores build metadata, as the specification asks (item 10).
public struct SemanticVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var major: UInt64
    public var minor: UInt64
    public var patch: UInt64
    /// The identifiers after `-`, such as `["rc", "1"]`.
    public var prerelease: [String]
    /// The identifiers after `+`.
    public var build: [String]

    public init(_ major: UInt64, _ minor: UInt64, _ patch: UInt64, prerelease: [String] = [], build: [String] = []) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
        self.build = build
    }

    /// Reads a version; `nil` when the text is not one to the letter, or one of its three numbers needs more than 64 bits.
    public init?(_ text: String) {
        var rest = Substring(text)
        var build: [String] = []
        var prerelease: [String] = []
        if let plus = rest.firstIndex(of: "+") {
            guard let identifiers = Self.identifiers(rest[rest.index(after: plus)...], numbersAreStrict: false) else { return nil }
            build = identifiers
            rest = rest[..<plus]
        }
        if let dash = rest.firstIndex(of: "-") {
            guard let identifiers = Self.identifiers(rest[rest.index(after: dash)...], numbersAreStrict: true) else { return nil }
            prerelease = identifiers
            rest = rest[..<dash]
        }
        let numbers = rest.split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else { return nil }
        self.init(major, minor, patch, prerelease: prerelease, build: build)
    }

    public var description: String {
        "\(major).\(minor).\(patch)"
            + (prerelease.isEmpty ? "" : "-" + prerelease.joined(separator: "."))
            + (build.isEmpty ? "" : "+" + build.joined(separator: "."))
    }

    public static func < (a: SemanticVersion, b: SemanticVersion) -> Bool {
        if (a.major, a.minor, a.patch) != (b.major, b.minor, b.patch) {
            return (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch)
        }
        // a release comes after all of its pre-releases
        if a.prerelease.isEmpty || b.prerelease.isEmpty { return !a.prerelease.isEmpty && b.prerelease.isEmpty }
        for (x, y) in zip(a.prerelease, b.prerelease) where x != y {
            switch (isNumeric(x), isNumeric(y)) {
            case (true, true): return x.utf8.count != y.utf8.count ? x.utf8.count < y.utf8.count : x < y
            case (true, false): return true
            case (false, true): return false
            case (false, false): return Array(x.utf8).lexicographicallyPrecedes(Array(y.utf8))
            }
        }
        return a.prerelease.count < b.prerelease.count
    }

    /// Whether neither comes before the other: equal but for build metadata.
    public func hasSamePrecedence(as other: SemanticVersion) -> Bool { !(self < other) && !(other < self) }

    private static func isNumeric(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard !text.isEmpty, isNumeric(text), text == "0" || !text.hasPrefix("0") else { return nil }
        return UInt64(text)
    }

    private static func identifiers(_ text: Substring, numbersAreStrict: Bool) -> [String]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let areValid = parts.allSatisfy { part in
            let isWord = part.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            return !part.isEmpty && isWord && !(numbersAreStrict && part != "0" && part.hasPrefix("0") && isNumeric(part))
        }
        return areValid ? parts.map(String.init) : nil
    }
}

extension SemanticVersion: Codable, ExpressibleByStringLiteral {
    /// A version written in the program; a text that is none is a mistake of the programmer.
    public init(stringLiteral value: String) {
        guard let version = SemanticVersion(value) else { preconditionFailure("'\(value)' is not a semantic version such as 1.2.0") }
        self = version
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let version = SemanticVersion(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a semantic version such as 1.2.0")
        }
        self = version
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
