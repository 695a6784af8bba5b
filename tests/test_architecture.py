"""The house itself: which room may call which, and what no template may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules import Refused
from views.refusals import SENTENCES

ROOT = Path(__file__).parent.parent
ROOMS = ("app", "views", "documents", "rules", "models")
#: What each room may import of the others: only what lies below it.
BELOW = {room: set(ROOMS[place + 1 :]) for place, room in enumerate(ROOMS)}
WEB = {"flask", "flask_login", "flask_wtf", "flask_babel", "htmx_flask", "werkzeug", "jinja2"}


def files_of(room: str) -> list[Path]:
    single = ROOT / f"{room}.py"
    return [single] if single.exists() else sorted((ROOT / room).glob("**/*.py"))


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("room", ROOMS[1:])
def test_no_room_imports_one_above_it(room: str) -> None:
    for file in files_of(room):
        for name in imports_of(file):
            other = name.partition(".")[0]
            if other in ROOMS and other != room:
                assert other in BELOW[room], f"{file.name} imports {name}"


@pytest.mark.parametrize("room", ["rules", "models"])
def test_rules_and_models_know_no_web(room: str) -> None:
    for file in files_of(room):
        known = {name.partition(".")[0] for name in imports_of(file)}
        assert not known & WEB, file.name


def test_documents_know_no_flask() -> None:
    for file in files_of("documents"):
        known = {name.partition(".")[0] for name in imports_of(file)}
        assert not known & (WEB - {"jinja2"}), file.name


@pytest.mark.parametrize("room", ["rules", "models", "documents"])
def test_only_the_views_read_the_clock(room: str) -> None:
    reading = re.compile(r"\b(datetime|date|dt)\.(now|today|utcnow)\(|\btime\.time\(")
    for file in files_of(room):
        assert not reading.search(file.read_text()), file.name


def test_no_module_hides_one_of_the_standard_library() -> None:
    for room in ("views", "documents", "rules"):
        for file in files_of(room):
            assert file.stem not in sys.stdlib_module_names, file
    own = {file.stem for file in ROOT.glob("*.py")}
    assert not own & set(sys.stdlib_module_names)


@pytest.mark.slow
def test_the_app_starts_without_the_printing_library() -> None:
    code = "import sys, app; app.create_app; print('weasyprint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_no_template_holds_script_or_style() -> None:
    forbidden = re.compile(r"<script>|<style|\sstyle=|\son\w+=|hx-on|javascript:|\bjs:")
    for file in (ROOT / "templates").glob("**/*.html"):
        if "print" not in file.parts:
            assert not forbidden.search(file.read_text()), file


def test_every_form_that_writes_carries_its_token() -> None:
    for file in (ROOT / "templates").glob("**/*.html"):
        for form in re.findall(r"<form\b.*?</form>", file.read_text(), re.DOTALL):
            if 'method="post"' in form:
                assert "ui.token()" in form or "csrf_token" in form, f"{file}: {form[:80]}"


def test_every_refusal_has_its_words() -> None:
    def kinds(base: type[Refused]) -> Iterator[type[Refused]]:
        for kind in base.__subclasses__():
            yield kind
            yield from kinds(kind)

    for kind in kinds(Refused):
        assert any(parent in SENTENCES for parent in kind.__mro__), kind


def test_the_words_of_every_template_can_be_translated() -> None:
    """Text outside of ``_()`` would stay Dutch for ever."""
    tags = re.compile(r"<style.*?</style>|{#.*?#}|{%.*?%}|{{.*?}}|<!.*?>|<[^>]*>", re.DOTALL)
    for file in (ROOT / "templates").glob("**/*.html"):
        words = re.findall(r"[A-Za-zÀ-ÿ]{2,}", tags.sub(" ", file.read_text()))
        assert not set(words) - {"Buurtbord"}, f"{file}: {words}"


def test_pinned_requirements_name_no_index_and_have_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "http" not in text
        assert "--index" not in text
        assert "--find-links" not in text
        pins = re.findall(r"^[a-z0-9][\w.\-]*(?:\[[\w,]+\])?==[^\s\\]+( \\)?", text, re.MULTILINE)
        assert pins
        assert all(pins), f"{name}: a pin without a hash"
