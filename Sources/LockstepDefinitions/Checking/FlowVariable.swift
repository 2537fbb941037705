internal import LockstepJSON
internal import LockstepModel

/// A variable as a check knows it: where its value comes from, what it may be, and when there is none.
struct FlowVariable: Hashable {
    /// The step that makes it; nil for an input and for what the runner makes.
    let step: Int?
    /// Where it comes from, for a message, with the name after it: `the input variable`.
    let noun: String
    let forecast: ValueForecast
    var absence: Absence?

    /// Why a variable may have no value although its step is over.
    enum Absence: Hashable {
        /// The step may be skipped, because it has this guard.
        case skipped(Mapping)
        /// The step may fail and the job goes on.
        case failed
        /// The tool or the called workflow need not make the output.
        case optional
    }
}

extension FlowVariable {
    /// What a reserved variable holds; nil for any other name.
    static func reserved(_ name: String) -> FlowVariable? {
        guard let forecast = reservedForecasts[name] else { return nil }
        return FlowVariable(step: nil, noun: "the runner's variable", forecast: forecast)
    }

    /// What the formats document lists under "reserved variable names"; `item_index` is one only inside a loop.
    private static let reservedForecasts: [String: ValueForecast] = [
        "job": object([
            "job_id": ["type": "string"], "name": ["type": "string"], "error_message": ["type": ["string", "null"]],
            "failed_steps": ["type": "array", "items": ["type": "string"]], "started_at": ["type": "string"],
        ]),
        "actor": object(["id": ["type": "string"], "tenant_id": ["type": "string"], "type": ["type": "string"]]),
        "record": .null,
    ]

    private static func object(_ properties: JSONObject) -> ValueForecast {
        let json: JSONValue = [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
        ]
        return .fitting(ValueSchema.decode(json, at: JSONPointer()).schema)
    }

    /// The place of an item of `for_each` in its list.
    static let itemIndex = FlowVariable(
        step: nil,
        noun: "the runner's variable",
        forecast: .fitting(ValueSchema.decode(["type": "integer", "minimum": 0], at: JSONPointer()).schema)
    )
}
