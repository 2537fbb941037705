#!/usr/bin/python3 -I
"""Draws a table as chart.svg with gnuplot."""

import argparse
import json
import subprocess
import sys

# Told apart by people who do not see all colours, too (Okabe and Ito).
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#444444")


def fail(message, code=1):
    print(message, file=sys.stderr)
    sys.exit(code)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def series(rows):
    """The column that names the rows, and the columns of numbers."""
    names = list(rows[0]) if isinstance(rows[0], dict) else []
    if len(names) < 2:
        fail("A chart needs two columns: one that names the rows and one of numbers.", 4)
    numbers = [
        name
        for name in names[1:]
        if any(is_number(row.get(name)) for row in rows)
        and all(row.get(name) is None or is_number(row.get(name)) for row in rows)
    ]
    if not numbers:
        fail(f"No column after {names[0]} holds numbers only: {', '.join(names[1:])}.", 4)
    return names[0], numbers[:12]


def quoted(text):
    """A text in gnuplot's double quotes, in which nothing but itself is left."""
    text = " ".join(str(text).split())
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "'") + '"'


def script(rows, kind, title):
    label, numbers = series(rows)
    longest = max(len(str(row.get(label))) for row in rows)
    # At most 40 names below the axis; all of them when they fit.
    every = max(1, -(-len(rows) // 40))
    tics = ", ".join(f"{quoted(row.get(label))} {number}" for number, row in enumerate(rows) if number % every == 0)
    styled = (
        "set style data histograms\nset style histogram clustered gap 1\nset style fill solid 0.85 noborder"
        if kind == "bars"
        else "set style data linespoints\nset pointsize 0.6"
    )
    lines = [
        "set terminal svg size 900,480 background rgb 'white' font 'sans-serif,13'",
        "set output 'chart.svg'",
        "set encoding utf8",
        "set termoption noenhanced",
        f"set title {quoted(title)}" if title else "unset title",
        f"set xlabel {quoted(label)}",
        *(f"set linetype {number} linecolor rgb '{colour}'" for number, colour in enumerate(COLOURS, start=1)),
        f"set linetype cycle {len(COLOURS)}",
        "set grid ytics linecolor rgb '#cccccc'",
        "set border 3",
        "set tics nomirror",
        f"set xtics {'rotate by -45' if longest * len(rows) > 90 or every > 1 else ''} ({tics})",
        f"set xrange [-0.6:{len(rows) - 0.4}]",
        "set key outside top right" if len(numbers) > 1 else "unset key",
        "set datafile missing '?'",
        # A scale that starts at zero unless there is something below it.
        "set yrange [0:*]" if min(r.get(n) or 0 for r in rows for n in numbers) >= 0 else "set autoscale y",
        f"set ylabel {quoted(numbers[0])}" if len(numbers) == 1 else "",
        *styled.split("\n"),
        "$table << END_OF_TABLE",
        *(" ".join("?" if row.get(n) is None else repr(float(row[n])) for n in numbers) for row in rows),
        "END_OF_TABLE",
    ]
    position = "" if kind == "bars" else "0:"
    plots = ", ".join(
        f"$table using {position}{number} title {quoted(name)}" for number, name in enumerate(numbers, start=1)
    )
    return "\n".join([*lines, f"plot {plots}", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--kind", choices=("bars", "lines"), default="bars")
    parser.add_argument("--title")
    parser.add_argument("rows", help="path of a JSON list of objects")
    options = parser.parse_args()
    try:
        with open(options.rows, encoding="utf-8") as file:
            rows = json.load(file)
        if not isinstance(rows, list) or not rows:
            fail("There is nothing to draw: the table has no rows.", 4)
        text = script(rows, options.kind, options.title)
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        fail(f"The rows cannot be drawn: {error}.", 2)
    try:
        result = subprocess.run(["gnuplot", "-d"], input=text.encode(), capture_output=True, check=False)
    except OSError as error:
        fail(f"gnuplot cannot be started ({error.strerror}). Install it: apt-get install gnuplot-nox", 3)
    said = [line.strip() for line in result.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    if result.returncode != 0:
        fail(f"gnuplot could not draw the chart: {said[-1] if said else f'code {result.returncode}'}")
    print(f"{len(rows)} rows drawn")


if __name__ == "__main__":
    main()
