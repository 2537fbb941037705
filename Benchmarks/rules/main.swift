import Glibc
import LockstepJSON
import LockstepModel

/// Prints a line for each rule: its name, and the fastest and the median round in nanoseconds of processor time an evaluation.
///
/// Twenty variables, as a job in the middle of a pipeline has them; one of them is a list of 10,000 numbers.
var variables: [String: JSONValue] = [:]
for number in 0..<16 { variables["variable_\(number)"] = .string("value \(number)") }
variables["page"] = ["count": 5, "size": "A4"]
variables["text"] = "some text that a tool has found on the first page"
variables["job"] = ["failed_steps": ["extract"], "error_message": "it took too long"]
variables["numbers"] = .array((0..<10_000).map { .integer($0) })

let rules = [
    ("guard", 100_000, #"{"and": [{">": [{"var": "page.count"}, 3]}, {"!=": [{"var": "text"}, ""]}]}"#),
    ("var", 100_000, #"{"var": "page.count"}"#),
    ("in", 100_000, #"{"in": [{"var": "page.size"}, ["A3", "A4", "A5"]]}"#),
    ("cat", 100_000, #"{"cat": ["failed: ", {"var": "job.error_message"}]}"#),
    ("missing", 100_000, #"{"missing": ["text", "page.count", "title"]}"#),
    ("filter", 10, #"{"filter": [{"var": "numbers"}, {"%": [{"var": ""}, 2]}]}"#),
    ("reduce", 10, #"{"reduce": [{"var": "numbers"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]}"#),
]
var truths = 0

/// Nanoseconds of processor time that this process has taken; a busy machine makes them a little longer, not many times.
func processorTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

for (name, count, text) in rules {
    let (rule, problems) = Rule.decode(try JSONValue(parsing: text), at: JSONPointer())
    guard let rule else { fatalError("\(problems)") }
    var rounds: [Double] = []
    for _ in 0..<9 {
        let start = processorTime()
        for _ in 0..<count where try rule.value(in: variables).isTruthy { truths += 1 }
        rounds.append(Double(processorTime() - start) / Double(count))
    }
    rounds.sort()
    print(name, Int(rounds[0]), Int(rounds[rounds.count / 2]))
}
// Nothing is optimised away that is counted and shown.
print("true", truths, 0)
