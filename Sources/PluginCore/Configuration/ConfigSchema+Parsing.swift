extension ConfigSchema {
    /// Reads the table that a plugin declares as `config`.
    ///
    /// - Throws: ``PluginProblem`` as `Failure` with the key that is wrong.
    package init(_ table: [String: DynamicValue]) throws(Failure) {
        self.init()
        for (key, description) in table.sorted(by: { $0.key < $1.key }) {
            do {
                properties[key] = try Property(description)
            } catch {
                throw Failure(problem: .schema(key: key, detail: error.detail))
            }
        }
    }

    package struct Failure: Error {
        package let problem: PluginProblem
    }
}

extension ConfigSchema.Property {
    /// What is wrong with a description.
    struct Failure: Error {
        let detail: String
        init(_ detail: String) { self.detail = detail }
    }

    private static let vocabulary = [
        "type", "default", "enum", "minimum", "maximum", "minLength", "maxLength", "items", "required", "secret", "description",
    ]

    fileprivate init(_ description: DynamicValue) throws(Failure) {
        guard let members = description.object else { throw Failure("must be a table such as { type = \"integer\" }, found \(description.kind)") }
        for key in members.keys.sorted() where !Self.vocabulary.contains(key) {
            throw Failure("unknown key '\(key)'" + (nearestName(to: key, among: Self.vocabulary).map { ", did you mean '\($0)'?" } ?? ""))
        }
        guard let type = members["type"] else { throw Failure("'type' is missing") }
        self.init(type: try Self.type(type, "type"))
        allowed = try Self.value(members, "enum", "an array") { $0.array }
        minimum = try Self.value(members, "minimum", "a number") { $0.number }
        maximum = try Self.value(members, "maximum", "a number") { $0.number }
        minimumLength = try Self.value(members, "minLength", "an integer") { $0.integer.map { Int($0) } }
        maximumLength = try Self.value(members, "maxLength", "an integer") { $0.integer.map { Int($0) } }
        isRequired = try Self.value(members, "required", "a boolean") { $0.bool } ?? false
        isSecret = try Self.value(members, "secret", "a boolean") { $0.bool } ?? false
        self.description = try Self.value(members, "description", "a string") { $0.string } ?? ""
        if let items = members["items"] {
            guard let element = items["type"] else { throw Failure("'items' must be a table with a 'type'") }
            self.items = try Self.type(element, "items.type")
        }
        if let value = members["default"] {
            do {
                self.default = try check(value, key: "default")
            } catch {
                throw Failure("its own default does not fit: " + error.problem.words.replacing("config key 'default'", with: "it"))
            }
        }
    }

    private static func type(_ value: DynamicValue, _ key: String) throws(Failure) -> ConfigSchema.ValueType {
        guard let type = value.string.flatMap(ConfigSchema.ValueType.init(rawValue:)) else {
            let all = ConfigSchema.ValueType.allCases.map(\.rawValue)
            let nearest = value.string.flatMap { nearestName(to: $0, among: all) }.map { ", did you mean '\($0)'?" } ?? ""
            throw Failure("'\(key)' must be one of \(all.joined(separator: ", ")), found \(value.text)\(nearest)")
        }
        return type
    }

    private static func value<T>(
        _ members: [String: DynamicValue], _ key: String, _ expected: String, _ read: (DynamicValue) -> T?
    ) throws(Failure) -> T? {
        guard let value = members[key] else { return nil }
        guard let result = read(value) else { throw Failure("'\(key)' must be \(expected), found \(value.kind)") }
        return result
    }
}
