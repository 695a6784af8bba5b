"""What is seen: one blueprint a place. A view is gate, form, one verb of the rules, an answer."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

#: The places, as product.md lists them.
PLACES = (
    "public",
    "account",
    "today",
    "roster",
    "counting",
    "programme",
    "prints",
    "figures",
    "people",
    "house",
    "machine",
)


def init_app(app: Flask) -> None:
    for place in PLACES:
        if find_spec(f"views.{place}") is None:
            continue  # BUILDING: taken out when every place stands
        app.register_blueprint(import_module(f"views.{place}").bp)
    app.url_build_error_handlers.append(lambda *_: "#building")  # BUILDING: taken out likewise
