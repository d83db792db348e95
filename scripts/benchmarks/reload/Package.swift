// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "reload",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "Perilune", path: "../../..")],
    targets: [.executableTarget(name: "reload", dependencies: [.product(name: "LuaPlugins", package: "Perilune")], path: ".", exclude: ["run"])],
    swiftLanguageModes: [.v6]
)
