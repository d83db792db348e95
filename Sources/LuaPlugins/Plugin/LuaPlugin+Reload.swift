import LuaRuntime
package import PluginCore
import Synchronization

/// One version after another.
extension LuaPlugin: ReloadablePlugin {
    package var versions: [PluginMetadata] { history.withLock { ($0.earlier + [$0.current]).map(\.metadata) } }

    package var files: Set<String> {
        let maker = version.maker
        let files = Set(maker.modules.files.keys).union([maker.script.file].compactMap { $0 })
        // a link may be pointed elsewhere, or what it leads to be saved
        return files.union(files.map(Discovery.real))
    }

    package func changedFiles() -> [String: FileChange] {
        let maker = version.maker
        var files = maker.modules.files
        if let file = maker.script.file { files[file] = maker.script.bytes }
        return files.reduce(into: [:]) { changes, file in
            let now = try? Script.read(file.key)
            guard now != file.value else { return }
            changes[file.key] = now.map { $0.isEmpty ? .empty : .changed } ?? .missing
        }
    }

    package func previousVersion(_ policy: PluginPolicy) throws -> (any Plugin)? {
        guard let version = history.withLock({ $0.earlier.last }) else { return nil }
        var maker = version.maker
        maker.policy = policy
        let (instance, manifest) = try maker.make()
        return LuaPlugin(instance: instance, manifest: manifest, maker: maker)
    }

    package func takeOver(_ new: any Plugin, keepsState: Bool, keptVersions: Int) async throws {
        let new = new as! LuaPlugin  // the manager has asked the same loader
        others.setPaused(true)
        defer { others.setPaused(false) }
        try await passGrowth()
        let seats = [first] + others.all
        superseded.setComing(new)
        defer { superseded.setComing(nil) }
        if let host = new.host.withLock({ $0 }) {
            for _ in seats.dropFirst() { try await new.addSeat(host) }
        }
        var entered: [LuaSeat] = []
        defer { for seat in entered { seat.gate.leave() } }
        for seat in seats {
            try await enter(seat)
            entered.append(seat)
        }
        if keepsState { try await handState(to: new) }
        replaceInstances(at: seats, by: new, keptVersions)
    }

    /// Goes in before the calls that wait to go in: they are for the new version. A serial plugin's call that waits for the host comes to its
    /// end first.
    private func enter(_ seat: LuaSeat) async throws {
        let deadline = host.withLock { $0?.limits.wall }.map { ContinuousClock.now + $0 }
        do {
            if concurrency == .serial {
                try await seat.gate.enter(deadline: deadline, inFlight: 1)
            } else {
                try await seat.gate.enterForOneInFlight(deadline: deadline)
            }
        } catch {
            throw wrap(error, "reload", .call)
        }
    }

    /// What `save` of this version gives goes to `restore` of the new one. The caller is inside of the gate.
    private func handState(to new: LuaPlugin) async throws {
        guard let host = host.withLock({ $0 }), let newHost = new.host.withLock({ $0 }) else { return }
        guard !first.isCondemned, first.instance.context != nil else {
            if hasServed.load(ordering: .relaxed), first.instance.functions["save"] != nil { host.context.logger.warning("its state is lost: the last call had to be broken off") }
            return
        }
        guard first.instance.functions["save"] != nil, new.first.instance.functions["restore"] != nil else { return }
        let state = try await host.context.monitor.recorder(plugin: metadata.name, operation: "save").measure(metadata) {
            do {
                return try await run(phase: "save", at: first, endsWithPlugin: true) { try $0.begin($1) } _: { stack, count in
                    count == 0 ? DynamicValue.null : try stack.read(DynamicValue.self, at: 1)
                }
            } catch {
                throw wrap(error, "save", .call)
            }
        }
        try await newHost.context.monitor.recorder(plugin: metadata.name, operation: "restore").measure(new.metadata) {
            do {
                // in this plugin's name: who calls it from in there would wait for itself
                try await run(phase: "restore", at: new.first, endsWithPlugin: true) { try $0.begin($1, state ?? .null) } _: { _, _ in }
            } catch {
                throw new.wrap(error, "restore", .call)
            }
        }
    }

    /// The swap; the caller is inside of all gates.
    private func replaceInstances(at seats: [LuaSeat], by new: LuaPlugin, _ keptVersions: Int) {
        let (metadata, before) = (metadata, host.withLock { $0 })
        history.withLock { $0.serve(new.version, keeping: keptVersions, hasServed: hasServed.load(ordering: .relaxed)) }
        let number = versionNumber.add(1, ordering: .relaxed).newValue
        hasServed.store(new.hasServed.load(ordering: .relaxed), ordering: .relaxed)
        if let coming = new.host.withLock({ $0 }) { host.withLock { $0 = $0?.with(coming.context, coming.limits) ?? coming } }
        for (seat, coming) in zip(seats, [new.first] + new.others.all) {
            let (old, isCondemned) = (seat.instance, seat.isCondemned)
            coming.instance.version = number
            seat.replace(by: coming.instance)
            seat.noteReady()
            guard let before, !isCondemned, old.context != nil else {
                old.close()
                continue
            }
            superseded.add(.init(instance: old, place: LuaSeat(old), seat: seat, host: before, metadata: metadata))
            let id = ObjectIdentifier(old)
            old.whenUnused { [weak self] in
                guard let self else { return }
                superseded.beginEnd(of: id) { await self.end($0) }
            }
        }
        if new.isHeavy { noteHeavy() }
    }

    package func endSuperseded() async { await superseded.areEnded() }

    /// Cleans up and closes an instance that nobody uses any longer.
    func end(_ superseded: SupersededInstances.Superseded) async {
        let context = superseded.host.context
        // a change of the set of plugins may wait for this
        await context.asChange { await self.cleanUp(superseded, context) }
        self.superseded.remove(superseded)
    }

    private func cleanUp(_ superseded: SupersededInstances.Superseded, _ context: PluginContext) async {
        do {
            try await context.monitor.recorder(plugin: superseded.metadata.name, operation: "cleanup").measure(superseded.metadata, phase: .cleanup) {
                defer { superseded.instance.close() }
                try await run(phase: "cleanup", at: superseded.place)
            }
        } catch {
            context.logger.error("cleanup failed", metadata: ["error": "\("\((error as? PluginError)?.explanation ?? "\(error)")".escaped)"])
        }
    }
}
