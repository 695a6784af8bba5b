"""The page of the programme as a table, used as a browser uses it: what it shows is sent again."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse

from tests.browser_of import Browser

TABLE = "/programma/tabel"
SENT_AS = "multipart/form-data"
HEADING = "naam\tsoort\twanneer\tvan\ttot\truimte\tprijs"
COOKING = "Samen koken\teten\tom de week op dinsdag vanaf 1 december\t16.30\t19.00\t\t3,00"
WREATH = "Kerststuk maken\tcreatief\t9-12-2026\t19.00\t21.00\t\tgratis"
WRONG = "Bingo\tspel\t31 februari\t14.00\t13.00\t\tdrie"


class Form(HTMLParser):
    """What a browser would send of the form of a page, were nothing changed in it."""

    def __init__(self, answer: TestResponse):
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.filling = ""
        self.choosing = ""
        self.option: str | None = None
        text = answer.text
        self.feed(text[text.index('enctype="multipart') : text.index("<nav")])

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        given = dict(pairs)
        name, kind = given.get("name") or "", given.get("type")
        if tag == "input" and (kind != "checkbox" or "checked" in given) and kind != "file":
            # A field of one line holds no end of a line.
            value = (given.get("value") or "").replace("\n", "")
            self.fields.setdefault(name, []).append(value)
        elif tag == "textarea":
            self.filling = name
            self.fields[name] = [""]
        elif tag == "select":
            self.choosing = name
        elif tag == "option":
            self.option = ""

    def handle_data(self, data: str) -> None:
        if self.filling:
            self.fields[self.filling][0] += data
        elif self.option is not None:
            self.option += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # As a browser does: the first line end belongs to the tag, others are sent as two.
            text = self.fields[self.filling][0].replace("\r\n", "\n").removeprefix("\n")
            self.fields[self.filling] = [text.replace("\n", "\r\n")]
            self.filling = ""
        elif tag == "option" and self.choosing not in self.fields:
            self.fields[self.choosing] = [self.option or ""]
            self.option = None


def table(*rows: str) -> str:
    return "\n".join([HEADING, *rows])


def look(browser: Browser, text: str, **more: Any) -> TestResponse:
    return browser.post(TABLE, {"table": text, "doe": "bekijken", **more}, content_type=SENT_AS)


def upload(browser: Browser, data: bytes, name: str = "lijst.csv", **more: Any) -> TestResponse:
    return browser.post(TABLE, {"file": (io.BytesIO(data), name), "doe": "bekijken", **more})


def send_large(browser: Browser, fields: list[tuple[str, str]]) -> TestResponse:
    """Much in a form, without the file that the test client would make of it on the way."""
    token = Form(browser.get(TABLE)).fields["csrf_token"][0]
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("csrf_token", token), ("doe", "bekijken"), *fields)
    )
    kind = f"{SENT_AS}; boundary=x"
    return browser.client.post(TABLE, data=f"{body}--x--\r\n".encode(), content_type=kind)


def go_on(browser: Browser, seen: TestResponse, doe: str = "opslaan", **typed: Any) -> TestResponse:
    """Send the form of a page again, with what somebody typed or ticked in it."""
    fields = {name: value for name, value in Form(seen).fields.items() if name != "csrf_token"}
    return browser.post(TABLE, {**fields, "doe": doe, **typed}, content_type=SENT_AS)


def key_of(answer: TestResponse, title: str) -> str:
    """The name of a row in the page, by its ticks."""
    found = re.search(
        rf'value="([0-9a-f]+-\d+)"[^>]*> <label[^>]*>[^<]*<span[^>]*>{title}<', answer.text
    )
    assert found is not None, title
    return found[1]


def said_at(answer: TestResponse, field: str) -> list[str]:
    """The sentences at the cells of a column."""
    return re.findall(rf'id="fix-[0-9a-f]+-\d+-{field}-fout">([^<]*)', answer.text)


def error_at(answer: TestResponse, field: str) -> str:
    found = re.search(rf'id="{field}-fout">([^<]*)', answer.text)
    return found[1] if found else ""
