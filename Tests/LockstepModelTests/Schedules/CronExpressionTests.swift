import LockstepModel
import Testing

struct CronExpressionTests {
    @Test(arguments: [
        ("@hourly", "0 * * * *"), ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"), ("@ANNUALLY", "0 0 1 1 *"), ("0 0 * * SUN", "0 0 * * 7"),
        ("0 0 * jan-MAR *", "0 0 * 1,2,3 *"), ("0 0 * * FRI-SUN", "0 0 * * 0,5,6"), ("0 0 * * 5-7", "0 0 * * 0,5,6"),
        ("5/20 * * * *", "5,25,45 * * * *"), ("10-30/10 * * * *", "10,20,30 * * * *"),
        ("\t05  0\t* * *\n", "5 0 * * *"),
        ("0 0 * * */2", "0 0 * * 0,2,4,6"), ("0 0 * * 1/2", "0 0 * * 1,3,5"), ("0 0 * * 0-7", "0 0 * * 0-6"),
        ("*/1 * * * *", "* * * * *"), ("*,5 * * * *", "* * * * *"),
    ])
    func `Two ways of writing the same times fire alike`(one: String, other: String) throws {
        let (one, other) = (try CronExpression(parsing: one), try CronExpression(parsing: other))
        var instant = try TestZones.instant("2024-02-28T00:00:00Z")
        for _ in 0..<100 {
            let next = try #require(one.next(after: instant, in: .utc))
            #expect(other.next(after: instant, in: .utc) == next)
            instant = next
        }
        #expect(one.words == other.words)
    }

    @Test
    func `An expression keeps its text`() throws {
        let expression = try CronExpression(parsing: " 30 2 * *  MON-FRI ")
        #expect(expression.text == " 30 2 * *  MON-FRI ")
        #expect("\(expression)" == " 30 2 * *  MON-FRI ")
        #expect(try CronExpression(parsing: "@daily") != CronExpression(parsing: "0 0 * * *"))
    }

    /// Each of these has one finding: where it is, and a part of what it says.
    @Test(arguments: [
        ("", 1, "five fields"), ("  ", 1, "five fields"), ("* * * *", 1, "4 fields"), ("5", 1, "1 field, and"),
        ("0 30 2 * * *", 1, "seconds are not supported"), ("30 2 * * * 2025", 12, "years are not supported"),
        ("0 30 2 * * * 2025", 1, "seconds and years"), ("* * * * * * * *", 11, "8 fields"),
        ("*/0 * * * *", 3, "step of 0"), ("*/61 * * * *", 3, "does nothing"), ("*/60 * * * *", 3, "write 0"),
        ("0 */24 * * *", 5, "does nothing"), ("0 8-10/3 * * *", 8, "only hour 8"), ("0 0 * * */7", 11, "does nothing"),
        ("50/10 * * * *", 4, "does nothing"), ("0 0 */99999999999999999999 * *", 7, "does nothing"),
        ("*/x * * * *", 3, "no whole number"), ("*/ * * * *", 3, "no whole number"), ("*/5/5 * * * *", 4, "second /"),
        ("0-10-20 * * * *", 5, "second hyphen"), ("30-10 * * * *", 1, "30-59,0-10"),
        ("0 0 * * FRI-MON", 9, "backwards"),
        ("0 0 * * 5-0", 9, "write 5-7"), ("0 0 * DEC-FEB *", 7, "DEC-12,1-FEB"),
        ("60 * * * *", 1, "from 0 to 59"), ("0 24 * * *", 3, "midnight is 0"), ("0 0 0 * *", 5, "from 1 to 31"),
        ("0 0 32 * *", 5, "from 1 to 31"), ("0 0 * 13 *", 7, "from 1 to 12"), ("0 0 * * 8", 9, "from 0 to 7"),
        ("99999999999999999999 * * * *", 1, "from 0 to 59"), ("-1 * * * *", 1, "is missing"),
        ("1- * * * *", 3, "is missing"), ("1,,2 * * * *", 3, "empty member"), (",1 * * * *", 1, "empty member"),
        ("1, * * * *", 3, "empty member"), ("/5 * * * *", 1, "is missing"), ("** * * * *", 1, "is no minute"),
        ("0 0 * * MONDAY", 9, "write MON"), ("0 0 * * tues", 9, "write TUE"), ("0 0 * * MNO", 9, "write MON"),
        ("0 0 * January *", 7, "write JAN"), ("0 0 * SEPT *", 7, "write SEP"), ("0 0 * * wendesday", 9, "write WED"),
        ("0 0 * FEV *", 7, "write FEB"), ("0 0 * * JAN", 9, "is a month"), ("0 0 * MON *", 7, "is a weekday"),
        ("0 0 MON * *", 5, "is a weekday"), ("noon * * * *", 1, "is no minute"), ("0 0 * * xyzzy", 9, "SUN to SAT"),
        ("0 0 30 2 *", 5, "February has at most 29 days"), ("0 0 31 FEB,APR,JUN *", 5, "February, April and June have"),
        ("0 0 31 4 */2", 5, "at most 30 days"), ("0 0 31 9,11 *", 5, "September and November"),
        ("@reboot", 1, "service that the machine starts"), ("@every 5m", 1, "write a step"), ("@dayly", 1, "@daily"),
        ("@", 1, "there are @annually"), ("@daily 5 * * *", 1, "stands alone"),
        ("TZ=UTC 0 0 * * *", 1, "time_zone"), ("CRON_TZ=UTC 0 0 * * *", 1, "time_zone"),
        ("0 0 ? * *", 5, "write *"), ("0 0 L * *", 5, "L (the last one)"), ("0 0 * * 5L", 9, "L (the last one)"),
        ("0 0 * * FRIL", 9, "L (the last one)"), ("0 0 L-3 * *", 5, "L (the last one)"),
        ("0 0 15W * *", 5, "W (the nearest"),
        ("0 0 LW * *", 5, "W (the nearest"), ("0 0 W * *", 5, "MON-FRI"), ("0 0 * * MON#2", 9, "# (a certain"),
        ("H * * * *", 1, "H (a number"), ("H/15 * * * *", 1, "jitter"), ("0~30 * * * *", 1, "~ (a random"),
        ("0 9\u{2013}17 * * *", 4, "write -"), ("\u{2217} * * * *", 1, "write *"), ("0\u{A0}0 * * * *", 2, "a space"),
        ("0 0 * * lundï", 13, "U+00EF"), ("0 0 * * \u{1F600}", 9, "U+1F600"), ("0\u{0} 0 * * *", 2, "U+0000"),
    ])
    func `What is wrong is refused with its place and what to do`(text: String, column: Int, message: String) throws {
        let problem = try #require(throws: CronProblem.self) { try CronExpression(parsing: text) }
        #expect(problem.text == text)
        #expect(problem.findings.count == 1, "\(problem)")
        #expect(problem.findings[0].column == column, "\(problem)")
        #expect(problem.findings[0].message.contains(message), "\(problem)")
    }

