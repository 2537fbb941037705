import LockstepJSON
import Testing

struct JSONPointerTests {
    private let document: JSONValue = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "m~n": 8, "~1": 9, "nested": ["x": [["y": "z"]]],
    ]

    @Test(
        arguments: [
            ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/m~0n", 8), ("/~01", 9), ("/nested/x/0/y", "z"),
        ] as [(String, JSONValue)]
    )
    func `A pointer names a value`(text: String, value: JSONValue) throws {
        let pointer = try #require(JSONPointer(parsing: text))
        #expect(pointer.resolve(in: document) == value)
        #expect(pointer.description == text)
    }

    @Test
    func `The empty pointer names the whole document`() {
        #expect(JSONPointer(parsing: "")?.resolve(in: document) == document)
        #expect(JSONPointer().parent == JSONPointer())
    }

    @Test(arguments: [
        "/foo/2", "/foo/-", "/foo/00", "/foo/-1", "/foo/x", "/none", "/foo/0/x", "/foo/99999999999999999999",
    ])
    func `A pointer past the document names nothing`(text: String) throws {
        #expect(try #require(JSONPointer(parsing: text)).resolve(in: document) == nil)
    }

    @Test(arguments: ["foo", "#/foo", "/a~", "/a~2", "/~~0"])
    func `Text that is no pointer is refused`(text: String) {
        #expect(JSONPointer(parsing: text) == nil)
    }

    @Test
    func `A pointer grows and shrinks by tokens`() {
        let pointer = JSONPointer(["a"]).appending("b/c").appending(3)
        #expect(pointer.description == "/a/b~1c/3")
        #expect(pointer.parent.tokens == ["a", "b/c"])
    }
}
