#!/usr/bin/python3
"""Measures what masking secrets costs: how fast output is captured with and without them.

Contenders, taking turns in one run, so that noise hits them alike; all get the same text, of log lines and base64:

  cat      the text through a pipe into a file
  plain    a lockstep step that writes the text and has no secrets
  secrets  the same with several secrets, one of them a key of many lines

The time of a step that writes nothing is taken off both steps. Needs only Python, bubblewrap and lockstep.
"""

import argparse
import base64
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

WORDS = "request served in ms from cache user session token error warning GET POST status page of id null true".split()


def text(size):
    """Log lines with numbers, and now and then base64; the same in every run."""
    chance, lines, length = random.Random(7), [], 0
    while length < size:
        line = " ".join(chance.choice(WORDS) for _ in range(12)) + f" {chance.randrange(10**9)}"
        if chance.random() < 0.1:
            line += " " + base64.b64encode(chance.randbytes(60)).decode()
        lines.append(line)
        length += len(line) + 1
    return ("\n".join(lines) + "\n").encode()


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


def secrets():
    chance = random.Random(11)
    key = "\n".join(base64.b64encode(chance.randbytes(48)).decode() for _ in range(25))
    return {
        "API_TOKEN": "tok_" + chance.randbytes(20).hex(),
        "PASSWORD": "corRect horse/battery+staple?",
        "SESSION": base64.b64encode(chance.randbytes(90)).decode(),
        "PRIVATE_KEY": f"-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----",
    }


def tool(name, count, names):
    return (
        f"tool_id: {name}\nname: {name}\nversion: 1.0.0\nresources: {{ log_size: 4GiB }}\n"
        f'command: [sh, -c, "for i in $(seq {count}); do cat /tool/text; done"]\n'
        f"secrets: [{', '.join(names)}]\n"
    )


def timed(command, folder, environment):
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"masking: {command} failed:\n{done.stderr.decode()}")
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lockstep", default=".build/release/lockstep", help="the program to measure")
    parser.add_argument("--mebibytes", type=int, default=512, help="how much text (default: 512)")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    lockstep = os.path.abspath(options.lockstep)
    base = tempfile.mkdtemp(prefix="lockstep-masking-")
    try:
        folder, count, known = f"{base}/project", options.mebibytes // 16, secrets()
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": base, "LANG": "C.UTF-8"}
        os.makedirs(f"{folder}/workflows")
        content = text(16 << 20)
        for name, repeated, names in (("plain", count, []), ("secrets", count, known), ("empty", 0, known)):
            write(f"{folder}/tools-registry/{name}/tool.yaml", tool(name, repeated, names))
            write(f"{folder}/tools-registry/{name}/text", content)
        for name, value in known.items():
            subprocess.run([lockstep, "secrets", "set", name], input=value.encode(), cwd=folder, env=environment,
                           check=True, capture_output=True)
        source = f"{folder}/tools-registry/plain/text"
        script = f"for i in $(seq {count}); do cat {source}; done | cat > {base}/copy"
        commands = {"cat": ["sh", "-c", script]}
        commands.update({name: [lockstep, "run", "tool", name] for name in ("plain", "secrets", "empty")})
        found = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():
                found[name].append(timed(command, folder, environment))
                shutil.rmtree(f"{folder}/.lockstep/attempts", ignore_errors=True)
        empty, size = statistics.median(found["empty"]), len(content) * count / 1e6
        speeds = {name: size / (statistics.median(found[name]) - (empty if name != "cat" else 0))
                  for name in ("cat", "plain", "secrets")}
        for name, speed in speeds.items():
            print(f"{name:8} {speed:8.0f} MB/s   {speed / speeds['cat']:.2f} of cat")
        print(f"masking alone: {1e3 / speeds['secrets'] - 1e3 / speeds['plain']:.2f} ns a byte more")
    finally:
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    main()
