import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepExecution

/// Steps that will not end, or want to leave something behind that lives on.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct EndlessEscapeTests {
    private let escapes: EscapeBench

    init() throws { escapes = try EscapeBench() }

    /// Each leaves a process with this word among its arguments.
    private static let leavers = [
        (
            "behind a double fork",
            "if os.fork() == 0:\n os.setsid()\n if os.fork() == 0: stay()\n os._exit(0)\nos.wait()"
        ),
        ("that holds the log open", "if os.fork() == 0:\n os.setsid()\n stay()"),
        (
            "that has closed everything and ignores signals",
            "if os.fork() == 0:\n os.setsid()\n os.closerange(0, 99)\n [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 3, 15)]\n stay()"
        ),
        ("that is stopped", "child = os.fork()\nif child == 0: stay()\nos.kill(child, 19)"),
        ("that starts itself again", "if os.fork() == 0:\n while True:\n  if os.fork() == 0: stay()\n  os.wait()"),
    ]

    @Test(arguments: leavers)
    func `no process outlives its step`(name: String, script: String) async throws {
        let word = "3\(UInt32.random(in: 100_000_000...999_999_999))"
        let stay = "def stay():\n os.execv('/usr/bin/sleep', ['sleep', '\(word)'])\n"
        // The parent waits until it has seen the one that stays.
        let wait = """

            import glob
            def there(path):
                try: return b'\(word)' in open(path, 'rb').read() and path.split('/')[2] != str(os.getpid())
                except OSError: return False
            while not any(there(path) for path in glob.glob('/proc/[0-9]*/cmdline')): time.sleep(0.01)
            print('stays')
            """
        #expect(try await escapes.answer(stay + script + wait) == "stays", "\(name)")
        #expect(!Processes.exist(withArgument: word), "\(name)")
    }

    /// None of these ends by itself, and none hears TERM.
    private static let hangers = [
        ("ignores TERM", "signal.signal(15, signal.SIG_IGN)\ntime.sleep(3600)"),
        (
            "stops itself and all that it can reach",
            "os.kill(-1, 19) if os.fork() == 0 else None\nos.kill(os.getppid(), 19)\nos.kill(os.getpid(), 19)"
        ),
        ("has closed its output", "signal.signal(15, signal.SIG_IGN)\nos.closerange(0, 3)\ntime.sleep(3600)"),
        (
            "floods both logs",
            "signal.signal(15, signal.SIG_IGN)\nos.fork()\nwhile True: os.write(1, b'x' * 65536); os.write(2, b'\\n' * 65536)"
        ),
        (
            "forks and forgets",
            "signal.signal(15, signal.SIG_IGN)\nwhile True:\n try:\n  if os.fork() == 0: os._exit(0)\n except OSError: pass"
        ),
        (
            "fills the pipe and stops reading",
            "signal.signal(15, signal.SIG_IGN)\nimport fcntl\nfcntl.fcntl(1, 1031, 4096)\nos.set_blocking(1, False)\nwhile True:\n try: os.write(1, b'x')\n except OSError: pass"
        ),
    ]

    @Test(arguments: hangers)
    func `a step that will not end is ended`(name: String, script: String) async throws {
        let word = "word\(UInt32.random(in: 0 ... .max))"
        let outcome = try await escapes.outcome("# \(word)\n" + script) {
            $0.limits.wall = DurationText(milliseconds: 700)
            $0.limits.logSize = .mebibytes(1)
            $0.command.append(word)
        }
        #expect(outcome.ending.reason == .timedOut, "\(name): \(outcome)")
        #expect(!Processes.exist(withArgument: word), "\(name)")
    }
}
