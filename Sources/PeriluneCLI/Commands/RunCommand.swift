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
        let console = Console.current
        let job: PipelineJob
        do {
            job = try await PipelineJob(try PipelineFile(path: pipeline), inputs: inputs, limit: limit)
        } catch {
            throw CommandFailure.job(error)
        }
        var failure: (any Error)?
        var report: PipelineReport?
        do {
            report = try await job.run { items, rate in
                console.progress("\(items.grouped) items, \(Int(rate).grouped) a second")
            }
        } catch {
            report = (error as? PipelineFailure)?.report
            failure = error
        }
        console.endProgress()
        let cleanup = await job.cleanup()
        failure = failure ?? cleanup
        let snapshot = job.manager.monitor.snapshot()
        if let metrics {
            do {
                try snapshot.json().write(to: URL(fileURLWithPath: metrics))
            } catch {
                failure = failure ?? CommandFailure(message: "cannot write \(metrics): \(Discovery.reason(error)): name a file that can be written")
            }
        }
        if let report { console.print(json ? try Self.json(report, snapshot, failure) : Self.text(report, snapshot)) }
        guard let failure else { return }
        throw failure as? CommandFailure ?? CommandFailure.job(failure)
    }

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
        let sum = "\(report.items.grouped) \(report.items == 1 ? "item" : "items") in \(report.seconds.asDuration) (\(Int(report.itemsPerSecond).grouped) a second), \(report.stored.grouped) stored\(dropped)"
        return [stages.text, "", operations.text, "", sum].joined(separator: "\n")
    }

    private static func json(_ report: PipelineReport, _ snapshot: MonitorSnapshot, _ failure: (any Error)?) throws -> String {
        try jsonLine([
            ("outcome", failure == nil ? "ok" : "error"),
            ("message", .string(failure.map { ($0 as? CommandFailure)?.message ?? "\($0)" }?.oneLine ?? "")),
            ("items", .integer(Int64(report.items))), ("stored", .integer(Int64(report.stored))),
            ("seconds", .number(report.seconds.rounded(toDigits: 6))),
            ("items_per_second", .number(report.itemsPerSecond.rounded(toDigits: 1))),
            ("stages", try value(report.stages)), ("operations", try value(snapshot.operations)), ("errors", try value(snapshot.errors)),
            ("dropped_events", .integer(Int64(snapshot.droppedEvents))),
        ])
    }

    private static func value(_ encodable: some Encodable) throws -> DynamicValue {
        try DynamicValue(json: try JSONEncoder().encode(encodable))
    }
}
