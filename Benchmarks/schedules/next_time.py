#!/usr/bin/python3
"""Measures what processor time it takes to find the next time of a cron expression: the fastest and the median of nine rounds.

The aim is 20 microseconds for ordinary expressions and 2 milliseconds for the rarest. `rarest` looks 24 years ahead, `never` 400. `zone`
makes a zone from the bytes of its file, `parse` reads an expression, `words` says one.

This happens inside the program, where no command could time it. So this builds main.swift, which lies beside it, in
release with the sources of the model as they are here, in a folder of its own. Needs only Python, Swift, the time-zone data
of the machine, and the packages that `swift build` has fetched.
"""

import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGETS = ["CPCRE2", "LockstepJSON", "LockstepModel"]
AIM = dict.fromkeys(["minute", "quarter", "nightly", "monthly", "either", "yearly"], 20_000)
AIM.update(rarest=2_000_000, never=2_000_000)

PACKAGE = """// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "Lockstep",
    dependencies: [.package(path: "COLLECTIONS")],
    targets: [
        .systemLibrary(name: "CPCRE2"),
        .target(
            name: "LockstepJSON",
            dependencies: [.product(name: "OrderedCollections", package: "swift-collections")],
            swiftSettings: settings
        ),
        .target(name: "LockstepModel", dependencies: ["CPCRE2", "LockstepJSON"], swiftSettings: settings),
        .executableTarget(
            name: "schedules",
            dependencies: ["LockstepModel"],
            swiftSettings: settings,
            linkerSettings: [.linkedLibrary("m")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
"""


def main():
    collections = f"{ROOT}/.build/checkouts/swift-collections"
    if not os.path.isdir(collections):
        sys.exit("next_time: the packages are not there; run `swift build` first")
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/Sources/schedules")
        for name in TARGETS:
            os.symlink(f"{ROOT}/Sources/{name}", f"{folder}/Sources/{name}")
        os.symlink(f"{ROOT}/Benchmarks/schedules/main.swift", f"{folder}/Sources/schedules/main.swift")
        with open(f"{folder}/Package.swift", "w", encoding="utf-8") as file:
            file.write(PACKAGE.replace("COLLECTIONS", collections))
        build = ["swift", "build", "-c", "release", "--product", "schedules", "--package-path", folder]
        made = subprocess.run(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode:
            sys.exit(f"next_time: the build failed\n{made.stdout}")
        said = subprocess.run([f"{folder}/.build/release/schedules"], stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in said.splitlines():
        name, fastest, median = line.split()
        if name != "found":
            aim = f"   aim {AIM[name] / 1000:g}" if name in AIM else ""
            print(f"{name:8} {int(fastest) / 1000:9.2f} µs at best {int(median) / 1000:9.2f} µs median{aim}")


if __name__ == "__main__":
    main()
