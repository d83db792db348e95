/// Why a function of the host fails, `require` included, in words for the author of the script that called it.
struct HostFunctionError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
