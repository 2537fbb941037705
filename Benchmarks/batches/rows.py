#!/usr/bin/env python3
"""Measures how long the rows of a batch take to be read and checked, and compares what is read with Python's csv module.

A table of --rows ordinary rows (a text, a whole number, one of a list, a number, a boolean) must be done in 5 seconds, and one of a
tenth as many must take as much memory. Then --tables random tables, with quotes, line breaks of all kinds and other alphabets, are read
by both.
"""

import argparse
import csv
import io
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

AIM = 5.0
ORDINARY = """workflow_id: ordinary
name: Ordinary
version: 1.0.0
input_variables:
  - { variable_id: title, required: true, schema: { type: string, minLength: 1 } }
  - { variable_id: pages, required: true, schema: { type: integer, minimum: 1 } }
  - { variable_id: depth, schema: { type: string, enum: [basic, detailed, full] } }
  - { variable_id: weight, schema: { type: number, minimum: 0 } }
  - { variable_id: color, schema: { type: boolean } }
steps: [{ step_id: only, tool: nothing }]
"""
TEXTS = """workflow_id: texts
name: Texts
version: 1.0.0
input_variables:
  - { variable_id: a, schema: { type: string } }
  - { variable_id: b, schema: { type: string } }
  - { variable_id: c, schema: { type: string } }
steps: [{ step_id: only, tool: nothing }]
"""
TOOL = """tool_id: nothing
name: Nothing
version: 1.0.0
command: ["true"]
outputs: { code: { exit_code: true, schema: { type: integer } } }
"""
PIECES = ["a", "Z", " ", ",", '"', '""', "\n", "\r\n", "\r", "\t", "ä", "e\u0301", "日本", "😀", "'", ";", "\ufeff", "\u2028", "\x01"]


def table(path, count, kind):
    with open(path, "w", encoding="utf-8", newline="") as file:
        if kind == "csv":
            file.write("title,pages,depth,weight,color\n")
        for n in range(count):
            depth = ("basic", "detailed", "full")[n % 3]
            if kind == "csv":
                file.write(f'"Report {n}, draft",{n + 1},{depth},{n / 8},{"true" if n % 2 else "false"}\n')
            else:
                row = {"title": f"Report {n}, draft", "pages": n + 1, "depth": depth, "weight": n / 8, "color": n % 2 == 1}
                file.write(json.dumps(row) + "\n")


def run(lockstep, folder, workflow, source, *options):
    """What it prints, and the most memory that it had, in MiB."""
    child = subprocess.Popen([lockstep, "measure-rows", workflow, source, *options], cwd=folder, stdout=subprocess.PIPE)
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{source} ended with {child.returncode}")
    return said, usage.ru_maxrss / 1024


def measure(lockstep, folder, count, rounds):
    for kind in ("csv", "jsonl"):
        sizes = {}
        for rows in (count // 10, count):
            name = f"rows{rows}.{kind}"
            table(f"{folder}/{name}", rows, kind)
            times = []
            for _ in range(rounds):
                said, sizes[rows] = run(lockstep, folder, "ordinary", name)
                data = json.loads(said)["data"]
                assert data["rows"] == rows and data["wrong"] == 0, data
                times.append(data["microseconds"] / 1e6)
        best, middle = min(times), statistics.median(times)
        print(
            f"{kind:5} {count} rows: {best:.2f} s at best, {middle:.2f} s in the middle, aim {AIM:g}; "
            f"{sizes[count]:.1f} MiB, with a tenth of the rows {sizes[count // 10]:.1f} MiB"
        )


def compare(lockstep, folder, tables, seed):
    chance = random.Random(seed)
    rows = 0
    for number in range(tables):
        wanted = [
            ["".join(chance.choices(PIECES, k=chance.randrange(6))) for _ in "abc"] for _ in range(chance.randrange(1, 30))
        ]
        text = io.StringIO(newline="")
        quoting = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
        csv.writer(text, quoting=quoting, lineterminator=chance.choice(("\n", "\r\n", "\r"))).writerows([list("abc")] + wanted)
        content = text.getvalue()
        if chance.random() < 0.3:
            content = content.rstrip("\r\n")
        if chance.random() < 0.3:
            content = "\ufeff" + content
        with open(f"{folder}/random.csv", "w", encoding="utf-8", newline="") as file:
            file.write(content)
        with open(f"{folder}/random.csv", encoding="utf-8-sig", newline="") as file:
            read = [row for row in csv.reader(file, strict=True) if row][1:]
        said, _ = run(lockstep, folder, "texts", "random.csv", "--show")
        ours = [json.loads(line) for line in said.decode().split("\n") if line]
        # Python writes a lone CR without quotes and reads it as the end of a row, whose columns are then too few.
        ours = [row if isinstance(row, dict) else "wrong" for row in ours]
        theirs = [
            {name: value for name, value in zip("abc", row) if value} if len(row) == 3 else "wrong" for row in read
        ]
        if ours != theirs:
            sys.exit(f"table {number} of seed {seed} is read differently: {content!r}\nours:   {ours}\npython: {theirs}")
        rows += len(ours)
    print(f"{tables} random tables with {rows} rows are read as Python's csv module reads them")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lockstep", required=True, help="the program, a release build")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the large table (100000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each table is read (5)")
    parser.add_argument("--tables", type=int, default=300, help="random tables that are compared (300)")
    parser.add_argument("--seed", type=int, default=1, help="what they are made from (1)")
    options = parser.parse_args()
    lockstep = str(pathlib.Path(options.lockstep).resolve())
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("workflows/ordinary", ORDINARY), ("workflows/texts", TEXTS), ("tools-registry/nothing", TOOL)):
            pathlib.Path(f"{folder}/{name}.yaml").parent.mkdir(exist_ok=True)
            pathlib.Path(f"{folder}/{name}.yaml").write_text(text, encoding="utf-8")
        if options.rows:
            measure(lockstep, folder, options.rows, options.rounds)
        compare(lockstep, folder, options.tables, options.seed)


if __name__ == "__main__":
    main()
