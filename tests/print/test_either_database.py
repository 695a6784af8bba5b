"""Every document is made of the rows of PostgreSQL as well: in full, with the names in it."""

from __future__ import annotations

import pytest
from flask import Flask
from peewee import Database

import demo
import models
from models import Person
from tests.browser_of import Browser
from tests.conftest import NOW, TODAY
from tests.print.sheets import text_of
from tests.print.test_every_document import EVERY

#: How paper looks is left out on PostgreSQL (conftest.py): this one stands for it.
pytestmark = [pytest.mark.slow, pytest.mark.postgres]


def test_every_document_is_printed_from_postgresql(app: Flask, database: Database) -> None:
    for table in reversed(models.ALL_TABLES):
        table.delete().execute()
    demo.fill(TODAY, NOW)
    browser = Browser(app, Person.get(Person.email == "coordinator@wolfsbos.example"))
    for asked in EVERY:
        if (asked.language, asked.style) == ("nl", "kleur"):
            answer = browser.get(asked.address)
            assert answer.status_code == 200, asked
            said = text_of(answer.data)
            assert "Wolfsbos" in said, asked
            assert len(said) > 100, (asked, said)
