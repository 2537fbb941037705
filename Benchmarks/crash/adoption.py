#!/usr/bin/python3
"""Measures how soon steps that outlived their runners have one again.

So many jobs are started, each with a step that sleeps; then every runner gets SIGKILL, the steps go on, and one `lockstep
recover` is started. Printed is one line of JSON: the seconds until it has ended, until each job's lock is held by
somebody, and how much memory a supervisor takes meanwhile. No step may have been started anew. Needs bubblewrap and lockstep.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time

from kill_loop import Loop

TOOL = "tool_id: sleeper\nname: Sleeper\nversion: 1.0.0\ncommand: [sleep, \"3000\"]\n"
WORKFLOW = "workflow_id: sleep\nname: Sleep\nversion: 1.0.0\nsteps:\n  - { step_id: only, tool: sleeper }\n"


def memory(number):
    """Kilobytes of a process by kind."""
    with open(f"/proc/{number}/status", encoding="ascii") as file:
        lines = dict(line.split(":", 1) for line in file)
    return {name: int(lines[name].split()[0]) for name in ("VmRSS", "RssAnon", "RssFile")}


def until(condition, limit):
    begin = time.monotonic()
    while not condition():
        if time.monotonic() > begin + limit:
            sys.exit("adoption: waited in vain")
        time.sleep(0.01)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lockstep", default=shutil.which("lockstep") or ".build/release/lockstep")
    parser.add_argument("--jobs", type=int, default=100)
    options = parser.parse_args()
    folder = os.path.realpath(tempfile.mkdtemp(prefix="lockstep-adoption-"))
    loop = Loop(os.path.abspath(options.lockstep), folder, random.Random(1))
    loop.write("tools-registry/sleeper.yaml", TOOL)
    loop.write("workflows/sleep.yaml", WORKFLOW)
    try:
        for _ in range(options.jobs):
            loop.start("run", "workflow", "sleep")
        until(lambda: list(loop.processes().values()).count("bwrap") >= options.jobs, 300)
        supervisors = [number for number, kind in loop.processes().items() if kind == "supervisor"]
        used = [memory(number) for number in supervisors]
        for number, kind in loop.processes().items():
            if kind == "runner":
                loop.kill(number, kind)
        until(lambda: len(loop.orphans()) == options.jobs, 60)
        begin = time.monotonic()
        done = loop.run("recover")
        ended = time.monotonic() - begin
        until(lambda: not loop.orphans(), 60)
        owned = time.monotonic() - begin
        attempts = loop.rows("SELECT count(*) FROM attempts")[0][0]
        print(json.dumps({
            "jobs": options.jobs, "recover_seconds": round(ended, 3), "all_owned_seconds": round(owned, 3),
            "exit_status": done.returncode, "started_anew": attempts - options.jobs,
            "supervisor_kilobytes": {name: statistics.median(use[name] for use in used) for name in used[0]},
        }))
    finally:
        # Runners first: they would start again what they have lost.
        for kind in ("runner", "supervisor", "bwrap"):
            while numbers := [number for number, found in loop.processes().items() if found == kind]:
                for number in numbers:
                    loop.kill(number, kind)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
