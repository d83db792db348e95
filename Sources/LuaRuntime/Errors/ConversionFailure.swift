/// A value that does not fit, and where it stands. The path is filled in from the inside out while the failure
/// travels up, so a conversion that succeeds pays nothing for it.
package struct ConversionFailure: Error {
    package enum Step: CustomStringConvertible {
        case key(String)
        /// Counted from 1, as in Lua.
        case index(Int)

        package var description: String {
            switch self {
            case .key(let name): ".\(name)"
            case .index(let number): "[\(number)]"
            }
        }
    }

    package enum Problem {
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
        case stack
        case custom(String)
    }

    package var problem: Problem
    package var path: [Step] = []

    package init(_ problem: Problem) { self.problem = problem }

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
}
