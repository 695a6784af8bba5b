"""The forms of logging in, setting up and one's own page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from rules.passwords import SHORTEST
from views.forms import Form, email_address, phone_field, text


class ButtonForm(Form):
    """Only a button: the gate and the token say all."""


class LogInForm(Form):
    email = text(
        _l("E-mailadres"),
        120,
        required=_l("Vul je e-mailadres in."),
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    password = PasswordField(
        _l("Wachtwoord"),
        validators=[InputRequired(_l("Vul je wachtwoord in.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class SetUpForm(Form):
    """The first administrator and house."""

    first_name = text(
        _l("Voornaam"),
        40,
        required=_l("Vul je voornaam in."),
        printed=True,
        render_kw={"autocomplete": "given-name"},
    )
    infix = text(_l("Tussenvoegsel"), 20, printed=True)
    last_name = text(_l("Achternaam"), 60, printed=True, render_kw={"autocomplete": "family-name"})
    email = text(
        _l("E-mailadres"),
        120,
        required=_l("Vul je e-mailadres in."),
        validators=[email_address],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    house_name = text(_l("Naam van het huis"), 80, required=_l("Vul de naam van het huis in."))
    town = text(_l("Plaats"), 60)


class OwnFactsForm(Form):
    phone = phone_field(_l("Telefoon"), autocomplete="tel")
    email = text(
        _l("E-mailadres"),
        120,
        validators=[email_address],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )


class PasswordForm(Form):
    password = PasswordField(
        _l("Nieuw wachtwoord"),
        validators=[
            InputRequired(_l("Kies een wachtwoord.")),
            Length(
                min=SHORTEST,
                max=200,
                message=_l("Kies een wachtwoord van tien tot tweehonderd tekens."),
            ),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("Nog een keer"),
        validators=[EqualTo("password", _l("De twee wachtwoorden zijn niet gelijk."))],
        render_kw={"autocomplete": "new-password"},
    )


class RemindersForm(Form):
    wanted = BooleanField(_l("Mail mij de dag voor mijn dienst"))
