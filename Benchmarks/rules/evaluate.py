#!/usr/bin/python3
"""Measures what processor time a rule that was read before takes to evaluate: the fastest and the median of nine rounds.

`guard` is the rule that a step typically has; the aim is 5 microseconds. `filter` and `reduce` go through 10,000 numbers.

Rules are evaluated inside the program, where no command could time one. So this builds main.swift, which lies beside it, in
release with the sources of the model as they are here, in a folder of its own. Needs only Python, Swift, and the packages
that `swift build` has fetched.
"""

import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGETS = ["CPCRE2", "LockstepJSON", "LockstepModel"]
AIM = {"guard": 5000}

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
            name: "rules",
            dependencies: ["LockstepJSON", "LockstepModel"],
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
        sys.exit("evaluate: the packages are not there; run `swift build` first")
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/Sources/rules")
        for name in TARGETS:
            os.symlink(f"{ROOT}/Sources/{name}", f"{folder}/Sources/{name}")
        os.symlink(f"{ROOT}/Benchmarks/rules/main.swift", f"{folder}/Sources/rules/main.swift")
        with open(f"{folder}/Package.swift", "w", encoding="utf-8") as file:
            file.write(PACKAGE.replace("COLLECTIONS", collections))
        build = ["swift", "build", "-c", "release", "--product", "rules", "--package-path", folder]
        made = subprocess.run(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode:
            sys.exit(f"evaluate: the build failed\n{made.stdout}")
        said = subprocess.run([f"{folder}/.build/release/rules"], stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in said.splitlines():
        name, fastest, median = line.split()
        if name != "true":
            aim = f"   aim {AIM[name] / 1000:g}" if name in AIM else ""
            print(f"{name:8} {int(fastest) / 1000:9.2f} µs at best {int(median) / 1000:9.2f} µs median{aim}")


if __name__ == "__main__":
    main()
