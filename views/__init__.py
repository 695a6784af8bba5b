"""What is seen: one blueprint a place. A view is gate, form, one verb of the rules, an answer."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

#: The places of the product; each module has a blueprint ``bp``.
PLACES = (
    "public",
    "feed",
    "account",
    "today",
    "roster",
    "roster_availability",
    "roster_fill",
    "roster_feed",
    "messages",
    "counting",
    "tally_sheets",
    "partners_present",
    "desk",
    "programme",
    "programme_edit",
    "programme_dates",
    "programme_table",
    "programme_texts",
    "closed_days",
    "prints",
    "login_cards",
    "poster_edit",
    "figures",
    "figures_days",
    "people",
    "house",
    "machine",
)


def init_app(app: Flask) -> None:
    """Open every place."""
    for place in PLACES:
        app.register_blueprint(import_module(f"views.{place}").bp)
