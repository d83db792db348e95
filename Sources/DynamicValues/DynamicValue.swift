/// A plain value of a shape that is known only at run time: what passes between plugins, hosts and files.
///
/// It holds data only, so it can be sent to another task or state. Integers keep all 64 bits and never pass
/// through `Double`; bytes stay bytes.
///
/// ```swift
/// let item: DynamicValue = ["name": "libc6", "size": 12_988, "tags": ["base", "required"]]
/// print(item["size"]?.integer ?? 0)  // 12988
/// ```
public enum DynamicValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    /// Bytes that are not valid UTF-8, or that were given as bytes.
    case bytes([UInt8])
    case array([DynamicValue])
    case object([String: DynamicValue])
}

extension DynamicValue {
    /// The member of that name; `nil` when this is no object or has no such member.
    public subscript(_ key: String) -> DynamicValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The element at that index, counted from 0; `nil` when this is no array or it is shorter.
    public subscript(_ index: Int) -> DynamicValue? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }

    /// The text, if this is text.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The integer, if this is an integer or a number without a fraction that an `Int64` holds.
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// The number, if this is a number or an integer.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value, if this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, if this is an array.
    public var array: [DynamicValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, if this is an object; an empty array counts as an empty object, since an empty Lua table is both.
    public var object: [String: DynamicValue]? {
        switch self {
        case .object(let members): members
        case .array([]): [:]
        default: nil
        }
    }

    /// Whether this is `.null`.
    public var isNull: Bool { self == .null }

    /// What kind of value this is, as messages name it.
    public var kind: String {
        switch self {
        case .null: "nil"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string, .bytes: "string"
        case .array([]): "table"
        case .array: "array"
        case .object: "table"
        }
    }
}

// Not by nil literal: where a `DynamicValue?` is wanted, `nil` would silently mean "there is a null".
extension DynamicValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: DynamicValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, DynamicValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}
