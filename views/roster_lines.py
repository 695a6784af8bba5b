"""The lines of the week's roster, made once.

All who look at a week see nearly the same lines, and making a hundred of them takes most of the
page's time. A line is made anew only when something in its shift differs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup

from rules.roster_lists import KEPT, RosterShift
from views.roster_said import Said, just


def shift_line(shift: RosterShift, here: str, said: Said | None = None) -> Markup:
    """The line of a shift, as the macro ``line`` makes it."""
    if just(shift, said):
        return _made(shift, here, said)
    # Only one's own line leads back to the list that it stands in.
    return _kept(shift, here if shift.mine else "")


@lru_cache(maxsize=KEPT)
def _kept(shift: RosterShift, here: str) -> Markup:
    # Two who see the same of a shift have the same shift: see rules/roster_lists.py.
    return _made(shift, here, None)


def _made(shift: RosterShift, here: str, said: Said | None) -> Markup:
    module: Any = current_app.jinja_env.get_template("roster/_shift.html").module
    return Markup(module.line(shift, here, said))  # noqa: S704 - the macro escapes
