import Foundation

/// Codable without Lua.
enum DynamicCoding {
    static func encode(_ value: some Encodable) throws -> Data { try JSONEncoder().encode([value]) }
    static func decode<T: Decodable>(_ type: T.Type) throws -> [T] { try JSONDecoder().decode([T].self, from: Data("[{}]".utf8)) }
}
