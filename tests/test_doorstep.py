"""./start and ./test before they set anything up: what they refuse, and in which words."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def start(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["./start", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
    )


@pytest.mark.slow
@pytest.mark.parametrize("script", ["start", "test"])
def test_help_says_how_to_use_it(script: str) -> None:
    told = subprocess.run([f"./{script}", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0
    assert told.stdout.startswith(f"Usage: ./{script}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--dmo"], "'--dmo' is no option of mine. See ./start --help."),
        (["demo"], "'demo' is no option of mine"),
        (["--port"], "--port needs a value"),
        (["--port", ""], "--port needs a value"),
        (["--port", "web"], "a port is a number from 1 to 65535, not 'web'"),
        (["--port=70000"], "a port is a number from 1 to 65535"),
        (["--host", "192.0.2.1"], "'192.0.2.1' is no address of this machine"),
    ],
)
def test_a_slip_of_the_pen_is_answered_at_once(words: list[str], sentence: str) -> None:
    told = start(*words)
    assert told.returncode == 1
    assert sentence in told.stderr
    assert told.stdout == ""


@pytest.mark.slow
def test_a_port_in_use_is_named_with_another_to_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = start("--demo", "--port", str(port))
    assert told.returncode == 1
    assert f"port {port} is in use" in told.stderr
    assert f"--port {port + 1}" in told.stderr


@pytest.mark.slow
def test_a_database_of_a_strange_kind_is_refused() -> None:
    told = start(DATABASE_URL="mysql://somebody:secret@localhost/x")
    assert told.returncode == 1
    assert "begins with sqlite: or postgresql:, not with 'mysql:'" in told.stderr
    assert "secret" not in told.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ('[ "$1" = --version ] && echo Python 3.9.2; exit 1', "this machine has Python 3.9.2"),
        (None, "sudo apt-get install python3 python3-venv"),
    ],
)
def test_a_python_that_is_too_old_or_missing_is_named(
    tmp_path: Path, python: str | None, sentence: str
) -> None:
    for tool in ("bash", "dirname", "readlink", "cat"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or "")
    if python:
        (tmp_path / "python3").write_text(f"#!/bin/sh\n{python}\n")
        (tmp_path / "python3").chmod(0o755)
    told = subprocess.run(
        [shutil.which("bash") or "bash", str(ROOT / "start")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1
    assert "Buurtbord needs Python 3.11 or newer" in told.stderr
    assert sentence in told.stderr


def test_what_came_from_elsewhere_is_what_the_list_says() -> None:
    listed = re.findall(
        r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$",
        (ROOT / "static/vendor/README.md").read_text(),
        re.MULTILINE,
    )
    assert len(listed) > 10
    for name, digest in listed:
        assert hashlib.sha256((ROOT / "static" / name).read_bytes()).hexdigest() == digest, name
