internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep batches results`.
struct BatchesResultsCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Prints what became of each row: inputs and outputs side by side, one row a job."
    )

    /// How the table is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case csv
        case markdown
        case json
    }

    @OptionGroup var target: BatchArgument

    @Option(help: "table for a terminal, csv, markdown, or json (as --output json).")
    var format: Format?

    @Flag(help: "Only rows that failed, were cancelled or could not be started.")
    var failed = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    private static let page = 500

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let batch = try await target.found(in: open)
        let table = BatchResultsTable(try await open.service.workflow(of: batch, as: open.actor))
        let format = output.isJSON ? .json : format ?? (console.output.isTerminal ? .table : .csv)
        switch format {
        case .csv:
            try console.print(BatchResultsTable.csv(table.header))
            try await each(of: batch, in: open) { row in
                try console.output.write(BatchResultsTable.csv(table.cells(row)))
            }
        case .markdown:
            try console.print(BatchResultsTable.markdown(table.header))
            try console.output.write(BatchResultsTable.rule(table.header.count))
            try await each(of: batch, in: open) { row in
                try console.output.write(BatchResultsTable.markdown(table.cells(row)))
            }
        case .json:
            try await printJSON(of: batch, in: open, console)
        case .table: try await printTable(of: batch, in: open, console)
        }
    }

    private func each(
        of batch: Batch,
        in open: OpenProject,
        _ body: (BatchRowResult) throws -> Void
    ) async throws {
        var last = 0
        while true {
            let rows = try await open.service.listRows(
                of: batch.id,
                after: last,
                states: failed ? [.failed, .partial, .refused, .cancelled] : nil,
                limit: Self.page,
                as: open.actor
            )
            for row in rows { try body(row) }
            guard let end = rows.last else { return }
            last = end.number
        }
    }

    /// Writes what ``Console/print(_:)`` would, row by row, because all of them together may be larger than the memory.
    private func printJSON(of batch: Batch, in open: OpenProject, _ console: Console) async throws {
        func whole(_ rows: [JSONValue]) -> String {
            let data: JSONValue = ["batch_id": .string(batch.id.rawValue), "rows": .array(rows)]
            return JSONWriter.text(OperationResult(data).json, style: .pretty)
        }
        let frame = whole(["*"])
        guard let place = frame.firstRange(of: "\"*\"") else { preconditionFailure("the frame has a row") }
        let indent = "\n" + String(frame[..<place.lowerBound].reversed().prefix { $0 == " " })
        var isFirst = true
        try await each(of: batch, in: open) { row in
            try console.output.write(isFirst ? String(frame[..<place.lowerBound]) : "," + indent)
            isFirst = false
            try console.output.write(JSONWriter.text(row.json, style: .pretty).replacing("\n", with: indent))
        }
        try console.print(isFirst ? whole([]) : String(frame[place.upperBound...]))
    }

    private func printTable(of batch: Batch, in open: OpenProject, _ console: Console) async throws {
        var table = Table([
            Table.Column("ROW", .right), Table.Column("STATE"), Table.Column("JOB"),
            Table.Column("NAME", mayShrink: true), Table.Column("OUTPUTS", mayShrink: true),
        ])
        try await each(of: batch, in: open) { row in
            let outputs = (row.outputs ?? [:]).map { "\($0.name)=\(ValueText.short($0.value, width: 60))" }
            table.add([
                Table.Cell("\(row.number)"), Table.Cell(row.state.mark.text, row.state.mark.style),
                Table.Cell(row.jobID?.shortText ?? "–"), Table.Cell(row.name ?? "–"),
                Table.Cell(row.problem ?? outputs.joined(separator: ", "), row.problem == nil ? .plain : .red),
            ])
        }
        try console.print(table)
        if table.isEmpty { console.note(failed ? "No row has failed." : "The batch has no rows.") }
    }
}
