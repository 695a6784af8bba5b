"""How many lines a text takes, before anything is printed: from the widths of its letters."""

from __future__ import annotations

from math import ceil

from documents.faces import width

_PLAIN = 400
#: A line is never quite full: letters that join, and sizes that are rounded.
_SPARE = 1.03


def lines_of(text: str, room: float, size: float, *, weight: int = _PLAIN) -> int:
    """At most how many lines of ``room`` points a text of ``size`` points takes; at least one.

    A word that is wider than a line is broken, as the style sheets do with ``overflow-wrap``.
    """
    space, whole = width(" ", weight), room / size / _SPARE
    lines, free = 1, whole
    for word in text.split(" "):
        wide = width(word, weight)
        if wide > free:
            # On an empty line it begins where it is; else it begins a line.
            lines += ceil(wide / whole) - (free == whole)
            free = whole - wide % whole
        else:
            free -= wide
        free -= space
    return lines
