"""How a document is to look: its language and its style."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Style = Literal["kleur", "zwartwit", "groot"]
#: As they stand in an address: in colour, in black and white, in large print.
STYLES: tuple[Style, ...] = get_args(Style)


class Look(NamedTuple):
    """language: one of ``documents.words.LANGUAGES``."""

    language: str = "nl"
    style: Style = "kleur"


#: Dutch, in colour.
PLAIN = Look()