    @Test
    func `All problems are listed at once, each with its field`() throws {
        let problem = try #require(throws: CronProblem.self) {
            try CronExpression(parsing: "*/0,61,5-1 25 L 0 MO,#,,8")
        }
        #expect(problem.findings.map(\.column) == [3, 5, 8, 12, 15, 17, 19, 22, 24, 25])
        #expect(
            problem.findings.map(\.field) == [
                .minute, .minute, .minute, .hour, .dayOfMonth, .month, .weekday, .weekday, .weekday, .weekday,
            ]
        )
        #expect("\(problem)".split(separator: "\n").count == problem.findings.count)
    }

    @Test
    func `Foreign signs are named even where the number of fields is wrong`() throws {
        let problem = try #require(throws: CronProblem.self) { try CronExpression(parsing: "0 0 12 ? * MON#2") }
        #expect(problem.findings.map(\.column) == [1, 8, 12])
    }

    @Test
    func `A suggestion can be put in place of what is wrong`() throws {
        for (text, right) in [
            ("0 30 2 * * *", "30 2 * * *"), ("30 2 * * * 2025", "30 2 * * *"), ("@weakly", "@weekly"),
        ] {
            let problem = try #require(throws: CronProblem.self) { try CronExpression(parsing: text) }
            #expect(problem.findings.first?.suggestion == right)
        }
    }

    @Test
    func `A text that is far too long is refused unread`() throws {
        let text = "0 0 * * " + String(repeating: "1,", count: 2000) + "1"
        let problem = try #require(throws: CronProblem.self) { try CronExpression(parsing: text) }
        #expect(problem.findings.count == 1)
        #expect(problem.findings[0].message.contains("longer than 1000 bytes"))
    }

    @Test(arguments: [
        "0 0 29 2 *", "0 0 30 2 1", "0 0 31 2,3 *", "0 0 29 2 */2", "0 0 * 2 1", "59 23 31 12 0-7", "0 0 31 4 0-6",
    ])
    func `What can happen, if seldom, is allowed`(text: String) throws {
        let expression = try CronExpression(parsing: text)
        #expect(expression.next(after: try TestZones.instant("2096-03-01T00:00:00Z"), in: .utc) != nil)
    }
}
