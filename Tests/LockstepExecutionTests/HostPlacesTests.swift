import Testing

@testable import LockstepExecution

struct HostPlacesTests {
    private let places = HostPlaces(
        ["/in": "/a/in", "/step": "/a/work", "/tool": "/p/tool", "/run/lockstep/events.jsonl": "/a/events.jsonl"],
        inputs: ["/in/doc/a b.pdf"]
    )

    @Test(arguments: [
        ("/in/doc/a b.pdf", "/a/in/doc/a b.pdf"), ("--file=/in/doc/a b.pdf", "--file=/a/in/doc/a b.pdf"),
        ("-I/in/doc/a b.pdf", "-I/a/in/doc/a b.pdf"), ("/step", "/a/work"), ("/step/x", "/a/work/x"),
        ("/tool/run.sh", "/p/tool/run.sh"), ("a:/step:/tool", "a:/a/work:/p/tool"),
        ("cd '/step' && ls", "cd '/a/work' && ls"),
        ("/run/lockstep/events.jsonl", "/a/events.jsonl"), ("/steps", "/steps"), ("/home/step", "/home/step"),
        ("/x/tool/y", "/x/tool/y"), ("s/step/stop/", "s/step/stop/"), ("/inside", "/inside"), ("", ""),
        ("é/step", "é/step"),
    ])
    func `paths of the sandbox become paths of the host, and nothing else does`(_ text: String, _ expected: String) {
        #expect(places.resolve(text) == expected)
    }
}
