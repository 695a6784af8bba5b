"""The forms for what returns on the roster: when it is, its seats, and who always has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from models import Activity, FixedPlace, House, Membership, PartOfDay, Person, Rotation
from models import ShiftPattern as Pattern
from rules.day_parts import Span
from rules.notation import WEEKDAYS
from rules.patterns import FixedWish, SeatWish
from rules.recurrence import Kind, build_rule, read_rule
from rules.rule_words import in_words
from rules.wall_time import week_of
from views.forms import Form, Once, WholeNumber, choices, text
from views.programme_forms import NTH, CheckboxesField, day, in_reach
from views.roster_forms import ROTATIONS, group_words
from views.shift_forms import FIRST_SEATS, MOST_SEATS, Part, SeatForm, WithSeats, stored_seat

#: Before and after an activity, when no times are given.
MARGIN_MINUTES = 15
MOST_MINUTES = 240
#: How many people a seat shows room for; 'Meer plekken' adds one to each.
FIRST_FIXED = 2
MOST_FIXED = 12
GROUPS = range(2, 7)
KINDS = [
    (Kind.weekly.value, _l("Elke week")),
    (Kind.fortnightly.value, _l("Om de week")),
    (Kind.odd_weeks.value, _l("In oneven weken")),
    (Kind.even_weeks.value, _l("In even weken")),
    (Kind.monthly.value, _l("Vaste dag van de maand")),
]
_GROUP = "group"


@dataclass(frozen=True)
class Offers:
    """What the forms of a house offer to choose from."""

    house: House
    activities: Sequence[Activity]
    helpers: Sequence[Membership]
    own_kinds: Sequence[str]
    parts: Mapping[PartOfDay, Span]


class FixedForm(Part):
    """Somebody who always has a seat; nobody when no name is chosen."""

    person = SelectField(_l("Vaste vrijwilliger"), coerce=int)
    rotation = SelectField(_l("Wanneer?"), default="every")
    since = DateField(_l("Eerste keer"), validators=[Optional(), in_reach])


class PatternSeatForm(SeatForm):
    """A seat with those who always have it."""

    fixed = FieldList(FormField(FixedForm), min_entries=FIRST_FIXED, max_entries=MOST_FIXED)

    @property
    def used(self) -> bool:
        return super().used or (
            not self.goes.data and any(each.form.person.data for each in self.fixed)
        )

    def wishes(self, people: Mapping[int, Person], first_date: dt.date) -> list[FixedWish]:
        """Who always has the seat. Groups that say no first week take turns in their order."""
        found: list[FixedWish] = []
        turns: dict[int, int] = {}
        for each in self.fixed:
            person = people.get(each.form.person.data)
            if person is None:
                continue
            chosen = each.form.rotation.data
            if chosen.startswith(_GROUP):
                groups = int(chosen.removeprefix(_GROUP))
                n = turns[groups] = turns.get(groups, -1) + 1
                since = each.form.since.data or week_of(first_date)[0] + dt.timedelta(weeks=n)
                found.append(FixedWish(person, Rotation.group, groups=groups, since=since))
            elif chosen in (Rotation.every, Rotation.even, Rotation.odd):
                found.append(FixedWish(person, Rotation(chosen)))
            else:
                found.append(FixedWish(person, Rotation.nth, int(chosen)))
        return found


class PatternForm(WithSeats):
    """A pattern on the dates of an activity, or on days of its own."""

    title = text(
        _l("Naam van de dienst"), 60, required=_l("Geef de dienst een naam."), printed=True
    )
    activity = SelectField(_l("Hoort bij"), coerce=int)
    kind = RadioField(_l("Hoe vaak?"), default=Kind.weekly.value)
    weekdays = CheckboxesField(
        _l("Op welke dag?"), coerce=int, choices=choices(list(enumerate(WEEKDAYS)))
    )
    nth = CheckboxesField(_l("Welke van de maand?"), coerce=int, choices=choices(NTH))
    before = WholeNumber(
        _l("Minuten ervoor"),
        default=MARGIN_MINUTES,
        validators=[Optional(), NumberRange(0, MOST_MINUTES, _l("Kies 0 tot 240 minuten."))],
    )
    after = WholeNumber(
        _l("Minuten erna"),
        default=MARGIN_MINUTES,
        validators=[Optional(), NumberRange(0, MOST_MINUTES, _l("Kies 0 tot 240 minuten."))],
    )
    first_date = day(_l("Eerste dag"), required=_l("Vul de eerste dag in."))
    last_date = day(_l("Laatste dag"))
    seats = FieldList(FormField(PatternSeatForm), min_entries=FIRST_SEATS, max_entries=MOST_SEATS)

    #: A rule that stays as it is, because the choices above cannot say it.
    own_rule = ""

    def __init__(self, offers: Offers, *, pattern: Pattern | None = None, **options: Any):
        super().__init__(**options)
        self.pattern = pattern
        self.activities = {activity.id: activity for activity in offers.activities}
        self.people = {member.person_id: member.person for member in offers.helpers}
        if pattern is not None:
            # Whoever left the house stays named until somebody takes them out.
            for seat in pattern.seats:
                self.people.update({fixed.person_id: fixed.person for fixed in seat.fixed})
        self.activity.choices = choices([(0, _("Eigen dagen")), *_titles(offers.activities)])
        self.activity.data = self.activity.data or 0
        self.kind.choices = choices(KINDS)
        self.offer(offers.parts, offers.own_kinds)
        self._offer_people()

    def _offer_people(self) -> None:
        names = [(key, person.full_name) for key, person in self.people.items()]
        groups = [(f"{_GROUP}{n}", group_words(n).capitalize()) for n in GROUPS]
        known = [*ROTATIONS, *groups]
        for seat in self.seats:
            for each in seat.form.fixed:
                each.form.person.choices = choices([(0, _("Niemand")), *names])
                each.form.person.data = each.form.person.data or 0
                mine = each.form.rotation
                stored = mine.object_data or "every"
                rare = [] if stored in dict(known) else [(stored, _rare(stored))]
                mine.choices = choices([*known, *rare])

    def more(self) -> None:
        """Show room for one seat more, and for one person more on each."""
        for seat in self.seats:
            if len(seat.form.fixed) < MOST_FIXED:
                seat.form.fixed.append_entry()
        super().more()

    @property
    def own_days(self) -> bool:
        return not self.activity.data

    @property
    def needs_hours(self) -> bool:
        # Beside an activity no times at all are fine; one alone never is.
        return self.own_days or self.start_time.raw_data != self.end_time.raw_data

    def validate_weekdays(self, field: Any) -> None:
        if self.own_days and self.kind.data != Kind.other and not field.data:
            raise ValidationError(_("Kies een dag van de week."))

    def validate_nth(self, field: Any) -> None:
        if self.own_days and self.kind.data == Kind.monthly and not field.data:
            raise ValidationError(_("Kies welke week van de maand."))

    def validate_last_date(self, field: Any) -> None:
        if field.data and self.first_date.data and field.data < self.first_date.data:
            raise ValidationError(_("De laatste dag ligt voor de eerste."))

    def wishes(self, known: Iterable[int] = ()) -> list[SeatWish]:
        """The seats that were filled in and do not go, with who always has them."""
        ids = set(known)
        return [
            seat.form.wish(ids, fixed=seat.form.wishes(self.people, self.first_date.data))
            for seat in self.seats
            if seat.form.used
        ]

    def when(self) -> dict[str, Any]:
        """When the shifts are, as columns of a pattern."""
        found = {
            "first_date": self.first_date.data,
            "last_date": self.last_date.data,
            "start_time": self.start_time.data,
            "end_time": self.end_time.data,
            "before_minutes": None,
            "after_minutes": None,
        }
        if self.own_days and self.kind.data == Kind.other:
            found["rule"] = self.own_rule
        elif self.own_days:
            found["rule"] = build_rule(Kind(self.kind.data), self.weekdays.data, self.nth.data)
        elif self.start_time.data is None:
            margins = [
                MARGIN_MINUTES if field.data is None else field.data
                for field in (self.before, self.after)
            ]
            found["before_minutes"], found["after_minutes"] = margins
        return found


class NewPatternForm(Once, PatternForm):
    """A pattern that is added."""

    def when(self) -> dict[str, Any]:
        """When the shifts are, and on the dates of which activity."""
        activity = None if self.own_days else self.activities[self.activity.data]
        return {**super().when(), "activity": activity}


class ChangePatternForm(PatternForm):
    """A pattern that is there. What it belongs to does not change."""

    #: Which state of the pattern the person saw: somebody else may change it meanwhile.
    sequence = HiddenField()

    def __init__(self, offers: Offers, pattern: Pattern):
        super().__init__(offers, pattern=pattern, data=_stored(pattern))
        del self.activity
        if pattern.activity_id is None and _stored_kind(pattern) == Kind.other:
            self.own_rule = pattern.rule
            words = in_words(pattern.rule, pattern.first_date)
            label = _("Zoals nu: %(words)s", words=words)
            self.kind.choices = choices([*KINDS, (Kind.other.value, label)])

    @property
    def own_days(self) -> bool:
        return self.pattern is not None and self.pattern.activity_id is None


class AgreeForm(Form):
    """The plan that the person agreed to."""

    gezien = HiddenField(validators=[Length(max=64)])


class StopForm(Form):
    """One button."""


def _titles(activities: Sequence[Activity]) -> list[tuple[int, str]]:
    return [(activity.id, activity.title) for activity in activities]


def _rare(rotation: str) -> str:
    """The words for a rotation that the form does not offer by itself."""
    if rotation.startswith(_GROUP):
        return group_words(int(rotation.removeprefix(_GROUP))).capitalize()
    return _("%(n)se van de maand", n=rotation)


def _stored_kind(pattern: Pattern) -> Kind:
    said = read_rule(pattern.rule)
    sayable = said.kind.value in dict(KINDS) and not said.months
    return said.kind if sayable and set(said.nth) <= {n for n, _word in NTH} else Kind.other


def _stored(pattern: Pattern) -> dict[str, Any]:
    """A pattern as its form shows it, with room for one seat and one person more."""
    found: dict[str, Any] = {
        "title": pattern.title,
        "first_date": pattern.first_date,
        "last_date": pattern.last_date,
        "start_time": pattern.start_time,
        "end_time": pattern.end_time,
        "sequence": str(pattern.sequence),
        "seats": [
            *(
                {
                    **stored_seat(seat),
                    "fixed": [*map(_stored_fixed, seat.fixed), {}][:MOST_FIXED],
                }
                for seat in pattern.seats
            ),
            {},
        ][:MOST_SEATS],
    }
    if pattern.before_minutes is not None:
        found.update(before=pattern.before_minutes, after=pattern.after_minutes)
    if pattern.activity_id is None:
        said = read_rule(pattern.rule)
        found.update(
            kind=_stored_kind(pattern).value, weekdays=list(said.weekdays), nth=list(said.nth)
        )
    return found


def _stored_fixed(fixed: FixedPlace) -> dict[str, Any]:
    rotation = str(fixed.rotation)
    if fixed.rotation == Rotation.nth:
        rotation = str(fixed.nth)
    elif fixed.rotation == Rotation.group:
        rotation = f"{_GROUP}{fixed.groups}"
    return {"person": fixed.person_id, "rotation": rotation, "since": fixed.group_since}
