// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "isolation",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "Perilune", path: "../../..")],
    targets: [.executableTarget(name: "isolation", dependencies: [.product(name: "LuaPlugins", package: "Perilune")], path: ".", exclude: ["run"])],
    swiftLanguageModes: [.v6]
)
