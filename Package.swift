// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "Perilune",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Perilune", targets: ["Perilune"]),
        .library(name: "PluginCore", targets: ["PluginCore"]),
        .library(name: "LuaRuntime", targets: ["LuaRuntime"]),
        .library(name: "LuaPlugins", targets: ["LuaPlugins"]),
        .library(name: "PluginStores", targets: ["PluginStores"]),
        .executable(name: "perilune", targets: ["PeriluneCLI"]),
    ],
    traits: [
        .trait(name: "Stores", description: "SQLite behind ctx.store and the pipeline's results (brings GRDB)")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // bindings: the system's Lua, and the C that Swift must not be
        .systemLibrary(
            name: "CLua", path: "bindings/CLua", pkgConfig: "lua5.4",
            providers: [.apt(["liblua5.4-dev", "pkg-config"]), .brew(["lua@5.4", "pkgconf"])]),
        .target(name: "CLuaBridge", dependencies: ["CLua"], path: "bindings/CLuaBridge"),
        .target(name: "CCallClock", path: "bindings/CCallClock"),

        // libraries
        .target(name: "DynamicValues", swiftSettings: swift),
        .target(name: "LuaRuntime", dependencies: ["CLuaBridge", "DynamicValues"], swiftSettings: swift),
        .target(
            name: "PluginCore",
            dependencies: [
                "CCallClock",
                "DynamicValues",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ],
            swiftSettings: swift),
        .target(
            name: "LuaPlugins",
            dependencies: [
                "PluginCore", "LuaRuntime", .product(name: "Logging", package: "swift-log"), .product(name: "CoreMetrics", package: "swift-metrics"),
            ],
            swiftSettings: swift),
        .target(
            name: "PluginStores",
            dependencies: [
                "PluginCore",
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["Stores"])),
            ],
            swiftSettings: swift),
        .target(name: "Perilune", dependencies: ["PluginCore", "LuaRuntime", "LuaPlugins", "PluginStores"], swiftSettings: swift),

        // the command
        .executableTarget(
            name: "PeriluneCLI",
            dependencies: [
                "Perilune",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swift),

        // tests
        .testTarget(name: "DynamicValuesTests", dependencies: ["DynamicValues"], swiftSettings: swift),
        .testTarget(name: "LuaRuntimeTests", dependencies: ["LuaRuntime", "CLuaBridge"], swiftSettings: swift),
        .testTarget(
            name: "PluginCoreTests",
            dependencies: [
                "PluginCore", "CCallClock", .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "InMemoryLogging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "LuaPluginsTests",
            dependencies: [
                "LuaPlugins", .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "InMemoryLogging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "PluginStoresTests",
            dependencies: ["PluginStores", "LuaPlugins", .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["Stores"]))],
            swiftSettings: swift),
        .testTarget(name: "PeriluneCLITests", dependencies: ["PeriluneCLI", "Perilune"], swiftSettings: swift),
        .testTarget(name: "PeriluneTests", dependencies: ["Perilune", "PeriluneCLI"], swiftSettings: swift),
        .testTarget(
            name: "HostileTests",
            dependencies: ["Perilune", "PeriluneCLI", "CLuaBridge", .product(name: "InMemoryLogging", package: "swift-log")],
            swiftSettings: swift),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
