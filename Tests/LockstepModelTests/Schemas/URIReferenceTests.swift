import Testing

@testable import LockstepModel

struct URIReferenceTests {
    /// The examples of RFC 3986, 5.4.
    @Test(arguments: [
        ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q#s"),
        ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"), (";x", "http://a/b/c/;x"),
        ("g;x=1/./y", "http://a/b/c/g;x=1/y"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"),
        ("./", "http://a/b/c/"),
        ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
        ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"),
        ("g/../h", "http://a/b/c/h"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
    ])
    func `A reference is resolved as the RFC has it`(reference: String, target: String) throws {
        let base = try #require(URIReference("http://a/b/c/d;p?q"))
        #expect(try #require(URIReference(reference)).resolved(against: base).description == target)
    }

    @Test
    func `A relative document is found beside one without a scheme`() throws {
        let base = try #require(URIReference("schemas/tree.json"))
        #expect(
            try #require(URIReference("node.json#/a")).resolved(against: base).description == "schemas/node.json#/a"
        )
        #expect(try #require(URIReference("x")).resolved(against: .empty).description == "x")
    }
}
