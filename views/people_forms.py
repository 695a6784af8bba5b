"""The forms for the people of a house."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField
from wtforms.validators import Length, Optional, ValidationError

from models import QualificationKind, Role
from views.forms import Form, Once, choices, email_address, phone_field, text

ROLES = [
    (Role.volunteer.value, _l("Vrijwilliger")),
    (Role.coordinator.value, _l("Coördinator")),
    (Role.viewer.value, _l("Meekijker (alleen cijfers)")),
]
QUALIFICATIONS = [
    (QualificationKind.key_holder.value, _l("Sleutelhouder")),
    (QualificationKind.first_aid.value, _l("BHV'er")),
    (QualificationKind.alcohol.value, _l("Mag alcohol schenken")),
    (QualificationKind.vog.value, _l("VOG gezien")),
]

#: What becomes of the seats of who leaves.
FREED, LEFT_STANDING = "vrij", "laten"


class PersonForm(Form):
    first_name = text(_l("Voornaam"), 40, required=_l("Vul de voornaam in."), printed=True)
    infix = text(_l("Tussenvoegsel"), 20, printed=True)
    last_name = text(_l("Achternaam"), 60, printed=True)
    phone = phone_field(_l("Telefoon"))
    email = text(
        _l("E-mailadres"), 120, validators=[email_address], render_kw={"inputmode": "email"}
    )
    role = SelectField(_l("Rol"), choices=choices(ROLES), default=Role.volunteer.value)


class NewPersonForm(Once, PersonForm):
    #: Offered only after the address turned out to be somebody's in another house.
    known = BooleanField(_l("Ja, deze persoon hoort ook bij dit huis"))


class QualificationForm(Form):
    kind = SelectField(
        _l("Wat kan of mag deze persoon?"),
        choices=choices([*QUALIFICATIONS, ("own", _l("Iets anders"))]),
    )
    own = text(_l("Namelijk"), 40)
    expires = DateField(
        _l("Geldig tot en met"),
        validators=[Optional()],
    )

    def validate_own(self, field: object) -> None:
        if self.kind.data == "own" and not self.own.data:
            raise ValidationError(_l("Vul in wat deze persoon kan of mag."))

    @property
    def chosen(self) -> str:
        """The kind to store: one of ours, or the house's own word."""
        return str(self.own.data if self.kind.data == "own" else self.kind.data)


class DropQualificationForm(Form):
    kind = text(_l("Wat kan of mag deze persoon?"), 40)


class LeaveForm(Form):
    """What becomes of the seats of who leaves; as long as nobody chose, they come free."""

    gezien = HiddenField(validators=[Length(max=64)])
    plekken = RadioField(
        _l("Wat doen we met deze plekken?"),
        choices=choices(
            [
                (FREED, _l("Maak ze vrij: anderen kunnen ze pakken")),
                (LEFT_STANDING, _l("Laat ze staan")),
            ]
        ),
        default=FREED,
    )


class MemberForm(LeaveForm, PersonForm):
    """A person of the house; who is to look on only may have seats, of which is asked first."""


def qualification_name(kind: str) -> str:
    """The word for a kind of qualification on the screen; a house's own word is its own name."""
    return str(dict(QUALIFICATIONS).get(kind, kind))
