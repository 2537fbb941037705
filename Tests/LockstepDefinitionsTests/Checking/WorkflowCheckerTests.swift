import Testing

/// What a check finds in the flow of values, one step after the other.
struct WorkflowCheckerTests {
    typealias Case = (lines: [String], expected: [String])

    private static func one(_ rest: String) -> String { FlowProject.step("one", rest) }
    private static func two(_ rest: String, tool: String = "t") -> String { FlowProject.step("two", rest, tool: tool) }

    static let rules: [Case] = [
        ([one("parameter_mappings: { s: { cat: [{ var: number }, 1] } }")], []),
        (
            [one("parameter_mappings: { n: { cat: [{ var: number }, 1] } }")],
            ["9:55: error: `n` takes an integer, but the rule `cat` gives a string"]
        ),
        (
            [one("parameter_mappings: { s: { \"==\": [{ var: number }, 1] } }")],
            ["9:55: error: `s` takes a string, but the rule `==` gives a boolean"]
        ), ([one("parameter_mappings: { n: { \"+\": [{ var: number }, 1] } }")], []),
        (
            [one("parameter_mappings: { s: { \"+\": [{ var: number }, 1] } }")],
            ["9:55: error: `s` takes a string, but the rule `+` gives a number"]
        ),
        (
            [one("parameter_mappings: { s: { merge: [{ var: number }, 1] } }")],
            ["9:55: error: `s` takes a string, but the rule `merge` gives an array"]
        ),
        (
            [one("parameter_mappings: { s: { filter: [[1], true] } }")],
            ["9:55: error: `s` takes a string, but the rule `filter` gives an array"]
        ), ([one("parameter_mappings: { list: { map: [[1, 2], { cat: [{ var: \"\" }] }] } }")], []),
        (
            [one("parameter_mappings: { list: { map: [[1, 2], { \"!\": { var: \"\" } }] } }")],
            [
                "9:58: error: `list` takes a list, each item a string, but the rule `map` gives a list, each item a boolean"
            ]
        ), ([one("parameter_mappings: { mode: { if: [{ var: number }, fast, slow] } }")], []),
        (
            [one("parameter_mappings: { mode: { if: [{ var: number }, fast, quick] } }")],
            ["9:58: warning: `mode` must be one of fast, slow; it is quick, which the rule `if` may give"]
        ),
        (
            [one("parameter_mappings: { mode: { if: [{ var: number }, rapid, quick] } }")],
            ["9:58: error: `mode` must be one of fast, slow; it is rapid, which the rule `if` gives"]
        ),
        (
            [one("parameter_mappings: { n: { if: [{ var: number }, { var: number }, { var: word }] } }")],
            ["9:55: warning: `n` takes an integer, but the rule `if` may give a string"]
        ),
        (
            [one("parameter_mappings: { s: { var: [missing_one, none] } }")],
            [
                "9:62: warning: no step makes the variable `missing_one`; it is null here"
            ]
        ),
        (
            [one("parameter_mappings: { n: { var: [number, none] } }")],
            ["9:55: warning: `n` must be an integer; it is \"none\", which the rule `var` may give"]
        ), ([one("parameter_mappings: { any: { reduce: [[1], { var: current }, 0] } }")], []),
    ]

    @Test(arguments: rules)
    func `What a rule gives is compared with the parameter`(lines: [String], expected: [String]) throws {
        let found = try FlowProject.check(lines.joined(separator: "\n"))
        #expect(found == expected)
    }

