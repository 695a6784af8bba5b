"""The week's bundle: its documents are made one by one, and each says whether that went well."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, g, url_for
from flask_babel import gettext as _

from documents.look import PLAIN, Look
from documents.press import PressError
from documents.renderings import known_pages, printed
from documents.week_bundle import WeekPart, open_days, week_parts
from models import House
from rules import tally_sheets
from rules.notation import day_and_month, iso_week
from rules.notation import month as month_in_words
from rules.wall_time import later_month
from views import clock
from views.ahead import keep_dates, keep_shifts
from views.answers import back_to, page, wants_block
from views.gate import Access, gate
from views.print_failures import status_and_sentence
from views.print_forms import WeekBundleForm, WeekToMakeForm, week_at_hand
from views.print_sheets import WEEK, base_url
from views.printing import press


class Part(NamedTuple):
    """A document of the bundle on the page.

    number: from 1. made: whether it is ready. numbered: whether it can be made, as all can but a
    tally sheet that has no number yet. refusal: why it cannot be printed.
    """

    number: int
    title: str
    made: bool
    numbered: bool = True
    refusal: str = ""


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
    asked = form.deel.data
    if asked is not None and not 0 <= asked <= len(parts):
        abort(404)
    tried = _made(asked, parts[asked - 1]) if asked else None
    seen = [tried] if tried and wants_block() else _states(parts, tried)
    week_name = iso_week(form.monday())
    look = form.look()
    chosen = {"huis": g.house.slug, "week": week_name, "taal": look.language, "stijl": look.style}
    return page(
        "prints/week_part.html" if asked is not None and wants_block() else "prints/week.html",
        week=week_name,
        title=_("Weekpakket week %(number)s", number=form.monday().isocalendar().week),
        first=form.monday(),
        last=form.monday() + WEEK,
        look=look,
        parts=seen,
        part=tried,
        asked=asked,
        here=url_for(".week", **chosen),
        address=url_for(".document", name="weekpakket", **chosen),
        save=url_for(".document", name="weekpakket", **chosen, bewaar=1),
    )


@gate(Access.helpers)
def make_week() -> Response:
    """Gives the tally sheets of the week their numbers; what is the same keeps the one it had."""
    form = WeekToMakeForm()
    form.validate()
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


def _made(number: int, part: WeekPart) -> Part:
    """Makes one part now. What goes wrong with it is said at it, and stops no other."""
    document = part.made()
    if document is None:
        return Part(number, part.title, made=False, numbered=False)
    try:
        printed(press(), document, clock.now())
    except PressError as error:
        current_app.logger.warning("Not printed: %s", error)
        return Part(number, part.title, made=False, refusal=status_and_sentence(error)[1])
    return Part(number, part.title, made=True)


def _states(parts: list[WeekPart], tried: Part | None) -> list[Part]:
    documents = [part.made() for part in parts]
    ready = known_pages([each.fingerprint for each in documents if each is not None])
    return [
        tried
        if tried and tried.number == number
        else Part(
            number,
            part.title,
            made=document is not None and document.fingerprint in ready,
            numbered=document is not None,
        )
        for number, (part, document) in enumerate(zip(parts, documents, strict=True), start=1)
    ]
