"""Who counts at the desk tablet: people say so there by tapping their name, until the day ends.

Here for a tablet without JavaScript; else static/count_more.js keeps it, also without internet.
"""

from __future__ import annotations

from flask import g, session
from flask_login import current_user

from models import Person
from rules import desks
from views import clock


def choose(person: Person | None) -> None:
    """Remember who counts on this tablet from now on; None is nobody in particular."""
    session["wie"] = [person.id, clock.today().isoformat()] if person else None


def who_counts() -> Person | None:
    """Who is logged in; at the desk the helper who tapped their name there today, if any."""
    chosen, day = session.get("wie") or (None, None)
    return who_counted(chosen if day == clock.today().isoformat() else None)


def who_counted(person_id: int | None) -> Person | None:
    """Who is logged in; at the desk the helper of the house with this id, for taps that it kept."""
    if g.desk is not None:
        return desks.helper_of(g.desk, person_id)
    person: Person | None = g.person
    return person


def tablet() -> str | None:
    """What the desk tablet is called on the taps that it counts; None for a person's browser."""
    return desks.device_name(current_user.standing) if g.desk is not None else None
