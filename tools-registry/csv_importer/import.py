#!/usr/bin/python3 -I
"""Loads a CSV file into data.db, table "data", with the sqlite3 program, and prints its columns as JSON."""

import argparse
import csv
import json
import os
import re
import subprocess
import sys

NUMBERS = {"INTEGER": re.compile(r"[+-]?\d{1,18}"), "REAL": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")}


def fail(message, code=1):
    print(message, file=sys.stderr)
    sys.exit(code)


def records(path, delimiter):
    """Yields the lines of the table as lists; every line has as many fields as the first."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = delimiter or max(",;\t|", key=first.count)
        width = None
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        for fields in reader:
            if not fields:
                continue
            width = len(fields) if width is None else width
            if len(fields) != width:
                fail(f"Line {reader.line_num} has {len(fields)} fields; the first line has {width}.", 4)
            yield fields


def columns(path, delimiter):
    """The columns' names and types: INTEGER or REAL where every value that is there is one, else TEXT."""
    lines = records(path, delimiter)
    names = [" ".join(name.split()) or f"column_{number}" for number, name in enumerate(next(lines, []), start=1)]
    if not names:
        fail("The file is empty; its first line must name the columns.", 4)
    folded = [name.casefold() for name in names]
    twice = sorted({name for name, key in zip(names, folded) if folded.count(key) > 1})
    if twice:
        fail(f"The first line names a column twice: {', '.join(twice)}.", 4)
    kinds, seen, rows = ["INTEGER"] * len(names), [False] * len(names), 0
    for fields in lines:
        rows += 1
        for index, value in enumerate(fields):
            if value == "" or kinds[index] == "TEXT":
                continue
            seen[index] = True
            if kinds[index] == "INTEGER" and not NUMBERS["INTEGER"].fullmatch(value):
                kinds[index] = "REAL"
            if kinds[index] == "REAL" and not NUMBERS["REAL"].fullmatch(value):
                kinds[index] = "TEXT"
    kinds = [kind if has_value else "TEXT" for kind, has_value in zip(kinds, seen)]
    return [{"name": name, "type": kind} for name, kind in zip(names, kinds)], rows


def load(path, delimiter, found):
    """Writes plain CSV for sqlite3 to import; an empty field becomes NULL in a column of numbers."""
    with open("table.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        lines = records(path, delimiter)
        next(lines)
        writer.writerows(lines)
    quoted = ['"' + column["name"].replace('"', '""') + '"' for column in found]
    table = ", ".join(f"{name} {column['type']}" for name, column in zip(quoted, found))
    empty = [f"UPDATE data SET {name} = NULL WHERE {name} = '';" for name, column in zip(quoted, found) if column["type"] != "TEXT"]
    script = [
        "BEGIN;",
        f"CREATE TABLE data ({table});",
        ".import --csv table.csv data",
        *empty,
        "COMMIT;",
        "",
    ]
    try:
        result = subprocess.run(
            ["sqlite3", "-bail", "data.db"], input="\n".join(script).encode(), capture_output=True, check=False
        )
    except OSError as error:
        fail(f"sqlite3 cannot be started ({error.strerror}). Install it: apt-get install sqlite3", 3)
    if result.returncode != 0 or result.stderr:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines()
        fail(f"The table could not be loaded: {lines[0] if lines else f'code {result.returncode}'}", 1)
    os.remove("table.csv")


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--delimiter")
    parser.add_argument("table")
    options = parser.parse_args()
    csv.field_size_limit(1 << 24)
    try:
        found, rows = columns(options.table, options.delimiter)
        load(options.table, options.delimiter, found)
    except UnicodeDecodeError as error:
        fail(f"The file is not UTF-8: byte {error.start} cannot be read. Convert it, for example with iconv.", 4)
    except csv.Error as error:
        fail(f"The file is not CSV: {error}.", 4)
    print(json.dumps({"columns": found, "rows": rows}, ensure_ascii=False))


if __name__ == "__main__":
    main()
