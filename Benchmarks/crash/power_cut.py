#!/usr/bin/python3
"""Cuts the power of a disk, or lets it fail, while jobs run on it, and checks that nothing acknowledged was lost.

The disk is a file that this program serves through FUSE, with an ext4 file system on it. It sees every write and every
flush, so that a cut leaves what a disk that honours flush may leave: everything up to the last flush, and any subset of the
4 KiB blocks written since. Then all processes of the project are killed, the disk is mounted again, the attempts' boot ids
are changed, as a reboot would change them, and this must hold:

  - a job that a program said to be completed, or made, before the cut is there, with the same outputs;
  - a completed step has its file, whole: its hash is the one that the tool itself printed;
  - every asset in the database has its bytes;
  - `PRAGMA integrity_check` and `events verify` find nothing;
  - `lockstep recover` brings every job that was running to its end.

A failing disk answers writes and flushes with EIO for a while; what programs acknowledge meanwhile counts as well.

Prints one line of JSON; the exit status is 1 when there is any violation, 77 when this machine cannot serve the disk.
Needs root, /dev/fuse, loop devices, python3-fusepy, e2fsprogs, bubblewrap and lockstep.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

from project import Project

BLOCK = 4096
OWN_MOUNTS = "LOCKSTEP_POWER_CUT_OWN_MOUNTS"

SCRIPT = """\
head -c "$1" /dev/urandom > data.bin
cp data.bin "$LOCKSTEP_CHECKPOINT/copy"
sha256sum data.bin | cut -c1-64
"""

TOOL = """\
tool_id: maker
name: Maker
version: 1.0.0
command: [sh, /tool/run.sh, "${size}"]
parameters:
  size: { required: true, schema: { type: integer } }
outputs:
  sum: { stdout: text, schema: { type: string } }
  data: { path: data.bin, schema: { type: file } }
"""

WORKFLOW = """\
workflow_id: cut
name: Cut
version: 1.0.0
input_variables:
  - { variable_id: note, required: true, schema: { type: file } }
  - { variable_id: size, default: 30000, schema: { type: integer } }
steps:
  - { step_id: one, tool: maker, parameter_mappings: { size: size }, output_mappings: { sum: first } }
  - { step_id: two, tool: maker, parameter_mappings: { size: size }, output_mappings: { sum: second } }
