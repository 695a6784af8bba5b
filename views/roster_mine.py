"""My own shifts, in every house, and the swaps that are asked."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for
from flask_login import current_user

from rules import roster_lists, swapping
from views import clock
from views.answers import page
from views.gate import Access, gate
from views.roster_said import by_day, what_was_said, with_what_happened


def add_to(bp: Blueprint) -> None:
    """Put this page in the roster's place."""
    bp.add_url_rule("/mijn", view_func=mine)


@gate(Access.helpers)
def mine() -> Response:
    return mine_page()


def mine_page(status: int = 200) -> Response:
    """The page of one's own shifts; also as the answer where something of them was refused."""
    said, now = what_was_said(), clock.now()
    shifts = roster_lists.my_shifts(g.person, now)
    return page(
        "roster/mine.html",
        "lijst",
        status,
        days=by_day(with_what_happened(shifts, said)),
        asked=swapping.requests_to(g.person, now),
        asking=swapping.requests_of(g.person, now),
        places={house.id: house.name for house in current_user.standing.houses},
        here=url_for("roster.mine"),
        said=said,
    )
