"""The forms of the programme: what an activity is, and a single date of it."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    SelectField,
    SelectMultipleField,
    TimeField,
)
from wtforms.validators import (
    InputRequired,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from models import Activity, Category, House, Partner, SignUpKind
from rules import houses
from views.forms import (
    Form,
    MonthField,
    QueryForm,
    WeekField,
    WholeNumber,
    choices,
    phone_field,
    text,
)

CATEGORIES = [
    (Category.meet.value, _l("Ontmoeten")),
    (Category.eat.value, _l("Eten")),
    (Category.sport.value, _l("Bewegen")),
    (Category.create.value, _l("Creatief")),
    (Category.music.value, _l("Muziek")),
    (Category.play.value, _l("Spel")),
    (Category.learn.value, _l("Leren")),
    (Category.recover.value, _l("Herstel")),
    (Category.advice.value, _l("Advies en hulp")),
]
SIGN_UPS = [
    (SignUpKind.none.value, _l("Niet nodig")),
    (SignUpKind.ask.value, _l("Graag even melden")),
    (SignUpKind.list.value, _l("Opgeven, met een lijst")),
]


NTH = [(1, _l("1e")), (2, _l("2e")), (3, _l("3e")), (4, _l("4e")), (-1, _l("laatste"))]


class ProgrammeQuery(QueryForm):
    maand = MonthField()
    week = WeekField()


class MonthQuery(QueryForm):
    maand = MonthField()


class CheckboxesField(SelectMultipleField):
    """Several of a few, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def in_reach(_form: Form, field: Field) -> None:
    """Refuse years that are a slip of the finger."""
    if field.data is not None and not 2000 <= field.data.year <= 2100:
        raise StopValidation(_("Dit jaar klopt niet."))


def after_start(form: Form, field: Field) -> None:
    """Refuse an end before the start, also one that was stored before and not sent now."""
    if field.data and form.start_time.data and field.data <= form.start_time.data:
        past_midnight = field.data.hour == 0
        raise StopValidation(
            _("Kies uiterlijk 23.59, of laat dit leeg.")
            if past_midnight
            else _("Het einde komt na het begin.")
        )


def day(label: Any, required: Any = None) -> DateField:
    """A date; ``required`` is the sentence when it is missing."""
    first = InputRequired(required) if required else Optional()
    return DateField(label, validators=[first, in_reach])


