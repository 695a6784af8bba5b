"""A PostgreSQL of a test's own, which may be killed: with fsync, as it is set up by itself."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path


class Cluster:
    """A cluster in a folder of its own; ``settings`` are words for the server, as ``-c name=1``."""

    def __init__(self, settings: str = ""):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
        assert found, "There is no PostgreSQL under /usr/lib/postgresql."
        self.programs = found[-1].parent
        # Not under tmp_path: PostgreSQL refuses to run as root, and others may not look in there.
        self.room = Path(tempfile.mkdtemp(prefix="buurtbord-cut."))
        self.runs_as: list[str] = []
        if os.getuid() == 0:
            user = "postgres" if _exists("postgres") else "nobody"
            shutil.chown(self.room, user)
            self.runs_as = ["runuser", "-u", user, "--"]
        self.data = self.room / "data"
        (self.room / "secret").write_text("for tests only")
        (self.room / "secret").chmod(0o644)
        self.run(
            "initdb",
            *("-D", str(self.data), "-U", "buurtbord", f"--pwfile={self.room / 'secret'}"),
            *("-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"),
        )
        with socket.create_server(("127.0.0.1", 0)) as trial:
            self.port = trial.getsockname()[1]
        self.options = f"-p {self.port} -h 127.0.0.1 -k '' {settings}"
        self.url = f"postgresql://buurtbord:for%20tests%20only@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [*self.runs_as, str(self.programs / program), *words],
            cwd=self.room,
            # A server that stays behind keeps what it inherits open.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
        log = self.room / "log"
        assert done.returncode == 0, (done.stderr, log.read_text() if log.exists() else "")

    def start(self) -> None:
        log = str(self.room / "log")
        self.run("pg_ctl", "-D", str(self.data), "-l", log, "-o", self.options, "-w", "start")

    def kill(self) -> None:
        """SIGKILL to all of its processes; nothing is written down any more."""
        main = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(main, signal.SIGSTOP)  # so that it starts no others meanwhile
        listed = subprocess.run(["pgrep", "-P", str(main)], capture_output=True, text=True).stdout
        pids = [main, *map(int, listed.split())]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in pids:
            # They are no children of ours, so nobody tells when they are gone.
            while not _is_dead(pid):
                threading.Event().wait(0.02)
        # Where nobody buries the dead, as in a container, the next server would take it for alive.
        (self.data / "postmaster.pid").unlink()

    def remove(self) -> None:
        if (self.data / "postmaster.pid").exists():
            with suppress(AssertionError):
                self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.room, ignore_errors=True)


def _version(program: Path) -> float:
    return float(program.parent.parent.name)


def _exists(user: str) -> bool:
    return subprocess.run(["id", user], capture_output=True).returncode == 0


def _is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True
