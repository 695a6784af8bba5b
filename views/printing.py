"""The app's one press: started when first asked, shared by all requests."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, current_app

from documents.press import Press


def init_app(app: Flask) -> None:
    app.extensions["press"] = Press(
        time_limit=float(app.config["PRESS_SECONDS"]),
        locks=Path(app.config["INSTANCE"]) / "press",
    )
    # Serving for real: let the press start up before somebody waits for it.
    if app.config["WARM_PRESS"]:
        app.extensions["press"].warm()


def press() -> Press:
    return current_app.extensions["press"]
