"""What every template may use: notation, the addresses of the bar, the house choice."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user
from markupsafe import Markup, escape

from rules import notation
from rules.access import Access
from views import clock, language
from views.gate import house_in_links


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        long_date=language.long_date,
        short_date=notation.short_date,
        weekday=notation.weekday,
        month=language.month,
        clock=language.clock,
        euros=language.euros,
        phone=notation.phone,
        iso_week=notation.iso_week,
    )
    app.add_template_global(notation.span, "span")
    app.add_template_global(sent_by_htmx)
    app.add_template_global(place_url)
    app.context_processor(around)


def place_url(endpoint: str) -> str:
    """The address of a place behind the log-in that needs no more than its house.

    The bars of a page have a dozen of them, and each takes as long to build as a small query.
    """
    known = current_app.extensions.setdefault("place addresses", {})
    key = (request.script_root, house_in_links(), endpoint)
    if key not in known:
        known[key] = url_for(endpoint)
    return str(known[key])


def sent_by_htmx() -> Markup:
    """The attributes of a long form: htmx sends it, so that a lost connection keeps what was typed.

    A second press while the first is on its way is dropped; it knows where it belongs, however far
    the address of the page has moved on.
    """
    here = escape(request.full_path.rstrip("?"))
    return Markup(f'method="post" action="{here}" hx-boost="true" hx-sync="this:drop"')  # noqa: S704


def around() -> dict[str, Any]:
    """Who is looking, at which house, and what they may open."""
    # When the database is out of reach, the page that says so asks nobody who they are.
    person = g.get("person")
    standing = current_user.standing if person is not None else None
    house = g.get("house")

    def may(need: str) -> bool:
        return standing is not None and standing.may(Access[need], house)

    return {
        # Not an import: a block that is rendered alone must find its macros, too.
        "ui": current_app.jinja_env.get_template("_macros.html").module,
        "person": person,
        "desk": g.get("desk"),
        "house": house,
        "houses": standing.houses if standing else [],
        "may": may,
        "today": clock.today(),
    }
