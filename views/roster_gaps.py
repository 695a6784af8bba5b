"""What the roster still needs: by urgency, whom to ring, a text to share, and can we open?"""

from __future__ import annotations

import datetime as dt
import re

from flask import Blueprint, Response, abort, g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import Regexp

from models import CallOutcome, Person, Role, Seat, Shift
from rules import Refused, calling, double_booked, filling, for_another, gaps, people, roster_lists
from rules.gaps import GapGroup, Urgency
from rules.roster_lists import RosterShift
from rules.wall_time import week_of
from views import clock, shared_text
from views.ahead import keep_shifts
from views.answers import added, page
from views.forms import BadAddress, Form, Once, QueryForm, choices
from views.gate import Access, gate
from views.people import absolute
from views.refusals import status_and_sentence
from views.roster_said import Day, Said, by_day, just, what_was_said

HEADINGS = {
    Urgency.to_open: _l("Nodig om te openen"),
    Urgency.soon: _l("Binnenkort"),
    Urgency.later: _l("Later"),
    Urgency.extra: _l("Extra handen"),
}
#: For how long a text to share may say what is open; when none was chosen, the first of them with
#: something open is shown. The last holds the others.
PERIODS = [
    ("week", _l("Deze week")),
    ("volgende", _l("Volgende week")),
    ("maand", _l("Komende maand")),
]
#: What is said where a period needs nobody; nothing of the weeks beyond it.
NOTHING_OPEN = {
    "week": _l("Deze week is er niets meer open."),
    "volgende": _l("Volgende week is er niets open."),
    "maand": _l("De komende maand is er niets open."),
}
A_MONTH = dt.timedelta(days=30)
#: What fits on a line of a phone, for the height of the text.
LETTERS_A_LINE = 28
#: What a button of a call list says: the outcome, the person and the seat.
_ANSWER = re.compile(r"(yes|no|no_answer)-([0-9]{1,9})-([0-9]{1,9})\Z")


def add_to(bp: Blueprint) -> None:
    """Put these pages in the roster's place."""
    bp.add_url_rule("/open", "open", open_seats)
    bp.add_url_rule("/open/tekst", "share", share)
    bp.add_url_rule("/openen", "openings", openings)
    bp.add_url_rule("/dienst/<id:row_id>/bellen", "call", call, methods=["GET", "POST"])


# -- what is open ---------------------------------------------------------------------------------


@gate(Access.helpers)
def open_seats() -> Response:
    """A coordinator sees every gap and whom to ring; a volunteer first what they can take."""
    keep_shifts(g.house)
    today, now = clock.today(), clock.now()
    said = what_was_said()
    groups = gaps.by_urgency(g.house, g.person, today, today + filling.AHEAD, now)
    if said is not None:
        _keep_what_happened(groups, said.shift_id)
    for_me = [
        GapGroup(group.urgency, [each for each in group.shifts if _is_mine(each, said)])
        for group in groups
    ]
    for_others = [
        GapGroup(group.urgency, [each for each in group.shifts if not _is_mine(each, said)])
        for group in groups
    ]
    return page(
        "roster/open.html",
        "lijst",
        coordinates=_coordinates(),
        doubles=double_booked.coming_doubles(g.house, now) if _coordinates() else (),
        groups=_sections(groups if _coordinates() else for_me),
        others=[] if _coordinates() else _sections(for_others),
        here=url_for(".open"),
        said=said,
    )


def _coordinates() -> bool:
    return bool(g.role == Role.coordinator)


def _is_mine(shift: RosterShift, said: Said | None) -> bool:
    """Whether a volunteer finds a shift in the first list: they can help, or just said they do."""
    return shift.offered or just(shift, said)


def _keep_what_happened(groups: list[GapGroup], shift_id: int) -> None:
    """The shift that was just filled or left stays in the list once more, with the way back."""
    if any(shift.id == shift_id for group in groups for shift in group.shifts):
        return
    again = Shift.get_or_none(Shift.id == shift_id)
    if again is None or again.house_id != g.house.id:
        return
    shown = roster_lists.one_shift(again, g.person, clock.now())
    near = shown.date < clock.today() + gaps.SOON
    urgency = Urgency.soon if near else Urgency.later
    for group in groups:
        if group.urgency is urgency:
            group.shifts.append(shown)
            group.shifts.sort(key=lambda each: (each.date, each.start_time, each.id))
            return
    groups.append(GapGroup(urgency, [shown]))


