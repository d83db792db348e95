import Foundation
import Perilune

/// An encodable value as JSON on one line, in the order of its coding keys.
func jsonLine(_ members: [(String, DynamicValue)]) throws -> String {
    let parts = try members.map { key, value in "\(try DynamicValue.string(key).json()):\(try value.json())" }
    return "{" + parts.joined(separator: ",") + "}"
}
