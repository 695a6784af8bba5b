"""The week's bundle: the numbers of its tally sheets, its page, and what a phone keeps of it."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, abort, g, url_for
from flask_babel import gettext as _

from documents.look import PLAIN, Look
from documents.week_bundle import open_days, week_parts
from models import House
from rules import tally_sheets
from rules.notation import day_and_month, iso_week, long_date
from rules.notation import month as month_in_words
from rules.wall_time import later_month
from views import clock, errors
from views.ahead import keep_dates, keep_shifts
from views.answers import back_to
from views.gate import Access, gate
from views.print_forms import WeekBundleForm, WeekToMakeForm, week_at_hand
from views.print_parts import progress
from views.print_sheets import WEEK, base_url


class Kept(NamedTuple):
    """A paper that a phone may keep for when there is no internet."""

    title: str
    address: str


def add_to(bp: Blueprint) -> None:
    """Put these pages in the place of the prints."""
    bp.add_url_rule("/drukwerk/weekpakket", "week", week)
    bp.add_url_rule("/drukwerk/weekpakket", "make_week", make_week, methods=["POST"])


@gate(Access.helpers)
def week() -> Response:
    """What is in the bundle and what of it is ready. ``deel=3`` makes the third part first; htmx
    asks for one after the other, and for part 0 when all were tried."""
    if g.house is None:
        abort(404)
    form = WeekBundleForm()
    form.read()
    keep_shifts(g.house)
    keep_dates(g.house, form.monday() + WEEK)
    parts = week_parts(g.house, form.monday(), clock.now(), base_url(), form.look())
    look = form.look()
    asked = {
        "huis": g.house.slug,
        "week": iso_week(form.monday()),
        "taal": look.language,
        "stijl": look.style,
    }
    return progress(
        parts,
        form.deel.data,
        title=_("Weekpakket week %(number)s", number=form.monday().isocalendar().week),
        about=_(
            "Van %(first)s tot en met %(last)s.",
            first=long_date(form.monday()),
            last=long_date(form.monday() + WEEK),
        ),
        ready=_("Het weekpakket is klaar"),
        here=url_for(".week", **asked),
        file=url_for(".document", name="weekpakket", **asked),
        make=url_for(".make_week"),
        make_words=_("Maak het weekpakket"),
        sent=list(asked.items()),
    )


@gate(Access.helpers)
def make_week() -> Response:
    """Gives the tally sheets of the week their numbers; what is the same keeps the one it had."""
    form = WeekToMakeForm()
    if not form.sent():
        return errors.answer(422, next(iter(form.errors.values()))[0])
    monday = form.monday()
    keep_shifts(g.house)
    keep_dates(g.house, monday + WEEK)
    today = clock.today()
    days = open_days(g.house, monday, today)
    tally_sheets.make_sheets(g.house, days, g.person, clock.now(), today)
    look = form.look()
    return back_to(
        url_for(
            ".week",
            huis=g.house.slug,
            week=iso_week(monday),
            taal=look.language,
            stijl=look.style,
        )
    )


def to_keep(house: House, look: Look = PLAIN) -> list[Kept]:
    """What a phone keeps when it is asked to: the next poster, and the bundle of the week."""
    month, monday = later_month(clock.today(), 1), week_at_hand()
    seen = {"huis": house.slug, "taal": look.language, "stijl": look.style}
    return [
        Kept(
            _("Poster van %(month)s", month=month_in_words(month)),
            url_for(".document", name="poster", maand=f"{month:%Y-%m}", formaat="a4", **seen),
        ),
        Kept(
            _("Weekpakket vanaf %(day)s", day=day_and_month(monday)),
            url_for(".document", name="weekpakket", week=iso_week(monday), **seen),
        ),
    ]
