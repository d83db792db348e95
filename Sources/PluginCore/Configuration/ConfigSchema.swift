/// The configuration that a plugin takes: for each key what JSON Schema calls type, default, bounds and description.
public struct ConfigSchema: Sendable, Equatable {
    public enum ValueType: String, Sendable, CaseIterable {
        case string, integer, number, boolean, array, object
    }

    /// One key.
    public struct Property: Sendable, Equatable {
        public var type: ValueType
        public var `default`: DynamicValue?
        public var allowed: [DynamicValue]?
        public var minimum: Double?
        public var maximum: Double?
        /// Of a string in characters, of an array in elements.
        public var minimumLength: Int?
        public var maximumLength: Int?
        /// The type of an array's elements.
        public var items: ValueType?
        public var isRequired: Bool
        /// Whether the value must not be shown.
        public var isSecret: Bool
        public var description: String

        public init(
            type: ValueType, default: DynamicValue? = nil, allowed: [DynamicValue]? = nil, minimum: Double? = nil, maximum: Double? = nil,
            minimumLength: Int? = nil, maximumLength: Int? = nil, items: ValueType? = nil, isRequired: Bool = false,
            isSecret: Bool = false, description: String = ""
        ) {
            self.type = type
            self.default = `default`
            self.allowed = allowed
            self.minimum = minimum
            self.maximum = maximum
            self.minimumLength = minimumLength
            self.maximumLength = maximumLength
            self.items = items
            self.isRequired = isRequired
            self.isSecret = isSecret
            self.description = description
        }
    }

    public var properties: [String: Property]

    public init(properties: [String: Property] = [:]) { self.properties = properties }

    /// Lays the host's values over the defaults.
    ///
    /// - Throws: ``PluginError`` of code `config` that names plugin, key, what was expected and what was found.
    package func resolve(_ values: [String: DynamicValue], for plugin: PluginMetadata) throws(PluginError) -> [String: DynamicValue] {
        var result: [String: DynamicValue] = [:]
        do throws(Mismatch) {
            for key in values.keys.sorted() where properties[key] == nil {
                throw Mismatch(.unknownKey(key, nearest: nearestName(to: key, among: properties.keys)))
            }
            for (key, property) in properties.sorted(by: { $0.key < $1.key }) {
                if let value = values[key], !value.isNull {
                    result[key] = try property.check(value, key: key)
                } else if let value = property.default {
                    result[key] = value
                } else if property.isRequired {
                    throw Mismatch(.missing(key, type: property.type.article))
                }
            }
        } catch {
            throw PluginError(.config(error.problem), plugin: plugin)
        }
        return result
    }

    struct Mismatch: Error {
        let problem: ConfigProblem
        init(_ problem: ConfigProblem) { self.problem = problem }
    }
}

extension ConfigSchema.Property {
    /// The value as its type has it: 3.0 becomes 3 where an integer is asked for, 3 becomes 3.0 where a number is.
    func check(_ value: DynamicValue, key: String) throws(ConfigSchema.Mismatch) -> DynamicValue {
        let value = try coerce(value, key: key)
        if let allowed, !allowed.contains(where: { (try? coerce($0, key: key)) == value }) {
            throw ConfigSchema.Mismatch(.notOneOf(key, allowed: allowed, found: isSecret ? .none : .some(value)))
        }
        if let number = value.number {
            let found = isSecret ? nil : number
            // NaN is within no bounds
            if let minimum, !(number >= minimum) { throw ConfigSchema.Mismatch(.belowMinimum(key, minimum: minimum, found: found)) }
            if let maximum, !(number <= maximum) { throw ConfigSchema.Mismatch(.aboveMaximum(key, maximum: maximum, found: found)) }
        }
        if let length = value.string?.count ?? value.array?.count {
            let found = isSecret ? nil : length
            if let minimumLength, length < minimumLength { throw ConfigSchema.Mismatch(.tooShort(key, minimum: minimumLength, found: found)) }
            if let maximumLength, length > maximumLength { throw ConfigSchema.Mismatch(.tooLong(key, maximum: maximumLength, found: found)) }
        }
        return value
    }

    private func coerce(_ value: DynamicValue, key: String) throws(ConfigSchema.Mismatch) -> DynamicValue {
        let value = try type.coerce(value, key: key, isSecret: isSecret)
        guard let items, let elements = value.array else { return value }
        return .array(
            try elements.enumerated().map { (index, element) throws(ConfigSchema.Mismatch) in
                try items.coerce(element, key: "\(key)[\(index + 1)]", isSecret: isSecret)
            })
    }
}

extension ConfigSchema.ValueType {
    /// The type's name with its article, as messages say it.
    var article: String { ["integer", "array", "object"].contains(rawValue) ? "an \(rawValue)" : "a \(rawValue)" }

    func coerce(_ value: DynamicValue, key: String, isSecret: Bool) throws(ConfigSchema.Mismatch) -> DynamicValue {
        let result: DynamicValue? =
            switch self {
            case .string: value.string.map { .string($0) }
            case .integer: value.integer.map { .integer($0) }
            case .number: value.number.map { .number($0) }
            case .boolean: value.bool.map { .bool($0) }
            case .array: value.array.map { .array($0) } ?? (value.object == [:] ? .array([]) : nil)
            case .object: value.object.map { .object($0) }
            }
        guard let result else {
            let shown = value.text == value.kind || isSecret ? value.kind : "\(value.kind) \(value.text)"
            throw ConfigSchema.Mismatch(.type(key, expected: article, found: shown))
        }
        return result
    }
}
