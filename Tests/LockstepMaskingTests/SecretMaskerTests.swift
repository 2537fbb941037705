import Testing

@testable import LockstepMasking

struct SecretMaskerTests {
    private static let token = "s3cr3t/Token+Value=42"

    private func masked(_ text: String, _ secrets: [String] = [token], pieces: Int? = nil) throws -> String {
        masked(text, with: try #require(SecretPatterns(secrets.map { Array($0.utf8) })), pieces: pieces)
    }

    private func masked(_ text: String, with patterns: SecretPatterns, pieces: Int? = nil) -> String {
        var masker = SecretMasker(patterns)
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces ?? max(1, bytes.count)) {
            bytes[start..<min(bytes.count, start + (pieces ?? bytes.count))].withUnsafeBytes {
                masker.take($0) { out += $0 }
            }
        }
        masker.finish { out += $0 }
        return String(decoding: out, as: UTF8.self)
    }

    /// Made with `printf %s`, `base64`, Python's `urllib.parse` and `json`, and `xxd -p`.
    @Test(arguments: [
        ("as it is", "s3cr3t/Token+Value=42"), ("in other letters", "S3CR3T/TOKEN+VALUE=42"),
        ("base64", "czNjcjN0L1Rva2VuK1ZhbHVlPTQy"), ("base64 of a line", "czNjcjN0L1Rva2VuK1ZhbHVlPTQyCg=="),
        ("base64 without padding", "czNjcjN0L1Rva2VuK1ZhbHVlPTQyCg"), ("quote", "s3cr3t/Token%2BValue%3D42"),
        ("quote of all", "s3cr3t%2FToken%2BValue%3D42"), ("lower case", "s3cr3t%2fToken%2bValue%3d42"),
        ("hexadecimal", "7333637233742f546f6b656e2b56616c75653d3432"),
        ("upper hexadecimal", "7333637233742F546F6B656E2B56616C75653D3432"),
        ("wrapped", "s3cr3t/Tok\r\nen+Value\n=42"),
    ])
    func `every form of a secret is masked`(_ name: String, _ form: String) throws {
        #expect(try masked("<\(form)>") == "<***>", "\(name)")
        #expect(try masked(form) == "***", "\(name)")
        for size in 1...7 { #expect(try masked("a \(form) b \(form)\n", pieces: size) == "a *** b ***\n", "\(name)") }
    }

    /// `printf 'user:…' | base64` with 0 to 5 bytes before and behind the secret: only characters that others decide as well
    /// are left.
    @Test(arguments: [
        "dXNlcjpzM2NyM3QvVG9rZW4rVmFsdWU9NDI=", "YWJjZHMzY3IzdC9Ub2tlbitWYWx1ZT00Mmg=",
        "eHlzM2NyM3QvVG9rZW4rVmFsdWU9NDJ5eg==", "YWJjZGVzM2NyM3QvVG9rZW4rVmFsdWU9NDJxcXE=",
        "dXNlcjpzM2NyM3QvVG9rZW4rVmFsdWU9NDI",
    ])
    func `a secret inside of what was encoded is masked`(_ text: String) throws {
        let shown = try masked(text)
        #expect(shown.contains("***"), "\(shown)")
        // Whatever is left of the secret's 28 characters is less than two bytes of it.
        let core = "M2NyM3QvVG9rZW4rVmFsdWU9ND"
        let other = "zY3IzdC9Ub2tlbitWYWx1ZT00M"
        let third = "c2NyM3QvVG9rZW4"
        for piece in [core, other, third] {
            for start in 0..<(piece.count - 4) {
                #expect(!shown.contains(piece.dropFirst(start).prefix(4)), "\(shown)")
            }
        }
    }

    @Test func `both alphabets of base64 are known`() throws {
        // The bytes fb ff fe and 3f bf, which need both of the last two characters.
        let secret = "ab>>>???~~~\u{7F}key"
        let standard = "YWI+Pj4/Pz9+fn5/a2V5"
        let web = "YWI-Pj4_Pz9-fn5_a2V5"
        #expect(try masked("1 \(standard) 2 \(web) 3", [secret]) == "1 *** 2 *** 3")
    }

    @Test func `a secret with quotes and line breaks is masked as JSON, in shells, in forms and line by line`() throws {
        let secret = "first \"line\"\nit's the second\\one\n\tthird line\nxyz"
        let json = #"first \"line\"\nit's the second\\one\n\tthird line\nxyz"#
        let form = "first+%22line%22%0Ait%27s+the+second%5Cone%0A%09third+line%0Axyz"
        let shell = "first \"line\"\nit'\\''s the second\\one\n\tthird line\nxyz"
        #expect(try masked("{\"a\": \"\(json)\"}", [secret]) == "{\"a\": \"***\"}")
        #expect(try masked("a=\(form)&b=1", [secret]) == "a=***&b=1")
        #expect(try masked("+ '\(shell)'", [secret]) == "+ '***'")
        #expect(try masked("\(secret)\n", [secret]) == "***\n")
        #expect(try masked("1: third line\n2: it's the second\\one!", [secret]) == "1: ***\n2: ***!")
        #expect(try masked(secret.replacing("\n", with: "\r\n"), [secret]) == "***")
        // Too short to stand for the secret by itself.
        #expect(try masked("xyz", [secret]) == "xyz")
    }

    @Test func `secrets that overlap, hold each other or follow each other leave nothing`() throws {
        let secrets = ["abcdef", "defghi", "cdef", "abcdefghijklmnop"]
        #expect(try masked("-abcdefghi-", secrets) == "-***-")
        #expect(try masked("abcdefabcdef", secrets) == "******")
        #expect(try masked("abcdefghijklmnox", secrets) == "***jklmnox")
        for size in 1...5 {
            #expect(
                try masked("1 abcdefghi 2 cdefghi 3 abcdefghijklmnop 4", secrets, pieces: size) == "1 *** 2 *** 3 *** 4"
            )
        }
    }

