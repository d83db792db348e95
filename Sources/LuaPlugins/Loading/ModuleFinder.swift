import LuaRuntime
import PluginCore

/// Finds what a plugin requires: modules that came with it, files of its own folder, modules that the host shares.
struct ModuleFinder: Sendable {
    let script: Script
    let shared: [String: String]

    private static let longestName = 255

    /// - Parameter look: is told of each file that is looked for, by its own name, and what it holds; `nil` if it is not there.
    /// - Throws: ``HostFunctionError`` with the sentence that the script gets.
    func find(_ name: String, look: (String, [UInt8]?) -> Void = { _, _ in }) throws -> LuaModule {
        guard name.utf8.count <= Self.longestName else { throw HostFunctionError("a module's name may have \(Self.longestName) bytes at most") }
        guard isName(name) else {
            throw HostFunctionError("module name '\(name)' may have letters, digits, '_' and single '.' only")
        }
        if let text = script.modules[name] { return LuaModule(text: Array(text.utf8), chunk: "\(script.chunk):\(name)") }
        if let module = try findInFolder(name, look) { return module }
        if let text = shared[name] { return LuaModule(text: Array(text.utf8), chunk: "shared:\(name)") }
        throw HostFunctionError("module '\(name)' not found: \(places(name))")
    }

    private func isName(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { $0 == UInt8(ascii: "_") || ($0 < 128 && (Character(UnicodeScalar($0)).isLetter || Character(UnicodeScalar($0)).isNumber)) }
        }
    }

    private func findInFolder(_ name: String, _ look: (String, [UInt8]?) -> Void) throws -> LuaModule? {
        guard let folder = script.folder, let root = GrantedPath.real(folder) else { return nil }
        let path = name.replacing(".", with: "/")
        let display = script.chunk.split(separator: "/").dropLast().joined(separator: "/")
        for candidate in ["\(path).lua", "\(path)/init.lua"] {
            let file = script.file.map { Discovery.folder(of: $0) + "/" + candidate } ?? "\(root)/\(candidate)"
            guard let real = GrantedPath.real("\(root)/\(candidate)") else {
                look(file, nil)
                continue
            }
            guard real.hasPrefix(root + "/") else {
                throw HostFunctionError("module '\(name)' is a link that leads out of the plugin's folder")
            }
            do {
                let text = try Script.read(real)
                look(file, text)
                return LuaModule(text: text, chunk: "\(display)/\(candidate)")
            } catch let error as PluginError {
                look(file, nil)
                throw HostFunctionError("module '\(name)': \(error.message.replacing(root + "/", with: ""))")
            }
        }
        return nil
    }

    private func places(_ name: String) -> String {
        let path = name.replacing(".", with: "/")
        let own =
            script.folder == nil
            ? "a plugin of one file has no modules of its own (make it a folder with init.lua)"
            : "the plugin's folder has no \(path).lua or \(path)/init.lua"
        return own + (shared.isEmpty ? ", and the host shares none" : ", and the host shares \(shared.keys.sorted().joined(separator: ", "))")
    }
}
