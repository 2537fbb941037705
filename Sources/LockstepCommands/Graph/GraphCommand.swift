internal import ArgumentParser
internal import LockstepDefinitions

/// `lockstep graph`.
struct GraphCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Draws a workflow: its steps, and what flows between them.",
        discussion: """
            Nothing is run. svg is a picture for a browser, light or dark as the reader wants it; mermaid is for Markdown pages, \
            dot for Graphviz, text for a terminal.
            """
    )

    @Argument(help: "A workflow of the project by its id, or the path of a workflow file.")
    var workflow: String

    @Option(help: "svg, mermaid, dot or text; otherwise what the name after -o ends with, or text.")
    var format: GraphFormat?

    @Option(
        name: [.customShort("o"), .customLong("to")],
        help: ArgumentHelp("Where to: a file, or - for standard output, which is meant otherwise.", valueName: "path")
    )
    var destination: String?

    @Flag(help: "Replace a file that is there.")
    var force = false

    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let catalog = Catalog(try project.project())
        let graph = FlowGraph(try catalog.workflow(named: workflow, from: ProcessEnvironment.currentFolder))
        let path = destination == "-" ? nil : destination
        let text =
            switch format ?? path.flatMap(GraphFormat.init(ofFile:)) ?? .text {
            case .svg: SVGGraph.text(of: graph)
            case .mermaid: MermaidGraph.text(of: graph)
            case .dot: DotGraph.text(of: graph)
            case .text:
                GraphText.text(
                    of: graph,
                    width: path == nil ? console.output.width : nil,
                    painter: path == nil ? console.output.painter : .plain
                )
            }
        guard let path else { return try console.print(text) }
        let goal = ProcessEnvironment.absolute(path)
        try FileCopy.write(Array(text.utf8), to: goal, replaces: force)
        console.note("Wrote \(goal.onOneLine).")
    }
}

/// How a workflow is drawn.
package enum GraphFormat: String, ExpressibleByArgument, CaseIterable {
    case svg
    case mermaid
    case dot
    case text

    /// What the end of a file's name says; nil when it says nothing.
    package init?(ofFile path: String) {
        switch path.split(separator: ".").last.map({ $0.lowercased() }) {
        case "svg": self = .svg
        case "mmd", "mermaid": self = .mermaid
        case "dot", "gv": self = .dot
        case "txt": self = .text
        default: return nil
        }
    }
}
