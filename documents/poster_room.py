"""How much of a title and a summary the poster can hold, in letters, before anything is printed.

The sizes follow templates/print/print.css and the layouts of documents/poster.py: A4, at the
smallest text that the poster may have.
"""

from __future__ import annotations

from documents.faces import width

_PAPER = 595.28 - 2 * 12 * 72 / 25.4  # points between the margins of an A4
_TITLE_SIZE, _SUMMARY_SIZE = 14, 15  # points; the smallest rows, and the smallest with a summary
#: Beside the day, the times and the pictogram.
TITLE_ROOM = _PAPER / _TITLE_SIZE - 6.4 - 6.9 - 1.6
#: Two lines beside the pictogram of the band; a line breaks between words, so not all is filled.
SUMMARY_ROOM = 2 * (_PAPER / _SUMMARY_SIZE - 4.8) * 0.95
_BOLD, _PLAIN = 700, 400
#: A letter of a text that is not there yet, in times its size.
_AVERAGE = {_BOLD: 0.53, _PLAIN: 0.49}


def title_room(title: str) -> int:
    """How many letters such as these fit on one line of the poster."""
    return _letters(title, _BOLD, TITLE_ROOM)


def summary_room(summary: str) -> int:
    """How many letters such as these fit beneath a title that stands out."""
    return _letters(summary, _PLAIN, SUMMARY_ROOM)


def title_fits(title: str) -> bool:
    """Whether a title takes one line of the poster; else it takes two."""
    return width(title, _BOLD) <= TITLE_ROOM


def summary_fits(summary: str) -> bool:
    """Whether a summary can stand beneath a title that stands out; else it is left out there."""
    return "\n" not in summary and width(summary, _PLAIN) <= SUMMARY_ROOM


def _letters(text: str, weight: int, room: float) -> int:
    wide = width(text, weight)
    # What takes no room, such as a mark without its letter, tells nothing of the letters to come.
    return int(room / (wide / len(text) if wide else _AVERAGE[weight]))
