#!/usr/bin/python3
"""Measures what a step costs beyond its program, and how fast output is captured.

Contenders, all in one run and taking turns, so that noise hits them alike:

  sh         a shell loop that starts /bin/true N times
  bwrap      the same loop, each time through the sandbox that a step gets: bubblewrap with the same options, and prlimit
  lockstep   one workflow of N steps that run /bin/true
  make, parallel, snakemake, cwltool   the same N steps, without a sandbox, where the machine has them

The line through the medians gives the time a step takes (its slope); the time for one step less the slope is start-up.
Then 200 jobs of one step run two at a time, each a process of its program. Afterwards 1 GiB of output is captured by lockstep and by `cat > file`. Needs only Python, bubblewrap and lockstep.
"""

import argparse
import glob
import json
import os
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import peers

NOBODY = 65534
CONTENDERS = ("sh", "bwrap", "lockstep")


def fail(message):
    sys.exit(f"overhead: {message}")


class Measurement:
    """One process: how long it took, its own peak memory, and the time it and all below it spent on a processor."""

    def __init__(self, seconds, peak_bytes, cpu_seconds):
        self.seconds = seconds
        self.peak_bytes = peak_bytes
        self.cpu_seconds = cpu_seconds


def high_water(pid):
    """The most memory that the process itself has held so far, without its children; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def measure(command, folder):
    """Runs a command to its end; a failure ends the benchmark, because its time would mean nothing."""
    with tempfile.TemporaryFile() as said:
        start = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        )
        peak, done = [0], threading.Event()

        def watch():
            # Sampled, because the peak that wait4 reports is also that of children, and of this script before exec.
            pause = 0.001
            while True:
                peak[0] = max(peak[0], high_water(process.pid))
                if done.wait(pause):
                    return
                pause = min(2 * pause, 0.02)

        watcher = threading.Thread(target=watch)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        done.set()
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            text = said.read(4000).decode("utf-8", "replace").strip()
            fail(f"{shlex.join(command[:6])} … ended with code {process.returncode}: {text}")
        return Measurement(seconds, peak[0], usage.ru_utime + usage.ru_stime)


def sandbox(options, project, scratch):
    """The sandbox of a real step without its runner: what bubblewrap was asked for, taken from the step's launch order."""
    measure([options.lockstep, "run", "workflow", "steps_1", "--output", "json"], project)
    orders = glob.glob(f"{project}/.lockstep/attempts/*/*/launch.json")
    if not orders:
        fail("the first run left no launch order; is this lockstep of another version?")
    with open(orders[0], encoding="utf-8") as file:
        order = json.load(file)
    # Staged folders are the runner's affair; the same kinds of places stand in for them.
    places = {"/step": f"{scratch}/step", "/checkpoint": f"{scratch}/checkpoint"}
    for place in places.values():
        os.makedirs(place, exist_ok=True)
    places["/run/lockstep/events.jsonl"] = f"{scratch}/events.jsonl"
    write(places["/run/lockstep/events.jsonl"], "")
    if os.getuid() == 0:
        for place in places.values():
            os.chown(place, NOBODY, NOBODY)
    redirection = ""
    asked, files, command = list(order["sandbox_options"]), list(order["files"]), [order["sandbox_program"]]
    while asked:
        word = asked.pop(0)
        if word in ("--json-status-fd", "--block-fd"):
            asked.pop(0)
        elif word == "--seccomp":
            asked.pop(0)
            with open(f"{scratch}/filter", "wb") as file:
                file.write(bytes.fromhex(order["system_call_filter"]))
            # A number of one digit, which is all that the shell knows.
            redirection = f"3<{shlex.quote(scratch)}/filter"
            command += ["--seccomp", "3"]
        elif word == "--file":
            asked.pop(0)
            target = asked.pop(0)
            # Bound, because a shell has no descriptors above 9 to pass.
            content = files.pop(0)
            source = f"{scratch}/file{len(files)}" if isinstance(content, str) else content["copy_of"]
            if isinstance(content, str):
                write(source, content)
            command += ["--ro-bind", source, target]
        elif word == "--bind":
            source, target = asked.pop(0), asked.pop(0)
            command += ["--bind", places.get(target, source), target]
        elif word == "--perms" and asked[1:2] == ["--file"]:
            asked.pop(0)
        else:
            command.append(word)
    return [*command, "--", *limits(order), *order["command"]], redirection


def limits(order):
    """What a bare sandbox needs for the limits that a supervisor sets from outside; nothing when the order's command does it."""
    asked = order.get("limits")
    if not asked:
        return []
    values = {"nproc": asked["processes"], "nofile": asked["open_files"], "fsize": asked["file_size"], "core": 0}
    return ["/usr/bin/prlimit", *(f"--{name}={value}:{value}" for name, value in values.items()), "--"]


