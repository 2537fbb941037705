#!/usr/bin/python3 -I
"""Writes contact-sheet.png from small pictures, using ImageMagick 6 or 7."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

# By full path: some machines have other programs of these names earlier on the search path.
MONTAGE = ["/usr/bin/magick", "montage"] if os.access("/usr/bin/magick", os.X_OK) else ["/usr/bin/montage"]
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def fail(message, code=1):
    print(message, file=sys.stderr)
    sys.exit(code)


def captions(path, images):
    """One caption a picture; the plain file names when nothing is known or the list does not fit."""
    names = [os.path.basename(image) for image in images]
    if not path:
        return names
    try:
        with open(path, encoding="utf-8") as file:
            details = json.load(file)
        if len(details) != len(images):
            fail(f"There are {len(images)} pictures, but details of {len(details)}.", 2)
        return [f"{entry['name']}\n{entry['width']} × {entry['height']}" for entry in details]
    except (OSError, ValueError, TypeError, KeyError) as error:
        fail(f"The details of the pictures cannot be used: {error!r}.", 2)


def literal(text):
    """ImageMagick reads % and \\ in a text as instructions, and a leading @ as the name of a file."""
    text = text.replace("\\", "\\\\").replace("%", "%%")
    return "\\" + text if text.startswith("@") else text


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--title")
    parser.add_argument("--details")
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("images", nargs="+")
    options = parser.parse_args()

    font = ["-font", FONT] if os.path.exists(FONT) else []
    labels = captions(options.details, options.images)
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["-limit", "thread", "1", *font, "-pointsize", "12", "-background", "white"]
        for number, (image, label) in enumerate(zip(options.images, labels)):
            # A name of our own, so that no file name is taken for a pattern or a format.
            plain = os.path.join(folder, f"{number:04d}")
            os.symlink(os.path.abspath(image), plain)
            arguments += ["-label", literal(label), plain]
        if options.title:
            arguments += ["-title", literal(options.title)]
        arguments += ["-tile", f"{min(options.columns, len(labels))}x", "-geometry", "+12+12", "png:contact-sheet.png"]
        try:
            result = subprocess.run([*MONTAGE, *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        except OSError as error:
            fail(f"ImageMagick cannot be started ({error.strerror}). Install it: apt-get install imagemagick", 3)
    if result.returncode != 0 or not os.path.exists("contact-sheet.png"):
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = re.sub(r"^\w+: |\s*`[^`']*'", "", lines[0]).split(" @ ")[0] if lines else f"code {result.returncode}"
        fail(f"The sheet could not be made: {reason}", 4)
    print(f"{len(labels)} pictures on one sheet")


if __name__ == "__main__":
    main()
