import Foundation
import LockstepTestSupport
import Testing

/// The real program in a real terminal of 80 columns and 24 rows, which tmux plays.
@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: Tmux.isThere, "tmux is not installed: no test in a real terminal was run")
)
struct TerminalTests {
    /// Runs `lockstep` in a terminal, and returns what is on the screen when `shows` holds for it.
    private func screen(
        of test: CommandLineTest,
        _ arguments: String,
        coloured: Bool = false,
        environment: String = "",
        until shows: (String) -> Bool
    ) async throws -> String {
        let socket = "\(test.folder)/tmux"
        let tmux = "tmux -u -S \(socket) -f /dev/null"
        let command = "\(environment) \"$LOCKSTEP\" \(arguments); echo \"status $?\"; sleep 3000"
        let quoted = command.replacingOccurrences(of: "'", with: "'\\''")
        // On a busy machine the server of a new terminal now and then gives up before it has begun.
        var started = try await test.shell("\(tmux) new-session -d -x 80 -y 24 '\(quoted)'")
        for _ in 0..<3 where started.stderr.contains("server exited unexpectedly") {
            started = try await test.shell("\(tmux) new-session -d -x 80 -y 24 '\(quoted)'")
        }
        #expect(started.status == 0, "\(started)")
        var screen = ""
        let isThere = try await eventually {
            screen = try await test.shell("\(tmux) capture-pane -p \(coloured ? "-e" : "")").stdout
            return shows(screen)
        }
        _ = try await test.shell("\(tmux) kill-server")
        #expect(isThere, "the screen never showed it:\n\(screen)")
        return screen
    }

    @Test
    func `A run is redrawn in place, one line a step, with what the tool last wrote`() async throws {
        let test = try SmallProject.shell(
            "for i in $(seq 2000); do echo \"line $i \(String(repeating: "漢字 long ", count: 20))\"; sleep 0.5; done"
        )
        let during = try await screen(of: test, "run workflow work") { $0.contains("  line ") }
        let steps = during.split(separator: "\n").filter { $0.contains("1/1 only") }
        #expect(steps.count == 1, "\(during)")
        #expect(steps.first?.contains("▶ 1/1 only running") == true, "\(during)")
        #expect(steps.first?.contains("…") == true, "\(during)")
    }

    @Test
    func `At the end each step is one line and the outputs follow, cut to the terminal`() async throws {
        let test = try SmallProject.shell(
            "for i in 1 2 3; do echo \"word \(String(repeating: "wide 漢字 ", count: 20))\"; sleep 0.2; done"
        )
        let end = try await screen(of: test, "run workflow work") { $0.contains("status 0") }
        let lines = end.split(separator: "\n").map(String.init)
        #expect(lines.filter { $0.contains("1/1 only") }.count == 1, "\(end)")
        #expect(lines.contains { $0.contains("✓ 1/1 only completed") }, "\(end)")
        let result = try #require(lines.firstIndex { $0.hasPrefix("result: word") }, "\(end)")
        #expect(lines[result].hasSuffix("…"), "\(end)")
        #expect(lines[result + 1] == "status 0", "\(end)")
    }

    @Test
    func `Colour is there in a terminal and not with NO_COLOR or a dumb terminal`() async throws {
        let test = try SmallProject.shell("echo hi")
        let coloured = try await screen(of: test, "run workflow work", coloured: true) { $0.contains("status 0") }
        #expect(coloured.contains("\u{1B}[32m✓"), "\(coloured.debugDescription)")
        for environment in ["NO_COLOR=1", "TERM=dumb"] {
            let plain = try await screen(of: test, "run workflow work", coloured: true, environment: environment) {
                $0.contains("status 0")
            }
            #expect(!plain.contains("\u{1B}[3"), "\(environment): \(plain.debugDescription)")
        }
    }

    @Test
    func `Logs cannot steer the terminal`() async throws {
        let test = try SmallProject.shell(#"printf 'safe \033[2J\033[31mred\n'"#)
        _ = try await test.run("run", "workflow", "work")
        let screen = try await screen(of: test, "jobs logs last --stdout") { $0.contains("status 0") }
        #expect(screen.contains("safe ^[[2J^[[31mred"), "\(screen)")
    }

    @Test(arguments: ["jobs list", "jobs events last", "outputs list last", "workflows list", "tools list"])
    func `No table is wider than the terminal`(command: String) async throws {
        let test = try SmallProject.shell("echo \(String(repeating: "long ", count: 60))")
        _ = try await test.run("run", "workflow", "work", "--name", String(repeating: "A long name 漢字 ", count: 10))
        let screen = try await screen(of: test, command) { $0.contains("status 0") }
        // A line that was too wide would have been broken: two lines a row.
        let rows = screen.split(separator: "\n").prefix { !$0.contains("status 0") }
        let whole = try await test.shell("\"$LOCKSTEP\" \(command)")
        #expect(rows.count == whole.stdout.split(separator: "\n").count, "\(screen)")
    }
}

enum Tmux {
    static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")
}
