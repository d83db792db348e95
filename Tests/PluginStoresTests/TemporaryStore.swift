#if Stores
    import Foundation
    import GRDB
    import PluginCore
    import PluginStores
    import Testing

    /// A store in a folder that goes with the test.
    final class TemporaryStore {
        let folder: String
        let path: String
        let store: SQLiteStore

        init() throws {
            folder = FileManager.default.temporaryDirectory.path + "/perilune-store-" + UUID().uuidString
            path = folder + "/perilune.db"
            store = try SQLiteStore(path: path)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        /// Runs SQL on the file beside the store.
        func execute(_ sql: String) throws { try DatabaseQueue(path: path).write { try $0.execute(sql: sql) } }

        func text(_ sql: String) throws -> String? { try DatabaseQueue(path: path).read { try String.fetchOne($0, sql: sql) } }
    }

    /// The plugin error that `body` throws.
    func failure<R>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> R) throws -> PluginError {
        try #require(throws: PluginError.self, sourceLocation: sourceLocation) { _ = try body() }
    }
#endif
