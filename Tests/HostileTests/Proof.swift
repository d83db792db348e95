import Foundation

/// `scripts/test --proof`: what takes too long for every run of the tests, or needs a process where no others run.
enum Proof {
    static let isAsked = ProcessInfo.processInfo.environment["PERILUNE_PROOF"] != nil
}
