"""The forms of a house: its facts, rooms, opening hours and partners."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import NumberRange, Optional, ValidationError

from models import House
from rules import houses
from rules.houses import Span
from rules.notation import WEEKDAYS, span
from views.forms import Form, Once, WholeNumber, email_address, phone_field, text


class NewHouseForm(Form):
    name = text(_l("Naam"), 80, required=_l("Vul de naam van het huis in."), printed=True)
    town = text(_l("Plaats"), 60, printed=True)


class AddHouseForm(Once, NewHouseForm):
    """A new house, added once."""


class HouseForm(NewHouseForm):
    tagline = text(_l("In één zin"), 120, printed=True)
    street = text(_l("Straat en nummer"), 80, printed=True)
    postcode = text(_l("Postcode"), 10)
    phone = phone_field(_l("Telefoon"))
    email = text(
        _l("E-mailadres"), 120, validators=[email_address], render_kw={"inputmode": "email"}
    )
    cover_hours = WholeNumber(
        _l("Alleen vervanging vanaf (uren ervoor)"),
        validators=[
            Optional(),
            NumberRange(0, 336, _l("Vul een aantal uren in, van 0 tot 336.")),
        ],
        render_kw={"inputmode": "numeric"},
    )

    @classmethod
    def of(cls, house: House, **options: Any) -> HouseForm:
        """The form filled with what is stored."""
        return cls(data={name: getattr(house, name) for name in houses.CHANGEABLE}, **options)

    def validate_postcode(self, field: Field) -> None:
        if field.data:
            found = re.fullmatch(r"(\d{4})\s*([A-Za-z]{2})", field.data, re.ASCII)
            if not found:
                raise ValidationError(_("Schrijf de postcode zo: 7901 AB."))
            field.data = f"{found[1]} {found[2].upper()}"

    def facts(self) -> dict[str, str | int]:
        """The values as the rules want them; a number that is left empty stays as it was."""
        told = {name: self[name].data for name in houses.CHANGEABLE}
        return {name: value for name, value in told.items() if value is not None}


def _understood(form: HoursForm, field: Field) -> None:
    try:
        form.spans[int(field.name[-1])] = houses.read_hours(field.data)
    except ValueError as error:
        raise ValidationError(
            _("Schrijf de tijden van %(day)s zo: 9.00-17.00.", day=str(field.label.text).lower())
        ) from error


class HoursForm(Form):
    """One line of times for each weekday; an empty one is a day on which the house is shut."""

    day0 = text(WEEKDAYS[0].capitalize(), 60, validators=[_understood])
    day1 = text(WEEKDAYS[1].capitalize(), 60, validators=[_understood])
    day2 = text(WEEKDAYS[2].capitalize(), 60, validators=[_understood])
    day3 = text(WEEKDAYS[3].capitalize(), 60, validators=[_understood])
    day4 = text(WEEKDAYS[4].capitalize(), 60, validators=[_understood])
    day5 = text(WEEKDAYS[5].capitalize(), 60, validators=[_understood])
    day6 = text(WEEKDAYS[6].capitalize(), 60, validators=[_understood])

    def __init__(self, **options: Any):
        super().__init__(**options)
        #: What was understood, by weekday.
        self.spans: dict[int, list[Span]] = {}

    @classmethod
    def of(cls, hours: dict[int, list[Span]]) -> HoursForm:
        """The form filled with what is stored."""
        said = {
            f"day{weekday}": " en ".join(span(each.start, each.end) for each in spans)
            for weekday, spans in hours.items()
        }
        return cls(formdata=None, data=said)

    @property
    def days(self) -> list[Field]:
        return [self[f"day{weekday}"] for weekday in range(7)]


class RoomForm(Form):
    name = text(
        _l("Naam van de ruimte"),
        60,
        required=_l("Vul de naam van de ruimte in."),
        printed=True,
        id="ruimte",
    )


class RenameForm(Form):
    name = text(
        _l("Nieuwe naam"),
        60,
        required=_l("Vul de naam van de ruimte in."),
        printed=True,
        id="nieuwe-naam",
    )


class PartnerForm(Form):
    name = text(
        _l("Naam van de partner"),
        80,
        required=_l("Vul de naam van de partner in."),
        printed=True,
        render_kw={"list": "partners"},
        id="partner",
    )
