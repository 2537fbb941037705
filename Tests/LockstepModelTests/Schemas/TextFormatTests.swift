import LockstepJSON
import LockstepModel
import Testing

struct TextFormatTests {
    @Test(arguments: [
        (TextFormat.date, "2024-02-29"), (.date, "2000-02-29"), (.date, "0001-12-31"),
        (.dateTime, "2026-02-28T09:30:00Z"), (.dateTime, "2026-02-28t09:30:00.25-05:30"),
        (.dateTime, "1998-12-31T23:59:60Z"), (.dateTime, "1998-12-31T15:59:60.123-08:00"),
        (.time, "00:00:00Z"), (.time, "23:59:59.999+23:59"), (.time, "08:30:06z"), (.time, "01:29:60+01:30"),
        (.duration, "P4DT12H30M5S"), (.duration, "P1Y2M3D"), (.duration, "PT0S"), (.duration, "P2W"),
        (.duration, "P1Y"),
        (.email, "ada.lovelace+x@example.org"), (.email, "\"a b@c\\\"d\"@example.org"), (.email, "a@[192.0.2.1]"),
        (.email, "a@[IPv6:::1]"), (.email, "~@x"),
        (.hostname, "a"), (.hostname, "www.Example-1.org"), (.hostname, "xn--bcher-kva.example"),
        (.hostname, String(repeating: "a", count: 63) + ".b"),
        (.ipv4, "192.0.2.1"), (.ipv4, "0.0.0.0"), (.ipv4, "255.255.255.255"),
        (.ipv6, "::"), (.ipv6, "::1"), (.ipv6, "1::"), (.ipv6, "2001:db8::ff00:42:8329"),
        (.ipv6, "1:2:3:4:5:6:7:8"), (.ipv6, "1:2:3:4:5:6:7::"), (.ipv6, "::ffff:192.0.2.1"),
        (.ipv6, "1:2:3:4:5:6:192.0.2.1"),
        (.uri, "https://user@example.org:8080/a/b?c=d#e"), (.uri, "urn:isbn:0451450523"), (.uri, "mailto:a@b.c"),
        (.uri, "http://[2001:db8::7]/c=GB?a"), (.uri, "http://-.~_!$&'()*+,;=:%40:80%2f@example.com"),
        (.uriReference, ""), (.uriReference, "../a?b#c"), (.uriReference, "//example.org/x"), (.uriReference, "./a:b"),
        (.uuid, "123E4567-e89b-12d3-a456-426614174000"), (.regex, "^[a-z]+$"), (.regex, #"\p{Letter}"#),
        (.jsonPointer, ""), (.jsonPointer, "/a~1b/~0/0"), (.relativeJSONPointer, "0"), (.relativeJSONPointer, "1/a"),
        (.relativeJSONPointer, "12#"),
    ])
    func `A text of the format fits`(format: TextFormat, text: String) throws {
        #expect(format.accepts(text))
        let schema = try ValueSchema(decoding: ["format": .string(format.rawValue)])
        #expect(schema.accepts(.string(text)))
        #expect(schema.accepts(7))
    }

    @Test(arguments: [
        (TextFormat.date, "2023-02-29"), (.date, "1900-02-29"), (.date, "2026-13-01"), (.date, "2026-04-31"),
        (.date, "2026-1-01"), (.date, "2026-01-01Z"), (.date, "२०२६-01-01"), (.date, "2026-01-00"),
        (.dateTime, "2026-02-28 09:30:00Z"), (.dateTime, "2026-02-28T09:30:00"), (.dateTime, "2026-02-28T24:00:00Z"),
        (.dateTime, "2026-02-30T09:30:00Z"), (.dateTime, "2026-02-28T09:30:00.Z"), (.dateTime, "1998-12-31T23:58:60Z"),
        (.dateTime, "1998-12-31T22:59:60Z"), (.time, "09:30Z"), (.time, "09:30:00"), (.time, "09:60:00Z"),
        (.time, "09:30:00+24:00"), (.time, "09:30:00+0100"), (.time, "9:30:00Z"), (.time, "09:30:00ZZ"),
        (.duration, "P"), (.duration, "PT"), (.duration, "P1Y1W"), (.duration, "P1D2H"), (.duration, "P2D1Y"),
        (.duration, "P1YD"), (.duration, "P0.5D"), (.duration, "1D"), (.duration, "P1YT"), (.duration, "P1Y1D"),
        (.duration, "PT1H1S"),
        (.email, "ada"), (.email, "@example.org"), (.email, "a@"), (.email, "a..b@example.org"), (.email, ".a@b.c"),
        (.email, "a b@example.org"), (.email, "a@b_c"), (.email, "\"a@b.c"), (.email, "a@[300.0.0.1]"),
        (.email, "é@b.c"),
        (.hostname, ""), (.hostname, "-a.org"), (.hostname, "a-.org"), (.hostname, "a..b"), (.hostname, "a_b"),
        (.hostname, String(repeating: "a", count: 64)), (.hostname, "a."), (.hostname, "größe.de"),
        (.ipv4, "1.2.3"), (.ipv4, "1.2.3.256"), (.ipv4, "1.2.3.04"), (.ipv4, "1.2.3.4.5"), (.ipv4, "0x7f.0.0.1"),
        (.ipv6, ":"), (.ipv6, ":::"), (.ipv6, "1:2:3:4:5:6:7"), (.ipv6, "1:2:3:4:5:6:7:8:9"), (.ipv6, "1::2::3"),
        (.ipv6, "12345::"), (.ipv6, "::1%eth0"), (.ipv6, ":1:2:3:4:5:6:7"), (.ipv6, "1:2:3:4:5:6:7:"),
        (.ipv6, "::g"), (.ipv6, "192.0.2.1"), (.ipv6, "1:2:3:4:5:6:7:192.0.2.1"), (.ipv6, "::192.0.2.01"),
        (.uri, "/a/b"), (.uri, "a b:c"), (.uri, "http://a b"), (.uri, "http://[::1"), (.uri, "1a://b"), (.uri, ":a"),
        (.uri, "http://a/%zz"), (.uri, "http://a/%4"), (.uri, "http://a:b/"), (.uri, "http://a/é"),
        (.uri, "http://a/<b>"),
        (.uri, "http://a#b#c"), (.uriReference, "\\\\WINDOWS\\x"), (.uriReference, "a:b:c d"), (.uriReference, "1a:b"),
        (.uuid, "123e4567e89b12d3a456426614174000"), (.uuid, "123e4567-e89b-12d3-a456-42661417400g"),
        (.uuid, "-123e456-e89b-12d3-a456-426614174000"), (.regex, "("), (.regex, "[a"), (.jsonPointer, "a"),
        (.jsonPointer, "/~2"), (.jsonPointer, "/~"), (.relativeJSONPointer, ""), (.relativeJSONPointer, "01/a"),
        (.relativeJSONPointer, "/a"), (.relativeJSONPointer, "0##"), (.relativeJSONPointer, "1a"),
    ])
    func `A text that is not of the format is refused`(format: TextFormat, text: String) throws {
        let schema = try ValueSchema(decoding: ["format": .string(format.rawValue)])
        let message = "must be \(format.shown); it is \(JSONValue.string(text).shown)"
        #expect(schema.violations(in: .string(text)).map(\.message) == [message])
    }

    @Test
    func `A format that nobody knows is refused with the list`() {
        let all = TextFormat.allCases.map(\.rawValue).joined(separator: ", ")
        let problems = { (name: String) in
            ValueSchema.decode(["format": .string(name)], at: JSONPointer()).problems.map(\.message)
        }
        #expect(problems("iri") == ["there is no format `iri`; did you mean `uri`? The formats are \(all)"])
        #expect(problems("colour") == ["there is no format `colour`; the formats are \(all)"])
    }
}
