"""What activities are called in the language of a document, where somebody entered that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from documents.languages import DUTCH
from documents.speech import apart
from documents.words import _, language
from models import Activity
from rules.activity_texts import Text, texts_in


class Titled(NamedTuple):
    """A title and a summary, ready to stand in the document, and the language that they are in."""

    title: str
    summary: str
    language: str


def titles_of(activity_ids: Iterable[int]) -> dict[int, Text]:
    """Titles and summaries by activity, where somebody entered them in the language of the
    document: one query, and none in Dutch."""
    if language() == DUTCH:
        return {}
    return texts_in(language(), activity_ids)


def titled(activity: Activity, texts: dict[int, Text]) -> Titled:
    """What a document calls an activity: as in ``texts`` (of :func:`titles_of`), else in Dutch.

    Dutch words keep their own direction where the document runs from right to left. No query.
    """
    text = texts.get(activity.id)
    if text is not None:
        return Titled(text.title, text.summary, language())
    return Titled(apart(activity.title), apart(activity.summary), DUTCH)


def price_note(note: str) -> str:
    """What a house typed beside a price, or instead of one: in the language of the document for the
    words that all houses use, else as it was typed."""
    known = {"gratis": _("gratis"), "vrijwillige bijdrage": _("vrijwillige bijdrage")}
    return known.get(note.strip().casefold()) or apart(note)
