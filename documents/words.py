"""The words of the documents in a language: gettext, without a web request.

A document is made in one language from top to bottom, so the language is set once, around all that
makes it: ``with speaking("uk"): ...``. Without it the language is Dutch.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from documents import languages
from documents.languages import DUTCH as DUTCH

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
#: What can be printed, by the names in addresses and of the catalogues.
LANGUAGES = tuple(languages.LANGUAGES)

_spoken: ContextVar[str] = ContextVar("language of the document", default=DUTCH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Makes all words inside be in a language, one of :data:`LANGUAGES`."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """The language of the document that is being made."""
    return _spoken.get()


def direction() -> str:
    """'rtl' where the language is written from right to left, else 'ltr'."""
    return languages.LANGUAGES[language()].direction


@lru_cache(maxsize=16)
def words(language: str = DUTCH) -> gettext.NullTranslations:
    """The catalogue of a language; Dutch is the source, and stands in for what is missing."""
    return gettext.translation("messages", TRANSLATIONS, languages=[language], fallback=True)


def _(text: str, **values: object) -> str:
    """A Dutch text in the language of the documents; ``%(name)s`` in it takes a value."""
    translated = words(language()).gettext(text)
    return translated % values if values else translated


def number(one: str, more: str, n: int) -> str:
    """'1 plek', '3 plekken': the form of a text that a number takes; ``%(num)s`` is the number."""
    return words(language()).ngettext(one, more, n)


def in_words(names: Sequence[str]) -> str:
    """'Joop', 'Joop en Anneke', 'Joop, Anneke en Dirk'."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s en %(last)s", first=", ".join(names[:-1]), last=names[-1])
