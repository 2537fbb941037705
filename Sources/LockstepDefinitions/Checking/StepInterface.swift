internal import LockstepJSON
internal import LockstepModel

/// What a step's mappings meet: the parameters and outputs of a tool, or the inputs and outputs of a called workflow.
struct StepInterface {
    struct Input {
        let name: String
        /// Needs a value, and has none of its own.
        let isNeeded: Bool
        let schema: ValueSchema
    }

    struct Output {
        let forecast: ValueForecast
        /// What a default in its place must fit; nil when that is not known.
        let schema: ValueSchema?
        let isOptional: Bool
    }

    /// With its article: ``the tool `pdf_extractor` ``.
    let noun: String
    /// What its inputs are called: `parameter`.
    let inputNoun: String
    let inputs: [Input]
    let outputNames: [String]
    /// The ids of a called workflow's inputs by the names that people see, which are no names for mappings.
    let inputIDs: [String: String]
    private let inputsByName: [JSONKey: Input]
    private let outputsByName: [JSONKey: Output]

    private init(
        noun: String,
        inputNoun: String,
        inputs: [Input],
        inputIDs: [String: String] = [:],
        outputs: [(name: String, output: Output)]
    ) {
        self.noun = noun
        self.inputNoun = inputNoun
        self.inputs = inputs
        self.inputIDs = inputIDs
        outputNames = outputs.map(\.name)
        inputsByName = Dictionary(inputs.map { (JSONKey($0.name), $0) }) { first, _ in first }
        outputsByName = Dictionary(outputs.map { (JSONKey($0.name), $0.output) }) { first, _ in first }
    }

    init(of tool: Tool) {
        self.init(
            noun: "the tool `\(tool.id)`",
            inputNoun: "parameter",
            inputs: tool.parameters.map { parameter in
                Input(
                    name: parameter.name,
                    isNeeded: parameter.isRequired && parameter.defaultValue == nil,
                    schema: parameter.schema
                )
            },
            outputs: tool.outputs.map { output in
                let found = Output(
                    forecast: .fitting(output.schema),
                    schema: output.schema,
                    isOptional: output.isOptional
                )
                return (output.name, found)
            }
        )
    }

    /// - Parameter variables: The called workflow's variables, as its own check has found them.
    init(of workflow: Workflow, variables: [String: FlowVariable]) {
        self.init(
            noun: "the workflow `\(workflow.id)`",
            inputNoun: "input variable",
            inputs: workflow.inputVariables.map { variable in
                Input(
                    name: variable.id,
                    isNeeded: variable.isRequired && variable.defaultValue == nil,
                    schema: variable.schema
                )
            },
            inputIDs: Dictionary(workflow.inputVariables.map { ($0.name, $0.id) }) { first, _ in first },
            outputs: workflow.outputs.map { name in
                let variable = variables[name]
                let kinds = variable?.forecast.kinds ?? []
                var schema: ValueSchema?
                if kinds.count == 1, case .fitting(let only) = kinds[0] { schema = only }
                let output = Output(
                    forecast: variable?.forecast ?? .unknown,
                    schema: schema,
                    isOptional: variable?.absence != nil
                )
                return (name, output)
            }
        )
    }

    func input(_ name: String) -> Input? { inputsByName[JSONKey(name)] }
    func output(_ name: String) -> Output? { outputsByName[JSONKey(name)] }
}
