import PluginCore

/// A plugin that does what a test says, and whose operations are called by name.
struct ScriptedPlugin: CallablePlugin {
    var metadata: PluginMetadata
    var declaration = PluginDeclaration()
    var operations: Set<String> = ["run"]
    var onInitialize: @Sendable (PluginContext) async throws -> Void
    var onCleanup: @Sendable () async throws -> Void
    var onCall: @Sendable (String, [DynamicValue]) async throws -> [DynamicValue]

    init(
        _ name: String, _ version: SemanticVersion = "1.0.0", type: PluginType = .processor, needs: [String] = [],
        initialize: @escaping @Sendable (PluginContext) async throws -> Void = { _ in },
        cleanup: @escaping @Sendable () async throws -> Void = {},
        call: @escaping @Sendable (String, [DynamicValue]) async throws -> [DynamicValue] = { _, arguments in arguments }
    ) {
        metadata = PluginMetadata(name: name, version: version, dependencies: needs.map { try! PluginDependency($0) }, pluginType: type)
        (onInitialize, onCleanup, onCall) = (initialize, cleanup, call)
    }

    /// A plugin that writes down its life.
    init(_ name: String, needs: [String] = [], in journal: Journal) {
        self.init(name, needs: needs, initialize: { _ in journal.add("+\(name)") }, cleanup: { journal.add("-\(name)") })
    }

    func initialize(_ context: PluginContext) async throws { try await onInitialize(context) }
    func cleanup() async throws { try await onCleanup() }
    func call(_ operation: String, arguments: [DynamicValue], options: CallOptions) async throws -> [DynamicValue] {
        try await onCall(operation, arguments)
    }
}

/// What a scripted plugin fails with.
struct Oops: Error, CustomStringConvertible {
    var description = "oops"
}
