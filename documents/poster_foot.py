"""How high the foot of a poster is at most, so that it can stand at the foot of its sheet.

What stands above it is at least so high that the foot begins where it must. Were the foot higher
than this, the layout would not fit, and a tighter one would be printed: no line of it can be lost.
Sizes follow templates/print/print.css, in points on A4.
"""

from __future__ import annotations

from collections.abc import Sequence

from documents.lines import lines_of
from documents.month import MonthOfHouse
from documents.speech import phone
from documents.words import _, direction

_MM = 72 / 25.4
#: Between the margins; beside the code; beside the code and the partners; what is left for these.
_WHOLE = 186 * _MM
_BESIDE = _WHOLE - 30 * _MM
_CONTACT = 15.5 * 14
_PARTNERS = _BESIDE - _CONTACT - 14
#: The text of the foot, its small text, and how far their lines are apart.
_TEXT, _SMALL, _LINE = 14.0, 12.04, 1.3
_CODE = 25 * _MM
#: What has 'blad 1 van 2' beside the phone number.
_SHEET = 74 * _MM
#: Letters of two scripts make a line a little higher than those of one, most so beside Arabic.
_SPARE = {"ltr": 1.06, "rtl": 1.16}


def foot_height(facts: MonthOfHouse, hours: Sequence[tuple[str, str]]) -> float:
    """The height of the foot: whom to ask, where the house is, who joins in.

    hours: weekdays and hours in words; only where there are more than one they stand in the foot.
    """
    names = without_logo(facts)
    beneath = are_many(names)
    room = _CONTACT if names and not beneath else _BESIDE
    contact = _contact(facts, hours, room)
    partners = 0.0
    if names:
        lines = 1 + lines_of(", ".join(names), _PARTNERS, _SMALL)
        if beneath:
            said = " ".join([_("Samen met"), ", ".join(names)])
            lines = lines_of(said, _WHOLE, _SMALL, weight=700)
        partners = _SMALL * _LINE * lines
    logos = 2 * _MM + -(-len(facts.logos) // 5) * 37 if facts.logos else 0
    if logos_beside(facts):
        partners, logos = partners + logos, 0
    high = max(contact, _CODE, 0 if beneath else partners)
    if beneath:
        high += 2 * _MM + partners
    return _above() + (high + logos) * _SPARE[direction()]


def turn_height(facts: MonthOfHouse, said: str, number: str) -> float:
    """The height of the foot of a first sheet of two.

    said: that there is a second, and for what. number: which of the two this is.
    """
    above = lines_of(said, _WHOLE, _TEXT, weight=700)
    asks = " ".join(filter(None, [_("Vragen? Bel"), phone(facts.phone)]))
    if not facts.phone:
        asks = _("Vragen? Kom gerust langs.")
    # As if all of it were as large as the number.
    beside = lines_of(asks, _WHOLE - _SHEET, 1.3 * _TEXT, weight=700) * 1.5 * _TEXT * 1.2
    sheet = lines_of(number, _SHEET, _TEXT, weight=700) * _TEXT * _LINE
    return _above() + (_TEXT * _LINE * above + max(beside, sheet)) * _SPARE[direction()]


def without_logo(facts: MonthOfHouse) -> list[str]:
    """The partners that are named in words."""
    with_one = dict(facts.logos)
    return [name for name in facts.partners if name not in with_one]


def logos_beside(facts: MonthOfHouse) -> bool:
    """Whether the logos stand under the names, beside the phone number: two at most."""
    names = without_logo(facts)
    return bool(names) and not are_many(names) and 0 < len(facts.logos) <= 2


def are_many(names: Sequence[str]) -> bool:
    """Whether they take less room beneath the phone number than beside it."""
    return len(", ".join(names)) > 190


def _contact(facts: MonthOfHouse, hours: Sequence[tuple[str, str]], room: float) -> float:
    if facts.phone:
        asks = lines_of(_("Vragen? Kom langs of bel"), room, _TEXT)
        number = 1.5 * _TEXT * 1.1 * lines_of(phone(facts.phone), room, 1.65 * _TEXT, weight=700)
    else:
        asks, number = lines_of(_("Vragen? Kom gerust langs."), room, _TEXT), 0
    if facts.address:
        asks += lines_of(facts.address, room, _TEXT)
    small = [_("Scan de code voor het programma.")]
    if len(hours) > 1:
        small += [_("Loop gewoon binnen."), *(f"{days} {times}" for days, times in hours)]
    lines = sum(lines_of(each, room, _SMALL) for each in small)
    return _TEXT * _LINE * asks + number + _SMALL * _LINE * lines


def _above() -> float:
    """The rule and the air above the text."""
    return 2 + 0.6 * _TEXT
