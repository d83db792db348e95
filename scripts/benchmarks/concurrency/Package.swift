// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "concurrency",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "Perilune", path: "../../..")],
    targets: [.executableTarget(name: "concurrency", dependencies: [.product(name: "LuaPlugins", package: "Perilune")], path: ".", exclude: ["run"], swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")])],
    swiftLanguageModes: [.v6]
)