    static let names: [Case] = [
        (
            [one("parameter_mappings: { flag: { \"!\": { var: wrod } } }")],
            ["9:72: error: no step makes the variable `wrod`; did you mean `word`?"]
        ),
        (
            [one("parameter_mappings: { any: { var: [wrod, 1] } }")],
            ["9:64: warning: no step makes the variable `wrod`; did you mean `word`?"]
        ),
        (
            [one("parameter_mappings: { any: { var: weather } }")],
            ["9:64: warning: no step makes the variable `weather`; it is null here"]
        ),
        (
            [one("parameter_mappings: { any: { var: shown_word } }")],
            ["9:64: error: no step makes the variable `shown_word`; did you mean `word`?"]
        ),
        (
            [one("parameter_mappings: { any: { missing: [wrod] } }")],
            ["9:57: warning: no step makes the variable `wrod`; did you mean `word`?"]
        ),
        (
            [
                one("parameter_mappings: { any: { var: [later, 1] } }"), two("output_mappings: { text: later }"),
            ],
            ["9:64: error: `later` is made by step `two`, which runs later"]
        ),
        (
            [one("when: { var: own }, output_mappings: { text: own }")],
            ["9:43: error: `own` is made by step `one`, which is this step itself"]
        ),
        (
            [one("parameter_mappings: { s: { var: job.eror_message } }")],
            [
                "9:62: error: `job.eror_message` never has a value: it has no member `eror_message`; did you mean `error_message`?"
            ]
        ), ([one("parameter_mappings: { s: { var: job.name }, any: actor }")], []),
        (
            [one("parameter_mappings: { n: { var: job.name } }")],
            ["9:55: error: `n` takes an integer, but `job.name` is a string"]
        ),
        (
            [one("parameter_mappings: { any: record }")],
            ["9:57: warning: `record` has no value in a workflow of steps; it is null here"]
        ),
        (
            [one("parameter_mappings: { any: item_index }")],
            [
                "9:57: error: `item_index` has a value only in the parameter_mappings of a step with `for_each`"
            ]
        ),
        (
            [
                one("output_mappings: { page: page }"),
                two("parameter_mappings: { n: { var: page.count }, any: { var: page.words.0 } }"),
            ], []
        ),
        (
            [
                one("output_mappings: { page: page }"), two("parameter_mappings: { s: { var: page.count } }"),
            ],
            ["10:55: error: `s` takes a string, but `page.count` is an integer"]
        ),
        (
            [
                one("output_mappings: { page: page }"), two("parameter_mappings: { any: { var: page.cuont } }"),
            ],
            ["10:64: error: `page.cuont` never has a value: it has no member `cuont`; did you mean `count`?"]
        ),
        (
            [
                one("output_mappings: { page: page }"),
                two("parameter_mappings: { any: page.count, n: page.count, s: page.txt }"),
            ],
            [
                "10:57: warning: `page.count` is a text here; write {var: page.count} for this part of the variable `page` (or {value: page.count} if the text is meant)",
                "10:72: error: `page.count` is a text here; write {var: page.count} for this part of the variable `page`",
            ]
        ),
        (
            [one("output_mappings: { text: fast }"), two("parameter_mappings: { mode: fast }")],
            [
                "10:58: warning: `fast` is the variable here, but also one of the values of `mode`; write {var: fast} for the variable or {value: fast} for the word"
            ]
        ), ([one("output_mappings: { text: fast }"), two("parameter_mappings: { mode: { var: fast } }")], []),
        ([one("parameter_mappings: { any: { var: \"\" } }")], []),
    ]

    @Test(arguments: names)
    func `A name that a mapping reads is looked for`(lines: [String], expected: [String]) throws {
        let found = try FlowProject.check(lines.joined(separator: "\n"))
        #expect(found == expected)
    }

    private static let guarded = one("when: { \">\": [{ var: number }, 3] }, output_mappings: { text: text }")

