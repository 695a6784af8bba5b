"""The lines of the week's roster, made once.

All who look at a week see nearly the same lines, and making a hundred of them takes most of the
page's time. A line is made anew only when something in it differs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup

from rules.roster_lists import RosterShift
from views.roster_said import Said, just

KEPT = 4000


@dataclass(frozen=True)
class _Line:
    """All that a line says; two that are equal look alike."""

    facts: tuple[Any, ...]
    shift: RosterShift = field(compare=False)
    here: str


def shift_line(shift: RosterShift, here: str, said: Said | None = None) -> Markup:
    """The line of a shift, as the macro ``line`` makes it."""
    if just(shift, said):
        return _made(shift, here, said)
    # Only one's own line leads back to the list that it stands in.
    return _kept(_Line(_facts(shift), shift, here if shift.mine else ""))


@lru_cache(maxsize=KEPT)
def _kept(line: _Line) -> Markup:
    return _made(line.shift, line.here, None)


def _made(shift: RosterShift, here: str, said: Said | None) -> Markup:
    module: Any = current_app.jinja_env.get_template("roster/_shift.html").module
    return Markup(module.line(shift, here, said))  # noqa: S704 - the macro escapes


def _facts(shift: RosterShift) -> tuple[Any, ...]:
    return (
        shift.id,
        shift.title,
        shift.start_time,
        shift.end_time,
        shift.cancelled,
        shift.over,
        shift.elsewhere,
        *[
            (
                seat.id,
                seat.role,
                seat.qualification,
                seat.required,
                seat.holder,
                seat.mine,
                seat.seeks_cover,
                seat.how,
                seat.offer,
            )
            for seat in shift.seats
        ],
    )
