"""The demo in the hands of its coordinator: what documents are printed from, as people would."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import database as databases
import models
from models import Person
from tests.browser_of import Browser

#: About what is kept of paper, or of the press itself, more than how it looks.
KEPT = {"test_bundle.py", "test_failures.py", "test_known_pages.py", "test_press.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What prints a page takes about a second, most of it in another process; how it then looks
    is the same on every database (test_either_database.py)."""
    here = Path(__file__).parent
    for item in items:
        if not isinstance(item, pytest.Function) or here not in item.path.parents:
            continue
        if "press" in inspect.signature(item.function).parameters:
            item.add_marker(pytest.mark.slow)
            if item.path.name not in KEPT:
                item.add_marker(pytest.mark.looks)


@pytest.fixture
def coordinator(app_of_all: Flask, demo_file: Path, tmp_path: Path) -> Iterator[Browser]:
    """The coordinator of the demo, on a copy of it."""
    file = shutil.copy(demo_file, tmp_path / "demo.sqlite3")
    database = databases.open_database(f"sqlite:///{file}")
    models.db.initialize(database)
    settled = [(held, dict(held)) for held in (app_of_all.config, app_of_all.extensions)]
    app_of_all.config.update(INSTANCE=str(tmp_path), BASE_URL="https://buurtbord.example")
    app_of_all.extensions.update(database=database)
    with databases.connected(database):
        browser = Browser(app_of_all, Person.get(Person.email == "coordinator@wolfsbos.example"))
    yield browser
    for held, as_it_was in settled:
        held.clear()
        held.update(as_it_was)
    database.close_all()