    static let missing: [Case] = [
        (
            [guarded, two("parameter_mappings: { s: text }", tool: "need")],
            [
                "10:58: warning: `s` needs a value, but `text` has none when its step `one` is skipped; give it a default there (`text: {variable: text, default: …}`), or give this step the same `when`"
            ]
        ),
        (
            [guarded, two("parameter_mappings: { s: { var: text } }", tool: "need")],
            [
                "10:58: warning: `s` needs a value, but `text` has none when its step `one` is skipped; give it a default there (`text: {variable: text, default: …}`), or give this step the same `when`"
            ]
        ), ([guarded, two("parameter_mappings: { s: text }")], []),
        ([guarded, two("parameter_mappings: { s: { var: [text, none] } }", tool: "need")], []),
        (
            [
                guarded,
                two("when: { \">\": [{ var: number }, 3] }, parameter_mappings: { s: text }", tool: "need"),
            ], []
        ),
        (
            [
                guarded,
                two(
                    "when: { and: [{ var: word }, { \">\": [{ var: number }, 3] }] }, parameter_mappings: { s: text }",
                    tool: "need"
                ),
            ], []
        ), ([guarded, two("when: text, parameter_mappings: { s: text }", tool: "need")], []),
        (
            [
                one("when: { var: number }, output_mappings: { text: { variable: text, default: none } }"),
                two("parameter_mappings: { s: text }", tool: "need"),
            ], []
        ),
        (
            [
                one("on_failure: continue, output_mappings: { text: text }"),
                two("parameter_mappings: { s: text }", tool: "need"),
            ],
            [
                "10:58: warning: `s` needs a value, but `text` has none when its step `one` fails; give it a default there (`text: {variable: text, default: …}`), or give this step a `when`"
            ]
        ),
        (
            [
                one("output_mappings: { perhaps: text }"), two("parameter_mappings: { s: text }", tool: "need"),
            ],
            [
                "10:58: warning: `s` needs a value, but `text` has none when step `one` does not make it; give it a default there (`perhaps: {variable: text, default: …}`), or give this step a `when`"
            ]
        ),
        (
            [guarded, "finally:", two("parameter_mappings: { s: text }", tool: "need")],
            []
        ),
        (
            [
                one("when: { var: number }, output_mappings: { words: words }"),
                two("for_each: { items: words }, parameter_mappings: { s: item }"),
            ],
            [
                "10:49: warning: `for_each` needs a value, but `words` has none when its step `one` is skipped; give it a default there (`words: {variable: words, default: …}`), or give this step the same `when`"
            ]
        ),
    ]

    @Test(arguments: missing)
    func `A value that may be missing where one is needed is warned of, with the remedy`(
        lines: [String],
        expected: [String]
    ) throws {
        let found = try FlowProject.check(lines.joined(separator: "\n"))
        #expect(found == expected)
    }

    static let loops: [Case] = [
        (
            [
                one("output_mappings: { words: words }"),
                two("for_each: { items: words, as: word_here }, parameter_mappings: { s: word_here, n: item_index }"),
            ], []
        ),
        (
            [
                one("output_mappings: { words: words }"),
                two("for_each: { items: words }, parameter_mappings: { n: item, s: item_index }"),
            ],
            [
                "10:83: error: `n` takes an integer, but the item `item` is a string",
                "10:92: error: `s` takes a string, but the runner's variable `item_index` is an integer",
            ]
        ),
        (
            [one("for_each: { items: word }")],
            [
                "9:49: error: `for_each` needs a list to run over; the input variable `word` is a string; write `lines:` instead of `items:` for the lines of a text"
            ]
        ),
        (
            [one("for_each: { items: 3 }")],
            ["9:49: error: `for_each` needs a list to run over; it is 3"]
        ),
        (
            [one("for_each: { items: wrod }")],
            ["9:49: error: there is no variable `wrod`; did you mean `word`?"]
        ),
        (
            [one("for_each: { items: { cat: [a] } }")],
            [
                "9:49: error: `for_each` needs a list to run over; the rule `cat` gives a string; write `lines:` instead of `items:` for the lines of a text"
            ]
        ),
        (
            [one("output_mappings: { words: words }"), two("for_each: { lines: words }")],
            [
                "10:49: error: `for_each` over `lines` needs a text; the output `words` of step `one`, kept as `words`, is an array; write `items:` instead of `lines:` for a list"
            ]
        ), ([one("for_each: { lines: word, as: line }, parameter_mappings: { s: line }")], []),
        (
            [one("for_each: { lines: word, as: line }, parameter_mappings: { n: line }")],
            ["9:92: error: `n` takes an integer, but the item `line` is a string"]
        ),
        (
            [one("for_each: { lines: word, as: line }, when: { var: line }")],
            ["9:80: error: `line` is the item of `for_each`, which only the step's parameter_mappings know"]
        ),
        (
            [
                one("for_each: { lines: word }, output_mappings: { text: texts }"),
                two("parameter_mappings: { list: texts, s: texts }"),
            ],
            ["10:68: error: `s` takes a string, but the output `text` of step `one`, kept as `texts`, is an array"]
        ),
        (
            [
                one("for_each: { lines: word }, output_mappings: { count: counts }"),
                two("parameter_mappings: { list: counts }"),
            ],
            [
                "10:58: error: `list` takes a list, each item a string, but the output `count` of step `one`, kept as `counts`, is a list, each item an integer"
            ]
        ),
        (
            [
                one("for_each: { lines: word }, on_failure: continue, output_mappings: { count: counts }"),
                two("parameter_mappings: { n: { var: counts.0 } }"),
            ], []
        ),
        (
            [one("for_each: { items: [1, 2], as: number }")],
            ["9:61: error: `number` is a variable of the workflow already; choose another name for the item"]
        ),
        (
            [one("for_each: { items: [1, 2] }, output_mappings: { text: item }")],
            ["9:40: error: `item` is a variable of the workflow already; choose another name for the item"]
        ),
        (
            [one("for_each: { items: [1, 2], max_parallel: 0 }")],
            ["9:71: error: `max_parallel` must be a whole number from 1 to 256; it is 0"]
        ),
        (
            [one("for_each: { items: [1, 2], max_parallel: 257 }, retry: { max_attempts: 2 }")],
            ["9:71: error: `max_parallel` must be a whole number from 1 to 256; it is 257"]
        ),
        (
            ["finally:", one("run_on: [failure, sucess]")],
            ["10:48: error: an item of run_on must be one of success, failure, cancel; it is \"sucess\""]
        ),
    ]

