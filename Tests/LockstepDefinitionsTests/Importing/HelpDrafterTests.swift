import LockstepDefinitions
import LockstepJSON
import LockstepModel
import Testing

struct HelpDrafterTests {
    private func draft(_ command: String, _ help: String) throws -> DraftedTool {
        let words = command.split(separator: " ").map(String.init)
        let tool = try #require(HelpDrafter.draft(words, help: help, id: nil))
        _ = try Tool(definition: tool.definition)
        let written = SourceDocument(file: "t.yaml", bytes: Array(tool.yaml.utf8))
        #expect(written.root?.json == tool.definition, "\(tool.yaml)")
        return tool
    }

    private static let gnu = """
        Usage: weigh [OPTION]... PATTERN [FILE]...
          or:  weigh [OPTION]... --list=F
        Weigh the lines of each FILE that match PATTERN.

          -c, --count                 print only a count
                                        of the lines
          -m, --max=NUM               stop after NUM lines
              --color[=WHEN],
              --colour[=WHEN]         use colours; WHEN is 'always' or 'never'
          -f, --file=FILE             read patterns from FILE
          -o, --output=FILE           write the result to FILE
          -T DIR                      use DIR for temporary files
          -NUM                        same as --max=NUM
              --help        display this help and exit
              --version     output version information and exit

        With no FILE, read standard input.
        """

    @Test
    func `GNU help becomes options, types and arguments`() throws {
        let tool = try draft("weigh", Self.gnu)
        let expected: JSONValue = [
            "weigh", ["--count", "${count}"], ["--max=${max}"], ["--color=${color}"], ["--file=${file}"],
            ["--output=${output}"], ["-T", "${T}"], "${pattern}", "${file_2}",
        ]
        #expect(tool.definition["command"] == expected)
        #expect(tool.definition["description"] == "Weigh the lines of each FILE that match PATTERN.")
        let parameters = tool.definition["parameters"]
        #expect(
            parameters?["count"] == ["description": "print only a count of the lines", "schema": ["type": "boolean"]]
        )
        #expect(parameters?["max"]?["schema"] == ["type": "integer"])
        #expect(parameters?["file"]?["schema"] == ["type": "file"])
        #expect(parameters?["output"]?["schema"] == ["type": "string"])
        #expect(parameters?["pattern"]?["required"] == true)
        #expect(parameters?["file_2"]?["schema"] == ["type": "array", "items": ["type": "file"]])
        #expect(tool.definition["outputs"]?["output_file"]?["path"] == "${output}")
        #expect(tool.notes.contains { $0.contains("2 usage lines") } && tool.notes.contains { $0.contains("-NUM") })
    }

    private static let argparse = """
        usage: python3 -m shape.it [-h] --kind {round,square} [--size SIZE]
                                   [--names NAME [NAME ...]] [--ratio FLOAT] [-v]
                                   source [target]

        Shapes things.

        positional arguments:
          source                what is shaped
          target

        options:
          -h, --help            show this help message and exit
          --kind {round,square}
                                which kind
          --size SIZE           how large (default: 5)
          --names NAME [NAME ...]
          --ratio FLOAT         the ratio (default: 0.5)
          -v, --verbose         say more (default: False)
        """

    @Test
    func `argparse help has choices, defaults and required options`() throws {
        let tool = try draft("python3 -m shape.it", Self.argparse)
        #expect(tool.id == "shape_it")
        let expected: JSONValue = [
            "python3", "-m", "shape.it", "--kind", "${kind}", ["--size", "${size}"], ["--names", "${names}"],
            ["--ratio", "${ratio}"], ["--verbose", "${verbose}"], "${source}", "${target}",
        ]
        #expect(tool.definition["command"] == expected)
        let parameters = tool.definition["parameters"]
        #expect(parameters?["kind"]?["required"] == true)
        #expect(parameters?["kind"]?["schema"]?["enum"] == ["round", "square"])
        #expect(parameters?["size"]?["default"] == "5")
        #expect(parameters?["ratio"]?["default"] == 0.5)
        #expect(parameters?["names"]?["schema"]?["type"] == "array")
        #expect(parameters?["verbose"]?["default"] == nil)
        #expect(parameters?["source"]?["required"] == true && parameters?["target"]?["required"] == nil)
    }

    private static let clap = """
        \u{1B}[1mUsage:\u{1B}[0m dig [OPTIONS] <INPUT> [DEPTH]...

        Options:
          -j, --jobs <N>
                  How many at once

                  [default: 4]
          -f, --format <FORMAT>
                  The format

                  [possible values: text, json]
          -q, --quiet    Say less
          -h, --help     Print help
          -V, --version  Print version
        """

    @Test
    func `clap help is read over its empty lines and without its colours`() throws {
        let tool = try draft("dig", Self.clap)
        let parameters = tool.definition["parameters"]
        #expect(parameters?["jobs"]?["default"] == 4 && parameters?["jobs"]?["schema"]?["type"] == "integer")
        #expect(parameters?["format"]?["schema"]?["enum"] == ["text", "json"])
        #expect(parameters?["input"]?["schema"]?["type"] == "file")
        #expect(parameters?["depth"]?["schema"]?["items"]?["type"] == "integer")
        #expect(parameters?["help"] == nil && parameters?["version"] == nil)
    }

    @Test
    func `A usage line alone is enough`() throws {
        let tool = try draft("pare", "usage: pare [-abc] [-f file] -o outfile name ...\n")
        let expected: JSONValue = [
            "pare", ["-a", "${a}"], ["-b", "${b}"], ["-c", "${c}"], ["-f", "${f}"],
        ]
        #expect((tool.definition["command"]?.arrayValue ?? []).prefix(5) == (expected.arrayValue ?? [])[...])
        #expect(tool.definition["parameters"]?["name"]?["schema"]?["type"] == "array")
    }

    @Test(arguments: ["", "no such option: --help\n", "error\n\n- a list\n- of things\n", "\u{0}\u{1}\u{2}"])
    func `What is no help gives no draft`(_ text: String) {
        #expect(HelpDrafter.draft(["x"], help: text, id: nil) == nil)
    }

    @Test
    func `Whatever a help text holds, the draft is valid`() throws {
        let lines = [
            "usage: x [[[ ((( {a,b <y> ]]] ${HOME} -- | ... -", "  -a, --${x}=$${y}  (default: ${z})",
            "  --n=NUM (default: many)",
            "  -k{a,b}  # comment: [default: c]", "  --\u{202E}x  y", "  --é=É",
            "  -1, --1=N  [default: 99999999999999999999]",
            "  --a.b..c  x", "  --x=FILE (default: /etc/passwd)", "  --y [Z]",
            "  --" + String(repeating: "l", count: 300),
        ]
        for count in 1...lines.count {
            _ = try draft("x ${y}", lines.prefix(count).joined(separator: "\n") + "\n  -z  zed\n")
        }
    }
}
