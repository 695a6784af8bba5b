"""The forms with which somebody chooses documents for one file."""

from __future__ import annotations

from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import AnyOf, DataRequired, Optional

from documents.chosen_bundle import Choice
from documents.poster import Paper
from rules.wall_time import month_of
from views import clock
from views.forms import MonthField, WeekField, WholeNumber, choices
from views.print_choices import ALL
from views.print_forms import DayField, DocumentForm, ToMakeForm, week_at_hand
from views.programme_forms import CheckboxesField

PAPERS: list[tuple[Paper, Any]] = [
    ("a4", _l("A4, gewoon papier")),
    ("a3", _l("A3, twee keer zo groot")),
]
_NONE = _l("Kies ten minste één blad.")


class _Chosen:
    """What both forms say; what is not said is about now."""

    blad: Any
    maand: Any
    week: Any
    dag: Any
    formaat: Any

    def choice(self) -> Choice:
        return Choice(
            frozenset(self.blad.data or ()),
            self.maand.data or month_of(clock.today())[0],
            self.week.data or week_at_hand(),
            self.dag.data or clock.today(),
            cast(Paper, self.formaat.data),
        )


class ChosenForm(_Chosen, DocumentForm):
    """Which documents: ``?blad=poster&blad=weekblad&maand=2026-12&week=2026-W49&dag=2026-12-03``;
    with ``deel=2`` the second is made now."""

    blad = SelectMultipleField(
        choices=choices([(offer.name, offer.title) for offer in ALL]),
        validators=[DataRequired(_NONE)],
    )
    maand = MonthField()
    week = WeekField()
    dag = DayField()
    formaat = SelectField(
        choices=choices(PAPERS),
        default="a4",
        validate_choice=False,
        validators=[AnyOf(["a3", "a4"], _l("Dit papier kennen we niet. Kies a3 of a4."))],
    )
    deel = WholeNumber(validators=[Optional()])


class ChosenToMakeForm(_Chosen, ToMakeForm):
    """The same, before a tally sheet among them has its number."""

    blad = CheckboxesField(
        _l("Welke bladen?"),
        choices=choices([(offer.name, offer.title) for offer in ALL]),
        validators=[DataRequired(_NONE)],
    )
    maand = MonthField(_l("Maand"))
    week = WeekField(_l("Week vanaf maandag"))
    dag = DayField(_l("Dag"))
    formaat = SelectField(_l("Papier van de poster"), choices=choices(PAPERS), default="a4")
