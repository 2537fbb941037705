#!/usr/bin/python3
"""Kills runners, supervisors and sandboxes while jobs run, then checks that nothing was lost or done twice.

Jobs of several steps run in a project of their own. In turn a runner, a supervisor or a bubblewrap gets SIGKILL, at
random moments, and `lockstep recover` is called again and again, as a person or a service would. When the time is over,
everything is left alone until every job has ended. Then the markers that each attempt wrote are compared with the
database:

  - a step has one result, and the attempt that made it wrote its begin and its end once;
  - no attempt of a step wrote anything after the next one had begun;
  - no job runs for ever, and none failed but for the kill of what held its step;
  - every file that the database names has its bytes, though `lockstep gc` runs in between;
  - five seconds after a program that recovers has started, every running job has somebody who holds its lock;
  - `lockstep events verify` and `PRAGMA integrity_check` find nothing.

Prints one line of JSON: kills of each kind, jobs, attempts, and violations. The exit status is 1 when there is any
violation. Only processes whose command line names the project's folder are killed. Needs Python, bubblewrap and lockstep.
"""

import argparse
import fcntl
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from project import Project

SCRIPT = """\
echo "start $(date +%s%N)"
for i in 1 2 3 4 5 6; do sleep 0.05; echo "tick $(date +%s%N)"; done
if [ $(($$ % 2)) = 0 ]; then head -c 20000 /dev/urandom > data.bin; else echo same > data.bin; fi
echo "end $(date +%s%N)"
"""

TOOL = """\
tool_id: ticker
name: Ticker
version: 1.0.0
command: [sh, /tool/run.sh]
outputs:
  out: { stdout: text, schema: { type: string } }
  data: { path: data.bin, schema: { type: file } }
"""

WORKFLOW = """\
workflow_id: loop
name: Loop
version: 1.0.0
steps:
  - { step_id: one, tool: ticker }
  - { step_id: two, tool: ticker }
  - { step_id: three, tool: ticker, output_mappings: { out: last } }
outputs: [last]
"""

# What may be the reason for a failed job: its step was killed too often, or its sandbox was.
EXCUSES = ("times in a row", "was killed by signal", "was ended by signal 9")


