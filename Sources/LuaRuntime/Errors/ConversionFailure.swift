/// A value that does not fit, and where it stands. The path is filled in from the inside out while the failure
/// travels up, so a conversion that succeeds pays nothing for it.
@usableFromInline package struct ConversionFailure: Error {
    @usableFromInline package enum Step: CustomStringConvertible, Sendable {
        case key(String)
        /// Counted from 1, as in Lua.
        case index(Int)
        /// A key that is neither, as messages show it.
        case other(String)

        @usableFromInline package var description: String {
            switch self {
            case .key(let name): ".\(name)"
            case .index(let number): "[\(number)]"
            case .other(let key): "[\(key)]"
            }
        }
    }

    @usableFromInline package enum Problem: Sendable {
        case type(expected: String, found: String)
        case fraction(Double)
        case range(String, type: String)
        case inexact(Int64)
        case notUTF8
        case cycle
        case depth(Int)
        case hole(Int)
        case mixed(key: String)
        case key(String)
        case twins(key: String)
        case closedObject(String)
        case changed
        case stack
        case custom(String)
    }

    package var problem: Problem
    package var path: [Step] = []

    @usableFromInline package init(_ problem: Problem) { self.problem = problem }

    /// Runs a conversion of a part and puts the part's place in front of a failure's path.
    static func at<T>(_ step: @autoclosure () -> Step, _ body: () throws -> T) throws -> T {
        try at([step()], body)
    }

    static func at<T>(_ steps: @autoclosure () -> [Step], _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch var failure as ConversionFailure {
            failure.path.insert(contentsOf: steps(), at: 0)
            throw failure
        }
    }

    /// A failure of a part with the part's place in front of its path; any other error as it is.
    @usableFromInline static func placed(_ error: any Error, _ step: Step) -> any Error { placed(error, [step]) }

    static func placed(_ error: any Error, _ steps: [Step]) -> any Error {
        guard var failure = error as? ConversionFailure else { return error }
        failure.path.insert(contentsOf: steps, at: 0)
        return failure
    }
}
