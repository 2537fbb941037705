#!/usr/bin/env python3
"""Compares a step over many items with as many steps, each of which runs `/bin/true`, and looks at the memory of a long loop.

Both workflows run in turn, --rounds times; the cost of one item and of one step is the time of the run, less that of a run with
one. Then one loop over --long items runs, and the most memory that its runner had is compared with that of the short one.
"""

import argparse
import json
import os
import pathlib
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

HEAD = "workflow_id: {name}\nname: {name}\nversion: 1.0.0\n"


def loop(name, count):
    items = json.dumps(list(range(count)))
    return HEAD.format(name=name) + (
        f"input_variables: [{{ variable_id: list, default: {items}, schema: {{ type: array }} }}]\n"
        "steps: [{ step_id: each, tool: nothing, for_each: { items: list }, output_mappings: { code: codes } }]\n"
    )


def steps(name, count):
    lines = "".join(f"  - {{ step_id: s{n}, tool: nothing, output_mappings: {{ code: c{n} }} }}\n" for n in range(count))
    return HEAD.format(name=name) + "steps:\n" + lines


def run(lockstep, folder, name):
    """Seconds, and the most memory of the runner in MiB."""
    start = time.monotonic()
    child = subprocess.Popen(
        [lockstep, "run", "workflow", name], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{name} ended with {child.returncode}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lockstep", required=True, help="the program, a release build")
    parser.add_argument("--count", type=int, default=200, help="items, and steps (200)")
    parser.add_argument("--rounds", type=int, default=5, help="how often both run (5)")
    parser.add_argument("--long", type=int, default=10_000, help="items of the long loop; 0 leaves it out (10000)")
    options = parser.parse_args()
    lockstep = str(pathlib.Path(options.lockstep).resolve())
    with tempfile.TemporaryDirectory(prefix="lockstep-loops-") as folder:
        root = pathlib.Path(folder)
        (root / "workflows").mkdir()
        (root / "tools-registry").mkdir()
        (root / "tools-registry/nothing.yaml").write_text(TOOL, encoding="utf-8")
        made = {
            "one_item": loop("one_item", 1),
            "items": loop("items", options.count),
            "one_step": steps("one_step", 1),
            "steps": steps("steps", options.count),
            "long": loop("long", max(1, options.long)),
        }
        for name, text in made.items():
            (root / f"workflows/{name}.yaml").write_text(text, encoding="utf-8")
        ratios, items, plain, memory = [], [], [], []
        for _ in range(options.rounds):
            first_item, _ = run(lockstep, folder, "one_item")
            all_items, used = run(lockstep, folder, "items")
            first_step, _ = run(lockstep, folder, "one_step")
            all_steps, _ = run(lockstep, folder, "steps")
            items.append((all_items - first_item) / (options.count - 1) * 1000)
            plain.append((all_steps - first_step) / (options.count - 1) * 1000)
            ratios.append(items[-1] / plain[-1])
            memory.append(used)
        print(f"an item {statistics.median(items):.2f} ms, a step {statistics.median(plain):.2f} ms")
        print(f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
        print(f"memory with {options.count} items {max(memory):.1f} MiB")
        if options.long:
            seconds, used = run(lockstep, folder, "long")
            print(f"memory with {options.long} items {used:.1f} MiB, {seconds / options.long * 1000:.2f} ms an item")


if __name__ == "__main__":
    main()
