import Foundation
import Glibc
import LockstepDefinitions
import LockstepJSON
import Testing

struct SourceDocumentTests {
    @Test
    func `JSON is read with places and all duplicate names`() throws {
        let text = "{\n  \"a\": {\"b\": 1, \"b\": 2},\n  \"ä\": [1, 2], \"a\": 3\n}\n"
        let document = SourceDocument(file: "x.json", bytes: Array(text.utf8))
        #expect(
            document.findings.map(\.head) == [
                "x.json:2:17: error: the key `b` comes twice; the first one is in line 2",
                "x.json:3:16: error: the key `a` comes twice; the first one is in line 2",
            ]
        )
        #expect(document.root?.position(of: JSONPointer(["ä", "1"])) == TextPosition(line: 3, column: 12))
        #expect(document.root?.json["a"] == ["b": 1])
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["[", "{\"a\":", "[[{\"b\":["])
    func `JSON that is nested too deep is refused at once`(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        let document = SourceDocument(file: "x.json", bytes: Array(text.utf8))
        #expect(document.findings.map(\.message) == ["values are nested deeper than 64 levels"])
    }

    @Test
    func `Broken JSON is said with its place`() {
        let document = SourceDocument(file: "x.json", bytes: Array("{\n  \"a\": 1,\n}\n".utf8))
        #expect(document.findings.map(\.head) == ["x.json:3:1: error: a member name in double quotes is expected here"])
        #expect(document.root == nil)
    }

    @Test(.timeLimit(.minutes(10)))
    func `What is no regular file is refused without waiting`() throws {
        let temporary = try TemporaryProject()
        let pipe = temporary.folder + "/pipe.yaml"
        #expect(mkfifo(pipe, 0o600) == 0)
        let kinds = [(pipe, "a named pipe"), (temporary.folder, "a folder"), ("/dev/zero", "a device")]
        for (path, kind) in kinds {
            let document = try #require(SourceDocument.load(path, named: "x"))
            #expect(
                document.findings.map(\.head) == [
                    "x: error: this is \(kind), not a file; a definition is a regular file"
                ]
            )
        }
        #expect(SourceDocument.load(temporary.folder + "/nothing.yaml", named: "x") == nil)
        let circle = temporary.folder + "/circle.yaml"
        #expect(symlink(circle, circle) == 0)
        #expect(
            SourceDocument.load(circle, named: "x")?.findings.map(\.head) == [
                "x: error: the file cannot be read: its links go in a circle"
            ]
        )
    }

    @Test
    func `A mebibyte is read, one byte more is not`() throws {
        let temporary = try TemporaryProject()
        let text = "a: \(String(repeating: "x", count: SourceFile.maximumSize - 3))"
        try temporary.write("fits.yaml", text)
        try temporary.write("large.yaml", text + "x")
        #expect(SourceDocument.load(temporary.folder + "/fits.yaml", named: "x")?.findings == [])
        #expect(
            SourceDocument.load(temporary.folder + "/large.yaml", named: "x")?.findings.map(\.head)
                == ["x: error: the file is larger than 1 MiB, which is more than a definition may be"]
        )
    }
}
