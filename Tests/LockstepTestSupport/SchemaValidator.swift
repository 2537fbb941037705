package import LockstepJSON

/// Debian's `jsonschema` for Python, run as a process: a reader of JSON Schema that shares nothing with Lockstep's own.
package enum SchemaValidator {
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    /// Looks at a schema and at instances of it.
    ///
    /// - Returns: What is wrong with each instance, a line a mistake, in their order; empty for one that is valid.
    /// - Throws: ``Unusable`` when `python3-jsonschema` is missing, or when the schema itself is no valid schema of draft 7.
    package static func problems(in instances: [JSONValue], of schema: JSONValue) async throws -> [[String]] {
        let folder = try TemporaryFolder()
        try folder.write(script, to: "validate.py")
        let question: JSONValue = ["schema": schema, "instances": .array(instances)]
        try folder.write(question.description, to: "question.json")
        let run = try await RunningProgram(
            ["/usr/bin/python3", "-I", folder.path("validate.py"), folder.path("question.json")],
            folder: folder.path,
            environment: ["LANG": "C.UTF-8"],
            scratch: folder.path,
            owner: folder
        ).result()
        guard run.status == 0, let answers = run.json?.arrayValue, answers.count == instances.count else {
            throw Unusable(description: "python3-jsonschema gave no answer; install it with scripts/test. \(run)")
        }
        return answers.map { ($0.arrayValue ?? []).compactMap(\.stringValue) }
    }

    /// Patterns are compiled first, because a wrong one would only be found where it is used.
    private static let script = """
        import json, re, sys
        from jsonschema import Draft7Validator

        def patterns(node):
            if isinstance(node, list):
                for item in node: patterns(item)
            elif isinstance(node, dict):
                if isinstance(node.get("pattern"), str): re.compile(node["pattern"])
                if isinstance(node.get("patternProperties"), dict):
                    for name in node["patternProperties"]: re.compile(name)
                for item in node.values(): patterns(item)

        question = json.load(open(sys.argv[1]))
        schema = question["schema"]
        Draft7Validator.check_schema(schema)
        patterns(schema)
        validator = Draft7Validator(schema)
        answers = [
            ["/".join(map(str, error.absolute_path)) + ": " + error.message for error in validator.iter_errors(instance)]
            for instance in question["instances"]
        ]
        json.dump(answers, sys.stdout)
        """
}
