"""When an activity is, in the plain choices of a form: 'elke week', 'laatste donderdag'."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, RadioField, SelectField
from wtforms.validators import NumberRange, Optional, StopValidation, ValidationError
from wtforms.widgets import TextArea

from models import Activity
from rules import Refused
from rules.date_reading import NoSuchDay, OtherWeekday
from rules.notation import WEEKDAYS
from rules.recurrence import (
    MOST_DATES,
    MOST_WEEKS,
    BadRule,
    Kind,
    build_rule,
    expand,
    parse,
    read_rule,
)
from rules.rule_reading import read_words
from rules.rule_words import in_words
from views import clock
from views.forms import Form, WholeNumber, choices, text
from views.programme_forms import NTH, CheckboxesField, in_reach
from views.refusals import status_and_sentence

ONCE = "once"
KINDS = [
    (ONCE, _l("Eén keer")),
    (Kind.weekly.value, _l("Elke week")),
    (Kind.fortnightly.value, _l("Om de week")),
    (Kind.every_few_weeks.value, _l("Om de 3 weken of meer")),
    (Kind.odd_weeks.value, _l("In oneven weken")),
    (Kind.even_weeks.value, _l("In even weken")),
    (Kind.monthly.value, _l("Vaste dag van de maand")),
    (Kind.daily.value, _l("Elke dag, een tijdje")),
    (Kind.yearly.value, _l("Elk jaar")),
    (Kind.dates.value, _l("Op losse dagen")),
]
MONTHS = {"": (), "odd": (1, 3, 5, 7, 9, 11), "even": (2, 4, 6, 8, 10, 12)}
MONTH_CHOICES = [
    ("", _l("Elke maand")),
    ("odd", _l("Oneven maanden: januari, maart …")),
    ("even", _l("Even maanden: februari, april …")),
]
#: Which choices need a day of the week.
ON_WEEKDAYS = {
    kind.value
    for kind in (
        Kind.weekly,
        Kind.fortnightly,
        Kind.every_few_weeks,
        Kind.odd_weeks,
        Kind.even_weeks,
        Kind.monthly,
    )
}


def needed_unless_listed(form: WhenForm, field: Field) -> None:
    """A first day is needed, except beside a list of single days, which has its own."""
    if not any(field.raw_data or ()):
        field.errors[:] = []
        raise StopValidation(None if form.kind.data == Kind.dates else _("Vul de eerste dag in."))


def needed_if_counted(form: WhenForm, field: Field) -> None:
    """'Every so many weeks' needs the number."""
    if form.kind.data == Kind.every_few_weeks and not any(field.raw_data or ()):
        field.errors[:] = []
        raise StopValidation(_("Vul in om de hoeveel weken."))


def needed_if_daily(form: WhenForm, field: Field) -> None:
    """What is every day is so for a while: for ever it would fill every poster."""
    if form.kind.data == Kind.daily and not any(field.raw_data or ()):
        field.errors[:] = []
        raise StopValidation(_("Vul ook de laatste dag in."))


class WhenForm(Form):
    """The plain choices for a rule, and its first and last day."""

    kind = RadioField(_l("Hoe vaak?"), choices=choices(KINDS), default=Kind.weekly.value)
    weekdays = CheckboxesField(
        _l("Op welke dag?"), coerce=int, choices=choices(list(enumerate(WEEKDAYS)))
    )
    weeks = WholeNumber(
        _l("Om de hoeveel weken?"),
        default=3,
        validators=[
            needed_if_counted,
            Optional(),
            NumberRange(2, MOST_WEEKS, _l("Kies 2 tot 52 weken.")),
        ],
    )
    nth = CheckboxesField(_l("Welke van de maand?"), coerce=int, choices=choices(NTH))
    months = SelectField(_l("In welke maanden?"), choices=choices(MONTH_CHOICES), default="")
    dates = text(_l("Welke dagen?"), 2400, widget=TextArea(), render_kw={"rows": 3})
    first_date = DateField(_l("Eerste dag"), validators=[needed_unless_listed, in_reach])
    last_date = DateField(_l("Laatste dag"), validators=[needed_if_daily, Optional(), in_reach])

    #: A rule that stays as it is, because the choices above cannot say it.
    own_rule: str | None = None

    def validate_weekdays(self, field: Field) -> None:
        if self.kind.data in ON_WEEKDAYS and not field.data:
            raise ValidationError(_("Kies een dag van de week."))

    def validate_nth(self, field: Field) -> None:
        if self.kind.data == Kind.monthly and not field.data:
            raise ValidationError(_("Kies welke week van de maand."))

    def validate_dates(self, field: Field) -> None:
        if self.kind.data != Kind.dates:
            return
        try:
            self.days = read_days(field.data, clock.today())
        except (NoSuchDay, OtherWeekday) as refusal:
            raise ValidationError(status_and_sentence(refusal)[1]) from refusal
        except (Refused, ValueError) as error:
            raise ValidationError(
                _("Schrijf de dagen zo: 9-12-2026, 16-12-2026.")
                if len(field.data) < 2000
                else _("Dit zijn te veel dagen. Schrijf er hoogstens %(n)s.", n=MOST_DATES)
            ) from error

    def validate_first_date(self, field: Field) -> None:
        if self.kind.data == Kind.yearly and field.data:
            try:
                build_rule(Kind.yearly, day=(field.data.month, field.data.day))
            except BadRule as error:
                raise ValidationError(_("Deze dag is er niet elk jaar.")) from error

    def validate_last_date(self, field: Field) -> None:
        if field.data and self.first_date.data and field.data < self.first_date.data:
            raise ValidationError(_("De laatste dag ligt voor de eerste."))

    @property
    def rule_is_known(self) -> bool:
        """After validation: whether the choices make a rule, whatever else is missing."""
        mine = ("kind", "weekdays", "weeks", "nth", "months", "dates", "first_date", "last_date")
        return not any(self[name].errors for name in mine)

    def dates_said(self) -> dict[str, Any]:
        """Rule, first and last day, as the rules want them.

        :raises BadRule: when the choices make no rule.
        """
        first, last, kind = self.first_date.data, self.last_date.data, self.kind.data
        if kind == Kind.other and self.own_rule:
            rule = self.own_rule
        elif kind in (ONCE, Kind.dates):
            days = [first] if kind == ONCE else self.days
            rule = build_rule(Kind.dates, dates=days)
            first, last = min(days), max(days)
        else:
            weeks = self.weeks.data or 0
            few = kind == Kind.every_few_weeks and weeks == 2
            rule = build_rule(
                Kind.fortnightly if few else Kind(kind),
                self.weekdays.data or (),
                self.nth.data or (),
                weeks=weeks,
                months=MONTHS[self.months.data or ""],
                day=(first.month, first.day),
            )
        return {"rule": rule, "first_date": first, "last_date": last}

    def keep_rule(self, activity: Activity) -> None:
        """Offer the rule of an activity as a choice of its own, when the others cannot say it."""
        if choices_of(activity)["kind"] == Kind.other:
            self.own_rule = activity.rule
            words = in_words(activity.rule, activity.first_date)
            label = _("Zoals nu: %(words)s", words=words)
            self.kind.choices = choices([*KINDS, (Kind.other.value, label)])


def choices_of(activity: Activity) -> dict[str, Any]:
    """The choices of the form that say when an activity is."""
    said = read_rule(activity.rule)
    found: dict[str, Any] = {
        "kind": said.kind.value,
        "weekdays": list(said.weekdays),
        "nth": list(said.nth),
        "weeks": said.weeks or 3,
        "months": next((name for name, some in MONTHS.items() if some == said.months), None),
        "first_date": activity.first_date,
        "last_date": activity.last_date,
    }
    if said.kind is Kind.dates:
        found["kind"] = ONCE if len(said.dates) == 1 else Kind.dates.value
        found["dates"] = ", ".join(f"{each.day}-{each.month}-{each.year}" for each in said.dates)
        found["last_date"] = None
    sayable = set(said.nth) <= {n for n, _word in NTH} and found["months"] is not None
    yearly = (activity.first_date.month, activity.first_date.day)
    if not sayable or (said.kind is Kind.yearly and said.day != yearly):
        found["kind"] = Kind.other.value
    return found


def read_days(typed: str, today: dt.date) -> list[dt.date]:
    """Dates as people type them: '9-12-2026, 16-12-2026', one a line, '9 en 16 december'.

    :raises ValueError: when there is none, one is out of reach, or there are too many.
    :raises rules.date_reading.Unreadable: when they are no dates.
    """
    parts = [part for part in re.split(r"[,;\s]+", typed) if part]
    try:
        days = [dt.date.fromisoformat(part) for part in parts]
    except ValueError:
        lines = ", ".join(line.strip(" ,;") for line in typed.splitlines() if line.strip(" ,;"))
        read = read_words(lines, today)
        days = list(parse(read.rule).dates)
        if not days and read.first and read.last:
            days = expand(read.rule, read.first, read.last, read.first, read.last)
    if not 0 < len(days) <= MOST_DATES or not all(2000 <= day.year <= 2100 for day in days):
        raise ValueError(typed)
    return days
