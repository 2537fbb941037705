#!/usr/bin/python3
"""Fills a project's database with jobs and events, then measures lists of jobs, the making of one, and the
check of the log.

    listing.py fill PROJECT --jobs 1000000 --events-per-job 10    rows as lockstep writes them, with a valid hash chain
    listing.py measure PROJECT                                    each filter and each two, first and ten-thousandth page
    listing.py create PROJECT                                     making jobs, beside what the disk and SQLite charge for it

The tables, triggers and indexes are those that lockstep makes itself. A page is measured inside the program, without its
start (`jobs list --measure`); the check of the log is measured as a whole process. Needs only Python and lockstep.
"""

import argparse
import glob
import hashlib
import itertools
import json
import os
import random
import sqlite3
import statistics
import struct
import subprocess
import sys
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BEGIN = 1_700_000_000_000
WORDS = "loom warp weft heddle shuttle selvedge treadle reed bobbin twill satin plain dobby jacquard batten".split()
STATES = ["completed"] * 80 + ["failed"] * 8 + ["cancelled"] * 4 + ["partial"] * 3 + ["queued"] * 3 + ["draft"] * 2
NULL = b"\xff\xff\xff\xff"


def fail(message):
    sys.exit(f"listing: {message}")


def ulid(milliseconds, chance):
    number = milliseconds << 80 | chance.getrandbits(80)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def field(text):
    if text is None:
        return NULL
    data = text.encode()
    return struct.pack(">I", len(data)) + data


class Log:
    """Events with the hash chain of Documentation/EventLog.md."""

    def __init__(self):
        self.sequence = 0
        self.hash = "0" * 64

    def row(self, job, before, after, kind, actor, at, data="{}"):
        self.sequence += 1
        content = self.hash.encode() + struct.pack(">qq", self.sequence, at) + b"".join(
            map(field, (job, "default", before, after, kind, actor, None, data))
        )
        previous, self.hash = self.hash, hashlib.sha256(content).hexdigest()
        return (self.sequence, job, "default", before, after, kind, actor, None, data, at, previous, self.hash)


def history(final):
    """The changes of state that lead to a final one."""
    if final == "draft":
        return [(None, "draft", "job.created")]
    path = [(None, "queued", "job.created")]
    if final == "cancelled":
        return path + [("queued", "cancelled", "job.cancelled")]
    if final != "queued":
        kind = {"completed": "job.succeeded", "failed": "job.failed", "partial": "job.partial"}[final]
        path += [("queued", "running", "job.started"), ("running", final, kind)]
    return path


