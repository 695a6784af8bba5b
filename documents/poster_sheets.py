"""Which part of a poster stands on which sheet, from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from documents.poster_blocks import Band, Blocks, Row

#: Heights in rows of one line: of a heading, of the masthead with the foot of a first sheet, of the
#: small masthead of a second, of what stands out, and of the air around a day.
_HEADING, _MASTHEAD, _SECOND, _BAND, _AIR = 2, 6 + 2.5, 2.7, 4.5, 0.55


@dataclass(frozen=True)
class Part:
    """A block under its heading, or what stands out.

    kind: 'weekly', 'listed' or 'band'. groups: rows under a weekday, or under their dates. goes_on:
    its beginning is on the sheet before.
    """

    kind: str
    groups: tuple[tuple[str, tuple[Row, ...]], ...] = ()
    bands: tuple[Band, ...] = ()
    goes_on: bool = False


def sheets_of(
    blocks: Blocks, order: Sequence[str], notes: int, foot: float, sheets: int
) -> tuple[tuple[Part, ...], ...]:
    """The parts of each of one or two sheets, in the order that the house chose.

    notes: the number of sentences under 'Let op', which stand on the last sheet. foot: the height
        of what stands under them there, in rows of one line.
    """
    groups = {
        "weekly": tuple((day, tuple(rows)) for day, rows in blocks.weekly),
        "listed": tuple((row.day, (row,)) for row in blocks.listed),
    }
    parts = [
        Part(kind, groups.get(kind, ()), tuple(blocks.bands) if kind == "band" else ())
        for kind in order
    ]
    parts = [part for part in parts if part.groups or part.bands]
    return (tuple(parts),) if sheets == 1 else _halves(parts, notes + foot)


def _halves(parts: list[Part], beneath: float) -> tuple[tuple[Part, ...], ...]:
    """Two sheets that are about equally full; a heading never stands alone.

    beneath: the height of what stands beneath the parts of the second.
    """
    cuts = [
        (number, cut)
        for number, part in enumerate(parts)
        for cut in range(len(part.groups) + bool(part.bands))
    ]

    def first(number: int, cut: int) -> list[Part]:
        begun = [Part(parts[number].kind, parts[number].groups[:cut])] if cut else []
        return parts[:number] + begun

    def second(number: int, cut: int) -> list[Part]:
        part = parts[number]
        return [Part(part.kind, part.groups[cut:], part.bands, cut > 0), *parts[number + 1 :]]

    def unequal(at: tuple[int, int]) -> float:
        above = _MASTHEAD + sum(map(_height, first(*at)))
        return abs(above - _SECOND - beneath - sum(map(_height, second(*at))))

    at = min(cuts, key=unequal, default=None)
    return (tuple(first(*at)), tuple(second(*at))) if at else ((), ())


def _height(part: Part) -> float:
    rows = sum(len(rows) + _AIR for _heading, rows in part.groups)
    return rows + _HEADING * bool(part.groups) + _BAND * len(part.bands)
