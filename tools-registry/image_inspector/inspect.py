#!/usr/bin/python3 -I
"""Prints a JSON list with size, format and average colour of each picture, using ImageMagick 6 or 7."""

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


def convert(name, picture, *arguments):
    """Runs ImageMagick with the picture on standard input, so that no file name is taken for a pattern or a format."""
    command = [*CONVERT, "-limit", "thread", "1", "-", *arguments]
    try:
        result = subprocess.run(command, stdin=picture, capture_output=True, check=False)
    except OSError as error:
        fail(f"ImageMagick cannot be started ({error.strerror}). Install it: apt-get install imagemagick", 3)
    if result.returncode != 0:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = re.sub(r"^\w+: |\s*`[^`']*'", "", lines[0]).split(" @ ")[0] if lines else f"code {result.returncode}"
        fail(f"{name} cannot be read as a picture: {reason}", 4)
    return result.stdout.decode("utf-8", "replace")


def inspect(path):
    name = os.path.basename(path)
    with open(path, "rb") as picture:
        lines = convert(name, picture, "-format", "%m %w %h\n", "info:").split("\n")
        frames = [line.split() for line in lines if line.strip()]
        picture.seek(0)
        colour = convert(
            name, picture, "-delete", "1--1", "-colorspace", "sRGB", "-background", "white", "-alpha", "remove",
            "-resize", "1x1!", "-depth", "8", "-format", "%[hex:u.p{0,0}]", "info:",
        )  # fmt: skip
    kind, width, height = frames[0]
    found = {
        "name": name,
        "format": kind,
        "width": int(width),
        "height": int(height),
        "frames": len(frames),
        "bytes": os.path.getsize(path),
    }
    if re.fullmatch(r"[0-9A-Fa-f]{6,8}", colour.strip()):
        found["average_colour"] = "#" + colour.strip()[:6].upper()
    return found


def main():
    paths = sys.argv[1:]
    if not paths:
        fail("There is no picture to inspect.", 2)
    details = []
    for number, path in enumerate(paths):
        progress(100 * number // len(paths), f"Picture {number + 1} of {len(paths)}: {os.path.basename(path)}")
        details.append(inspect(path))
    progress(100, f"{len(paths)} pictures inspected")
    json.dump(details, sys.stdout, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
