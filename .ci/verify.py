#!/usr/bin/python3 -I
"""Compares a built lockstep, and what scripts/try printed, with what the README promises."""

import json
import re
import subprocess
import sys

DOCUMENT = "document=Examples/keeping-looms-in-step.pdf"
failures = []


def check(what, holds, found=None):
    print(("ok    " if holds else "WRONG ") + what)
    if not holds:
        failures.append(what)
        if found is not None:
            print(f"      found: {str(found)[:2000]}")


def lockstep(*arguments):
    command = [PROGRAM, *arguments]
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=300, check=False
    )


def exit_code(what, expected, *arguments):
    result = lockstep(*arguments)
    check(f"{what}: exit code {expected}", result.returncode == expected, (result.returncode, result.stderr))


def check_run():
    result = lockstep("run", "workflow", "analyze_document", "-i", DOCUMENT, "-i", "analysis_depth=detailed", "--output", "json")
    check("the example run ends with exit code 0", result.returncode == 0, result.stderr)
    try:
        job = json.loads(result.stdout)["data"]
    except (KeyError, ValueError) as error:
        check("--output json prints one JSON document", False, f"{error}: {result.stdout}")
        return
    check("--output json prints one JSON document", isinstance(job, dict), job)
    check("the job is COMPLETED", job.get("status") == "COMPLETED" and job.get("state") == "completed", job.get("state"))
    steps = [(step.get("step_id"), step.get("status")) for step in job.get("steps", [])]
    expected = [(name, "COMPLETED") for name in ("extract", "analyze", "report")]
    check("its three steps are COMPLETED", steps == expected, steps)
    output = job.get("output_data", {})
    analysis = output.get("final_analysis", {})
    check("the analysis is detailed", analysis.get("level") == "detailed" and "readability" in analysis, analysis)
    words = analysis.get("key_metrics", {}).get("words", 0)
    check("it counted the words", 900 < words < 1500, words)
    report = output.get("report", {})
    check("the report is a file", str(report.get("file_id", "")) != "" and report.get("name") == "report.html", report)

    job_id = str(job.get("job_id", ""))
    listed = lockstep("outputs", "list", job_id)
    check("outputs list shows the report", listed.returncode == 0 and "report.html" in listed.stdout, listed)
    shown = lockstep("jobs", "show", job_id)
    check("jobs show knows the job", shown.returncode == 0 and job_id in shown.stdout, shown)


def main():
    with open(sys.argv[2], encoding="utf-8", errors="replace") as file:
        printed = file.read()
    check("scripts/try names the job", re.search(r"job_[0-9A-Z]{26}", printed) is not None)
    check("scripts/try ends with what to do next", "lockstep outputs list" in printed)
    check_run()
    exit_code("an unknown option", 2, "run", "workflow", "analyze_document", "--no-such-option")
    exit_code("a missing input", 4, "run", "workflow", "analyze_document")
    exit_code("a wrong input", 4, "run", "workflow", "analyze_document", "-i", DOCUMENT, "-i", "analysis_depth=deep")
    exit_code("an unknown workflow", 5, "run", "workflow", "no_such_workflow")
    exit_code("the shipped definitions", 0, "check")
    if failures:
        sys.exit(f"{len(failures)} promises of the README do not hold.")
    print("What the README promises holds.")


PROGRAM = sys.argv[1]
main()
