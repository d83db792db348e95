import ArgumentParser
import Foundation
import Perilune

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a pipeline: provider, processors, storage, with monitors.")

    @Argument(help: "The pipeline file, YAML or JSON.")
    var pipeline: String

    @Argument(help: "What the provider gets as request.inputs.")
    var inputs: [String] = []

    @Option(help: ArgumentHelp("Stop after so many items from the provider.", valueName: "n"))
    var limit: Int?

    @Option(help: ArgumentHelp("Write what the monitor counted to this file, as JSON.", valueName: "file"))
    var metrics: String?

    @Flag(help: "Print one JSON object instead of tables.")
    var json = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1, found \(limit)") }
    }

    func run() async throws {
        let monitor = PluginMonitor()
        var result = Result()
        do {
            let file = try PipelineFile(path: pipeline)
            // before the run, which may take hours
            let output = try metrics.map { try OutputFile(path: $0) }
            result = await Interruption.cancelling { [self] in await work(file, monitor) }
            try output?.replace(with: monitor.snapshot().json())
        } catch let failure as OutputFailure {
            result.failure = result.failure ?? CommandFailure(message: "cannot write \(metrics ?? ""): \(failure): name a file that can be written")
        } catch {
            result.failure = error
        }
        let snapshot = monitor.snapshot()
        if json {
            Console.current.print(try Self.json(result, snapshot))
        } else if let report = result.report {
            Console.current.print(Self.text(report, snapshot))
        }
        if let failure = result.failure { throw CommandFailure.job(failure) }
    }

    /// How a run ended. There is no report where it did not begin.
    private struct Result: Sendable {
        var report: PipelineReport?
        var failure: (any Error)?
    }

    private func work(_ file: PipelineFile, _ monitor: PluginMonitor) async -> Result {
        var result = Result()
        do {
            let job = try await PipelineJob(file, inputs: inputs, limit: limit, monitor: monitor)
            let console = Console.current
            do {
                let progress = { (items: Int, rate: Double) in console.progress("\(items.grouped) items, \(Int(rate).grouped) a second") }
                result.report = try await job.run(progress: console.isTerminal ? progress : nil)
            } catch {
                result.report = (error as? PipelineFailure)?.report
                result.failure = error
            }
            console.endProgress()
            let cleanup = await job.cleanup()
            result.failure = result.failure ?? cleanup
        } catch {
            result.failure = error
        }
        if Task.isCancelled, let failure = result.failure, Self.isCancellation(failure) {
            result.failure = CommandFailure(message: "interrupted after \(Self.items(result.report?.items ?? 0))")
        }
        return result
    }

    private static func isCancellation(_ error: any Error) -> Bool {
        let error = (error as? PipelineFailure)?.error ?? error
        return error is CancellationError || (error as? PluginError)?.code == .cancelled
    }

    private static func items(_ count: Int) -> String { "\(count.grouped) \(count == 1 ? "item" : "items")" }

    private static func text(_ report: PipelineReport, _ snapshot: MonitorSnapshot) -> String {
        var stages = Table(["STAGE", "OPERATION", "IN", "OUT", "DROPPED", "FAILED", "RETRIED"], numbers: [2, 3, 4, 5, 6])
        for stage in report.stages {
            stages.add([stage.plugin, stage.operation] + [stage.received, stage.passed, stage.dropped, stage.failed, stage.retried].map(\.grouped))
        }
        var operations = Table(["PLUGIN", "OPERATION", "CALLS", "ERRORS", "P50", "P99", "TOTAL"], numbers: [2, 3, 4, 5, 6])
        for operation in snapshot.operations {
            operations.add([
                operation.plugin, operation.operation, operation.calls.grouped, operation.errors.grouped, operation.p50Seconds.asDuration,
                operation.p99Seconds.asDuration, operation.totalSeconds.asDuration,
            ])
        }
        let dropped = snapshot.droppedEvents > 0 ? ", \(snapshot.droppedEvents.grouped) events not seen by monitors" : ""
        let sum = "\(items(report.items)) in \(report.seconds.asDuration) (\(Int(report.itemsPerSecond).grouped) a second), \(report.stored.grouped) stored\(dropped)"
        return [stages.text, "", operations.text, "", sum].joined(separator: "\n")
    }

    private static func json(_ result: Result, _ snapshot: MonitorSnapshot) throws -> String {
        let report = result.report
        return try jsonLine([
            ("outcome", result.failure == nil ? "ok" : "error"),
            ("message", .string(result.failure.flatMap { CommandFailure.job($0).message } ?? "")),
            ("items", .integer(Int64(report?.items ?? 0))), ("stored", .integer(Int64(report?.stored ?? 0))),
            ("seconds", .number((report?.seconds ?? 0).rounded(toDigits: 6))),
            ("items_per_second", .number((report?.itemsPerSecond ?? 0).rounded(toDigits: 1))),
            ("stages", try value(report?.stages ?? [])), ("operations", try value(snapshot.operations)), ("errors", try value(snapshot.errors)),
            ("dropped_events", .integer(Int64(snapshot.droppedEvents))),
        ])
    }

    private static func value(_ encodable: some Encodable) throws -> DynamicValue {
        try DynamicValue(json: try JSONEncoder().encode(encodable))
    }
}
