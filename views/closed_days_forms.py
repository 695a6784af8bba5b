"""The forms of closed days: when and why, and the answer to 'dicht?'."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField
from wtforms.validators import ValidationError

from models import ClosureKind
from views.forms import Form, Once, choices, text
from views.programme_forms import day

CLOSURE_KINDS = [
    (ClosureKind.closed.value, _l("Het huis is dicht")),
    (ClosureKind.public_holiday.value, _l("Feestdag: nog te kiezen")),
    (ClosureKind.school_holiday.value, _l("Schoolvakantie")),
]


class ClosureForm(Once, Form):
    kind = SelectField(_l("Wat is er?"), choices=choices(CLOSURE_KINDS))
    first_date = day(_l("Eerste dag"), required=_l("Vul de eerste dag in."))
    last_date = day(_l("Laatste dag"))
    reason = text(_l("Reden"), 80, required=_l("Vul in waarom."))

    def validate_last_date(self, field: Field) -> None:
        if field.data and self.first_date.data and field.data < self.first_date.data:
            raise ValidationError(_("De laatste dag ligt voor de eerste."))
        if field.data and self.first_date.data and (field.data - self.first_date.data).days > 366:
            raise ValidationError(_("Dit is langer dan een jaar."))


class AnswerForm(Form):
    """The answer to 'dicht?'."""

    dicht = SelectField(choices=choices([("ja", _l("Ja")), ("nee", _l("Nee"))]))
