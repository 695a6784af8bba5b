"""Language: Dutch is the source; other languages come from the catalogues in translations/."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "nl")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Europe/Amsterdam")
    Babel(app)
