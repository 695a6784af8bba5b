"""What all forms share: text that the database can hold, and query strings that are checked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any
from unicodedata import category
from uuid import UUID, uuid4, uuid5

from flask import Flask, request
from flask_babel import gettext, lazy_gettext
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms import Field, HiddenField, IntegerField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.i18n import DummyTranslations
from wtforms.validators import DataRequired, Length, StopValidation, ValidationError

from documents.faces import undrawable
from rules import notation

csrf = CSRFProtect()
_SELECTORS = re.compile("[\ufe00-\ufe0f\u180b-\u180f\u20e3\U000e0100-\U000e01ef]")

TOO_LONG = lazy_gettext("Gebruik hoogstens %(max)d tekens.")
_EMAIL = re.compile(r"^[^@\s<>()\",;:]+@[^@\s<>()\",;:]+\.[^@\s<>()\",;:.]+$")
# Control characters, lone surrogates, what nobody can see or every font draws otherwise, and what
# turns the direction of the text behind it.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u200b\u202a-\u202e\u2060\u2066-\u2069\ue000-\uf8ff\ufeff]"
)


#: What WTForms says in its own words, in ours; by what it says in English.
_SAID = {
    "Not a valid date value.": lazy_gettext("Deze dag bestaat niet."),
    "Not a valid time value.": lazy_gettext("Schrijf de tijd zo: 9:30."),
    "Not a valid integer value.": lazy_gettext("Vul hier een heel getal in."),
    **dict.fromkeys(
        (
            "Not a valid choice.",
            "Invalid Choice: could not coerce.",
            "'%(value)s' is not a valid choice for this field.",
            "'%(value)s' are not valid choices for this field.",
            "Invalid choice(s): one or more data inputs could not be coerced.",
        ),
        lazy_gettext("Kies iets uit de lijst."),
    ),
}


class _OurWords(DummyTranslations):
    """The sentences of WTForms as this house says them; others stay English and are not shown."""

    def gettext(self, string: str) -> str:
        return str(_SAID.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


def init_app(app: Flask) -> None:
    csrf.init_app(app)


class Form(FlaskForm):
    """A form that writes: it carries the CSRF token and keeps what was typed when it is wrong."""

    class Meta:
        def get_translations(self, _form: Any) -> DummyTranslations:
            return _OurWords()

        def wrap_formdata(self, _form: Any, formdata: Any) -> Any:
            # FlaskForm would read JSON as well, with numbers and lists where fields expect text.
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" else None

    def sent(self) -> bool:
        """Whether the form was sent and all of it is right."""
        return bool(self.validate_on_submit())


class Once:
    """For forms that add something: an id that the page gives, so that sending twice adds once.

    What was typed counts, too: who goes back, changes it and sends again means something new.
    """

    once = HiddenField(default=lambda: str(uuid4()))

    @property
    def id_of_form(self) -> UUID:
        """The form's id; a program that gives none, or nonsense, sends a new form each time."""
        try:
            given = UUID(str(self.once.data))
        except ValueError:
            return uuid4()
        typed = sorted(each for each in request.form.lists() if each[0] != "csrf_token")
        return uuid5(given, repr(typed))


class BadAddress(BadRequest):
    """An address that says something impossible; its description is a sentence of ours."""


class QueryForm(FlaskForm):
    """The part of an address after the question mark, checked like any form."""

    class Meta:
        csrf = False

        def get_translations(self, _form: Any) -> DummyTranslations:
            return _OurWords()

    def __init__(self, **options: Any):
        super().__init__(request.args, **options)

    def read(self) -> dict[str, Any]:
        """The values, or an answer 400 that says which one is wrong."""
        if not self.validate():
            sentence = next(iter(self.errors.values()))[0]
            raise BadAddress(str(sentence))
        return {name: field.data for name, field in self._fields.items()}


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """The options of a choice, from values and the words that stand for them."""
    return [SelectChoice(value, label) for value, label in pairs]


def tidy(value: str | None) -> str:
    """Without spaces around; runs of spaces become one. Line breaks stay."""
    return re.sub(r"[^\S\n]+", " ", value or "").strip()


def printable(_form: FlaskForm, field: Field) -> None:
    """Refuse text that databases and printers cannot hold."""
    if field.data and _UNPRINTABLE.search(str(field.data)):
        raise StopValidation(gettext("Hier staat een teken dat we niet kunnen bewaren."))


