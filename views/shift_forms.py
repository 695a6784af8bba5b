"""The forms for one shift by hand; their seats and parts of the day also serve patterns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Optional, ValidationError

from models import PartOfDay, Seat, Shift
from rules.day_parts import Span
from rules.notation import span
from rules.patterns import SeatWish
from views.forms import Form, Once, QueryForm, choices, text
from views.people_forms import QUALIFICATIONS
from views.programme_forms import day

MOST_SEATS = 8
#: How many seats a new form shows; 'Meer plekken' adds one.
FIRST_SEATS = 3
PARTS = [
    (PartOfDay.morning, _l("Ochtend")),
    (PartOfDay.afternoon, _l("Middag")),
    (PartOfDay.evening, _l("Avond")),
]


class Part(PlainForm):
    """A part that stands in a form several times; its errors are said as those of the form."""

    class Meta:
        get_translations = Form.Meta.get_translations


class SeatForm(Part):
    """One seat; without a role there is no such seat."""

    id = HiddenField()
    role = text(_l("Taak"), 40, printed=True)
    qualification = SelectField(_l("Wat moet iemand kunnen?"))
    extra = BooleanField(_l("Extra plek: mag leeg blijven"))
    goes = BooleanField(_l("Haal deze plek weg"))

    @property
    def used(self) -> bool:
        return not self.goes.data and bool(
            self.role.data or self.qualification.data or self.id.data
        )

    def validate_role(self, field: Any) -> None:
        if self.used and not field.data:
            raise ValidationError(_("Vul de taak in, zoals gastvrouw."))

    def wish(self, known: Iterable[int], **more: Any) -> SeatWish:
        """The seat as the rules want it; ``known`` are the ids that it may change."""
        given = self.id.data or ""
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
        return SeatWish(
            role=self.role.data or "",
            qualification=self.qualification.data or "",
            required=not self.extra.data,
            id=number if number in set(known) else None,
            **more,
        )


class Flat(list[Any]):
    """Fields in order, as the summary of errors reads a form."""

    def __init__(self, form: Any):
        super().__init__(_leaves(form))
        self.errors = form.errors
        self.form_errors = form.form_errors


def _leaves(form: Any) -> Iterable[Any]:
    for field in form:
        if isinstance(field, FieldList):
            for entry in field:
                yield from _leaves(entry.form)
        else:
            yield field


class WithSeats(Form):
    """A form with seats, and hours that a part of the day can fill in."""

    part = SelectField(_l("Deel van de dag"), default="")
    start_time = TimeField(_l("Van"), validators=[Optional()])
    end_time = TimeField(_l("Tot"), validators=[Optional()])
    #: Forms that have more to a seat give their own.
    seats = FieldList(FormField(SeatForm), min_entries=FIRST_SEATS, max_entries=MOST_SEATS)

    def offer(self, parts: Mapping[PartOfDay, Span], kinds: Iterable[str]) -> None:
        """Give the choices: the hours of the parts of the day, and the house's own skills."""
        self.parts = {part.value: hours for part, hours in parts.items()}
        said = [(part.value, f"{word}, {span(*parts[part])}") for part, word in PARTS]
        self.part.choices = choices([("", _("Ik vul zelf tijden in")), *said])
        self.part.data = self.part.data or ""
        known = [("", _("Niets bijzonders")), *QUALIFICATIONS, *((kind, kind) for kind in kinds)]
        there = {kind for kind, _word in known}
        for seat in self.seats:
            mine = seat.form.qualification
            # A word that nobody has any more stays what this seat asks.
            stored = mine.object_data or ""
            mine.choices = choices([*known, *([] if stored in there else [(stored, stored)])])
            mine.data = mine.data or ""

    def more(self) -> None:
        """Show room for one seat more, as far as there may be."""
        if len(self.seats) < MOST_SEATS:
            self.seats.append_entry()

    def forget_errors(self) -> None:
        """Show the form as it was typed; wrong or missing fields can wait."""
        for field in Flat(self):
            field.errors = []
        for seat in self.seats.entries:
            seat.form.form_errors = []
        self.seats.errors = []
        self.form_errors = []

    @property
    def flat(self) -> Flat:
        """All fields, also those of the seats, for the summary of errors."""
        return Flat(self)

    def validate_end_time(self, field: Any) -> None:
        start = self.start_time.data
        if field.data and start and field.data <= start:
            raise ValidationError(_("Het einde komt na het begin."))

    def validate(self, extra_validators: Any = None) -> bool:
        hours = self.parts.get(self.part.data)
        if hours is not None:
            for field, time in zip((self.start_time, self.end_time), hours, strict=True):
                field.data, field.raw_data = time, [f"{time:%H:%M}"]
                field.process_errors = []
        good = super().validate(extra_validators)
        if not any(seat.form.used for seat in self.seats):
            self.seats[0].form.role.errors = [_("Vul minstens één plek in.")]
            self.seats.errors = [seat.errors for seat in self.seats]
            good = False
        if self.needs_hours:
            for field, sentence in (
                (self.start_time, _("Vul in hoe laat het begint.")),
                (self.end_time, _("Vul in hoe laat het eindigt.")),
            ):
                if field.data is None and not field.errors:
                    field.errors = [sentence]
                    good = False
        return bool(good)

    @property
    def needs_hours(self) -> bool:
        return True


class ShiftForm(WithSeats):
    """One shift."""

    title = text(
        _l("Naam van de dienst"), 60, required=_l("Geef de dienst een naam."), printed=True
    )
    date = day(_l("Dag"), required=_l("Vul de dag in."))

    def facts(self) -> dict[str, Any]:
        """What the shift is and when, as the rules want it."""
        names = ("title", "date", "start_time", "end_time")
        return {name: self[name].data for name in names}

    def wishes(self, known: Iterable[int] = ()) -> list[SeatWish]:
        """The seats that were filled in and do not go."""
        return [seat.form.wish(known) for seat in self.seats if seat.form.used]


class NewShiftForm(Once, ShiftForm):
    """A shift that is added."""


class WhenQuery(QueryForm):
    """When a new shift is to be, as a page that lacks one says: it stands in the form then."""

    dag = DateField(validators=[Optional()])
    van = TimeField(validators=[Optional()])
    tot = TimeField(validators=[Optional()])


class ChangeShiftForm(ShiftForm):
    """A shift that is there."""

    seen = HiddenField()
    anyway = BooleanField(_l("Ja, dat mag: ze weten het."))


class ButtonForm(Form):
    """One button."""


class BringBackForm(Form):
    """A shift that goes on after all; the tick is asked for only when it is needed."""

    anyway = BooleanField(_l("Ja, dat mag: ze weten het."))


def stored(shift: Shift, seats: list[Seat]) -> dict[str, Any]:
    """A shift as its form shows it, with room for one seat more."""
    return {
        "title": shift.title,
        "date": shift.date,
        "start_time": shift.start_time,
        "end_time": shift.end_time,
        "seats": [*(stored_seat(seat) for seat in seats), {}][:MOST_SEATS],
    }


def stored_seat(seat: Any) -> dict[str, Any]:
    """A seat of a shift or of a pattern, as its form shows it."""
    return {
        "id": str(seat.id),
        "role": seat.role,
        "qualification": seat.qualification,
        "extra": not seat.required,
    }
