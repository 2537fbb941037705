"""A project whose programs are started, watched and killed by the crash benchmarks."""

import os
import signal
import sqlite3
import subprocess


class Project:
    """Programs of one project folder; only processes whose command line names that folder are ever killed."""

    def __init__(self, program, folder):
        self.program, self.folder, self.state = program, folder, f"{folder}/.lockstep"

    def make(self, workflow, text):
        os.makedirs(f"{self.folder}/tools-registry")
        self.write(f"workflows/{workflow}.yaml", text)

    def write(self, name, text):
        os.makedirs(os.path.dirname(f"{self.folder}/{name}"), exist_ok=True)
        with open(f"{self.folder}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def start(self, *words):
        """Starts lockstep in the background; its own words would only hide what is printed here."""
        command = [self.program, *words, "--project", self.folder]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def open(self, *words):
        """Starts lockstep in the background; what it says is short enough for a pipe."""
        command = [self.program, *words, "--project", self.folder]
        return subprocess.Popen(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *words):
        command = [self.program, *words, "--project", self.folder]
        return subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
        )

    def rows(self, query):
        with sqlite3.connect(f"{self.state}/lockstep.sqlite", timeout=60) as database:
            found = database.execute(query).fetchall()
        # The context manager ends the transaction only, and an open file would keep a disk from being unmounted.
        database.close()
        return found

    def unfinished(self):
        try:
            return [job for (job,) in self.rows("SELECT job_id FROM jobs WHERE status = 'RUNNING'")]
        except sqlite3.OperationalError:
            return []

    def processes(self):
        """The kinds of this project's processes, by number; bubblewrap is known by its parent."""
        found = {}
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
                with open(f"/proc/{name}/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            found[int(name)] = (words, parent)
        kinds = {}
        mark = self.folder.encode()
        for number, (words, _) in found.items():
            program = os.path.basename(words[0])
            if program == b"lockstep-supervisor" and len(words) > 1 and words[1].startswith(mark + b"/"):
                kinds[number] = "supervisor"
            elif program == b"lockstep" and mark in words and b"run" in words[1:2]:
                kinds[number] = "runner"
        for number, (words, parent) in found.items():
            if os.path.basename(words[0]) == b"bwrap" and kinds.get(parent) == "supervisor":
                kinds[number] = "bwrap"
        return kinds

    def kill(self, number, kind=None):
        """Sends SIGKILL to a process of the project that still is one; false when there was none."""
        try:
            descriptor = os.pidfd_open(number)
        except OSError:
            return False
        try:
            found = self.processes().get(number)
            if found is None or kind not in (None, found):
                return False
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            return True
        except OSError:
            return False
        finally:
            os.close(descriptor)
