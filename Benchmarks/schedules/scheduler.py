#!/usr/bin/env python3
"""Measures a scheduler over many schedules: finding the next time, and a tick with many due occurrences.

Schedules are put into the database of a project by SQL, as `lockstep schedule add` would have made them; a tick is
`lockstep schedule tick`, which reports the time that it took without the start of the program.
"""

import argparse
import json
import os
import pathlib
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

WORKFLOW = """workflow_id: work
name: Work
version: 1.0.0
input_variables: [{ variable_id: text, default: hello, schema: { type: string } }]
steps: [{ step_id: only, tool: nothing, output_mappings: { code: done } }]
"""

FAR = 4_000_000_000_000


def call(lockstep, folder, *arguments):
    """The data that it printed, and the most memory of the program in MiB."""
    child = subprocess.Popen(
        [lockstep, *arguments, "--output", "json"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} ended with {child.returncode}: {output.decode()}")
    return json.loads(output)["data"], usage.ru_maxrss / 1024


def fill(database, count, now):
    """Schedules of every minute of some hour; none is due."""
    rows = []
    for number in range(count):
        name = f"s{number:06}"
        rule = {"schedule_id": name, "cron": f"{number % 60} {number // 60 % 24} * * *", "time_zone": "Europe/Berlin"}
        rows.append((name, json.dumps(rule), "0" * 64, now, now, now, FAR + number))
    database.executemany(
        "INSERT INTO schedules (schedule_id, tenant_id, workflow_id, definition, digest, origin, created_by, created_at,"
        " changed_at, revision, cursor, next_due_at) VALUES (?, 'default', 'work', ?, ?, 'command', 'ann', ?, ?, 1, ?, ?)",
        rows,
    )
    database.commit()


def make_due(database, count, now):
    """Lets the first schedules be due this minute."""
    minute = now // 60_000 * 60_000
    for number in range(count):
        rule = {"schedule_id": f"s{number:06}", "cron": "* * * * *", "overlap": "allow"}
        database.execute(
            "UPDATE schedules SET definition = ?, cursor = ?, next_due_at = ? WHERE schedule_id = ?",
            (json.dumps(rule), minute - 60_000, minute, f"s{number:06}"),
        )
    database.commit()
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(minute / 1000))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lockstep", required=True, help="the program, a release build")
    parser.add_argument("--schedules", type=int, default=100_000, help="how many there are (100000)")
    parser.add_argument("--due", type=int, default=1000, help="how many of them are due at once (1000)")
    parser.add_argument("--rounds", type=int, default=5, help="how many ticks with due occurrences (5)")
    options = parser.parse_args()
    lockstep = str(pathlib.Path(options.lockstep).resolve())
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "tools-registry").mkdir()
        (root / "workflows").mkdir()
        (root / "tools-registry" / "nothing.yaml").write_text(TOOL)
        (root / "workflows" / "work.yaml").write_text(WORKFLOW)
        call(lockstep, folder, "schedule", "tick")
        database = sqlite3.connect(root / ".lockstep" / "lockstep.sqlite", timeout=60)
        now = int(time.time() * 1000)
        fill(database, options.schedules, now)
        idle = [call(lockstep, folder, "schedule", "tick") for _ in range(5)]
        question = (
            "SELECT min(due) FROM (SELECT min(next_due_at) AS due FROM schedules WHERE next_due_at IS NOT NULL"
            " UNION ALL SELECT min(scheduled_at) FROM jobs WHERE state = 'scheduled')"
        )
        found = []
        for _ in range(1000):
            start = time.perf_counter()
            database.execute(question).fetchone()
            found.append((time.perf_counter() - start) * 1000)
        ticks = []
        for number in range(options.rounds):
            moment = make_due(database, options.due, now + number * 60_000)
            tick, memory = call(lockstep, folder, "schedule", "tick", "--at", moment)
            if tick["counts"].get("fired") != options.due:
                raise SystemExit(f"{options.due} were due, and this became of them: {tick['counts']}")
            ticks.append((tick["microseconds"] / 1e6, memory))
        jobs = database.execute("SELECT count(*) FROM jobs").fetchone()[0]
        if jobs != options.due * options.rounds:
            raise SystemExit(f"there are {jobs} jobs")
    print(f"{options.schedules} schedules, {options.due} due at once, {options.rounds} ticks")
    print(f"next time of all: {statistics.median(found):.3f} ms (worst of 1000: {max(found):.3f} ms); limit 1 ms")
    median = statistics.median(tick["microseconds"] for tick, _ in idle) / 1000
    print(f"a tick without anything due, files read: {median:.1f} ms, {max(m for _, m in idle):.0f} MiB")
    seconds = [s for s, _ in ticks]
    print(f"a tick with all due: {statistics.median(seconds):.2f} s (worst {max(seconds):.2f} s); limit 2 s")
    print(f"most memory: {max(m for _, m in ticks):.0f} MiB; limit 150 MiB")


if __name__ == "__main__":
    main()
