#!/usr/bin/python3 -I
"""Writes report.html and report.md from the analysis of a text."""

import argparse
import html
import json
import os
import sys

STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
h1 { line-height: 1.2 } h2 { margin-top: 2rem }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .3rem .8rem; border-bottom: 1px solid #8884; text-align: left; vertical-align: top }
td.number { text-align: right; font-variant-numeric: tabular-nums }
.bar { display: inline-block; height: .7em; margin-left: .6rem; background: #3a7bd5 }
.scale { display: inline-block; width: 7rem; text-align: left }
.lead { color: #777 }
"""


def fail(message, code=1):
    print(message, file=sys.stderr)
    sys.exit(code)


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            value = json.load(file)
    except (OSError, ValueError) as error:
        fail(f"{os.path.basename(path)} cannot be read as JSON: {error}", 2)
    if not isinstance(value, dict):
        fail(f"{os.path.basename(path)} holds no JSON object.", 2)
    return value


def label(key):
    return key.replace("_", " ").capitalize()


def sections(analysis, info):
    """The report as data: (heading, column names, rows); both formats are written from it."""
    found = []
    known = [(label(key), str(value)) for key, value in info.items()]
    if known:
        found.append(("Document", ("", ""), known))
    metrics = [(label(key), value) for key, value in analysis.get("key_metrics", {}).items()]
    if "lexical_diversity" in analysis:
        metrics.append(("Lexical diversity", analysis["lexical_diversity"]))
    found.append(("Figures", ("Measure", "Value"), metrics))
    words = [(entry["word"], entry["count"]) for entry in analysis.get("frequent_words", [])]
    found.append(("Most frequent words", ("Word", "Count"), words))
    if "readability" in analysis:
        rows = [(label(key), value) for key, value in analysis["readability"].items()]
        found.append(("Readability", ("Measure", "Value"), rows))
    if "longest_sentences" in analysis:
        rows = [(entry["text"], entry["words"]) for entry in analysis["longest_sentences"]]
        found.append(("Longest sentences", ("Sentence", "Words"), rows))
    if "frequent_pairs" in analysis:
        rows = [(entry["pair"], entry["count"]) for entry in analysis["frequent_pairs"]]
        found.append(("Most frequent pairs of words", ("Pair", "Count"), rows))
    if "words_used_once" in analysis:
        once = analysis["words_used_once"]
        found.append(("Words used once", ("Count", "Examples"), [(once["count"], ", ".join(once["examples"]))]))
    if "paragraph_metrics" in analysis:
        rows = [(e["number"], e["words"], e["sentences"], e["starts"]) for e in analysis["paragraph_metrics"]]
        found.append(("Paragraphs", ("No.", "Words", "Sentences", "Starts with"), rows))
    return [section for section in found if section[2]]


def cell_html(value, highest):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"<td>{html.escape(str(value))}</td>"
    bar = f'<span class="scale"><span class="bar" style="width:{6 * value / highest:.2f}rem"></span></span>' if highest else ""
    return f'<td class="number">{value}{bar}</td>'


def as_html(title, summary, parts):
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head>",
        f'<body><h1>{html.escape(title)}</h1>\n<p class="lead">{html.escape(summary)}</p>',
    ]
    for heading, columns, rows in parts:
        lines.append(f"<h2>{html.escape(heading)}</h2>\n<table>")
        if any(columns):
            lines.append("<tr>" + "".join(f"<th>{html.escape(name)}</th>" for name in columns) + "</tr>")
        highest = max((row[1] for row in rows), default=0) if columns[1] == "Count" else 0
        lines += ["<tr>" + "".join(cell_html(value, highest) for value in row) + "</tr>" for row in rows]
        lines.append("</table>")
    return "\n".join([*lines, "</body></html>", ""])


def as_markdown(title, summary, parts):
    def cell(value):
        text = " ".join(str(value).split())
        for character in "\\`*_<>|[]":
            text = text.replace(character, "\\" + character)
        return text

    lines = [f"# {cell(title)}", "", cell(summary), ""]
    for heading, columns, rows in parts:
        lines += [f"## {heading}", "", "| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
        lines += ["| " + " | ".join(map(cell, row)) + " |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--info", help="path of a JSON object with what is known about the document")
    parser.add_argument("analysis", help="path of the analysis, JSON")
    options = parser.parse_args()
    analysis = read(options.analysis)
    info = read(options.info) if options.info else {}
    title = str(info.get("title") or info.get("file") or "Text analysis")
    summary = str(analysis.get("summary", ""))
    try:
        parts = sections(analysis, info)
    except (KeyError, TypeError, AttributeError) as error:
        fail(f"The analysis is not in the form that text_analyzer writes: {error!r}.", 2)
    with open("report.html", "w", encoding="utf-8") as file:
        file.write(as_html(title, summary, parts))
    with open("report.md", "w", encoding="utf-8") as file:
        file.write(as_markdown(title, summary, parts))
    print(f"Report on {title}: {len(parts)} tables")


if __name__ == "__main__":
    main()
