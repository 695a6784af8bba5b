"""The forms of 'Wanneer kan ik niet?': days, and wishes for the roster."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField
from wtforms.validators import InputRequired, ValidationError

from models import PartOfDay, Person
from rules.notation import WEEKDAYS
from rules.wishes import MOST_A_WEEK
from views.coming_days import ComingDays
from views.forms import Form, Once, WholeNumber, choices
from views.programme_forms import day

PARTS = [
    ("", _l("De hele dag")),
    (PartOfDay.morning.value, _l("Ochtend (tot 12 uur)")),
    (PartOfDay.afternoon.value, _l("Middag (12 tot 17 uur)")),
    (PartOfDay.evening.value, _l("Avond (na 17 uur)")),
]
SHORT_PARTS = {
    PartOfDay.morning.value: _l("ochtend"),
    PartOfDay.afternoon.value: _l("middag"),
    PartOfDay.evening.value: _l("avond"),
}


class AbsenceForm(ComingDays, Once, Form):
    """Days, or a part of each of them, on which somebody cannot come."""

    furthest = dt.timedelta(days=2 * 366)
    too_far = _l("Dit is meer dan twee jaar vooruit.")
    first_date = day(_l("Eerste dag"), required=_l("Vul de eerste dag in."))
    last_date = day(_l("Laatste dag"))
    part = SelectField(_l("Welk deel van de dag?"), choices=choices(PARTS), default="")

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day."""
        return self.first_date.data, self.last_date.data or self.first_date.data


class MostForm(Form):
    """How often a week at most."""

    most = SelectField(_l("Hoe vaak per week?"), coerce=int)

    def __init__(self, most: int | None = None):
        super().__init__(data={"most": most or 0})
        self.most.choices = choices(
            [(0, _("Maakt niet uit")), *((n, _("Hoogstens %(n)d keer", n=n)) for n in MOST_A_WEEK)]
        )


class NotOnForm(Form):
    """A weekday, or a part of it, to be kept free."""

    weekday = SelectField(
        _l("Op welke dag niet?"), coerce=int, choices=choices(list(enumerate(WEEKDAYS)))
    )
    weekday_part = SelectField(_l("Welk deel?"), choices=choices(PARTS), default="")


class TogetherForm(Form):
    """With whom somebody likes to be on."""

    other = SelectField(_l("Met wie sta je graag?"), coerce=int)

    def __init__(self, helpers: Sequence[Person]):
        super().__init__()
        people = [(person.id, person.full_name) for person in helpers]
        self.other.choices = choices([(0, _("Kies iemand")), *people])
        self.other.data = self.other.data or 0

    def validate_other(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Kies iemand uit de lijst."))


class RowForm(Form):
    """Which row to take away."""

    row = WholeNumber(validators=[InputRequired()])


def part_words(part: str) -> str:
    """A part of the day inside a line: 'ochtend'; nothing for the whole day."""
    return str(SHORT_PARTS.get(part, ""))