outputs: [first, second]
"""


def call(*words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


def serve(mountpoint, size):
    """The disk: a file `disk` of so many bytes, and a file `control` that takes `cut SEED PATH`, `fail` and `heal`."""
    import errno
    import stat

    import fusepy as fuse

    class Disk(fuse.Operations):
        def __init__(self):
            self.now, self.durable, self.pending = bytearray(size), bytearray(size), []
            self.is_dead = self.fails = False
            self.flushes = 0

        def getattr(self, path, handle=None):
            if path == "/":
                return {"st_mode": stat.S_IFDIR | 0o700, "st_nlink": 2}
            if path not in ("/disk", "/control"):
                raise fuse.FuseOSError(errno.ENOENT)
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": size if path == "/disk" else 4096}

        def readdir(self, path, handle):
            return [".", "..", "disk", "control"]

        def truncate(self, path, length, handle=None):
            return 0

        def read(self, path, length, offset, handle):
            if path == "/control":
                return json.dumps({"flushes": self.flushes, "pending": len(self.pending)}).encode()[offset:]
            if self.is_dead:
                raise fuse.FuseOSError(errno.EIO)
            return bytes(self.now[offset:offset + length])

        def write(self, path, data, offset, handle):
            if path == "/control":
                self.obey(data.decode().split())
            elif self.is_dead or self.fails:
                raise fuse.FuseOSError(errno.EIO)
            else:
                self.now[offset:offset + len(data)] = data
                self.pending.append((offset, data))
            return len(data)

        def fsync(self, path, datasync, handle):
            if self.is_dead or self.fails:
                raise fuse.FuseOSError(errno.EIO)
            for offset, data in self.pending:
                self.durable[offset:offset + len(data)] = data
            self.pending.clear()
            self.flushes += 1
            return 0

        def obey(self, words):
            if words[0] == "cut":
                self.is_dead = True
                chance = random.Random(int(words[1]))
                share = chance.choice((0, 0.3, 0.7, 1))
                for offset, data in self.pending:
                    for start in range(0, len(data), BLOCK):
                        if chance.random() < share:
                            piece = data[start:start + BLOCK]
                            self.durable[offset + start:offset + start + len(piece)] = piece
                with open(words[2], "wb") as file:
                    file.write(self.durable)
            elif words[0] == "load":
                with open(words[1], "rb") as file:
                    self.now = bytearray(file.read())
                self.durable, self.pending, self.is_dead, self.fails = bytearray(self.now), [], False, False
            else:
                self.fails = words[0] == "fail"

    fuse.FUSE(Disk(), mountpoint, foreground=True, nothreads=True, direct_io=True, big_writes=True)


class Rig:
    def __init__(self, program, folder, seed, megabytes):
        self.folder, self.chance, self.megabytes = folder, random.Random(seed), megabytes
        self.image, self.served, self.mounted = f"{folder}/image", f"{folder}/served", f"{folder}/disk"
        os.mkdir(self.served)
        os.mkdir(self.mounted)
        self.device = None
        self.project = Project(program, f"{self.mounted}/project")
        self.note = f"{folder}/note.txt"
        with open(self.note, "w", encoding="ascii") as file:
            file.write("kept\n" * 1000)
        # What was acknowledged: job and its outputs, or None when it was only made.
        self.acknowledged = {}
        self.running = []
        self.found = []
        self.counts = {"cuts": 0, "failures": 0, "acknowledged": 0, "refused": 0, "completed": 0}
        self.server = os.fork()
        if self.server == 0:
            serve(self.served, megabytes << 20)
            os._exit(0)
        end = time.monotonic() + 20
        while not os.path.exists(f"{self.served}/disk"):
            if time.monotonic() > end:
                raise RuntimeError("the disk is not served")
            time.sleep(0.05)

    def control(self, *words):
        with open(f"{self.served}/control", "wb", buffering=0) as file:
            file.write(" ".join(words).encode())

    def attach(self):
        self.device = call("losetup", "--find", "--show", f"{self.served}/disk")
        call("mount", "-o", "errors=remount-ro", self.device, self.mounted)

    def detach(self):
        call("umount", "--lazy", self.mounted)
        call("losetup", "--detach", self.device)
        self.device = None
        end = time.monotonic() + 60
        # A lazily unmounted file system lives on until its last file is closed.
        while f"{self.served}/disk" in call("losetup", "--list", "--noheadings", "--output", "BACK-FILE"):
            if time.monotonic() > end:
                raise RuntimeError("the disk stays in use")
            time.sleep(0.05)

    def make(self):
        with open(self.image, "wb") as file:
            file.truncate(self.megabytes << 20)
        call("mkfs.ext4", "-q", "-F", "-J", "size=4", self.image)
        self.control("load", self.image)
        self.attach()
        self.project.make("cut", WORKFLOW)
        self.project.write("tools-registry/maker/tool.yaml", TOOL)
        self.project.write("tools-registry/maker/run.sh", SCRIPT)
        os.sync()

    def begin(self):
        """Starts one more program that runs a job, or now and then only makes one."""
        words = ["run", "workflow", "cut"] if self.chance.random() < 0.8 else ["jobs", "create", "cut"]
        words += ["-i", f"note={self.note}", "-i", f"size={self.chance.choice((100, 30000, 200000))}", "--output", "json"]
        self.running.append((words[1], self.project.open(*words)))

    def take(self):
        """Takes what programs have said that have ended."""
        for entry in list(self.running):
            kind, child = entry
            if child.poll() is None:
                continue
            self.running.remove(entry)
            said, complained = child.communicate()
            if child.returncode == 0:
                data = json.loads(said)["data"]
                self.acknowledged[data["job_id"]] = data["output_data"] if kind == "workflow" else None
                self.counts["acknowledged"] += 1
            else:
                self.counts["refused"] += 1
                if child.returncode < 0 or "Fatal error" in complained:
                    self.found.append(f"a program crashed ({child.returncode}): {complained[-500:]}")

    def work(self, seconds, at_once=2, at_least=0):
        """Keeps programs running for a while, and on a slow machine until something was acknowledged, for a minute at most."""
        begun = time.monotonic()
        wanted = self.counts["acknowledged"] + at_least
        while (past := time.monotonic() - begun) < seconds or self.counts["acknowledged"] < wanted and past < 60:
            while len(self.running) < at_once:
                self.begin()
            time.sleep(0.01)
            self.take()

    def end_all(self):
        """Kills everything of the project, as the loss of power would."""
        end = time.monotonic() + 60
        while (numbers := self.project.processes()) or any(child.poll() is None for _, child in self.running):
            for number in numbers:
                self.project.kill(number)
            for _, child in self.running:
                if child.poll() is None:
                    child.kill()
            if time.monotonic() > end:
                raise RuntimeError(f"processes stay: {numbers}")
            time.sleep(0.02)
        for _, child in self.running:
            child.communicate()
        self.running = []

    def cut(self):
        self.work(self.chance.uniform(0.3, 2.5), at_least=1)
        # What is acknowledged from here on is not counted: the power goes at some moment of the next call.
        self.control("cut", str(self.chance.randrange(1 << 30)), self.image)
        self.end_all()
        self.detach()
        self.control("load", self.image)
        self.attach()
        self.pretend_reboot()
        self.counts["cuts"] += 1
        self.check()

    def fail(self):
        self.work(self.chance.uniform(0.2, 1.5), at_least=1)
        self.control("fail")
        self.work(self.chance.uniform(0.2, 1.0))
        end = time.monotonic() + 90
        while self.running and time.monotonic() < end:
            time.sleep(0.02)
            self.take()
        if self.running:
            self.found.append(f"{len(self.running)} programs hang on a failing disk")
        self.end_all()
        self.detach()
        self.control("heal")
        checked = subprocess.run(["e2fsck", "-p", f"{self.served}/disk"], capture_output=True, text=True, check=False)
        if checked.returncode > 2:
            raise RuntimeError(f"e2fsck: {checked.stdout}{checked.stderr}")
        self.attach()
        self.counts["failures"] += 1
        self.check()

    def pretend_reboot(self):
        """What was written before the power went carries another boot's id."""
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            this = file.read().strip().encode()
        other = str(uuid.UUID(int=self.chance.getrandbits(128))).encode()
        for folder, _, names in os.walk(f"{self.project.state}/attempts"):
            for name in names:
                if name in ("lock", "exit.json"):
                    with open(f"{folder}/{name}", "r+b") as file:
                        content = file.read().replace(this, other)
                        file.seek(0)
                        file.write(content)

    def check(self):
        if not os.path.exists(f"{self.project.state}/lockstep.sqlite"):
            if self.acknowledged:
                self.found.append("the database is gone")
            return
        self.compare()
        end = time.monotonic() + 120
        while self.project.unfinished() and time.monotonic() < end:
            self.project.run("recover")
        self.found += [f"{job} still runs" for job in self.project.unfinished()]
        self.compare()

    def compare(self):
        project, found = self.project, []
        if project.rows("PRAGMA integrity_check") != [("ok",)]:
            found.append("integrity_check finds damage")
        verified = project.run("events", "verify")
        if verified.returncode != 0:
            found.append(f"events verify: {verified.stdout}{verified.stderr}")
        jobs = {row[0]: row[1:] for row in project.rows("SELECT job_id, state, output_data, error_message FROM jobs")}
        self.counts["completed"] = sum(state == "completed" for state, _, _ in jobs.values())
        for job, outputs in self.acknowledged.items():
            if job not in jobs:
                found.append(f"{job} was acknowledged and is gone")
            elif outputs is not None and (jobs[job][0] != "completed" or json.loads(jobs[job][1]) != outputs):
                found.append(f"{job} was completed with {outputs} and is {jobs[job]}")
        assets = {}
        for job, step, path, expected in project.rows("SELECT job_id, step_id, storage_path, sha256 FROM assets"):
            assets[job, step] = expected
            try:
                with open(f"{project.state}/{path}", "rb") as file:
                    if hashlib.sha256(file.read()).hexdigest() != expected:
                        found.append(f"{path} of {job} has other bytes")
            except OSError as error:
                found.append(f"{path} of {job}: {error}")
        for job, step, outputs in project.rows("SELECT job_id, step_id, output_data FROM steps WHERE status = 'COMPLETED'"):
            if assets.get((job, step)) != (json.loads(outputs)["sum"]):
                found.append(f"step {step} of {job} made {outputs}, its file is {assets.get((job, step))}")
        self.found += found

    def close(self):
        self.end_all()
        if self.device:
            self.detach()
        subprocess.run(["umount", "--lazy", self.served], check=False)
        os.waitpid(self.server, 0)


