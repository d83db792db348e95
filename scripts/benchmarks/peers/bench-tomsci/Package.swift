// swift-tools-version: 6.0
import PackageDescription

// the checkout's folder gives the package its name
let checkout = Context.environment["TOMSCI_LUASWIFT"]!

let package = Package(
    name: "bench-tomsci",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "LuaSwift", path: checkout)],
    targets: [
        .executableTarget(
            name: "bench-tomsci", dependencies: [.product(name: "Lua", package: "LuaSwift")], path: ".", sources: ["Harness.swift", "Bench.swift"])
    ],
    swiftLanguageModes: [.v5]
)
