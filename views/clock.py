"""The one clock of the app: views read it and hand the time on to rules."""

from __future__ import annotations

import datetime as dt

from flask import Flask, current_app

from rules import wall_time


def init_app(app: Flask) -> None:
    app.config.setdefault("CLOCK", lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))


def now() -> dt.datetime:
    """This instant, naive UTC."""
    instant: dt.datetime = current_app.config["CLOCK"]()
    return instant


def today() -> dt.date:
    """The day it is at the houses."""
    return wall_time.day_of(now())


def local_time() -> dt.time:
    """The wall time at the houses."""
    return wall_time.to_local(now()).time().replace(tzinfo=None)
