#!/usr/bin/python3 -I
"""Writes report.html from rows, a chart and the query behind them."""

import argparse
import base64
import html
import json
import sys

STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
img { max-width: 100%; height: auto }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .3rem .8rem; border-bottom: 1px solid #8884; text-align: left }
td.number { text-align: right; font-variant-numeric: tabular-nums }
pre { white-space: pre-wrap; background: #8882; padding: .6rem }
"""


def fail(message, code=1):
    print(message, file=sys.stderr)
    sys.exit(code)


def picture(path):
    with open(path, "rb") as file:
        data = file.read()
    kinds = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"GIF8", "image/gif"))
    kind = next((kind for start, kind in kinds if data.startswith(start)), "image/svg+xml")
    # As a picture, so that a script inside an SVG never runs.
    return f'<p><img alt="Chart" src="data:{kind};base64,{base64.b64encode(data).decode()}"></p>'


def cell(value):
    if value is None:
        return "<td></td>"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'<td class="number">{value}</td>'
    return f"<td>{html.escape(str(value))}</td>"


def table(rows):
    names = list(rows[0])
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    body = "\n".join("<tr>" + "".join(cell(row.get(name)) for name in names) + "</tr>" for row in rows)
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>"


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--title", default="Report")
    parser.add_argument("--chart")
    parser.add_argument("--query", help="path of a file that holds the query")
    parser.add_argument("rows", help="path of a JSON list of objects")
    options = parser.parse_args()
    title = html.escape(options.title)
    try:
        with open(options.rows, encoding="utf-8") as file:
            rows = json.load(file)
        parts = [picture(options.chart)] if options.chart else []
        parts.append(table(rows) if rows else "<p>The query gave no rows.</p>")
        if options.query:
            with open(options.query, encoding="utf-8") as file:
                parts.append(f"<h2>Query</h2>\n<pre>{html.escape(file.read().strip())}</pre>")
    except (OSError, ValueError, TypeError, AttributeError) as error:
        fail(f"The report cannot be written: {error}.", 2)
    page = [
        '<!DOCTYPE html>\n<html lang="en">',
        f'<head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head>',
        f"<body><h1>{title}</h1>",
        *parts,
        "</body></html>\n",
    ]
    with open("report.html", "w", encoding="utf-8") as file:
        file.write("\n".join(page))
    print(f"Report with {len(rows)} rows")


if __name__ == "__main__":
    main()
