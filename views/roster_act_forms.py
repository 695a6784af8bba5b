"""The forms of what is done with a seat: swap it, sign somebody up, note who was there."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from models import Membership, Person, PlaceHow, PlaceState
from views.forms import Form, WholeNumber, choices, text


class SwapForm(Form):
    """With whose place: the page lists them, grouped by day."""

    other = WholeNumber(_l("Met wie ruil je?"), validators=[InputRequired(_l("Kies met wie."))])


class ForAnotherForm(Form):
    """Somebody of the house, or the name of somebody without an account."""

    person = SelectField(_l("Wie komt er?"), coerce=int)
    name = text(_l("Of een naam"), 60, printed=True)
    by_phone = BooleanField(_l("Afgesproken per telefoon"))
    #: Asked for only when the same name is on another shift then.
    anyway = BooleanField(_l("Ja, het is iemand anders"))

    def __init__(self, helpers: Sequence[Membership], *, names: bool):
        super().__init__()
        #: Whether a written name will do: not where the seat asks for a qualification.
        self.names = names
        self.people = {member.person_id: member.person for member in helpers}
        people = [(key, one.full_name) for key, one in self.people.items()]
        self.person.choices = choices([(0, _("Kies iemand")), *people])
        self.person.data = self.person.data or 0

    def validate_person(self, _field: object) -> None:
        if not self.person.data and not (self.names and self.name.data):
            raise ValidationError(_("Kies wie er komt."))

    def validate_name(self, _field: object) -> None:
        if self.name.data and self.person.data:
            raise ValidationError(_("Kies iemand, of vul een naam in."))

    @property
    def chosen(self) -> Person | None:
        return self.people.get(self.person.data)

    @property
    def how(self) -> PlaceHow:
        return PlaceHow.by_phone if self.by_phone.data else PlaceHow.by_coordinator


class MarkForm(Form):
    """Whether somebody was there."""

    state = RadioField(
        choices=choices(
            [
                (PlaceState.present.value, _l("Was er")),
                (PlaceState.excused.value, _l("Afgemeld")),
                (PlaceState.absent.value, _l("Was er niet")),
                (PlaceState.confirmed.value, _l("Nog niet gezegd")),
            ]
        ),
        validators=[InputRequired(_l("Kies iets uit de lijst."))],
    )
