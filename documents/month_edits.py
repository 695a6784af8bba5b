"""What a house made of the poster of a month, as documents show it: plain values, no rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from models import Highlights, House, PosterPhoto
from rules import poster_edits


@dataclass(frozen=True)
class Photo:
    """The own photo: a JPEG, its size in pixels, and what is to be seen on it (in Dutch)."""

    jpeg: bytes
    width: int
    height: int
    words: str


@dataclass(frozen=True)
class Edits:
    """greeting: at most three lines, in Dutch; blocks: from top to bottom, of 'weekly', 'listed'
    and 'band'; left_out: ids of activities that the poster does not name."""

    greeting: str = ""
    blocks: tuple[str, ...] = ("weekly", "listed", "band")
    highlights: str = Highlights.usual
    highlight: int | None = None
    left_out: Collection[int] = frozenset()
    photo: Photo | None = None

    def highlighted(self, activity_id: int, usually: bool) -> bool:
        """Whether an activity stands out."""
        if self.highlights == Highlights.usual:
            return usually
        return self.highlight == activity_id


def edits_of(house: House, month: dt.date) -> Edits:
    """What was made of the poster of a month: one query when nothing was, else three."""
    edit = poster_edits.edit_of(house, month)
    if edit is None:
        return Edits()
    return Edits(
        greeting=edit.greeting,
        blocks=tuple(edit.blocks.split("-")),
        highlights=edit.highlights,
        highlight=edit.highlight_id,
        left_out=frozenset(poster_edits.left_out(edit)),
        photo=_photo(poster_edits.photo_of(edit)),
    )


def _photo(row: PosterPhoto | None) -> Photo | None:
    return Photo(bytes(row.jpeg), row.width, row.height, row.words) if row else None
