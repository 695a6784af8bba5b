"""Login cards: eight on an A4, to be cut out; whoever scans theirs is logged in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from documents.faces import width
from documents.look import PLAIN, Look
from documents.sheets import html, secret_code
from documents.speech import apart, phone
from documents.words import speaking
from models import House

#: How many cards stand on a sheet, and beside each other; in large print each is twice as wide.
ON_A_SHEET, BESIDE = 8, 2
LARGE_ON_A_SHEET, LARGE_BESIDE = 4, 1
#: The sizes that a name may have, in points; one that does not fit in the last takes two lines.
NAME_SIZES, LARGE_NAME_SIZES = (28, 22, 17), (36, 30, 24)
#: What a card has for a name, in points; the display face is a little wider than the text face.
_ROOM, _LARGE_ROOM, _WIDER = 218, 470, 1.08
_BOLD = 700
#: Of the name of the house, in points; one of more than two lines leaves less for the code.
FROM_SIZE = 12

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Card:
    """Whose card it is, and the secret that its address ends in."""

    name: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class _Shown:
    name: str
    size: int
    qr: str
    #: Whether its name takes two lines, which leaves less for the code.
    long: bool


def cards_page(house: House, cards: Sequence[Card], base_url: str, look: Look = PLAIN) -> str:
    """The cards as one HTML document, ready to be printed: it holds secrets, so it is kept nowhere.

    base_url: scheme and host that the QR codes carry, without a slash at the end.
    """
    large = look.style == "groot"
    on_a_sheet, beside = (LARGE_ON_A_SHEET, LARGE_BESIDE) if large else (ON_A_SHEET, BESIDE)
    tight = width(house.name, _BOLD) * _WIDER * FROM_SIZE > 1.8 * _ROOM
    every, room = (LARGE_NAME_SIZES, _LARGE_ROOM) if large else (NAME_SIZES, _ROOM)
    sizes = every[1:] if tight else every
    with speaking(look.language):
        shown = [
            _Shown(
                name=apart(card.name),
                size=_size(card.name, sizes, room),
                qr=secret_code(f"{base_url}/k/{card.secret}"),
                long=_wide(card.name) * sizes[-1] > room,
            )
            for card in cards
        ]
        rows = _in_groups(shown, beside)
        return html(
            "cards.html",
            look,
            house=house,
            sheets=_in_groups(rows, on_a_sheet // beside),
            tight=tight,
            phone=phone(house.phone),
        )


def _in_groups(items: list[_Item], most: int) -> list[list[_Item]]:
    return [items[start : start + most] for start in range(0, len(items), most)]


def _size(name: str, sizes: tuple[int, ...], room: int) -> int:
    """The largest size in which a name fits on a line, else the last."""
    return next((size for size in sizes if _wide(name) * size <= room), sizes[-1])


def _wide(name: str) -> float:
    """In times its size."""
    return width(name, _BOLD) * _WIDER
