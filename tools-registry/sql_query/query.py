#!/usr/bin/python3 -I
"""Prints the result of a query as a JSON list of objects, using the sqlite3 program with writing turned off."""

import argparse
import json
import subprocess
import sys


def fail(message, code=1):
    print(message, file=sys.stderr)
    sys.exit(code)


def ask(database, query):
    # -safe refuses the program's own commands that touch files or start programs; the query comes on standard input,
    # after a line of its own, so that it is never taken for an option.
    command = ["sqlite3", "-batch", "-bail", "-safe", "-readonly", "-json", database]
    try:
        result = subprocess.run(command, input=f"\n{query}\n;\n".encode(), capture_output=True, check=False)
    except OSError as error:
        fail(f"sqlite3 cannot be started ({error.strerror}). Install it: apt-get install sqlite3", 3)
    if result.returncode != 0 or result.stderr:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines()
        fail(f"The query failed: {lines[0] if lines else f'code {result.returncode}'}", 4)
    return result.stdout.decode("utf-8", "replace").strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--max-rows", type=int, default=10000)
    parser.add_argument("--query", required=True, help="path of a file that holds the query")
    parser.add_argument("database")
    options = parser.parse_args()
    with open(options.query, encoding="utf-8") as file:
        query = file.read()
    if not query.strip():
        fail("The query is empty.", 2)
    printed = ask(options.database, query)
    try:
        rows = json.loads(printed) if printed else []
    except ValueError:
        fail("The query gave something other than one table; write a single SELECT.", 4)
    if not isinstance(rows, list):
        fail("The query gave something other than one table; write a single SELECT.", 4)
    if len(rows) > options.max_rows:
        fail(f"The query gave {len(rows)} rows, more than {options.max_rows}; add a LIMIT or ask for sums.", 4)
    json.dump(rows, sys.stdout, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
