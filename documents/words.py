"""The words of the documents in a language: gettext, without a web request."""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


@lru_cache(maxsize=16)
def words(language: str = "nl") -> gettext.NullTranslations:
    """The catalogue of a language; Dutch is the source, and stands in for what is missing."""
    return gettext.translation("messages", TRANSLATIONS, languages=[language], fallback=True)


def _(text: str, **values: object) -> str:
    """A Dutch text in the language of the documents; ``%(name)s`` in it takes a value."""
    translated = words().gettext(text)
    return translated % values if values else translated


def in_words(names: Sequence[str]) -> str:
    """'Joop', 'Joop en Anneke', 'Joop, Anneke en Dirk'."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s en %(last)s", first=", ".join(names[:-1]), last=names[-1])
