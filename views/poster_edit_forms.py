"""The forms of the poster: what a house makes of it, and the logos of its partners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FileField, HiddenField, SelectField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from models import Activity, BlockOrder, Highlights, PosterEdit
from rules import Refused, logos, pictures, poster_edits
from rules.pictures import Photo
from rules.poster_edits import Chosen
from views.forms import TOO_LONG, Form, choices, drawable, printable, text, tidy, visible
from views.programme_forms import CheckboxesField
from views.refusals import status_and_sentence

#: What phones send is JPEG; a browser on a phone makes one of what it has.
PHOTOS = "image/jpeg,image/png,image/webp"
MOST_LINES = 3

#: From top to bottom; 'Let op' follows, because it says what differs from all that stands above it.
ORDERS = [
    (BlockOrder.weekly_listed_band, _l("Elke week, losse dagen, uitgelicht")),
    (BlockOrder.weekly_band_listed, _l("Elke week, uitgelicht, losse dagen")),
    (BlockOrder.listed_weekly_band, _l("Losse dagen, elke week, uitgelicht")),
    (BlockOrder.listed_band_weekly, _l("Losse dagen, uitgelicht, elke week")),
    (BlockOrder.band_weekly_listed, _l("Uitgelicht, elke week, losse dagen")),
    (BlockOrder.band_listed_weekly, _l("Uitgelicht, losse dagen, elke week")),
]


def _lines(value: str | None) -> str:
    """Each line tidy, without empty ones around."""
    return "\n".join(tidy(line) for line in (value or "").splitlines()).strip("\n")


def _few_lines(_form: Form, field: Field) -> None:
    if len((field.data or "").splitlines()) > MOST_LINES:
        raise ValidationError(_("Schrijf hoogstens drie regels."))


def _upload(field: Field, most: int) -> bytes:
    """The bytes of a file that was chosen; empty when none was.

    :raises ValidationError: when it is larger than ``most``.
    """
    sent = request.files.get(field.name)
    data = sent.stream.read(most + 1) if sent else b""
    if len(data) > most:
        raise ValidationError(
            _("Dit bestand is te groot. Het mag %(mb)s MB zijn.", mb=most // 1024**2)
        )
    return data


class PosterEditForm(Form):
    seen = HiddenField(default="0")
    greeting = TextAreaField(
        _l("Groet of bericht"),
        filters=[visible, _lines],
        validators=[printable, Length(max=200, message=TOO_LONG), drawable, _few_lines],
        render_kw={"maxlength": 200, "rows": 3},
    )
    highlight = SelectField(_l("Wat valt op?"))
    blocks = SelectField(_l("Volgorde"), choices=choices(ORDERS))
    photo = FileField(_l("Eigen foto"), render_kw={"accept": PHOTOS})
    photo_words = text(_l("Wat is er op de foto te zien?"), 120, printed=True)
    no_photo = BooleanField(_l("Haal de foto weg"))
    left_out = CheckboxesField(_l("Niet op de poster"), coerce=int, validators=[Optional()])

    def __init__(self, activities: Sequence[Activity], **options: Any):
        super().__init__(**options)
        #: What was made of the file that was chosen.
        self.shrunk: Photo | None = None
        named = [(str(each.id), each.title) for each in activities]
        self.highlight.choices = choices(
            [
                (Highlights.usual.value, _("Wat bij de activiteiten is gekozen")),
                (Highlights.none.value, _("Niets")),
                *named,
            ]
        )
        self.left_out.choices = choices([(each.id, each.title) for each in activities])

    @classmethod
    def of(cls, edit: PosterEdit | None, activities: Sequence[Activity]) -> PosterEditForm:
        """The form as the address is opened: with what is stored."""
        if edit is None:
            return cls(activities)
        here = {each.id for each in activities}
        chosen = str(edit.highlight_id) if edit.highlight_id else edit.highlights
        if edit.highlights == Highlights.one and edit.highlight_id not in here:
            chosen = Highlights.none.value
        return cls(
            activities,
            data={
                "seen": str(edit.sequence),
                "greeting": edit.greeting,
                "highlight": chosen,
                "blocks": edit.blocks,
                "photo_words": poster_edits.photo_words(edit),
                "left_out": sorted(poster_edits.left_out(edit) & here),
            },
        )

    def validate_photo(self, field: Field) -> None:
        data = _upload(field, pictures.MOST_BYTES)
        if data:
            try:
                self.shrunk = pictures.shrink_photo(data)
            except Refused as refusal:
                raise ValidationError(status_and_sentence(refusal)[1]) from refusal

    def validate_photo_words(self, field: Field) -> None:
        if request.files.get(self.photo.name) and not field.data:
            raise ValidationError(status_and_sentence(poster_edits.PhotoWithoutWords())[1])

    @property
    def seen_sequence(self) -> int:
        """The edit that the form showed; what is no number showed none that there ever was."""
        given = str(self.seen.data or "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else -1

    def chosen(self) -> Chosen:
        """The values as the rules want them."""
        which = str(self.highlight.data)
        one = which.isdigit()
        return Chosen(
            greeting=self.greeting.data or "",
            blocks=BlockOrder(self.blocks.data),
            highlights=Highlights.one if one else Highlights(which),
            highlight=int(which) if one else None,
            left_out=self.left_out.data or [],
            photo=self.shrunk,
            photo_words=self.photo_words.data or "",
            no_photo=self.no_photo.data and self.shrunk is None,
        )


class LogoForm(Form):
    """A logo for one partner."""

    logo = FileField(_l("Logo"), render_kw={"accept": "image/png,image/svg+xml"})

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.clean = b""

    def validate_logo(self, field: Field) -> None:
        data = _upload(field, logos.MOST_BYTES)
        if not data:
            raise ValidationError(_("Kies een bestand."))
        try:
            self.clean = logos.clean_logo(data)
        except Refused as refusal:
            raise ValidationError(status_and_sentence(refusal)[1]) from refusal
