"""A browser without a screen: it keeps cookies and fills in forms as the pages offer them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from models import House, Person
from rules import access
from views import entering

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """What a person's browser sends. CSRF stays on: every POST carries a real token."""

    def __init__(self, app: Flask, person: Person | None):
        self.client: FlaskClient = app.test_client()
        self._csrf = ""
        self._found = False  # whether the token came from a page; it is good for all that follow
        if person is not None:
            self._enter(app, person)

    def _enter(self, app: Flask, person: Person | House) -> None:
        """What logging in leaves a browser: a cookie, and a token that its pages carry. How one
        logs in is tested with test_account.py; here it would cost more than most tests."""
        with app.test_request_context():
            entering.enter(access.add_device(person, "Telefoon", app.config["CLOCK"]()))
            self._csrf = generate_csrf()
            signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            cookie = signer.dumps(dict(session))
        self.client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)

    def get(self, address: str, **options: Any) -> TestResponse:
        return self.client.get(address, **options)

    def post(
        self,
        address: str,
        fields: dict[str, Any] | None = None,
        *,
        from_page: str = "",
        **options: Any,
    ) -> TestResponse:
        """POST a form; with ``from_page`` the token comes from there, as it would in a browser."""
        if not self._csrf or (from_page and not self._found):
            self._found = True
            found = _TOKEN.search(self.client.get(from_page or "/account").text)
            self._csrf = found[1] if found else "none"
        return self.client.post(
            address, data={"csrf_token": self._csrf, **(fields or {})}, **options
        )

    def fields(self, address: str, action: str = "") -> dict[str, Any]:
        """What a form on a page would send if nobody touched it; ``action`` is where it goes,
        empty for the form of the page itself."""
        answer = self.get(address)
        return Fields(answer.text).forms[action] if action else form_of(answer)

    def post_htmx(self, address: str, fields: dict[str, Any] | None = None) -> TestResponse:
        """The same POST as htmx sends it: the answer is a part of the page."""
        headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
        return self.post(address, fields, headers=headers)


def form_of(answer: TestResponse) -> dict[str, Any]:
    """What the form of a page, which goes to the page's own address, would send as it stands."""
    forms = Fields(answer.text).forms
    asked = answer.request
    query = asked.query_string.decode()
    here = f"{asked.path}?{query}" if query else asked.path
    return forms[""] if "" in forms else forms[here]


class Fields(HTMLParser):
    """What the forms of a page would send as they stand, by the address they go to."""

    def __init__(self, page: str):
        super().__init__()
        self.forms: dict[str, dict[str, Any]] = {}
        self._form: dict[str, Any] = {}
        self._select: str | None = None
        self._textarea: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "form":
            self._form = self.forms.setdefault(given.get("action") or "", {})
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in self._form:
                self._form[self._select] = value
        elif tag == "textarea" and name:
            self._textarea, self._form[name] = name, ""
        elif tag == "input" and name and name != "csrf_token":
            if given.get("type") == "checkbox":
                if "checked" in given:
                    self._form.setdefault(name, []).append(value)
            elif given.get("type") != "radio" or "checked" in given:
                self._form[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            # A browser leaves out the line break behind the tag.
            self._form[self._textarea] += data.removeprefix("\r\n").removeprefix("\n")