def missing():
    if os.geteuid() != 0:
        return "root is needed to mount the disk"
    if not os.path.exists("/dev/fuse") or not os.path.exists("/dev/loop-control"):
        return "there is no /dev/fuse or no loop device"
    try:
        import fusepy  # noqa: F401
    except (ImportError, OSError) as error:
        return f"python3-fusepy is needed ({error})"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lockstep", default=shutil.which("lockstep") or ".build/release/lockstep")
    parser.add_argument("--cuts", type=int, default=20, help="how often the power goes")
    parser.add_argument("--failures", type=int, default=5, help="how often the disk answers EIO for a while")
    parser.add_argument("--megabytes", type=int, default=96, help="the size of the disk")
    parser.add_argument("--seed", type=int, default=None, help="the same choices again, as far as the machine lets it")
    options = parser.parse_args()
    why = missing()
    if why:
        print(json.dumps({"skipped": why}))
        sys.exit(77)
    # Where Debian keeps what makes and mounts file systems; not on everybody's path.
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if OWN_MOUNTS not in os.environ:
        # Mounts that every sandbox of the machine inherits would be in use until the last of them ends.
        os.environ[OWN_MOUNTS] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    folder = os.path.realpath(tempfile.mkdtemp(prefix="lockstep-power-"))
    rig = Rig(os.path.abspath(options.lockstep), folder, seed, options.megabytes)
    try:
        rig.make()
        turns = ["cut"] * options.cuts + ["fail"] * options.failures
        rig.chance.shuffle(turns)
        for turn in turns:
            rig.cut() if turn == "cut" else rig.fail()
            if rig.found:
                break
    finally:
        rig.close()
    print(json.dumps({"seed": seed, **rig.counts, "jobs": len(rig.acknowledged), "violations": rig.found}))
    if rig.found:
        sys.exit(f"power_cut: {len(rig.found)} violations; the disk is kept in {rig.image}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main()
