import Foundation

/// Bytes are written as `{"base64": "..."}`, as everywhere in Perilune's JSON.
extension DynamicValue: Codable {
    enum BytesKey: String, CodingKey { case base64 }

    public init(from decoder: any Decoder) throws {
        try JSONStep.take(from: decoder.userInfo)
        if let container = try? decoder.container(keyedBy: AnyKey.self) {
            var members: [String: DynamicValue] = [:]
            for key in container.allKeys { members[key.stringValue] = try container.decode(DynamicValue.self, forKey: key) }
            self = .object(members)
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [DynamicValue] = []
            while !container.isAtEnd { elements.append(try container.decode(DynamicValue.self)) }
            self = .array(elements)
        } else {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .integer(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else {
                self = .string(try container.decode(String.self))
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        try JSONStep.take(from: encoder.userInfo)
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: AnyKey.self)
            for (key, value) in members { try container.encode(value, forKey: AnyKey(key)) }
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .bytes(let bytes):
            var container = encoder.container(keyedBy: BytesKey.self)
            try container.encode(Data(bytes).base64EncodedString(), forKey: .base64)
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .integer(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .number(let value):
            var container = encoder.singleValueContainer()
            // the shortest text of a large one, -2.8483943054992686e+18, is read as another integer than it is
            if abs(value) > 0x1p53, let whole = Int64(exactly: value) { return try container.encode(whole) }
            try container.encode(value)
        case .string(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        }
    }

    /// A key of any name.
    struct AnyKey: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(_ name: String) { stringValue = name }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
