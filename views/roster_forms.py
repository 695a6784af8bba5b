"""The forms of the roster: which week, and a pattern with its seats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, RadioField, SelectField, TimeField
from wtforms import Form as PlainForm
from wtforms.validators import Optional, ValidationError

from models import Activity, FixedPlace, Membership, Rotation, ShiftPattern
from rules.notation import WEEKDAYS, span
from rules.patterns import FixedWish, SeatWish
from rules.recurrence import Kind, build_rule
from rules.rule_words import in_words
from views.forms import Form, Once, QueryForm, WeekField, choices, text
from views.people_forms import QUALIFICATIONS, qualification_name
from views.programme_forms import NTH, CheckboxesField, day

SEATS = 4
#: Before and after an activity, when no times are given.
MARGIN_MINUTES = 15
KINDS = [
    (Kind.weekly.value, _l("Elke week")),
    (Kind.fortnightly.value, _l("Om de week")),
    (Kind.odd_weeks.value, _l("In oneven weken")),
    (Kind.even_weeks.value, _l("In even weken")),
    (Kind.monthly.value, _l("Vaste dag van de maand")),
]
ROTATIONS = [
    ("every", _l("Elke keer")),
    ("even", _l("In even weken")),
    ("odd", _l("In oneven weken")),
    ("1", _l("1e van de maand")),
    ("2", _l("2e van de maand")),
    ("3", _l("3e van de maand")),
    ("4", _l("4e van de maand")),
    ("-1", _l("Laatste van de maand")),
]


class WeekQuery(QueryForm):
    week = WeekField()


class SeatForm(PlainForm):
    """One seat of a pattern; without a role there is no such seat."""

    role = text(_l("Taak"), 40)
    qualification = SelectField(_l("Wat moet iemand kunnen?"))
    person = SelectField(_l("Vaste vrijwilliger"), coerce=int)
    rotation = SelectField(_l("Wanneer?"), choices=choices(ROTATIONS), default="every")
    extra = BooleanField(_l("Extra plek: mag leeg blijven"))

    @property
    def used(self) -> bool:
        return bool(self.role.data or self.person.data or self.qualification.data)

    def validate_role(self, field: Any) -> None:
        if self.used and not field.data:
            raise ValidationError(_("Vul de taak in, zoals gastvrouw."))


class _Flat(list[Any]):
    """Fields in order, as the summary of errors reads a form."""

    def __init__(self, fields: list[Any], errors: Any, form_errors: Any):
        super().__init__(fields)
        self.errors = errors
        self.form_errors = form_errors


class PatternForm(Once, Form):
    """A pattern on the dates of an activity, or on days of its own."""

    title = text(_l("Naam van de dienst"), 60, required=_l("Geef de dienst een naam."))
    activity = SelectField(_l("Hoort bij"), coerce=int)
    kind = RadioField(_l("Hoe vaak?"), choices=choices(KINDS), default=Kind.weekly.value)
    weekdays = CheckboxesField(
        _l("Op welke dag?"), coerce=int, choices=choices(list(enumerate(WEEKDAYS)))
    )
    nth = CheckboxesField(_l("Welke van de maand?"), coerce=int, choices=choices(NTH))
    start_time = TimeField(_l("Van"), validators=[Optional()])
    end_time = TimeField(_l("Tot"), validators=[Optional()])
    first_date = day(_l("Eerste dag"), required=_l("Vul de eerste dag in."))
    last_date = day(_l("Laatste dag"))
    seats = FieldList(FormField(SeatForm), min_entries=SEATS, max_entries=SEATS)

    def __init__(
        self,
        activities: Sequence[Activity],
        helpers: Sequence[Membership],
        own_kinds: Sequence[str],
        today: dt.date,
    ):
        super().__init__()
        self.activities = {activity.id: activity for activity in activities}
        self.people = {member.person_id: member.person for member in helpers}
        if self.first_date.data is None and not self.is_submitted():
            self.first_date.data = today
        titles = [(activity.id, activity.title) for activity in activities]
        self.activity.choices = choices([(0, _("Eigen dagen")), *titles])
        self.activity.data = self.activity.data or 0
        kinds = [
            ("", _("Niets bijzonders")),
            *QUALIFICATIONS,
            *((kind, kind) for kind in own_kinds),
        ]
        people = [(0, _("Niemand")), *((key, one.full_name) for key, one in self.people.items())]
        for seat in self.seats:
            seat.qualification.choices = choices(kinds)
            seat.qualification.data = seat.qualification.data or ""
            seat.person.choices = choices(people)
            seat.person.data = seat.person.data or 0

    @property
    def flat(self) -> _Flat:
        """All fields, also those of the seats, for the summary of errors."""
        leaves = [field for field in self if field.name != "seats"]
        leaves += [field for seat in self.seats for field in seat.form]
        return _Flat(leaves, self.errors, self.form_errors)

    @property
    def own_days(self) -> bool:
        return not self.activity.data

    def validate_weekdays(self, field: Any) -> None:
        if self.own_days and not field.data:
            raise ValidationError(_("Kies een dag van de week."))

    def validate_nth(self, field: Any) -> None:
        if self.own_days and self.kind.data == Kind.monthly and not field.data:
            raise ValidationError(_("Kies welke week van de maand."))

    def validate_end_time(self, field: Any) -> None:
        start = self.start_time.data
        if field.data and start and field.data <= start:
            raise ValidationError(_("Het einde komt na het begin."))

    def validate_last_date(self, field: Any) -> None:
        if field.data and self.first_date.data and field.data < self.first_date.data:
            raise ValidationError(_("De laatste dag ligt voor de eerste."))

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        start, end = self.start_time, self.end_time
        # Beside an activity no times at all are fine; one alone never is.
        if self.own_days or start.raw_data != end.raw_data:
            if start.data is None and not start.errors:
                start.errors = [_("Vul in hoe laat het begint.")]
            if end.data is None and not end.errors:
                end.errors = [_("Vul in hoe laat het eindigt.")]
        if not any(seat.form.used for seat in self.seats):
            self.seats[0].role.errors = [_("Vul minstens één plek in.")]
            self.seats.errors = [seat.errors for seat in self.seats]
        return bool(good) and not self.errors

    def wishes(self) -> list[SeatWish]:
        """The seats that were filled in."""
        return [
            SeatWish(
                role=seat.role.data,
                qualification=seat.qualification.data,
                required=not seat.extra.data,
                fixed=self._fixed(seat),
            )
            for seat in self.seats
            if seat.role.data
        ]

    def _fixed(self, seat: Any) -> list[FixedWish]:
        person = self.people.get(seat.person.data)
        if person is None:
            return []
        chosen = seat.rotation.data
        if chosen in (Rotation.every, Rotation.even, Rotation.odd):
            return [FixedWish(person, Rotation(chosen))]
        return [FixedWish(person, Rotation.nth, int(chosen))]

    def when(self) -> dict[str, Any]:
        """When the shifts are, as the rules want it."""
        found = {"first_date": self.first_date.data, "last_date": self.last_date.data}
        if self.own_days:
            found["rule"] = build_rule(Kind(self.kind.data), self.weekdays.data, self.nth.data)
        else:
            found["activity"] = self.activities[self.activity.data]
        if self.start_time.data is None:
            return {**found, "before_minutes": MARGIN_MINUTES, "after_minutes": MARGIN_MINUTES}
        return {**found, "start_time": self.start_time.data, "end_time": self.end_time.data}


class StopForm(Form):
    """One button."""


def pattern_words(pattern: ShiftPattern) -> str:
    """When a pattern returns: 'elke donderdag, 9.45–13.00', 'bij Samen lunchen, 10.00–14.30'."""
    if pattern.activity_id is None:
        when = in_words(pattern.rule, pattern.first_date)
    else:
        when = _("bij %(activity)s", activity=pattern.activity.title)
    if pattern.start_time is not None:
        return f"{when}, {span(pattern.start_time, pattern.end_time)}"
    return _(
        "%(when)s, %(before)s minuten ervoor tot %(after)s minuten erna",
        when=when,
        before=pattern.before_minutes,
        after=pattern.after_minutes,
    )


def rotation_words(fixed: FixedPlace) -> str:
    """In which weeks somebody has a fixed seat, in the words of the form."""
    chosen = str(fixed.nth) if fixed.rotation == Rotation.nth else str(fixed.rotation)
    return str(dict(ROTATIONS).get(chosen, chosen)).lower()


def skill_words(kind: str) -> str:
    """A qualification inside a sentence: 'sleutelhouder', but 'BHV'er'."""
    name = qualification_name(kind)
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
