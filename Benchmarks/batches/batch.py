#!/usr/bin/env python3
"""Compares a batch of rows that run `/bin/true`, two at a time, with a step over as many items, two at a time as well.

The physical limit of a row is what a step costs when two run side by side; what a batch adds is a job for each. Both run in turn,
--rounds times; the cost of one is the time of the run less that of a run with two. Also measured: the processor time of one, with
that of its processes, and how soon the first job starts.
"""

import argparse
import json
import pathlib
import resource
import sqlite3
import statistics
import subprocess
import tempfile
import time

TOOL = """tool_id: nothing
name: Nothing
version: 1.0.0
command: ["true"]
outputs: { code: { exit_code: true, schema: { type: integer } } }
"""

ROW = """workflow_id: row
name: Row
version: 1.0.0
input_variables: [{ variable_id: number, schema: { type: integer } }]
steps: [{ step_id: only, tool: nothing, output_mappings: { code: code } }]
"""


def loop(count):
    items = json.dumps(list(range(count)))
    return (
        f"workflow_id: loop{count}\nname: Loop\nversion: 1.0.0\n"
        f"input_variables: [{{ variable_id: list, default: {items}, schema: {{ type: array }} }}]\n"
        "steps: [{ step_id: each, tool: nothing, for_each: { items: list, max_parallel: 2 }, "
        "output_mappings: { code: codes } }]\n"
    )


def used():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(lockstep, folder, *words):
    """The time that it takes, and the processor time, both in seconds."""
    start, before = time.monotonic(), used()
    result = subprocess.run([lockstep, *words], cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(words)} ended with {result.returncode}:\n{result.stderr}")
    return time.monotonic() - start, used() - before


def each(few, many, count):
    """What one costs, in milliseconds: time, and processor time."""
    return [(after - before) / (count - 2) * 1000 for before, after in zip(few, many)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lockstep", required=True, help="the program, a release build")
    parser.add_argument("--count", type=int, default=500, help="rows, and items (500)")
    parser.add_argument("--rounds", type=int, default=3, help="how often both run (3)")
    options = parser.parse_args()
    lockstep = str(pathlib.Path(options.lockstep).resolve())
    with tempfile.TemporaryDirectory(prefix="lockstep-batches-") as folder:
        root = pathlib.Path(folder)
        (root / "workflows").mkdir()
        (root / "tools-registry").mkdir()
        (root / "tools-registry/nothing.yaml").write_text(TOOL, encoding="utf-8")
        (root / "workflows/row.yaml").write_text(ROW, encoding="utf-8")
        for count in (2, options.count):
            (root / f"workflows/loop{count}.yaml").write_text(loop(count), encoding="utf-8")
            rows = "".join(f"{number}\n" for number in range(count))
            (root / f"rows{count}.csv").write_text("number\n" + rows, encoding="utf-8")
        ratios, rows, items = [], [], []
        for _ in range(options.rounds):
            batch = ["run", "batch", "row", "--max-parallel", "2", "--inputs"]
            few = run(lockstep, folder, *batch, "rows2.csv")
            many = run(lockstep, folder, *batch, f"rows{options.count}.csv")
            rows.append(each(few, many, options.count))
            few = run(lockstep, folder, "run", "workflow", "loop2")
            many = run(lockstep, folder, "run", "workflow", f"loop{options.count}")
            items.append(each(few, many, options.count))
            ratios.append(rows[-1][0] / items[-1][0])
        database = sqlite3.connect(root / ".lockstep/lockstep.sqlite")
        starts = database.execute(
            "SELECT min(j.started_at) - b.created_at FROM batches b JOIN jobs j ON j.batch_id = b.batch_id GROUP BY b.batch_id"
        ).fetchall()
        print(
            json.dumps(
                {
                    "row_ms": round(statistics.median(row for row, _ in rows), 2),
                    "item_ms": round(statistics.median(item for item, _ in items), 2),
                    "row_processor_ms": round(statistics.median(row for _, row in rows), 2),
                    "item_processor_ms": round(statistics.median(item for _, item in items), 2),
                    "ratio": round(statistics.median(ratios), 3),
                    "ratios": [round(ratio, 3) for ratio in ratios],
                    "first_job_after_ms": max(start for (start,) in starts),
                },
                indent=2,
            )
        )


if __name__ == "__main__":
    main()
