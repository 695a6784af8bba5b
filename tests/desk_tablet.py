"""The tablet of the desk: a browser that was paired by a code, as a coordinator would."""

from __future__ import annotations

from flask import Flask

from models import House, Membership, Role
from rules import desks
from tests.browser_of import Browser

PAIR = "/balie/koppelen"


def code_for(app: Flask, house: House) -> str:
    """A code that a coordinator of the house made just now."""
    where = (Membership.house == house) & (Membership.role == Role.coordinator)
    with app.app_context():
        by = Membership.select().where(where).get().person
        return desks.make_code(house, by, app.config["CLOCK"]())


def desk_of(app: Flask, house: House) -> Browser:
    """A browser that is the desk tablet of a house. How one pairs is tested with test_desk.py."""
    tablet = Browser(app, None)
    tablet._enter(app, house)
    return tablet