    @Test(arguments: loops)
    func `A loop and its item have types`(lines: [String], expected: [String]) throws {
        let found = try FlowProject.check(lines.joined(separator: "\n"))
        #expect(found == expected)
    }

    static let others: [Case] = [
        ([one("when: false")], ["9:36: warning: `when` is always false, so the step never runs"]),
        ([one("when: { \"==\": [1, 1] }")], ["9:36: warning: `when` is always true; leave it out"]),
        ([one("when: { \"==\": [{ var: number }, 1] }")], []),
        (
            [
                one(
                    "output_mappings: { text: { variable: a, default: 3 }, page: { variable: b, default: { cuont: 1 } } }"
                )
            ],
            [
                "9:79: error: the default of `a` must be a string; it is 3",
                "9:123: error: the default of `b` at /cuont is not a member it may have; did you mean `count`?",
            ]
        ), ([one("output_mappings: { text: { variable: a, default: null } }")], []),
        (
            [one("output_mappings: { text: a }"), two("output_mappings: { text: a }")],
            ["10:55: error: the variable `a` is written twice: step `one` makes it already"]
        ),
        (
            [one("output_mappings: { text: a }"), "finally:", two("output_mappings: { text: a }")],
            ["11:55: error: the variable `a` is written twice: step `one` makes it already"]
        ),
    ]

    @Test(arguments: others)
    func `Guards that decide nothing, wrong defaults and second writers are found`(
        lines: [String],
        expected: [String]
    ) throws {
        let found = try FlowProject.check(lines.joined(separator: "\n"))
        #expect(found == expected)
    }

    @Test
    func `An input that nothing reads is warned of, but not beside mistakes`() throws {
        let steps = "steps:\n  - { step_id: a, tool: t, parameter_mappings: { any: 1 } }\n"
        let head = FlowProject.head.split(separator: "steps:")[0]
        let project = try TemporaryProject(FlowProject.files)
        try project.write("workflows/w.yaml", head + steps)
        #expect(
            try project.check() == [
                "workflows/w.yaml:5:20: warning: nothing uses the input variable `number`",
                "workflows/w.yaml:6:20: warning: nothing uses the input variable `word`",
            ]
        )
        try project.write("workflows/w.yaml", head + steps + "outputs: [word, numbr]\n")
        #expect(
            try project.check() == [
                "workflows/w.yaml:9:17: error: no step makes the variable `numbr`; did you mean `number`?"
            ]
        )
    }

    @Test
    func `A hundred mistakes are all found at once`() throws {
        let lines = (0..<100).map { FlowProject.step("s\($0)", "parameter_mappings: { n: { var: wrod } }") }
        #expect(try FlowProject.check(lines.joined(separator: "\n")).count == 100)
    }
}
