"""The form on which a coordinator chooses whose login cards are printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import DataRequired, Length

from documents.languages import DUTCH, LANGUAGES
from documents.look import Look, Style
from rules.login_cards import MOST, Holder
from views.forms import Form, Once, choices
from views.programme_forms import CheckboxesField

_STYLES: list[tuple[Style, Any]] = [
    ("kleur", _l("In kleur")),
    ("zwartwit", _l("Zwart-wit")),
    ("groot", _l("Grote letters")),
]


class LoginCardsForm(Once, Form):
    """Whose cards, and how they look."""

    wie = CheckboxesField(
        _l("Voor wie?"),
        coerce=int,
        validators=[
            DataRequired(_l("Kies voor wie je een kaart maakt.")),
            Length(max=MOST, message=_l("Kies hoogstens %(max)d mensen.")),
        ],
    )
    taal = SelectField(
        _l("Taal"), choices=choices([(name, each.name) for name, each in LANGUAGES.items()])
    )
    stijl = SelectField(_l("Letters en kleur"), choices=choices(_STYLES))

    def __init__(self, holders: Sequence[Holder]) -> None:
        """holders: everybody of the house; those without a card are ticked at first."""
        mine = [each for each in holders if each.yours]
        super().__init__(wie=[each.person.id for each in mine if not each.has_card])
        self.wie.choices = choices([(each.person.id, each.person.full_name) for each in mine])

    def look(self) -> Look:
        return Look(self.taal.data or DUTCH, self.stijl.data or _STYLES[0][0])
