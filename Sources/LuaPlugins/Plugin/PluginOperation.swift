public import LuaRuntime
public import PluginCore

extension LuaPlugin {
    /// An operation, found once to be called often: with its name looked up and its place in the monitor known.
    ///
    /// ```swift
    /// let count = try words.operation("process", as: ((String) -> Count).self)
    /// let result = try await count("a few considerable words")
    /// ```
    ///
    /// - Throws: `PluginError` when there is no such operation, or the plugin is not initialized yet.
    public func operation<each A: Encodable & Sendable, R: Decodable & Sendable>(
        _ name: String, as type: ((repeat each A) -> R).Type
    ) throws -> PluginOperation<(repeat each A) -> R> {
        PluginOperation(slot: try slot(for: name))
    }
}

/// An operation of a plugin with the types of its arguments and of its first result, as those of a function:
/// `PluginOperation<(String) -> Count>`. Found by ``LuaPlugin/operation(_:as:)``.
///
/// May be called from any task or thread, and stays valid as long as the plugin: after that a call throws `PluginError`. Calls with
/// up to three arguments are compiled for their types.
public struct PluginOperation<Function>: Sendable {
    @usableFromInline let slot: OperationSlot
}

/// Calls with any number of arguments.
extension PluginOperation {
    /// Calls the operation; a busy plugin suspends the task.
    ///
    /// - Throws: `PluginError`: what the plugin raised, a limit, a value that does not fit.
    @_disfavoredOverload
    public func callAsFunction<each A: Encodable & Sendable, R: Decodable & Sendable>(
        _ arguments: repeat each A, options: CallOptions = CallOptions()
    ) async throws -> R where Function == (repeat each A) -> R {
        guard let entry = slot.enterFromTask(options) else { return try await slot.callSlowly(options, repeat each arguments) }
        do {
            return try slot.call(entry) { try $0.callMethod(of: $1, repeat each arguments, as: R.self) }
        } catch {
            return try await slot.finish(entry, error)
        }
    }

    /// Calls the operation from synchronous code. A busy plugin, and one that waits for the host, blocks the thread, so not for a
    /// task of Swift's pool.
    ///
    /// - Throws: `PluginError`: what the plugin raised, a limit, a value that does not fit; of code `state` from a host function
    ///   that the plugin itself has called.
    @_disfavoredOverload
    public func callBlocking<each A: Encodable & Sendable, R: Decodable & Sendable>(_ arguments: repeat each A) throws -> R
    where Function == (repeat each A) -> R {
        let entry = try slot.enterNow() ?? slot.enter()
        do {
            return try slot.call(entry) { try $0.callMethod(of: $1, repeat each arguments, as: R.self) }
        } catch {
            return try slot.finishBlocking(entry, error)
        }
    }
}

/// The same, apart for each number of arguments: the compiler makes less of a parameter pack.
extension PluginOperation {
    /// Calls the operation with no arguments; a busy plugin suspends the task.
    @inlinable public func callAsFunction<R: Decodable & Sendable>(options: CallOptions = CallOptions()) async throws -> R
    where Function == () -> R {
        guard let entry = slot.enterFromTask(options) else { return try await slot.callSlowly(options) }
        do {
            return try slot.call(entry) { try $0.callMethod(of: $1) }
        } catch {
            return try await slot.finish(entry, error)
        }
    }

    /// Calls the operation with no arguments from synchronous code; a busy plugin blocks the thread.
    @inlinable public func callBlocking<R: Decodable & Sendable>() throws -> R where Function == () -> R {
        let entry = try slot.enterNow() ?? slot.enter()
        do {
            return try slot.call(entry) { try $0.callMethod(of: $1) }
        } catch {
            return try slot.finishBlocking(entry, error)
        }
    }

    /// Calls the operation with one argument; a busy plugin suspends the task.
    @inlinable public func callAsFunction<A: Encodable & Sendable, R: Decodable & Sendable>(_ a: A, options: CallOptions = CallOptions()) async throws -> R
    where Function == (A) -> R {
        guard let entry = slot.enterFromTask(options) else { return try await slot.callSlowly(options, a) }
        do {
            return try slot.call(entry) { try $0.callMethod(of: $1, a) }
        } catch {
            return try await slot.finish(entry, error)
        }
    }

    /// Calls the operation with one argument from synchronous code; a busy plugin blocks the thread.
    @inlinable public func callBlocking<A: Encodable & Sendable, R: Decodable & Sendable>(_ a: A) throws -> R where Function == (A) -> R {
        let entry = try slot.enterNow() ?? slot.enter()
        do {
            return try slot.call(entry) { try $0.callMethod(of: $1, a) }
        } catch {
            return try slot.finishBlocking(entry, error)
        }
    }

    /// Calls the operation with two arguments; a busy plugin suspends the task.
    @inlinable public func callAsFunction<A: Encodable & Sendable, B: Encodable & Sendable, R: Decodable & Sendable>(_ a: A, _ b: B, options: CallOptions = CallOptions()) async throws -> R
    where Function == (A, B) -> R {
        guard let entry = slot.enterFromTask(options) else { return try await slot.callSlowly(options, a, b) }
        do {
            return try slot.call(entry) { try $0.callMethod(of: $1, a, b) }
        } catch {
            return try await slot.finish(entry, error)
        }
    }

    /// Calls the operation with two arguments from synchronous code; a busy plugin blocks the thread.
    @inlinable public func callBlocking<A: Encodable & Sendable, B: Encodable & Sendable, R: Decodable & Sendable>(_ a: A, _ b: B) throws -> R where Function == (A, B) -> R {
        let entry = try slot.enterNow() ?? slot.enter()
        do {
            return try slot.call(entry) { try $0.callMethod(of: $1, a, b) }
        } catch {
            return try slot.finishBlocking(entry, error)
        }
    }

    /// Calls the operation with three arguments; a busy plugin suspends the task.
    @inlinable public func callAsFunction<A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable, R: Decodable & Sendable>(_ a: A, _ b: B, _ c: C, options: CallOptions = CallOptions()) async throws -> R
    where Function == (A, B, C) -> R {
        guard let entry = slot.enterFromTask(options) else { return try await slot.callSlowly(options, a, b, c) }
        do {
            return try slot.call(entry) { try $0.callMethod(of: $1, a, b, c) }
        } catch {
            return try await slot.finish(entry, error)
        }
    }

    /// Calls the operation with three arguments from synchronous code; a busy plugin blocks the thread.
    @inlinable public func callBlocking<A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable, R: Decodable & Sendable>(_ a: A, _ b: B, _ c: C) throws -> R where Function == (A, B, C) -> R {
        let entry = try slot.enterNow() ?? slot.enter()
        do {
            return try slot.call(entry) { try $0.callMethod(of: $1, a, b, c) }
        } catch {
            return try slot.finishBlocking(entry, error)
        }
    }
}
