"""Texts to share where people talk, without names: what the roster needs, what there is to do."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from urllib.parse import quote

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from models import House
from rules import notation
from rules.roster_lists import Gap, RosterShift
from views.roster_forms import skill_words

#: What is said of a paper that is shared, by its name in an address.
LOOK_AT = {
    "poster": _l("Kom gerust langs! Bekijk de poster:"),
    "flyer": _l("Kom gerust langs! Bekijk de flyer:"),
    "vouwfolder": _l("Kom gerust langs! Bekijk de folder:"),
}

#: What a sheet for the house is called, by its name in an address.
SHEETS = {
    "weekblad": _l("Weekblad"),
    "roosterblad": _l("Roosterblad"),
    "deurbord": _l("Deurbord"),
}


def of_open_seats(house: House, shifts: list[RosterShift], address: str) -> str:
    """The open seats of shifts in order of time, by day; lines of plain text.

    It names nobody: of a seat whose holder seeks cover it says only that somebody is looked for.

    :param address: where one signs up.
    """
    lines = [_("Wie kan helpen bij %(house)s?", house=house.name)]
    for day, some in groupby(shifts, key=lambda shift: shift.date):
        lines += ["", notation.long_date(day).capitalize()]
        lines += [f"- {_line(shift)}" for shift in some]
    lines += ["", _("Kun jij? Meld je aan:"), address]
    if house.phone:
        lines.append(_("Of bel %(phone)s.", phone=notation.phone(house.phone)))
    return "\n".join(lines)


def of_paper(house: House, month: dt.date, paper: str, address: str) -> str:
    """The programme of a month, to share; lines of plain text, the first of them says what it is.

    :param paper: one of :data:`LOOK_AT`.
    :param address: where whoever reads it opens that paper, without logging in.
    """
    lines = [
        _(
            "Dit is er in %(month)s te doen bij %(house)s.",
            month=notation.month(month),
            house=house.name,
        ),
        str(LOOK_AT[paper]),
        address,
    ]
    if house.phone:
        lines.append(_("Vragen? Bel %(phone)s.", phone=notation.phone(house.phone)))
    return "\n".join(lines)


def of_sheet(house: House, sheet: str, about: str, address: str) -> str:
    """A sheet for those who help in a house, to share; lines of plain text, as of a paper.

    :param sheet: one of :data:`SHEETS`. about: its week or day, in words.
    :param address: where whoever is logged in opens it.
    """
    return "\n".join([f"{SHEETS[sheet]}, {about}, {house.name}:", address])


def _line(shift: RosterShift) -> str:
    """'9.45–13.00 uur, Gastvrouw: 2 plekken, vervanging gezocht'."""
    many = len(shift.roles) > 1
    wanted = [_gap(gap, many=many) for gap in shift.gaps]
    if any(seat.seeks_cover for seat in shift.seats):
        wanted.append(_("vervanging gezocht"))
    span = notation.span(shift.start_time, shift.end_time)
    return _(
        "%(span)s uur, %(title)s: %(wanted)s",
        span=span,
        title=shift.title,
        wanted=", ".join(wanted),
    )


def _gap(gap: Gap, *, many: bool) -> str:
    if gap.seat.required:
        words = ngettext("%(num)d plek", "%(num)d plekken", gap.count)
    else:
        words = ngettext("%(num)d extra plek", "%(num)d extra plekken", gap.count)
    what = [gap.seat.role] if many else []
    if gap.seat.qualification:
        what.append(skill_words(gap.seat.qualification))
    return f"{words} ({', '.join(what)})" if what else words


def whatsapp(text: str) -> str:
    """The address that opens WhatsApp with a text in it."""
    return f"https://wa.me/?text={quote(text, safe='')}"


def mail(subject: str, text: str) -> str:
    """The address that opens a mail with a subject and a text in it."""
    # Mail wants both characters of a line break.
    body = quote(text.replace("\n", "\r\n"), safe="")
    return f"mailto:?subject={quote(subject, safe='')}&body={body}"