def fill(program, project, jobs, events_per_job):
    for folder in ("workflows", "tools-registry"):
        os.makedirs(f"{project}/{folder}", exist_ok=True)
    subprocess.run([program, "jobs", "list", "--project", project], check=True, stderr=subprocess.DEVNULL)
    database = sqlite3.connect(glob.glob(f"{project}/.lockstep/lockstep.sqlite")[0], isolation_level=None)
    database.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA wal_autocheckpoint = 100000;")
    if database.execute("SELECT count(*) FROM jobs").fetchone()[0]:
        fail("the project has jobs already; give a new folder.")
    chance, log, start = random.Random(1), Log(), time.monotonic()
    for first in range(0, jobs, 1000):
        rows, events = [], []
        for number in range(first, min(jobs, first + 1000)):
            at = BEGIN + number * 1000
            job, final = f"job_{ulid(at, chance)}", chance.choice(STATES)
            user = f"person{min(int(chance.expovariate(0.2)), 49)}"
            path = history(final)
            log_rows = [(b, a, k, at + n * 300, "{}") for n, (b, a, k) in enumerate(path)]
            for step in range(events_per_job - len(path)):
                detail = '{"step_id":"step_%d","attempt":1}' % (step // 2)
                log_rows.insert(len(log_rows) - 1 if len(path) > 1 else len(log_rows),
                                (None, None, "step.finished" if step % 2 else "step.started", at + 600, detail))
            for before, after, kind, when, data in log_rows:
                actor = "reviewer" if kind == "job.cancelled" else user
                events.append(log.row(job, before, after, kind, actor, when, data))
            started = at + 300 if final in ("completed", "failed", "partial") else None
            ended = at + 900 if final not in ("queued", "draft") else None
            message = f"step {number % 7} failed" if final in ("failed", "cancelled", "partial") else None
            name = f"{chance.choice(WORDS)} {chance.choice(WORDS)} {number}"
            rows.append((job, "default", user, f"workflow_{number % 20}", name, "A job of the benchmark.", final,
                         100 if final in ("completed", "partial") else 0, at, ended or at, started, ended, message))
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO jobs (job_id, tenant_id, user_id, workflow_id, name, description, state, progress, created_at,"
            " updated_at, started_at, completed_at, error_message, input_variables, input_values, input_errors)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,'[]','{}','{}')", rows)
        database.executemany(
            "INSERT INTO events (sequence, job_id, tenant_id, from_state, to_state, event_type, actor, reason, data, at,"
            " previous_hash, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", events)
        database.execute("COMMIT")
        if (first // 1000) % 50 == 49:
            print(f"{first + 1000} jobs, {log.sequence} events, {time.monotonic() - start:.0f} s", flush=True)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def filters(jobs):
    """Option, value and what it means in SQL, for each filter."""
    late = BEGIN + jobs * 1000
    def text(milliseconds):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(milliseconds // 1000))
    after, before = BEGIN + jobs * 100 // 1000 * 1000, late - jobs * 100 // 1000 * 1000
    appears = "EXISTS (SELECT 1 FROM job_actors a WHERE a.job_id = jobs.job_id AND a.actor = '%s')"
    return {
        "none": ([], "1"),
        "workflow": (["--workflow", "workflow_3"], "workflow_id = 'workflow_3'"),
        "status": (["--status", "completed"], "status = 'COMPLETED'"),
        "rare status": (["--status", "pending"], "status = 'PENDING'"),
        "state": (["--state", "draft"], "state = 'draft'"),
        "actor": (["--actor", "person0"], appears % "person0"),
        "rare actor": (["--actor", "person30"], appears % "person30"),
        "created-after": (["--created-after", text(after)], f"created_at > {after}"),
        "updated-before": (["--updated-before", text(before)], f"updated_at < {before}"),
        "text": (["--text", "jacquard"], "name LIKE '%jacquard%'"),
        "rare text": (["--text", "twill 77"], "name LIKE '%twill 77%'"),
    }


def measure(program, project, repeat):
    database = sqlite3.connect(f"file:{project}/.lockstep/lockstep.sqlite?mode=ro", uri=True)
    count = database.execute("SELECT count(*) FROM jobs").fetchone()[0]
    print(f"{count} jobs, {database.execute('SELECT max(sequence) FROM events').fetchone()[0]} events; ms a page of 50,"
          f" median and worst of {repeat}, the first page and the ten-thousandth (or the last full one)")
    every = filters(count)
    singles = [(name,) for name in every]
    pairs = [pair for pair in itertools.combinations([n for n in every if n != "none"], 2)
             if pair[0].split()[-1] != pair[1].split()[-1]]
    worst = {1: 0, 2: 0}
    for names in singles + pairs:
        options = [word for name in names for word in every[name][0]]
        where = " AND ".join(every[name][1] for name in names)
        matching = database.execute(f"SELECT count(*) FROM jobs WHERE {where}").fetchone()[0]
        skip = min(499_950, max(0, matching - 51))
        found = database.execute(
            f"SELECT job_id FROM jobs WHERE {where} ORDER BY job_id DESC LIMIT 1 OFFSET {skip}").fetchone()
        shown = []
        for cursor in ([], ["--cursor", found[0]] if found else []):
            command = [program, "jobs", "list", "--project", project, "--measure", str(repeat)] + options + cursor
            answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            times = [value / 1000 for value in json.loads(answer)["data"]["microseconds"]]
            worst[len(names)] = max(worst[len(names)], statistics.median(times))
            shown.append(f"{statistics.median(times):7.2f} {max(times):7.2f}")
        print(f"{' + '.join(names):32} {matching:9} jobs  {'   '.join(shown)}", flush=True)
    print(f"slowest median: one filter {worst[1]:.2f} ms, two filters {worst[2]:.2f} ms")
    start = time.monotonic()
    process = subprocess.Popen([program, "events", "verify", "--project", project], stdout=subprocess.PIPE)
    said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    events = database.execute("SELECT count(*) FROM events").fetchone()[0]
    print(f"verify: {events / seconds:.0f} events/s, {usage.ru_maxrss / 1024:.0f} MiB at most; {said.strip()[:200]}")


def bare_insert(folder, count):
    """One row a transaction, durable as lockstep's: WAL with synchronous = FULL."""
    path = f"{folder}/bare.sqlite"
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (id INTEGER PRIMARY KEY,"
                           " content TEXT);")
    times = []
    for number in range(count):
        start = time.perf_counter()
        database.execute("INSERT INTO bare (content) VALUES (?)", ("x" * 500,))
        times.append((time.perf_counter() - start) * 1000)
    database.close()
    for end in ("", "-wal", "-shm"):
        if os.path.exists(path + end):
            os.unlink(path + end)
    return times


def bare_write(folder, count):
    """4 KiB after 4 KiB into a file, each made durable with fdatasync."""
    path = f"{folder}/bare.bin"
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    times = []
    for number in range(count):
        start = time.perf_counter()
        os.write(file, b"x" * 4096)
        os.fdatasync(file)
        times.append((time.perf_counter() - start) * 1000)
    os.close(file)
    os.unlink(path)
    return times


def create(program, project, rounds):
    for folder in ("workflows", "tools-registry"):
        os.makedirs(f"{project}/{folder}", exist_ok=True)
    with open(f"{project}/tools-registry/same.yaml", "w") as file:
        file.write("tool_id: same\nname: Same\nversion: 1.0.0\ncommand: [cat]\nstdin: ${text}\n"
                   "parameters: { text: { required: true, schema: { type: string } } }\n"
                   "outputs: { out: { stdout: text, schema: { type: string } } }\n")
    with open(f"{project}/workflows/measured.yaml", "w") as file:
        file.write("workflow_id: measured\nname: Measured\nversion: 1.0.0\n"
                   "input_variables: [{ variable_id: text, required: true, schema: { type: string } }]\n"
                   "steps: [{ step_id: only, tool: same, parameter_mappings: { text: text }, output_mappings: { out: y } }]\n")
    made = {"lockstep": [], "bare SQLite insert": [], "bare 4 KiB + fdatasync": []}
    for _ in range(rounds):
        answer = subprocess.run([program, "measure", "measured", "--count", "300", "--project", project],
                                capture_output=True, text=True, check=True).stdout
        made["lockstep"] += [value / 1000 for value in json.loads(answer)["data"]["microseconds"]]
        made["bare SQLite insert"] += bare_insert(f"{project}/.lockstep", 300)
        made["bare 4 KiB + fdatasync"] += bare_write(f"{project}/.lockstep", 300)
    for name, times in made.items():
        times.sort()
        print(f"{name:24} median {statistics.median(times):.2f} ms, 95 % below {times[len(times) * 95 // 100]:.2f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("fill", "measure", "create"))
    parser.add_argument("project")
    parser.add_argument("--lockstep", default="lockstep", help="the program, built for release")
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--events-per-job", type=int, default=10)
    parser.add_argument("--repeat", type=int, default=7)
    given = parser.parse_args()
    if given.action == "fill":
        fill(given.lockstep, given.project, given.jobs, given.events_per_job)
    elif given.action == "create":
        create(given.lockstep, given.project, given.repeat)
    else:
        measure(given.lockstep, given.project, given.repeat)


main()