    @Test func `other text is left as it is, byte for byte`() throws {
        let text = "s3cr3t/Token+Value=4 and s3cr3 \u{1F600}\r\n\n\n s3cr3t/\n"
        for size in 1...9 { #expect(try masked(text, pieces: size) == text) }
    }

    @Test func `how a stream is cut changes nothing`() throws {
        var random = SystemRandomNumberGenerator()
        let secrets = ["aabab", "abaabaab\nbabbaab", "bbbbaaaa"]
        let patterns = try #require(SecretPatterns(secrets.map { Array($0.utf8) }))
        for _ in 0..<200 {
            let text = String((0..<200).map { _ in ["a", "b", "a", "b", "\n"].randomElement(using: &random) ?? "a" })
            let whole = masked(text, with: patterns)
            for size in [1, 2, 3, 7, 50] { #expect(masked(text, with: patterns, pieces: size) == whole) }
            let flat = whole.filter { $0 != "\n" }
            #expect(!secrets.contains { flat.contains($0.filter { $0 != "\n" }) }, "\(text)")
        }
    }

    @Test func `only what may be a secret is held back, and a harmless part of it is shown after a pause`() throws {
        var masker = SecretMasker(try #require(SecretPatterns([Array("Token-1234567890".utf8)])))
        var out = ""
        func take(_ text: String) {
            Array(text.utf8).withUnsafeBytes { masker.take($0) { out += String(decoding: $0, as: UTF8.self) } }
        }
        take("a prompt: ")
        #expect(out == "a prompt: ")
        take("Tok")
        #expect(out == "a prompt: " && masker.isHoldingHarmless)
        masker.pause { out += String(decoding: $0, as: UTF8.self) }
        #expect(out == "a prompt: Tok" && !masker.isHoldingHarmless)
        // The search has gone on, so the rest is masked all the same.
        take("en-1234567890!")
        #expect(out == "a prompt: Tok***!")
        take("Token-123")
        #expect(!masker.isHoldingHarmless)
        masker.pause { out += String(decoding: $0, as: UTF8.self) }
        #expect(out == "a prompt: Tok***!")
        take("4567890\n")
        #expect(masker.isHoldingHarmless)
        masker.pause { out += String(decoding: $0, as: UTF8.self) }
        #expect(out == "a prompt: Tok***!***\n")
        // A tool that was killed in the middle of a secret.
        take("Token-12345678")
        masker.finish { out += String(decoding: $0, as: UTF8.self) }
        #expect(out == "a prompt: Tok***!***\n***")
    }

    @Test func `what is held back is bounded`() throws {
        var masker = SecretMasker(try #require(SecretPatterns([Array("abcd".utf8)])))
        var count = 0
        let lines = [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 16)
        (Array("abc".utf8) + lines).withUnsafeBytes { masker.take($0) { count += $0.count } }
        #expect(count == 3 + lines.count)
    }

    @Test func `a large secret of many lines is masked in every form`() throws {
        let secret = (0..<4096).map { "line \($0) \"\($0 * 7919)\"" }.joined(separator: "\n").prefix(6000)
        #expect(try masked("a\(secret)b", [String(secret)], pieces: 10_000) == "a***b")
    }

    @Test func `patterns do not show themselves`() throws {
        let patterns = try #require(SecretPatterns([Array("hunter2hunter2".utf8)]))
        var dumped = ""
        dump(patterns, to: &dumped)
        for text in ["\(patterns)", String(reflecting: patterns), dumped] { #expect(!text.contains("hunter2")) }
    }
}