class FactsForm(Form):
    """What an activity is; not when."""

    title = text(_l("Naam"), 60, required=_l("Geef de activiteit een naam."), printed=True)
    summary = text(_l("Wat is het?"), 200, printed=True, widget=TextArea(), render_kw={"rows": 3})
    category = SelectField(_l("Soort"), choices=choices(CATEGORIES))
    start_time = TimeField(_l("Van"), validators=[InputRequired(_l("Vul in hoe laat het begint."))])
    end_time = TimeField(_l("Tot"), validators=[after_start, Optional()])
    room = SelectField(_l("Ruimte"), coerce=int)
    partner = SelectField(_l("Samen met"), coerce=int)
    cost = text(_l("Prijs in euro"), 12, render_kw={"inputmode": "decimal"})
    cost_note = text(_l("Bij de prijs"), 60, printed=True)
    audience = text(_l("Voor wie?"), 80, printed=True)
    sign_up = SelectField(_l("Opgeven"), choices=choices(SIGN_UPS))
    capacity = WholeNumber(
        _l("Hoogstens"), validators=[Optional(), NumberRange(1, 9999, _l("Kies 1 tot 9999."))]
    )
    minimum = WholeNumber(
        _l("Minstens"), validators=[Optional(), NumberRange(1, 9999, _l("Kies 1 tot 9999."))]
    )
    contact_name = text(_l("Wie weet meer?"), 80)
    contact_phone = phone_field(_l("Telefoon"))
    not_in_school_holidays = BooleanField(_l("Niet in schoolvakanties"))
    highlighted = BooleanField(_l("Groot op de poster"))
    published = BooleanField(_l("Zichtbaar voor iedereen"), default=True)

    #: The price, once it was read.
    cents: int | None = None
    #: The fields that are stored as they are.
    PLAIN = (
        *("title", "summary", "category", "start_time", "end_time", "cost_note", "audience"),
        *("sign_up", "capacity", "minimum", "contact_name", "contact_phone"),
        *("not_in_school_holidays", "highlighted", "published"),
    )

    def __init__(self, house: House, kept: Partner | None = None, **options: Any):
        super().__init__(**options)
        self.rooms = {room.id: room for room in houses.rooms_of(house)}
        self.partners = {partner.id: partner for partner in houses.partners_of(house)}
        # A partner that left the house stays with the activity until somebody chooses another.
        if kept is not None:
            self.partners.setdefault(kept.id, kept)
        for field, rows in ((self.room, self.rooms), (self.partner, self.partners)):
            named = [(row.id, row.name) for row in rows.values()]
            field.choices = choices([(0, _("Geen")), *named])
            field.data = field.data or 0

    @classmethod
    def stored(cls, activity: Activity) -> dict[str, Any]:
        """What is stored of an activity, as the fields show it."""
        cents = activity.cost_cents
        return {
            **{name: getattr(activity, name) for name in cls.PLAIN},
            "room": activity.room_id or 0,
            "partner": activity.partner_id or 0,
            "cost": "" if cents is None else f"{cents // 100},{cents % 100:02d}",
        }

    def validate_cost(self, field: Field) -> None:
        self.cents = None
        if field.data:
            found = re.fullmatch(r"€?\s*(\d{1,4})(?:[.,](\d{2}|-))?", field.data, re.ASCII)
            if field.data.casefold() == "gratis":
                self.cents = 0
            elif found:
                self.cents = int(found[1]) * 100 + int((found[2] or "0").replace("-", "0"))
            else:
                raise ValidationError(_("Schrijf een bedrag, zoals 2,50."))

    def validate_minimum(self, field: Field) -> None:
        if field.data and self.capacity.data and field.data > self.capacity.data:
            raise ValidationError(_("Dit is meer dan ‘hoogstens’."))

    def facts_so_far(self) -> dict[str, Any]:
        """After validation: the values as the rules want them, without those that are wrong."""
        right = {
            name: value
            for name, value in FactsForm.facts(self).items()
            if not self._of(name).errors
        }
        return {"title": _("Naam"), "category": Category.meet, "start_time": None} | right

    def _of(self, fact: str) -> Field:
        """The field in which a fact is typed."""
        return self["cost" if fact == "cost_cents" else fact]

    def facts(self) -> dict[str, Any]:
        """The values as the rules want them."""
        return {
            **{name: self[name].data for name in self.PLAIN},
            "cost_cents": self.cents,
            "room": self.rooms.get(self.room.data),
            "partner": self.partners.get(self.partner.data),
        }


class CancelForm(Form):
    note = text(_l("Waarom? Dit leest iedereen."), 120, printed=True)


class ExtraDateForm(Form):
    """One more date, on a day that the rule does not give."""

    date = day(_l("Welke dag?"), required=_l("Vul de dag in."))
    note = text(_l("Wat is er anders? Dit leest iedereen."), 120, printed=True)
    #: Asked for only when somebody on a shift of that day is elsewhere then.
    anyway = BooleanField(_l("Ja, dat mag: ze weten het."))


class DateForm(Form):
    """One date of an activity: its own day, hours, room and note."""

    date = day(_l("Dag"), required=_l("Vul de dag in."))
    start_time = TimeField(_l("Van"), validators=[InputRequired(_l("Vul in hoe laat het begint."))])
    end_time = TimeField(_l("Tot"), validators=[after_start, Optional()])
    room = SelectField(_l("Ruimte"), coerce=int)
    note = text(_l("Wat is er anders? Dit leest iedereen."), 120, printed=True)
    shared = BooleanField(_l("We delen de ruimte, dat mag."))
    #: Asked for only when somebody on a shift of that date is elsewhere then.
    anyway = BooleanField(_l("Ja, dat mag: ze weten het."))

    def __init__(self, house: House, **options: Any):
        super().__init__(**options)
        self.rooms = {room.id: room for room in houses.rooms_of(house)}
        named = [(row.id, row.name) for row in self.rooms.values()]
        self.room.choices = choices([(0, _("Geen")), *named])
        self.room.data = self.room.data or 0

    def facts(self) -> dict[str, Any]:
        """The values as the rules want them, besides the day."""
        return {
            "start_time": self.start_time.data,
            "end_time": self.end_time.data,
            "room": self.rooms.get(self.room.data),
            "note": self.note.data,
        }
