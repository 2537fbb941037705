#!/usr/bin/python3 -I
"""Writes thumbnails/NNN-name.jpg for each picture, using ImageMagick 6 or 7."""

import argparse
import json
import os
import re
import subprocess
import sys

# By full path: some machines have another program of the name `convert` earlier on the search path.
CONVERT = ["/usr/bin/magick"] if os.access("/usr/bin/magick", os.X_OK) else ["/usr/bin/convert"]


def fail(message, code=1):
    print(message, file=sys.stderr)
    sys.exit(code)


def progress(percent, message):
    path = os.environ.get("LOCKSTEP_EVENTS")
    if path:
        try:
            with open(path, "a", encoding="utf-8") as events:
                events.write(json.dumps({"progress": percent, "message": message}) + "\n")
        except OSError:
            pass


def make(path, target, size, quality):
    """Reads from standard input, so that no file name is taken for a pattern or a format."""
    steps = [
        "-delete", "1--1", "-auto-orient", "-colorspace", "sRGB", "-background", "white", "-alpha", "remove",
        "-thumbnail", f"{size}x{size}>", "-strip", "-quality", str(quality), f"jpg:{target}",
    ]  # fmt: skip
    with open(path, "rb") as picture:
        try:
            result = subprocess.run(
                [*CONVERT, "-limit", "thread", "1", "-", *steps], stdin=picture, capture_output=True, check=False
            )
        except OSError as error:
            fail(f"ImageMagick cannot be started ({error.strerror}). Install it: apt-get install imagemagick", 3)
    if result.returncode != 0:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = re.sub(r"^\w+: |\s*`[^`']*'", "", lines[0]).split(" @ ")[0] if lines else f"code {result.returncode}"
        fail(f"{os.path.basename(path)} cannot be read as a picture: {reason}", 4)


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--size", type=int, default=240)
    parser.add_argument("--quality", type=int, default=82)
    parser.add_argument("images", nargs="+")
    options = parser.parse_args()
    os.makedirs("thumbnails", exist_ok=True)
    total = len(options.images)
    for number, path in enumerate(options.images, start=1):
        stem = os.path.splitext(os.path.basename(path))[0]
        safe = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:60] or "picture"
        progress(100 * (number - 1) // total, f"Picture {number} of {total}: {os.path.basename(path)}")
        make(path, f"thumbnails/{number:03d}-{safe}.jpg", options.size, options.quality)
    progress(100, f"{total} thumbnails made")
    print(f"{total} thumbnails made")


if __name__ == "__main__":
    main()
