import Glibc
import LockstepModel

/// Prints a line for each thing measured: its name, and the fastest and the median of nine rounds in nanoseconds of processor time.
///
/// The starts are spread over 2025, so that clock changes are among them.
func file(_ path: String) -> [UInt8] {
    guard let stream = fopen(path, "r") else { fatalError("there is no \(path); install tzdata") }
    defer { fclose(stream) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, stream)
    return Array(bytes.prefix(count))
}

/// Nanoseconds of processor time that this process has taken; a busy machine makes them a little longer, not many times.
func processorTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

var found: Int64 = 0

@MainActor
func measure(_ name: String, _ count: Int, _ body: (Int) throws -> Int64) rethrows {
    var rounds: [Double] = []
    for _ in 0..<9 {
        let start = processorTime()
        for index in 0..<count { found &+= try body(index) }
        rounds.append(Double(processorTime() - start) / Double(count))
    }
    rounds.sort()
    print(name, Int(rounds[0]), Int(rounds[rounds.count / 2]))
}

let berlin = file("/usr/share/zoneinfo/Europe/Berlin")
let zone = try ScheduleZone(name: "Europe/Berlin", tzif: berlin)
let start: Int64 = 1_735_689_600_000

let expressions = [
    ("minute", "* * * * *"), ("quarter", "*/15 9-17 * * MON-FRI"), ("nightly", "30 2 * * MON-FRI"),
    ("monthly", "0 0 1 * *"), ("either", "0 8 31 * SAT"), ("yearly", "0 0 1 1 *"),
]
for (name, text) in expressions {
    let expression = try CronExpression(parsing: text)
    measure(name, 20_000) { index in
        let instant = Instant(milliseconds: start + Int64(index) * 1_576_800)
        return expression.next(after: instant, in: zone)?.milliseconds ?? 0
    }
}

/// 29 February on a Saturday or Sunday, of which there is none between 2088 and 2116; with a star, so that nothing is skipped.
let rarest = try CronExpression(parsing: "* 2 29 2 */6")
guard let after = Instant(parsing: "2092-03-01T00:00:00Z") else { fatalError() }
measure("rarest", 2000) { _ in rarest.next(after: after, in: zone)?.milliseconds ?? 0 }

/// In a zone that skips its only hour in each year, for as long as the calendar takes to repeat.
var never = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 31) + [0, 0, 0, 1, 0, 0, 0, 4]
never += [0, 0, 0, 0, 0, 0] + Array("AAA\0".utf8)
never += never + Array("\nAAA0BBB,J60/2,J300/2\n".utf8)
let skipping = try ScheduleZone(name: "Test/Skipping", tzif: never)
let skipped = try CronExpression(parsing: "*/30 2 1 3 *")
measure("never", 100) { _ in skipped.next(after: after, in: skipping)?.milliseconds ?? 1 }

try measure("zone", 200) { _ in Int64(try ScheduleZone(name: "Europe/Berlin", tzif: berlin).offset(at: after)) }
measure("parse", 5000) { _ in (try? CronExpression(parsing: "*/15 9-17 * * MON-FRI")) == nil ? 0 : 1 }
let said = try CronExpression(parsing: "*/15 9-17 * * MON-FRI")
measure("words", 2000) { _ in Int64(said.words(in: zone).utf8.count) }
// Nothing is optimised away that is counted and shown.
print("found", found, 0)