def visible(value: str | None) -> str:
    """Without what nobody sees and came along from elsewhere: marks that join or turn letters,
    and the halves that are left of a picture letter. A soft hyphen stays."""
    kept = (
        each
        for each in value or ""
        if each == "\u00ad" or (category(each) != "Cf" and not _SELECTORS.match(each))
    )
    return "".join(kept)


def drawable(_form: FlaskForm, field: Field) -> None:
    """Refuse letters that no face of the paper has, since one of them would stop a whole poster;
    and text of which nothing is to be seen."""
    missing = undrawable(field.data or "")
    if missing:
        shown = " ".join(each if each.isprintable() else "?" for each in missing[:5])
        shown += " …" if len(missing) > 5 else ""
        raise StopValidation(gettext("Dit kunnen we niet drukken: %(letters)s", letters=shown))
    if field.data and not any(category(each)[0] in "LNPS" for each in field.data):
        raise StopValidation(gettext("Hier staat niets dat je kunt lezen."))


def text(
    label: Any, longest: int, *, required: Any = None, printed: bool = False, **options: Any
) -> StringField:
    """A line of text of at most ``longest`` characters; ``required`` is the sentence if empty.

    printed: it stands on paper, so the faces of the paper must have its letters.
    """
    validators: list[Any] = [DataRequired(required)] if required else []
    validators.append(printable)
    validators.append(Length(max=longest, message=TOO_LONG))
    validators.extend([drawable] if printed else [])
    validators.extend(options.pop("validators", ()))
    render_kw = {"maxlength": longest, **options.pop("render_kw", {})}
    filters = [visible, tidy] if printed else [tidy]
    return StringField(
        label, filters=filters, validators=validators, render_kw=render_kw, **options
    )


class WholeNumber(IntegerField):
    """A whole number of a few digits: what is longer is no number that anybody means."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and len(valuelist[0]) > 9:
            self.data = None
            raise ValueError(gettext("Vul hier een heel getal in."))
        super().process_formdata(valuelist)


class PhoneField(StringField):
    """A phone number: typed in any way, shown in one, stored as ten digits."""

    def _value(self) -> str:
        return notation.phone(self.data or "")

    def pre_validate(self, form: Any) -> None:
        if self.data:
            try:
                self.data = notation.read_phone(self.data)
            except ValueError as error:
                raise StopValidation(
                    gettext("Vul een telefoonnummer van tien cijfers in.")
                ) from error


def phone_field(label: Any, **render_kw: Any) -> PhoneField:
    """A field for a phone number; it may stay empty."""
    return PhoneField(
        label,
        filters=[tidy],
        validators=[printable, Length(max=20, message=TOO_LONG)],
        render_kw={"maxlength": 20, "inputmode": "tel", **render_kw},
    )


def email_address(_form: FlaskForm, field: Field) -> None:
    """Accept what looks like an e-mail address; store it case-folded."""
    if field.data:
        if not _EMAIL.match(field.data):
            raise ValidationError(gettext("Vul een e-mailadres in, zoals naam@voorbeeld.nl."))
        folded = field.data.casefold()
        # Folding makes 'ß' two letters: what just fitted may be too long now.
        if len(folded) > field.flags.maxlength:
            raise ValidationError(str(TOO_LONG) % {"max": field.flags.maxlength})
        field.data = folded


class MonthField(Field):
    """A month in an address, '2026-12', as its first day; None when it is not there."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0]:
            match = re.fullmatch(r"(\d{4})-(\d{2})", valuelist[0], re.ASCII)
            try:
                self.data = dt.date(int(match[1]), int(match[2]), 1) if match else None
            except ValueError:
                self.data = None
            if self.data is None or not 2000 <= self.data.year <= 2100:
                self.data = None
                raise ValueError(
                    gettext("Deze maand kennen we niet. Schrijf bijvoorbeeld 2026-12.")
                )


class WeekField(Field):
    """An ISO week in an address, '2026-W48', as its Monday; None when it is not there."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0]:
            match = re.fullmatch(r"(\d{4})-W(\d{2})", valuelist[0], re.ASCII)
            try:
                if match is None or not 2000 <= int(match[1]) <= 2100:
                    raise ValueError
                self.data = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
            except ValueError as error:
                raise ValueError(
                    gettext("Deze week kennen we niet. Schrijf bijvoorbeeld 2026-W48.")
                ) from error
