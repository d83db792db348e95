public import Foundation

/// Why a value could not be written as JSON, or a text not read as JSON.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

extension DynamicValue {
    /// Reads JSON text. Integers that fit stay 64-bit integers.
    ///
    /// - Throws: ``JSONError`` with the reader's explanation.
    /// - Complexity: linear in the length of the text; values nested deeper than 512 levels are refused.
    public init(json text: some DataProtocol) throws { try self.init(json: Data(text), step: nil) }

    /// - Parameter step: called for each value; what it throws ends the reading.
    package init(json data: Data, step: (() throws -> Void)?) throws {
        let decoder = JSONDecoder()
        if let step { decoder.userInfo[JSONStep.key] = JSONStep(body: step) }
        do {
            self = try decoder.decode(DynamicValue.self, from: data)
        } catch is DecodingError {
            throw JSONError("not valid JSON" + Self.complaint(of: data))
        }
    }

    /// Reads JSON text.
    public init(json text: String) throws { try self.init(json: Data(text.utf8)) }

    /// This value as JSON: keys sorted, slashes as they are, on one line.
    ///
    /// - Throws: ``JSONError`` for NaN and infinities, which JSON does not have.
    public func json() throws -> String { try json(step: nil) }

    /// - Parameter step: called for each value; what it throws ends the writing.
    package func json(step: (() throws -> Void)?) throws -> String {
        let encoder = JSONEncoder()
        if let step { encoder.userInfo[JSONStep.key] = JSONStep(body: step) }
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch EncodingError.invalidValue(let value, let context) {
            let path = context.codingPath.map { $0.intValue.map { "[\($0 + 1)]" } ?? ".\($0.stringValue)" }.joined()
            throw JSONError("value\(path): JSON has no \((value as? Double)?.isNaN == true ? "NaN" : "\(value)")")
        }
    }

    /// What is wrong with the text and where, which `JSONDecoder` does not tell on Linux and `JSONSerialization` does.
    private static func complaint(of text: Data) -> String {
        do {
            _ = try JSONSerialization.jsonObject(with: text, options: .fragmentsAllowed)
            return ""
        } catch {
            return ((error as NSError).userInfo["NSDebugDescription"] as? String).map { ": \($0)" } ?? ""
        }
    }
}
