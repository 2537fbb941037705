internal import LockstepDefinitions

/// The files of a new project.
package enum ProjectTemplate {
    package struct File: Sendable {
        /// Relative to the project.
        package let path: String
        package let content: String
        package var isExecutable = false
    }

    /// What a person does first in a new project.
    package static let nextCommand = "lockstep run workflow count_words -i document=example.txt"

    package static let files = [
        File(path: "workflows/count_words.yaml", content: workflow),
        File(path: "tools-registry/word_counter/tool.yaml", content: tool),
        File(path: "tools-registry/word_counter/count.sh", content: script, isExecutable: true),
        File(path: "example.txt", content: example),
        File(
            path: ".gitignore",
            content: "# What lockstep keeps about jobs: its database, logs and files.\n.lockstep/\n"
        ),
    ]

    private static let workflow = """
        \(EditorSchema.Kind.workflow.modeline(depth: 1))
        # A workflow: its inputs, its steps one after the other, and what comes out.
        # Run it:   \(nextCommand)
        # Check it: lockstep check

        workflow_id: count_words          # the same as the file's name
        name: Count words
        version: 1.0.0
        description: Finds the words that a text uses most.

        # What whoever runs it gives with -i name=value. A file is given by its path.
        input_variables:
          - variable_id: document
            description: The text.
            required: true
            schema: { type: file, mime_types: [text/*] }
          - variable_id: top
            description: How many words the list has.
            default: 5
            schema: { type: integer, minimum: 1, maximum: 1000 }

        steps:
          - step_id: count
            tool: word_counter            # tools-registry/word_counter/tool.yaml
            # What each parameter of the tool gets: here, a variable of the workflow.
            parameter_mappings: { text: document, top: top }
            # Which variable each output of the tool becomes; later steps can use it.
            output_mappings: { words: word_count, list: top_words }

        # The variables that the job gives back: lockstep outputs list last
        outputs: [word_count, top_words]

        """

    private static let tool = #"""
        \#(EditorSchema.Kind.tool.modeline(depth: 2))
        # A tool: the program that a step runs, its parameters, and where it leaves its outputs.
        # It runs in a sandbox: it sees its inputs, this folder as /tool, and may write in its work folder only.
        # Try it alone: lockstep run tool word_counter -i text=example.txt

        tool_id: word_counter
        name: Word counter
        version: 1.0.0
        description: Counts words and lists the most frequent ones.

        # The arguments as they are, never through a shell. ${name} is a parameter; a file becomes its path.
        command: [/tool/count.sh, "${text}", "${top}"]

        parameters:
          text:
            required: true
            schema: { type: file, mime_types: [text/*] }
          top:
            default: 5
            schema: { type: integer, minimum: 1 }

        outputs:
          words:                          # what the program writes to standard output, read as JSON
            stdout: json
            schema: { type: integer }
          list:                           # a file that the program leaves in its work folder
            path: top-words.txt
            schema: { type: file, mime_types: [text/plain] }
            asset_type: text

        # Everything has a limit; these are stricter than the standard ones.
        resources: { wall: 1m, memory: 256MiB }

        """#

    private static let script = #"""
        #!/bin/sh
        # Usage: count.sh TEXT TOP
        # Writes the TOP most frequent words of TEXT to top-words.txt, and how many words there are to standard output.
        set -eu

        tr -cs '[:alnum:]' '\n' < "$1" | tr '[:upper:]' '[:lower:]' | sed '/^$/d' > words.txt
        echo "counting the words of ${1##*/}" >&2
        sort words.txt | uniq -c | sort -k1,1nr -k2 | head -n "$2" > top-words.txt
        wc -l < words.txt

        """#

    private static let example = """
        The loom weaves, and the weaver keeps the step of the loom: thread after thread, step after step,
        until the cloth is done and the loom stands still.

        """
}
