"""Other programs that run steps one after the other, and many small jobs two at a time, for `overhead.py`.

Each peer gets the same work in its own language: N steps that run /bin/true, each after the one before; and jobs of one such
step, a process of the peer for each job where it has no queue of its own. None of them has a sandbox.
"""

import os
import shlex
import shutil

# Names as they are looked for on the PATH; a peer that is not there is left out, with a line that says so.
NAMES = ("make", "parallel", "snakemake", "cwltool")
# These take long to start: fewer steps and jobs are enough to see it.
SLOW = ("snakemake", "cwltool")
MOST_STEPS_OF_SLOW = 100
MOST_JOBS_OF_SLOW = 8


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def found():
    """The peers of this machine."""
    return [name for name in NAMES if shutil.which(name)]


def makefile(size):
    rules = [f"s{number}: {f's{number - 1}' if number > 1 else ''}\n\t@/bin/true\n" for number in range(1, size + 1)]
    return f".PHONY: all {' '.join(f's{number}' for number in range(1, size + 1))}\nall: s{size}\n" + "".join(rules)


def snakefile(size):
    rules = [f'rule all:\n    input: "s{size}"\n']
    for number in range(1, size + 1):
        before = f'    input: "s{number - 1}"\n' if number > 1 else ""
        rules.append(f'rule s{number}:\n{before}    output: touch("s{number}")\n    shell: "/bin/true"\n')
    return "\n".join(rules)


TOOL = """\
cwlVersion: v1.2
class: CommandLineTool
baseCommand: /bin/true
stdout: said
inputs: { before: { type: "File?" } }
outputs: { said: { type: stdout } }
"""


def cwl(size):
    steps = []
    for number in range(1, size + 1):
        before = f"s{number - 1}/said" if number > 1 else ""
        given = f"{{ before: {before} }}" if before else "{}"
        steps.append(f"  s{number}: {{ run: tool.cwl, in: {given}, out: [said] }}\n")
    return (
        "cwlVersion: v1.2\nclass: Workflow\ninputs: {}\n"
        f"outputs: {{ last: {{ type: File, outputSource: s{size}/said }} }}\nsteps:\n" + "".join(steps)
    )


def prepare(folder, sizes):
    """Writes what the peers run; returns the command of a peer for so many steps, nil for more than it is asked to do."""
    for size in sizes:
        write(f"{folder}/make_{size}", makefile(size))
        write(f"{folder}/snake_{size}", snakefile(size))
        write(f"{folder}/cwl/steps_{size}.cwl", cwl(size))
    write(f"{folder}/cwl/tool.cwl", TOOL)

    def steps(name, size):
        if name in SLOW and size > MOST_STEPS_OF_SLOW:
            return None
        work = f"{folder}/work/{name}_{size}"
        commands = {
            "make": f"exec make -s -f {folder}/make_{size}",
            "parallel": f"seq {size} | parallel --will-cite -j1 -N1 /bin/true '#'",
            "snakemake": f"exec snakemake -q all --cores 1 --snakefile {folder}/snake_{size} --directory {work}",
            "cwltool": f"exec cwltool --quiet --outdir {work} {folder}/cwl/steps_{size}.cwl",
        }
        return ["sh", "-c", f"rm -rf {shlex.quote(work)}; mkdir -p {shlex.quote(work)} && {commands[name]}"]

    return steps


def jobs(name, count, folder):
    """The command that runs so many jobs of one step, two at a time."""
    each = {
        "make": f"make -s -f {folder}/make_1",
        "snakemake": f"snakemake -q all --cores 1 --nolock --snakefile {folder}/snake_1 --directory {folder}/j{{}}",
        "cwltool": f"cwltool --quiet --outdir {folder}/j{{}} {folder}/cwl/steps_1.cwl",
    }
    if name == "parallel":
        return ["sh", "-c", f"seq {count} | parallel --will-cite -j2 -N1 /bin/true '#'"]
    return ["sh", "-c", f"rm -rf {folder}/j*; seq {count} | xargs -P 2 -I {{}} {each[name]}"]
