#if Stores
    import Foundation
    import PluginCore
    import PluginStores
    import Testing

    /// Acknowledges each write on standard output, and is killed from beside while the writes go on.
    private func writeUntilKilled(_ path: String) throws {
        let store = try SQLiteStore(path: path)
        let written = DispatchSemaphore(value: 0)
        Thread {
            for _ in 0..<200 { written.wait() }
            kill(getpid(), SIGKILL)
        }.start()
        for number in 0... {
            try store.transaction(in: "test") { transaction in
                try transaction.put("a\(number)", .integer(Int64(number)))
                try transaction.put("b\(number)", .string(String(repeating: "x", count: 1000)))
            }
            let line = Array("ack \(number)\n".utf8)
            _ = line.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            written.signal()
        }
    }

    struct KillTests {
        @Test func keepsEveryAcknowledgedWrite_whenProcessIsKilledWhileItWrites() async throws {
            let temporary = try TemporaryStore()
            let path: String = temporary.path
            let result = try await #require(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) { [path = path as String] in
                try writeUntilKilled(path)
            }
            let lines = String(decoding: result.standardOutputContent, as: UTF8.self).split(separator: "\n")
            let acknowledged = lines.filter { $0.hasPrefix("ack ") }.compactMap { Int64($0.dropFirst(4)) }
            #expect(acknowledged.count >= 200)
            let store = try SQLiteStore(path: path)
            for number in acknowledged {
                #expect(try store.get("a\(number)", in: "test") == .integer(number))
                #expect(try store.get("b\(number)", in: "test")?.string?.count == 1000)
            }
            // and no transaction is there by half
            #expect(try store.list(prefix: "a", in: "test").count == store.list(prefix: "b", in: "test").count)
            #expect(try temporary.text("PRAGMA integrity_check") == "ok")
        }
    }
#endif