def loop(count, command, redirection=""):
    """A shell loop; root gives up its identity once, before the loop, as the runner does for a step."""
    script = f"i=0; while [ $i -lt {count} ]; do {shlex.join(command)} {redirection} || exit 1; i=$((i+1)); done"
    drop = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"] if os.getuid() == 0 else []
    standard = {"HOME": "/step", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"}
    return [*drop, "env", "-i", *(f"{name}={value}" for name, value in standard.items()), "sh", "-c", script]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def make_project(folder, sizes, captured):
    """A project with one workflow of each length, and one that writes `captured` bytes to standard output."""
    write(f"{folder}/tools-registry/nothing.yaml", "tool_id: nothing\nname: Nothing\nversion: 1.0.0\ncommand: [/bin/true]\n")
    write(
        f"{folder}/tools-registry/zeros.yaml",
        "tool_id: zeros\nname: Zeros\nversion: 1.0.0\n"
        f'command: [head, -c, "{captured}", /dev/zero]\n'
        "resources: { log_size: 2GiB, file_size: 4GiB }\n",
    )
    for size in sizes:
        steps = "".join(f"  - {{ step_id: s{number}, tool: nothing }}\n" for number in range(1, size + 1))
        write(
            f"{folder}/workflows/steps_{size}.yaml",
            f"workflow_id: steps_{size}\nname: {size} steps\nversion: 1.0.0\nsteps:\n{steps}",
        )
    write(
        f"{folder}/workflows/capture.yaml",
        "workflow_id: capture\nname: Capture\nversion: 1.0.0\nsteps:\n  - { step_id: write, tool: zeros }\n",
    )


def fit(points):
    """Slope and start-up in milliseconds of the line through (steps, seconds), by least squares."""
    if len(points) < 2:
        steps, seconds = points[0]
        return 1000 * seconds / steps, None
    mean_x = statistics.fmean(x for x, _ in points)
    mean_y = statistics.fmean(y for _, y in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    return 1000 * slope, 1000 * (points[0][1] - slope * points[0][0])


def measure_steps(options, sizes, project, sandboxed, folder):
    """All measurements by contender and size; the order of the contenders changes each round."""
    contenders = [*CONTENDERS, *options.peers]
    results = {name: {size: [] for size in sizes} for name in contenders}
    of_peer = peers.prepare(f"{folder}/peers", sizes)
    for number in range(options.rounds + 1):
        for size in sizes:
            # The round before the first warms caches up; it need not be long, and it does not count.
            if number == 0 and size > 10:
                continue
            commands = {
                "sh": loop(size, ["/bin/true"]),
                "bwrap": loop(size, *sandboxed),
                "lockstep": [options.lockstep, "run", "workflow", f"steps_{size}", "--output", "json"],
            }
            commands |= {name: of_peer(name, size) for name in options.peers}
            shift = number % len(contenders)
            for name in contenders[shift:] + contenders[:shift]:
                if commands[name] is None:
                    continue
                print(f"\rround {number} of {options.rounds}: {size} steps, {name}\033[K", end="", file=sys.stderr)
                found = measure(commands[name], project)
                if number > 0:
                    results[name][size].append(found)
    return results


def measure_jobs(options, project, sandboxed, folder):
    """Milliseconds a job of one step takes when two run at a time, by contender."""
    command, redirection = sandboxed
    scripts = {
        "sh": "/bin/true",
        "bwrap": f"{shlex.join(command)} {redirection}",
        "lockstep": f"{shlex.quote(options.lockstep)} run workflow steps_1 --output json",
    }
    results = {}
    for number in range(options.rounds):
        names = [*scripts, *options.peers]
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            print(f"\rround {number + 1} of {options.rounds}: jobs, {name}\033[K", end="", file=sys.stderr)
            count = min(options.jobs, peers.MOST_JOBS_OF_SLOW) if name in peers.SLOW else options.jobs
            if name in scripts:
                line = f"seq {count} | xargs -P 2 -I {{}} sh -c {shlex.quote(scripts[name])}"
                words = ["sh", "-c", line]
                # As in the sequential loops: root's sandboxes are another user's.
                words = loop(1, words) if name == "bwrap" else words
            else:
                words = peers.jobs(name, count, f"{folder}/peers")
            results.setdefault(name, []).append(1000 * measure(words, project).seconds / count)
    return {name: statistics.median(times) for name, times in results.items()}


def measure_capture(options, project, scratch):
    """Bytes a second and peak memory while output goes into a log file, by lockstep and by cat."""
    target = f"{scratch}/zeros"
    script = f"head -c {options.bytes} /dev/zero | cat > {shlex.quote(target)}"
    commands = {"cat": ["sh", "-c", script], "lockstep": [options.lockstep, "run", "workflow", "capture", "--output", "json"]}
    results = {name: [] for name in commands}
    for number in range(options.rounds):
        for name in sorted(commands, reverse=number % 2 == 1):
            print(f"\rround {number + 1} of {options.rounds}: capture, {name}\033[K", end="", file=sys.stderr)
            results[name].append(measure(commands[name], project))
            if os.path.exists(target):
                os.remove(target)
            shutil.rmtree(f"{project}/.lockstep", ignore_errors=True)
    return {
        name: {
            "megabytes_per_second": options.bytes / 1e6 / statistics.median(run.seconds for run in runs),
            "peak_mib": max(run.peak_bytes for run in runs) / (1 << 20),
        }
        for name, runs in results.items()
    }


def summary(options, sizes, results, jobs, capture):
    contenders = {}
    for name, all_sizes in results.items():
        by_size = {size: runs for size, runs in all_sizes.items() if runs}
        medians = [(size, statistics.median(run.seconds for run in by_size[size])) for size in by_size]
        slope, start = fit(medians)
        contenders[name] = {
            "seconds": {str(size): seconds for size, seconds in medians},
            "ms_per_step": slope,
            "start_ms": start,
            "cpu_ms_per_step": 1000 * statistics.median(run.cpu_seconds for run in by_size[max(by_size)]) / max(by_size),
            "peak_mib": max(run.peak_bytes for runs in by_size.values() for run in runs) / (1 << 20),
        }
    step = {name: values["ms_per_step"] for name, values in contenders.items()}
    return {
        "machine": {"kernel": platform.release(), "processors": os.cpu_count(), "root": os.getuid() == 0},
        "rounds": options.rounds,
        "steps": sizes,
        "contenders": contenders,
        "lockstep_less_bwrap_ms": step["lockstep"] - step["bwrap"],
        "lockstep_to_bwrap": step["lockstep"] / step["bwrap"],
        "lockstep_to_sh": step["lockstep"] / step["sh"],
        "ms_per_job_two_at_a_time": jobs,
        "capture": capture,
    }


def show(found):
    machine = found["machine"]
    print(f"Kernel {machine['kernel']}, {machine['processors']} processors, medians of {found['rounds']} rounds\n")
    sizes = found["steps"]
    print(f"{'':10}" + "".join(f"{f'{size} steps':>12}" for size in sizes) + f"{'a step':>12}{'start-up':>12}{'peak':>12}")
    for name, values in found["contenders"].items():
        known = values["seconds"]
        times = "".join(f"{known[str(size)]:>10.3f} s" if str(size) in known else f"{'-':>12}" for size in sizes)
        start = "-" if values["start_ms"] is None else f"{values['start_ms']:.1f} ms"
        memory = f"{values['peak_mib']:.1f} MiB"
        print(f"{name:10}{times}{values['ms_per_step']:>9.2f} ms{start:>12}{memory:>12}")
    print(
        f"\nA step in lockstep takes {found['lockstep_less_bwrap_ms']:.2f} ms more than in the bare sandbox"
        f" ({found['lockstep_to_bwrap']:.2f} times; {found['lockstep_to_sh']:.1f} times a bare program)."
    )
    if found["ms_per_job_two_at_a_time"]:
        print("\nJobs of one step, two at a time:")
        for name, time in found["ms_per_job_two_at_a_time"].items():
            print(f"{name:10}{time:>9.2f} ms a job")
    if found["capture"]:
        print(f"\n{'output':10}{'speed':>14}{'peak':>12}")
        for name, values in found["capture"].items():
            print(f"{name:10}{values['megabytes_per_second']:>9.0f} MB/s{values['peak_mib']:>8.1f} MiB")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lockstep", help="the program; else the release build here, else the one on the PATH")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--max-steps", type=int, default=1000, help="longest workflow: 1, 10, 100, 1000 up to this")
    parser.add_argument("--bytes", type=int, default=1 << 30, help="output to capture; 0 leaves that part out")
    parser.add_argument("--jobs", type=int, default=200, help="jobs of one step; 0 leaves that part out")
    parser.add_argument("--no-peers", action="store_true", help="only the shell, the bare sandbox and lockstep")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.peers = [] if options.no_peers else peers.found()
    for name in peers.NAMES:
        if not options.no_peers and name not in options.peers:
            print(f"overhead: {name} is not on the PATH and is left out", file=sys.stderr)
    built = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".build", "release", "lockstep")
    options.lockstep = options.lockstep or (built if os.path.exists(built) else shutil.which("lockstep"))
    if not options.lockstep or not os.access(options.lockstep, os.X_OK):
        fail("there is no lockstep program; build it with scripts/try, or name it with --lockstep PATH.")
    if not shutil.which("bwrap"):
        fail("there is no bwrap; install it: apt-get install bubblewrap")
    if options.rounds < 1 or options.max_steps < 1 or not 0 <= options.bytes < 2 << 30:
        fail("--rounds and --max-steps start at 1; --bytes is from 0 up to, and without, 2 GiB.")
    options.lockstep = os.path.abspath(options.lockstep)
    return options


def main():
    options = parse()
    sizes = [size for size in (1, 10, 100, 1000) if size <= options.max_steps]
    with tempfile.TemporaryDirectory(prefix="lockstep-overhead-") as folder:
        os.chmod(folder, 0o755)
        project = f"{folder}/project"
        os.mkdir(project)
        make_project(project, sizes, options.bytes)
        sandboxed = sandbox(options, project, folder)
        results = measure_steps(options, sizes, project, sandboxed, folder)
        jobs = measure_jobs(options, project, sandboxed, folder) if options.jobs else None
        capture = measure_capture(options, project, folder) if options.bytes else None
    print("\r\033[K", end="", file=sys.stderr)
    found = summary(options, sizes, results, jobs, capture)
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)


if __name__ == "__main__":
    main()
