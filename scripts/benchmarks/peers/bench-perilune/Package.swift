// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "bench-perilune",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "Perilune", path: "../../../..")],
    targets: [
        .executableTarget(
            name: "bench-perilune", dependencies: [.product(name: "Perilune", package: "Perilune")], path: ".",
            sources: ["Harness.swift", "Bench.swift"],
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")])
    ],
    swiftLanguageModes: [.v6]
)