def _sections(groups: list[GapGroup]) -> list[tuple[str, list[Day]]]:
    """Groups with their heading, by day."""
    return [
        (str(HEADINGS[group.urgency]), by_day(group.shifts)) for group in groups if group.shifts
    ]


# -- can we open? ---------------------------------------------------------------------------------


@gate(Access.coordinators)
def openings() -> Response:
    keep_shifts(g.house)
    days = gaps.openings_ahead(g.house, g.person, clock.now())
    return page("roster/week_check.html", days=days)


# -- whom to ring ---------------------------------------------------------------------------------


class CallForm(Once, Form):
    """What somebody said who was rung: each button of the list is one answer."""

    answer = HiddenField(validators=[Regexp(_ANSWER)])

    @property
    def said(self) -> tuple[CallOutcome, int, int]:
        """The outcome, and the ids of the person and the seat."""
        outcome, person, seat = _ANSWER.match(self.answer.data).groups()
        return CallOutcome(outcome), int(person), int(seat)


@gate(Access.hosts, row=Shift)
def call(row: Shift) -> Response:
    if not for_another.may_act_for(g.person, row, clock.now()):
        raise for_another.NotForYou
    form = CallForm()
    if not form.is_submitted():
        return _call_page(row, form)
    if not form.sent():
        raise BadAddress(_("Kies ja, nee of geen gehoor."))
    outcome, person_id, seat_id = form.said
    member = people.membership(g.house, person_id)
    if member is None or not Seat.select().where(Seat.id == seat_id, Seat.shift == row).exists():
        abort(404)
    try:
        return added(form, lambda: _record(row, seat_id, member.person, outcome))
    except Refused as refusal:
        status, sentence = status_and_sentence(refusal)
        return _call_page(row, CallForm(formdata=None), sentence, status)


def _record(row: Shift, seat_id: int, person: Person, outcome: CallOutcome) -> tuple[str, str]:
    calling.record_call(row, seat_id, person, outcome, g.person, clock.now())
    sentences = {
        CallOutcome.yes: _("%(name)s komt. De plek is bezet.", name=person.first_name),
        CallOutcome.no: _("Genoteerd: %(name)s kan niet.", name=person.first_name),
        CallOutcome.no_answer: _("Genoteerd: %(name)s nam niet op.", name=person.first_name),
    }
    return url_for(".call", row_id=row.id), sentences[outcome]


def _call_page(row: Shift, form: CallForm, refusal: str = "", status: int = 200) -> Response:
    return page(
        "roster/call.html",
        status=status,
        calls=calling.call_list(row, g.person, clock.now()),
        form=form,
        refusal=refusal,
    )


# -- a text to share ------------------------------------------------------------------------------


class PeriodQuery(QueryForm):
    wat = SelectField(choices=choices([("", ""), *PERIODS]), default="")


@gate(Access.helpers)
def share() -> Response:
    asked = PeriodQuery().read()["wat"]
    keep_shifts(g.house)
    today = clock.today()
    first, last = _days_of(asked or PERIODS[-1][0], today)
    found = roster_lists.open_seats(g.house, g.person, first, last, clock.now())
    for chosen in [asked] if asked else [key for key, _name in PERIODS]:
        first, last = _days_of(chosen, today)
        shifts = [shift for shift in found if first <= shift.date <= last]
        if shifts:
            break
    text = ""
    if shifts:
        # Whoever gets it may help in several houses.
        address = absolute(url_for(".open", huis=g.house.slug))
        text = shared_text.of_open_seats(g.house, shifts, address)
    return page(
        "roster/share.html",
        text=text,
        rows=sum(1 + len(line) // LETTERS_A_LINE for line in text.split("\n")),
        periods=[(key, str(name)) for key, name in PERIODS],
        chosen=chosen,
        nothing=NOTHING_OPEN[chosen],
        whatsapp=shared_text.whatsapp(text),
        mail=shared_text.mail(_("Open plekken bij %(house)s", house=g.house.name), text),
    )


def _days_of(period: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """From today on: to the end of this week, the whole of the next, or a month."""
    if period == "maand":
        return today, today + A_MONTH
    if period == "volgende":
        days = week_of(today + dt.timedelta(days=7))
        return days[0], days[-1]
    return today, week_of(today)[-1]
