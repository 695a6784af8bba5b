"""The words for refusals about the roster: who stands where, who cannot, and its patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from models import Person
from rules import (
    Refused,
    availability,
    calling,
    copy_month,
    double_booked,
    fill_month,
    for_another,
    leaving,
    messages,
    notation,
    pattern_change,
    rostering,
    single_shifts,
    swapping,
    undoing,
    wishes,
)
from views.doubles import would_all_be_elsewhere
from views.roster_forms import skill_words


def _is_reader(person: Person | None) -> bool:
    """Whether a refusal is about whoever reads it."""
    return person is None or (g.get("person") is not None and g.person.id == person.id)


def _overlap(refusal: rostering.Overlaps) -> str:
    shift = refusal.shift
    facts = {"title": shift.title, "span": notation.span(shift.start_time, shift.end_time)}
    if _is_reader(refusal.person):
        return _("Je staat dan al bij %(title)s, %(span)s.", **facts)
    name = refusal.person.first_name
    if current_user.standing.role_in(shift.house) is None:
        return _("%(name)s staat dan al ergens anders.", name=name)
    return _("%(name)s staat dan al bij %(title)s, %(span)s.", name=name, **facts)


def _elsewhere(names: Iterable[str]) -> str:
    return _("Staat dan al ergens anders: %(names)s", names=", ".join(names))


def _lacking(refusal: single_shifts.PeopleLacking) -> str:
    said = _("Heeft niet wat deze plek vraagt: %(names)s", names=", ".join(refusal.names))
    if not refusal.elsewhere:
        return said
    return f"{said}. {_elsewhere(refusal.elsewhere)}"


#: For each refusal: the status, and the sentence that the person reads.
SENTENCES: dict[type[Refused], tuple[int, Callable[[Any], str]]] = {
    pattern_change.PatternPlanChanged: (
        409,
        lambda _e: _("Er is net iets veranderd. Kijk het nog eens na."),
    ),
    pattern_change.UnknownSeat: (409, lambda _e: _("Deze plek is net weggehaald.")),
    single_shifts.DayOver: (422, lambda _e: _("Dat is al voorbij. Kies een later moment.")),
    single_shifts.SeatHeld: (
        409,
        lambda e: _("%(name)s staat op deze plek. Maak die eerst vrij.", name=e.name),
    ),
    single_shifts.PeopleElsewhere: (
        409,
        lambda e: _elsewhere(e.names),
    ),
    single_shifts.PeopleLacking: (409, _lacking),
    double_booked.InTwoPlaces: (409, lambda e: would_all_be_elsewhere(e.doubles)),
    single_shifts.ActivityOff: (409, lambda _e: _("De activiteit gaat die dag niet door.")),
    copy_month.SameMonth: (422, lambda _e: _("Kies een andere maand om naar te kopiëren.")),
    copy_month.MonthTooFar: (
        422,
        lambda _e: _("Dat is te ver vooruit. Kies een eerdere maand."),
    ),
    copy_month.MonthOver: (422, lambda _e: _("Deze maand is voorbij.")),
    copy_month.CopyChanged: (409, lambda _e: _("Er is net iets veranderd. Kijk het nog eens na.")),
    leaving.StandsElsewhere: (409, lambda _e: _("Er is net iets veranderd. Kijk het nog eens na.")),
    rostering.SeatTaken: (409, lambda e: _("%(name)s was je net voor.", name=e.holder)),
    rostering.NotSeekingCover: (409, lambda e: _("%(name)s staat nu op deze plek.", name=e.holder)),
    rostering.NotYours: (409, lambda _e: _("Deze plek is niet (meer) van jou.")),
    rostering.CoverOnly: (
        409,
        lambda e: ngettext(
            "Binnen %(num)d uur kun je alleen vervanging vragen.",
            "Binnen %(num)d uur kun je alleen vervanging vragen.",
            e.hours,
        ),
    ),
    rostering.NotAHelper: (
        409,
        lambda e: (
            _("Je helpt niet meer in dit huis.")
            if _is_reader(e.person)
            else _("%(name)s helpt niet meer in dit huis.", name=e.person.first_name)
        ),
    ),
    for_another.NotForYou: (
        403,
        lambda _e: _("Dit kan de coördinator, of wie vandaag gastvrouw of gastheer is."),
    ),
    calling.FirstTimesAlone: (
        409,
        lambda e: _(
            "%(name)s is nog nieuw. Zoek er eerst iemand met ervaring bij.",
            name=e.person.first_name,
        ),
    ),
    for_another.NameElsewhere: (
        409,
        lambda e: _(
            "%(name)s staat dan al op %(title)s. Is dit iemand anders?",
            name=e.name,
            title=e.shift.title,
        ),
    ),
    for_another.TooEarly: (409, lambda _e: _("Dat weet je pas als de dienst begint.")),
    messages.NotYourMessage: (404, lambda _e: _("Dit bericht is niet voor jou.")),
    undoing.NothingToUndo: (409, lambda _e: _("Ongedaan maken kan nu niet meer.")),
    availability.AbsenceOver: (422, lambda _e: _("Deze dagen zijn al voorbij.")),
    availability.TooManyAbsences: (422, lambda _e: _("Haal eerst oude dagen weg.")),
    wishes.NotAHelperHere: (422, lambda _e: _("Kies iemand uit de lijst.")),
    wishes.TooManyWishes: (422, lambda _e: _("Haal eerst een andere wens weg.")),
    fill_month.MonthOver: (404, lambda _e: _("Deze maand is voorbij.")),
    swapping.SwapGone: (409, lambda _e: _("Deze ruil kan niet meer.")),
    rostering.ShiftOver: (
        409,
        lambda _e: _("Dat kan niet meer. De dienst is begonnen of voorbij."),
    ),
    rostering.ShiftCancelled: (409, lambda _e: _("Deze dienst gaat niet door.")),
    rostering.NotQualified: (
        409,
        lambda e: (
            _("Deze plek is voor: %(kind)s.", kind=skill_words(e.kind))
            if _is_reader(e.person)
            else _(
                "%(name)s mist voor deze plek: %(kind)s.",
                name=e.person.first_name,
                kind=skill_words(e.kind),
            )
        ),
    ),
    rostering.Overlaps: (
        409,
        lambda e: _overlap(e),
    ),
}
