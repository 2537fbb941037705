#!/usr/bin/env python3
"""Times `lockstep check` over a project of many steps and many tools, which it makes.

The workflow `large` has --steps steps, each with a guard, a rule, a default and variables of earlier steps; the registry has
--tools tools, of which the workflow uses all when there are no more tools than steps. Three contenders, in turn: the check of
that one workflow with the tools it uses; the check of the whole project; and `lockstep --version`, which is what a start of the
program takes. Medians over --rounds.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

TOOL = """tool_id: {name}
name: Tool {number}
version: 1.{number}.0
description: Does what its number says.
command: [work, "--level=${{level}}", ["--limit", "${{limit}}"], "${{source}}"]
stdin: "${{text}}"
parameters:
  text: {{ required: true, description: What to look at., schema: {{ type: string, maxLength: 100000 }} }}
  level: {{ default: basic, schema: {{ type: string, enum: [basic, detailed, comprehensive] }} }}
  limit: {{ schema: {{ type: integer, minimum: 1, maximum: 1000 }} }}
  source: {{ default: none, schema: {{ type: string, pattern: "^[a-z]+$" }} }}
outputs:
  text: {{ stdout: text, schema: {{ type: string }} }}
  page:
    path: page.json
    schema:
      type: object
      properties: {{ count: {{ type: integer }}, words: {{ type: array, items: {{ type: string }} }} }}
      required: [count]
      additionalProperties: false
resources: {{ wall: 5m, memory: 512MiB }}
"""

STEP = """  - step_id: step_{number}
    tool: {tool}
    when: {{ "!=": [{{ var: [text_{before}, ""] }}, {{ cat: [nothing, {number}] }}] }}
    parameter_mappings:
      text: {{ cat: [{{ var: text_{before} }}, " ", {{ var: page_{before}.count }}] }}
      level: depth
      limit: {{ if: [{{ ">": [{{ var: page_{before}.count }}, 10] }}, {{ var: page_{before}.count }}, 10] }}
      source: word
    output_mappings:
      text: {{ variable: text_{number}, default: "" }}
      page: {{ variable: page_{number}, default: {{ count: 1 }} }}
"""

FIRST = """workflow_id: large
name: Large
version: 1.0.0
input_variables:
  - {{ variable_id: text_start, required: true, schema: {{ type: string }} }}
  - {{ variable_id: page_start, default: {{ count: 1 }}, schema: {{ type: object, properties: {{ count: {{ type: integer }} }} }} }}
  - {{ variable_id: depth, default: basic, schema: {{ type: string, enum: [basic, detailed, comprehensive] }} }}
steps:
"""


def make(folder, steps, tools):
    """Writes the project; nothing in it is wrong."""
    for name in ("workflows", "tools-registry"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number in range(tools):
        name = f"tool_{number}"
        (folder / "tools-registry" / f"{name}.yaml").write_text(TOOL.format(name=name, number=number))
    parts = [FIRST.format()]
    for number in range(steps):
        before = "start" if number == 0 else str(number - 1)
        parts.append(STEP.format(number=number, before=before, tool=f"tool_{number % tools}"))
    parts.append(f"outputs: [text_{steps - 1}]\n")
    (folder / "workflows" / "large.yaml").write_text("".join(parts))


def run(command):
    """Seconds that a command takes; one that fails ends the benchmark, because its time would mean nothing."""
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[:2000]}{done.stderr[:2000]}")
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lockstep", default=".build/release/lockstep", help="the program to measure")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--tools", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--make", metavar="FOLDER", help="only make the project there")
    options = parser.parse_args()
    if options.make:
        return make(pathlib.Path(options.make), options.steps, options.tools)
    program = str(pathlib.Path(options.lockstep).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make(folder, options.steps, options.tools)
        check = [program, "check", "--project", name]
        contenders = {
            "the start of the program": [program, "--version"],
            "one workflow and its tools": check + [str(folder / "workflows" / "large.yaml")],
            "the whole project": check,
        }
        times = {title: [] for title in contenders}
        for _ in range(options.rounds):
            for title, command in contenders.items():
                times[title].append(run(command))
    print(f"{options.steps} steps, {options.tools} tools, {options.rounds} rounds")
    for title, seconds in times.items():
        print(f"  {title}: median {1000 * statistics.median(seconds):.0f} ms, fastest {1000 * min(seconds):.0f} ms")


if __name__ == "__main__":
    main()
