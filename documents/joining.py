"""The shapes of Arabic letters in a word: where it joins the next, a letter is narrower. Pure."""

from __future__ import annotations

import unicodedata
from functools import cache

#: Where Unicode keeps each shape of a letter as a character of its own.
_SHAPES = (range(0xFB50, 0xFBB2), range(0xFBD3, 0xFC00), range(0xFE80, 0xFEFD))
_STRETCH = "\u0640"


def joined(text: str) -> str:
    """A text with each Arabic letter in the shape that it has between its neighbours.

    For measuring: a face that has a letter has its shapes. Lam and alef become the one letter that
    they are written as.
    """
    shapes = _shapes()
    if not any(each in shapes for each in text):
        return text
    found: list[str] = []
    letters = [each for each in text if not unicodedata.combining(each)]
    at = 0
    while at < len(letters):
        pair = "".join(letters[at : at + 2])
        letter = pair if pair in shapes else letters[at]
        before = letters[at - 1] if at else ""
        at += len(letter)
        after = letters[at] if at < len(letters) else ""
        found.append(_shape(before, letter, after))
    return "".join(found)


def _shape(before: str, letter: str, after: str) -> str:
    own = _shapes().get(letter)
    if own is None:
        return letter
    from_before = _reaches_on(before) and "final" in own
    to_after = _reaches_on(letter) and (after == _STRETCH or "final" in _shapes().get(after, {}))
    name = ("isolated", "initial", "final", "medial")[to_after + 2 * from_before]
    return own.get(name, letter)


def _reaches_on(letter: str) -> bool:
    """Whether a letter joins the one behind it."""
    return letter == _STRETCH or "initial" in _shapes().get(letter, {})


@cache
def _shapes() -> dict[str, dict[str, str]]:
    """For each letter its shapes by name: isolated, initial, medial, final."""
    found: dict[str, dict[str, str]] = {}
    for points in _SHAPES:
        for point in points:
            name, _space, parts = unicodedata.decomposition(chr(point)).partition(" ")
            letters = "".join(chr(int(each, 16)) for each in parts.split())
            if name[1:-1] in ("isolated", "initial", "medial", "final") and len(letters) <= 2:
                found.setdefault(letters, {})[name[1:-1]] = chr(point)
    return found