class Loop(Project):
    def __init__(self, program, folder, chance):
        super().__init__(program, folder)
        self.chance = chance
        self.kills = {"runner": 0, "supervisor": 0, "bwrap": 0}
        self.children = []
        self.make("loop", WORKFLOW)
        self.write("tools-registry/ticker/tool.yaml", TOOL)
        self.write("tools-registry/ticker/run.sh", SCRIPT)

    def start(self, *words):
        self.children = [child for child in self.children if child.poll() is None]
        self.children.append(super().start(*words))

    def kill_one(self, kind):
        numbers = [number for number, other in self.processes().items() if other == kind]
        if numbers and self.kill(self.chance.choice(numbers), kind):
            self.kills[kind] += 1

    def torment(self, seconds, jobs_at_once, kinds):
        end = time.monotonic() + seconds
        turn = 0
        while time.monotonic() < end:
            if len(self.unfinished()) < jobs_at_once:
                self.start("run", "workflow", "loop")
            time.sleep(self.chance.uniform(0.02, 0.25))
            self.kill_one(kinds[turn % len(kinds)])
            turn += 1
            if turn % 4 == 0:
                self.run("recover")
            if turn % 10 == 0:
                self.age()
                self.run("gc")

    def age(self):
        """Makes every file of the store look two hours old that has a row, or has been there too long to get one."""
        kept = {path for (path,) in self.rows("SELECT storage_path FROM assets")}
        for folder, _, names in os.walk(f"{self.state}/assets"):
            for name in names:
                path = f"{folder}/{name}"
                try:
                    if os.path.relpath(path, self.state) in kept or os.stat(path).st_ctime < time.time() - 10:
                        os.utime(path, (time.time() - 7200,) * 2)
                except OSError:
                    pass

    def orphans(self):
        """Jobs that run with nobody who holds their lock."""
        return [job for job in self.unfinished() if not self.is_held(f"{self.state}/attempts/{job}/runner.lock")]

    @staticmethod
    def is_held(path):
        try:
            with open(path, "r+b") as file:
                question = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
                return struct.unpack("hhqqi", fcntl.fcntl(file, fcntl.F_OFD_GETLK, question))[0] != fcntl.F_UNLCK
        except OSError:
            return False

    def replace_runners(self):
        """Kills every runner at once; returns how long after the start of one that recovers all jobs have a new one."""
        for number, kind in self.processes().items():
            if kind == "runner" and self.kill(number, kind):
                self.kills[kind] += 1
        begin = time.monotonic()
        self.start("recover")
        while self.orphans() and time.monotonic() < begin + 60:
            time.sleep(0.01)
        return round(time.monotonic() - begin, 3)

    def settle(self, limit):
        """Leaves everything alone but for recovery; false when a job still runs at the end."""
        end = time.monotonic() + limit
        while self.unfinished() and time.monotonic() < end:
            self.run("recover")
            time.sleep(0.5)
        for child in self.children:
            try:
                child.wait(timeout=max(1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
        while self.processes() and time.monotonic() < end:
            time.sleep(0.1)
        return not self.unfinished()

    def violations(self):
        found = [f"{job} still runs" for job in self.unfinished()]
        found += [f"process {number} ({kind}) is left" for number, kind in self.processes().items()]
        sandboxes_lost = 0
        for job, state, message in self.rows("SELECT job_id, state, error_message FROM jobs"):
            sandboxes_lost += state == "failed" and "times in a row" not in message
            # A runner that was killed before it recorded the start leaves its job waiting.
            if state == "failed" and not any(excuse in message for excuse in EXCUSES):
                found.append(f"{job} failed: {message}")
            elif state not in ("completed", "failed", "queued"):
                found.append(f"{job} is {state}")
        if sandboxes_lost > self.kills["bwrap"]:
            found.append(f"{sandboxes_lost} jobs lost a sandbox, but only {self.kills['bwrap']} were killed")
        unfinished_steps = self.rows(
            "SELECT job_id, step_id FROM steps JOIN jobs USING (job_id) WHERE state = 'completed' AND steps.status <> 'COMPLETED'"
        )
        found += [f"{job}: step {step} of a completed job is not complete" for job, step in unfinished_steps]
        attempts = self.rows(
            "SELECT job_id, step_id, state, folder FROM attempts ORDER BY job_id, sequence_number, number"
        )
        results, last = {}, {}
        for job, step, state, folder in attempts:
            times = self.markers(folder)
            words = [word for word, _ in times]
            where = f"{folder} ({state})"
            if words.count("start") > 1 or words.count("end") > 1:
                found.append(f"{where}: began or ended twice")
            if state == "running":
                found.append(f"{where}: never ended")
            if state == "succeeded":
                results[job, step] = results.get((job, step), 0) + 1
                if words != ["start"] + ["tick"] * 6 + ["end"]:
                    found.append(f"{where}: its log is not whole")
            if times and last.get((job, step), 0) > times[0][1]:
                found.append(f"{where}: began while an earlier attempt still wrote")
            if times:
                last[job, step] = times[-1][1]
        found += [f"{job}: step {step} has {count} results" for (job, step), count in results.items() if count > 1]
        for job, path, expected in self.rows("SELECT job_id, storage_path, sha256 FROM assets"):
            try:
                with open(f"{self.state}/{path}", "rb") as file:
                    if hashlib.sha256(file.read()).hexdigest() != expected:
                        found.append(f"{path} of {job} has other bytes")
            except OSError as error:
                found.append(f"{path} of {job}: {error}")
        verified = self.run("events", "verify")
        if verified.returncode != 0:
            found.append(f"events verify: {verified.stdout}{verified.stderr}")
        if self.rows("PRAGMA integrity_check") != [("ok",)]:
            found.append("integrity_check finds damage")
        return found, len(attempts)

    def markers(self, folder):
        try:
            with open(f"{self.state}/{folder}/stdout.log", encoding="ascii", errors="replace") as file:
                lines = [line.split() for line in file.read().splitlines()]
        except OSError:
            return []
        return [(words[0], int(words[1])) for words in lines if len(words) == 2 and words[1].isdigit()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lockstep", default=shutil.which("lockstep") or ".build/release/lockstep")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--jobs", type=int, default=3, help="how many jobs run at once")
    parser.add_argument("--owned-within", type=float, default=5, help="seconds until every running job has a runner again")
    parser.add_argument("--kinds", default="runner,supervisor,runner,bwrap", help="what is killed, in turn")
    parser.add_argument("--seed", type=int, default=None, help="the same moments again, as far as the machine lets it")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    folder = os.path.realpath(tempfile.mkdtemp(prefix="lockstep-kills-"))
    loop = Loop(os.path.abspath(options.lockstep), folder, random.Random(seed))
    loop.torment(options.seconds, options.jobs, options.kinds.split(","))
    replaced = loop.replace_runners()
    loop.settle(120)
    found, attempts = loop.violations()
    if replaced > options.owned_within:
        found.append(f"jobs without a runner for {replaced} s after one had started")
    states = dict(loop.rows("SELECT state, count(*) FROM jobs GROUP BY state"))
    lost = loop.rows("SELECT count(*) FROM attempts WHERE state = 'lost'")[0][0]
    print(json.dumps({
        "seed": seed, "kills": loop.kills, "jobs": states, "attempts": attempts, "lost_attempts": lost, "runners_replaced_seconds": replaced,
        "recovered": loop.rows("SELECT count(*) FROM events WHERE event_type = 'job.recovered'")[0][0],
        "violations": found,
    }))
    if found:
        sys.exit(f"kill_loop: {len(found)} violations; the project is kept in {folder}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
