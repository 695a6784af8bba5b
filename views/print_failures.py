"""Why a document cannot be printed, and what helps, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from documents.press import (
    MissingGlyph,
    PressError,
    PressUnavailable,
    RenderTimeout,
    TooLarge,
)


def status_and_sentence(error: PressError) -> tuple[int, str]:
    """What to answer, and what whoever prints can do about it."""
    match error:
        case PressUnavailable():
            return 503, _(
                "Dit apparaat kan nog niet printen. Dit helpt: %(command)s", command=error.command
            )
        case MissingGlyph():
            return 422, _(
                "Het teken %(character)s kunnen we niet printen. Haal het weg uit: %(text)s",
                character=error.character,
                text=error.text,
            )
        case RenderTimeout():
            return 503, _("Dit blad maken duurde te lang. Probeer het zo nog eens.")
        case TooLarge():
            return 422, _("Dit is te veel om te printen. Kies minder dagen of kortere teksten.")
        case _:
            return 503, _("Dit blad maken lukte niet. Probeer het zo nog eens.")
