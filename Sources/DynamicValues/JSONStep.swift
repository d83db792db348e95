/// What is called for each value that is read from JSON or written as it, so that a conversion can be ended by an error.
struct JSONStep: @unchecked Sendable {
    // Sendable: userInfo asks for it, but no thread but one sees it: DynamicValue's json functions put it into an encoder or decoder that
    // they make, use and drop before they return, and Foundation's coders work on their caller's thread.
    let body: () throws -> Void

    static let key = CodingUserInfoKey(rawValue: "perilune.step")!

    static func take(from userInfo: [CodingUserInfoKey: Any]) throws {
        if !userInfo.isEmpty, let step = userInfo[key] as? JSONStep { try step.body() }
    }
}
