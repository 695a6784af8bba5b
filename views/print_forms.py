"""The addresses of documents, checked: which month, week or day, on which paper."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, Field, SelectField
from wtforms.validators import AnyOf, InputRequired, Optional, ValidationError

from documents.look import STYLES, Look
from documents.words import DUTCH, LANGUAGES
from rules.wall_time import month_of
from views import clock
from views.forms import Form, MonthField, QueryForm, WeekField, WholeNumber, choices


class DayField(Field):
    """A day in an address, '2026-11-26'; None when it is not there."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0]:
            try:
                if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", valuelist[0], re.ASCII):
                    raise ValueError
                day = dt.date.fromisoformat(valuelist[0])
                if not 2000 <= day.year <= 2100:
                    raise ValueError
                self.data = day
            except ValueError as error:
                raise ValueError(
                    _("Deze dag kennen we niet. Schrijf bijvoorbeeld 2026-11-26.")
                ) from error


class DocumentForm(QueryForm):
    """What every document is asked with: ``?taal=nl&stijl=kleur``; ``bewaar=1`` saves it as a file
    instead of showing it."""

    taal = SelectField(
        choices=choices([(each, each) for each in LANGUAGES]),
        default=DUTCH,
        validate_choice=False,
        validators=[
            Optional(),
            AnyOf(LANGUAGES, lazy_gettext("Deze taal kennen we niet. Kies bijvoorbeeld nl of en.")),
        ],
    )
    stijl = SelectField(
        choices=choices([(each, each) for each in STYLES]),
        default=STYLES[0],
        validate_choice=False,
        validators=[
            Optional(),
            AnyOf(
                STYLES, lazy_gettext("Deze stijl kennen we niet. Kies kleur, zwartwit of groot.")
            ),
        ],
    )
    bewaar = BooleanField()

    def look(self) -> Look:
        return Look(self.taal.data or DUTCH, self.stijl.data or STYLES[0])


class PosterForm(DocumentForm):
    """Which poster: ``?maand=2026-12&formaat=a4``."""

    maand = MonthField()
    formaat = SelectField(
        choices=choices([("a4", "A4"), ("a3", "A3")]),
        default="a4",
        validate_choice=False,
        validators=[
            AnyOf(["a3", "a4"], lazy_gettext("Dit papier kennen we niet. Kies a3 of a4.")),
        ],
    )

    def month(self) -> dt.date:
        asked: dt.date | None = self.maand.data
        return asked or month_of(clock.today())[0]


class SheetForm(DocumentForm):
    """A sheet for the wall or the door, which is an A4."""

    formaat = SelectField(
        choices=choices([("a4", "A4")]),
        default="a4",
        validate_choice=False,
        validators=[
            Optional(),
            AnyOf(["a4"], lazy_gettext("Dit papier kennen we niet. Dit blad is er in a4.")),
        ],
    )


class FlyerForm(PosterForm):
    """Which flyer: ``?maand=2026-12&formaat=a5``; ``boekje=1`` lays the pages of the large print
    out for folding."""

    formaat = SelectField(
        choices=choices([("a5", "A5"), ("a4", "A4")]),
        default="a5",
        validate_choice=False,
        validators=[
            AnyOf(["a5", "a4"], lazy_gettext("Dit papier kennen we niet. Kies a5 of a4.")),
        ],
    )
    boekje = BooleanField()

    def validate_boekje(self, field: Any) -> None:
        if field.data and (self.formaat.data != "a5" or self.look().style != "groot"):
            raise ValidationError(_("Een boekje is er in grote letters. Kies groot en a5."))


class FolderForm(SheetForm, PosterForm):
    """Which folder: ``?maand=2026-12``. It is an A4 on its side."""


class RosterSheetForm(SheetForm):
    """Which roster: ``?week=2026-W49`` or ``?maand=2026-12``."""

    week = WeekField()
    maand = MonthField()

    def validate_maand(self, field: Any) -> None:
        if field.data and self.week.data:
            raise ValidationError(_("Kies een week of een maand."))

    def monday(self) -> dt.date:
        """The Monday of the week that was asked for; else of the week that people look at now."""
        asked: dt.date | None = self.week.data
        return asked or week_at_hand()


class WeekSheetForm(SheetForm):
    """Which week's programme: ``?week=2026-W49``."""

    week = WeekField()

    def monday(self) -> dt.date:
        """The Monday of the week that was asked for; else of the week that people look at now."""
        asked: dt.date | None = self.week.data
        return asked or week_at_hand()


class WeekBundleForm(WeekSheetForm):
    """Which week's bundle: ``?week=2026-W49``; with ``deel=3`` its third part is made now."""

    deel = WholeNumber(validators=[Optional()])


class DoorSheetForm(SheetForm):
    """Which day: ``?dag=2026-11-26``."""

    dag = DayField()

    def day(self) -> dt.date:
        asked: dt.date | None = self.dag.data
        return asked or clock.today()


class TallySheetForm(DoorSheetForm):
    """Which tally sheet: the one of a day that was made last, or that of ``?nummer=1023``."""

    nummer = WholeNumber(validators=[Optional()])


class ToMakeForm(Form):
    """What is made before it is printed, and how it is to look; nonsense looks as usual."""

    taal = SelectField(
        choices=choices([(each, each) for each in LANGUAGES]), default=DUTCH, validate_choice=False
    )
    stijl = SelectField(
        choices=choices([(each, each) for each in STYLES]),
        default=STYLES[0],
        validate_choice=False,
    )

    def look(self) -> Look:
        return Look(
            self.taal.data if self.taal.data in LANGUAGES else DUTCH,
            self.stijl.data if self.stijl.data in STYLES else STYLES[0],
        )


class TallyToMakeForm(ToMakeForm):
    """A tally sheet: of which day; ``bewaar`` saves it as a file instead of showing it."""

    dag = DateField(validators=[InputRequired(lazy_gettext("Kies een dag."))])
    bewaar = BooleanField()


class WeekToMakeForm(ToMakeForm):
    """The tally sheets of a week's bundle."""

    week = WeekField()

    def monday(self) -> dt.date:
        asked: dt.date | None = self.week.data
        return asked or week_at_hand()


def week_at_hand() -> dt.date:
    """The Monday of this week; in the weekend that of the week that comes."""
    today = clock.today()
    days = -today.weekday() if today.weekday() < 5 else 7 - today.weekday()
    return today + dt.timedelta(days=days)
