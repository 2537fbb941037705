import Foundation
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepStore

struct SecretStoreTests {
    private let folder: TemporaryFolder
    private let store: SecretStore

    init() throws {
        folder = try TemporaryFolder()
        store = SecretStore(stateFolder: folder.path)
    }

    private func value(_ text: String) throws -> SecretSource { .value(try SecretValue(Array(text.utf8))) }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: folder.path(path))[.posixPermissions] as? Int
    }

    @Test func `a secret is kept for its owner alone, replaced and removed`() throws {
        try store.set("TOKEN", to: try value("first value"))
        try store.set("TOKEN", to: try value("second\nvalue \u{1F511}\n\n"))
        #expect(try store.entry("TOKEN")?.source == value("second\nvalue \u{1F511}\n\n"))
        #expect(try mode(of: "secrets") == 0o700)
        #expect(try mode(of: "secrets/TOKEN") == 0o600)
        #expect(try folder.names(in: "secrets") == ["TOKEN"])
        try store.set("FROM_ENV", to: .environment("CI_TOKEN"))
        try store.set("FROM_PASS", to: .command(["pass", "show", "x"]))
        #expect(store.names() == ["FROM_ENV", "FROM_PASS", "TOKEN"])
        #expect(try store.entry("FROM_ENV")?.source == .environment("CI_TOKEN"))
        #expect(try store.entry("FROM_PASS")?.source == .command(["pass", "show", "x"]))
        #expect(try store.remove("TOKEN"))
        #expect(try !store.remove("TOKEN"))
        #expect(try store.entry("TOKEN") == nil)
    }

    @Test func `a folder that others could enter is closed to them`() throws {
        try folder.write("", to: "secrets/.keep")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("secrets"))
        try store.set("TOKEN", to: try value("a value"))
        #expect(try mode(of: "secrets") == 0o700)
    }

    @Test(arguments: [0o640, 0o604, 0o620])
    func `a file that others could read or write is refused, with the remedy`(mode: Int) throws {
        try store.set("TOKEN", to: try value("a value"))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path("secrets/TOKEN"))
        let error = #expect(throws: SecretProblem.self) { try store.entry("TOKEN") }
        #expect(error?.message.contains("chmod 600") == true)
        try store.set("TOKEN", to: try value("a value"))
        try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: folder.path("secrets"))
        #expect(throws: SecretProblem.self) { try store.entry("TOKEN") }
    }

    @Test func `a link, a folder and what is no secret are refused`() throws {
        try store.set("TOKEN", to: try value("a value"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("secrets/LINK"),
            withDestinationPath: folder.path("secrets/TOKEN")
        )
        #expect(throws: SecretProblem.self) { try store.entry("LINK") }
        try FileManager.default.createDirectory(
            atPath: folder.path("secrets/FOLDER"),
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        #expect(throws: SecretProblem.self) { try store.entry("FOLDER") }
        try folder.write("not what was written", to: "secrets/OTHER")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path("secrets/OTHER"))
        let error = #expect(throws: SecretProblem.self) { try store.entry("OTHER") }
        #expect(error?.message.contains("set the secret again") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func `a file of another user is refused`() throws {
        try store.set("TOKEN", to: try value("a value"))
        chown(folder.path("secrets/TOKEN"), 65534, 65534)
        let error = #expect(throws: SecretProblem.self) { try store.entry("TOKEN") }
        #expect(error?.message.contains("belongs to another user") == true)
    }

    @Test(arguments: [
        ("", "is empty"), ("\n", "is empty"), ("abc\n", "fewer than 4"), ("\n\n\n\n\n\n", "fewer than 4"),
        ("with\u{0}nul", "NUL"), (String(repeating: "x", count: 65_537), "more than 64 KiB"),
    ])
    func `a value that is no good is refused without being repeated`(text: String, reason: String) throws {
        let error = #expect(throws: SecretProblem.self) { try SecretValue(Array(text.utf8)) }
        #expect(error?.message.contains(reason) == true)
        #expect(text.count < 4 || error?.message.contains(text) == false)
    }

    @Test func `one line break at the end of a value does not count`() throws {
        #expect(try SecretValue(Array("value\n".utf8)).revealed == "value")
        #expect(try SecretValue(Array("value\r\n".utf8)).revealed == "value")
        #expect(try SecretValue(Array("value\n\n".utf8)).revealed == "value\n")
        #expect(throws: SecretProblem.self) { try SecretValue([0xFF, 0xFE, 0xFD, 0xFC]) }
    }

    @Test func `a value does not show itself`() throws {
        let value = try SecretValue(Array("hunter2hunter2".utf8))
        var dumped = ""
        dump(SecretSource.value(value), to: &dumped)
        for text in ["\(value)", String(reflecting: value), "\(SecretSource.value(value))", dumped] {
            #expect(!text.contains("hunter2"))
        }
    }
}
