// without Foundation, which has its own, checked import of stdout

#if canImport(Darwin)
    @preconcurrency import Darwin
#else
    @preconcurrency import Glibc
#endif

/// Writes what Lua's own functions printed and C still has in its buffer; false when some of that, or of what they
/// printed before, could not be written.
func flushStandardOutput() -> Bool {
    fflush(nil)
    return ferror(stdout) == 0
}
