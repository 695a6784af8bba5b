"""Answers: a page, or the block of it that htmx asked for; after a write, a way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import (
    Response,
    flash,
    get_flashed_messages,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext as _
from jinja2_fragments.flask import render_block

from rules.once import once
from views import clock
from views.forms import Once

SAFE_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f]*")


def wants_block() -> bool:
    """Whether htmx asks for a part of the page (and not a browser for the whole)."""
    return request.headers.get("HX-Request-Type") == "partial"


def page(template: str, block: str | None = None, status: int = 200, **context: Any) -> Response:
    """Render a page; only its named block when htmx asks for a part. One source for both."""
    if block and wants_block():
        body = render_block(template, block, **context)
        if get_flashed_messages():
            body += render_template("errors/flashed.html")
    else:
        body = render_template(template, **context)
    response = make_response(body, status)
    response.vary.add("HX-Request-Type")
    return response


def back_to(address: str, message: str | None = None) -> Response:
    """After a write without htmx: see the result at an address, so that reloading writes nothing.

    ``message`` stands on top of that page, once.
    """
    if message:
        flash(message)
    response = redirect(address, 303)
    return make_response(response)


def added(form: Once, write: Callable[[], tuple[str, str]]) -> Response:
    """Store what a form adds, once, and show it: also when the form comes a second time.

    :param write: one verb of the rules; returns the address of what it added, and a message.
    """
    said: list[str] = []

    def work() -> str:
        address, message = write()
        said.append(message)
        return address

    address = once(form.id_of_form, work, clock.now())
    return back_to(address, said[0] if said else _("Dit stond er al."))


def safe_next(fallback: str) -> str:
    """Where the form says the person came from, if that is a page of ours; else ``fallback``."""
    wanted = request.values.get("next", "")
    return wanted if SAFE_PATH.fullmatch(wanted) else fallback
