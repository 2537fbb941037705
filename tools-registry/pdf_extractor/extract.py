#!/usr/bin/python3 -I
"""Writes the text of a PDF to text.txt and what is known about it to info.json, using poppler's programs."""

import argparse
import json
import os
import subprocess
import sys

MODES = {"full": [], "layout": ["-layout"], "raw": ["-raw"]}


def fail(message, code=1):
    print(f"Failed to process PDF: {message}", file=sys.stderr)
    sys.exit(code)


def progress(percent, message):
    path = os.environ.get("LOCKSTEP_EVENTS")
    if path:
        try:
            with open(path, "a", encoding="utf-8") as events:
                events.write(json.dumps({"progress": percent, "message": message}) + "\n")
        except OSError:
            pass


def poppler(*arguments):
    """Runs one of poppler's programs and returns its standard output, or ends with a reason for a person."""
    result = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if result.returncode == 0:
        return result.stdout
    said = result.stderr.decode("utf-8", "replace")
    if "Incorrect password" in said:
        fail("File is password protected", 3)
    if any(sign in said for sign in ("May not be a PDF file", "Couldn't read xref table", "Document stream is empty")):
        fail("File is not a PDF, or it is damaged", 4)
    lines = said.strip().splitlines()
    fail(lines[-1] if lines else f"{arguments[0]} ended with code {result.returncode}")


def information(path):
    fields = {}
    for line in poppler("pdfinfo", "-isodates", path).decode("utf-8", "replace").splitlines():
        name, separator, value = line.partition(":")
        if separator and value.strip():
            fields.setdefault(name.strip(), value.strip())
    try:
        pages = int(fields.get("Pages", ""))
    except ValueError:
        pages = 0
    if pages < 1:
        fail("File has no pages", 4)
    known = {"file": os.path.basename(path), "pages": pages}
    for key, name in (("title", "Title"), ("author", "Author"), ("created", "CreationDate"), ("page_size", "Page size")):
        if name in fields:
            known[key] = fields[name]
    return known


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--mode", choices=sorted(MODES), default="full")
    parser.add_argument("--first-page", type=int, default=1)
    parser.add_argument("--last-page", type=int)
    parser.add_argument("input")
    options = parser.parse_args()

    info = information(options.input)
    pages = info["pages"]
    last = min(options.last_page or pages, pages)
    if options.first_page > last:
        fail(f"There is no page {options.first_page} up to page {last}; the file has {pages} pages", 2)
    total = last - options.first_page + 1

    # One call a page shows progress; a long document is read in about a hundred calls instead.
    stride = max(1, total // 100)
    blank = True
    with open("text.txt", "wb") as text:
        for first in range(options.first_page, last + 1, stride):
            done = first - options.first_page
            message = f"Processing page {done + 1} of {total}..."
            print(message, flush=True)
            progress(100 * done // total, message)
            until = min(first + stride - 1, last)
            flags = [*MODES[options.mode], "-enc", "UTF-8", "-eol", "unix", "-f", str(first), "-l", str(until)]
            part = poppler("pdftotext", *flags, options.input, "-")
            blank = blank and not part.strip()
            text.write(part)
    if blank:
        fail("File has no text layer; it may be a scan that needs OCR first", 5)
    with open("info.json", "w", encoding="utf-8") as file:
        json.dump(info, file, ensure_ascii=False)
    progress(100, f"{total} pages read")
    print(f"{total} pages read")


if __name__ == "__main__":
    main()
