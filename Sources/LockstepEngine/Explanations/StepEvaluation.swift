internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// How the guard and the mappings of a step that ran came to their values, worked out anew.
///
/// Rules are deterministic and a variable is written by one step, so that what the log does not hold need not be kept: the
/// variables that were there when the step began say it again.
struct StepEvaluation {
    /// Nil when the step has none.
    let guardTrace: JSONValue?
    /// By parameter, in the order of the workflow's mappings.
    let mappings: JSONObject
    /// The parameters whose value a rule made.
    let ruled: Set<String>
}

extension JobService {
    /// - Parameters:
    ///   - step: A step that has begun, or an item of one.
    ///   - driver: Who drove the job when it began.
    /// - Returns: Nil when the definitions cannot be read any more.
    func evaluation(of step: JobStep, of job: Job, driver: String) async throws(JobError) -> StepEvaluation? {
        let index = StepPlace.step(of: step.sequenceNumber)
        guard !job.isExternal, let pinned = try? await PinnedDefinitions.load(for: job, from: context) else {
            return nil
        }
        let steps = pinned.workflow.steps + pinned.workflow.finalSteps
        guard steps.indices.contains(index) else { return nil }
        let definition = steps[index]
        let earlier = job.steps.prefix(index)
        let makers = Set(earlier.map(\.id))
        let variables = try await stored { () async throws(StoreError) in
            try await context.store.variables(of: job.id, madeBy: makers)
        }
        let failed = earlier.filter { $0.status == .failed }
        let isFinal = index >= pinned.workflow.steps.count
        var scope = StepScope.values(
            of: job,
            variables: variables,
            failed: Array(failed),
            message: isFinal ? job.ending?.message ?? job.errorMessage : failed.first?.errorMessage,
            actorID: driver
        )
        let guardTrace = definition.condition?.trace(in: scope)
        if let item = StepPlace.itemIndex(of: step.sequenceNumber), let loop = definition.loop {
            let items = (try? loop.items(in: scope)) ?? []
            scope[StepLoop.indexName] = .integer(Int64(item))
            scope[loop.itemName] = items.indices.contains(item) ? items[item] : .null
        }
        let isItem = definition.loop != nil && StepPlace.itemIndex(of: step.sequenceNumber) == nil
        // The mappings of a step over many items are those of each item.
        let mappings = isItem ? [] : definition.parameterMappings
        return StepEvaluation(
            guardTrace: guardTrace,
            mappings: JSONObject(mappings.map { ($0.parameter, $0.mapping.trace(in: scope)) }),
            ruled: Set(mappings.filter(\.mapping.isRule).map(\.parameter))
        )
    }
}

extension Mapping {
    /// How a guard or a mapping came to its value: the rule's trace, or the variable and its value.
    func trace(in values: [String: JSONValue]) -> JSONValue {
        switch self {
        case .literal(let value): return ["value": value]
        case .variable(let name):
            let value = values[name] ?? .null
            guard JSONWriter.bytes(value).count > Self.traceLimit else {
                return ["variable": .string(name), "value": value]
            }
            return ["variable": .string(name), "summary": .string(value.shown)]
        case .rule(let rule):
            let trace = rule.trace(in: values).json
            guard JSONWriter.bytes(trace).count > Self.traceLimit else { return trace }
            return ["rule": rule.json, "value": (try? rule.value(in: values)) ?? .null]
        }
    }

    var isRule: Bool { if case .rule = self { true } else { false } }

    /// Bytes of a trace that the log holds.
    private static let traceLimit = 16 << 10
}
