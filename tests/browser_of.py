"""A browser without a screen: it keeps cookies and fills in forms as the pages offer them."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import Person, TokenKind
from rules import access

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """What a person's browser sends. CSRF stays on: every POST carries a real token."""

    def __init__(self, app: Flask, person: Person | None):
        self.client: FlaskClient = app.test_client()
        self._csrf = ""
        if person is not None:
            now = app.config["CLOCK"]()
            with app.app_context():
                secret = access.make_login_token(person, TokenKind.invite, now)
            entered = self.post(f"/k/{secret}", from_page=f"/k/{secret}")
            assert entered.status_code == 303, entered.status
            self._csrf = ""

    def get(self, address: str, **options: Any) -> TestResponse:
        return self.client.get(address, **options)

    def post(
        self,
        address: str,
        fields: dict[str, Any] | None = None,
        *,
        from_page: str = "/account",
        **options: Any,
    ) -> TestResponse:
        """POST a form; the token comes from ``from_page``, as it would in a browser."""
        if not self._csrf:
            found = _TOKEN.search(self.client.get(from_page).text)
            self._csrf = found[1] if found else "none"
        return self.client.post(
            address, data={"csrf_token": self._csrf, **(fields or {})}, **options
        )

    def post_htmx(self, address: str, fields: dict[str, Any] | None = None) -> TestResponse:
        """The same POST as htmx sends it: the answer is a part of the page."""
        headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
        return self.post(address, fields, headers=headers)
