"""Language: Dutch is the source; visitors choose another with ``?taal=`` on the public pages.

The words come from the catalogues in translations/, names of days and months from the CLDR by way
of Babel. What people typed stays Dutch, unless they entered it in more languages.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal
from flask import Flask, has_request_context, request
from flask_babel import Babel, get_translations

from rules import houses, notation
from rules.houses import Span


class Language(NamedTuple):
    """A language of the public pages.

    name: as those who read it write it. day: a day in a sentence or a heading, after the CLDR.
    direction: 'rtl' is written from right to left.
    """

    name: str
    day: str
    direction: str = "ltr"
    euros: str = "€{}"


DUTCH = "nl"
_CHOSEN = "buurtbord.language"
#: As for the prints: the order of the catalogues' names.
LANGUAGES = {
    DUTCH: Language("Nederlands", ""),
    "en": Language("English", "EEEE d MMMM"),
    "ar": Language("العربية", "EEEE، d MMMM", "rtl"),
    "uk": Language("Українська", "EEEE, d MMMM", euros="{}\N{NO-BREAK SPACE}€"),
    "pl": Language("Polski", "EEEE, d MMMM", euros="{}\N{NO-BREAK SPACE}€"),
    "tr": Language("Türkçe", "d MMMM EEEE"),
    "ti": Language("ትግርኛ", "EEEE፣ d MMMM"),
}


def N_(text: str) -> str:
    """Marks a text for the catalogues that is wrapped in ``_()`` where it is used, or elsewhere."""
    return text


#: What visitors read besides the words of the files that babel.cfg names.
SAID_ELSEWHERE = (
    *(N_("Ontmoeten"), N_("Eten"), N_("Bewegen"), N_("Creatief"), N_("Muziek"), N_("Spel")),
    *(N_("Leren"), N_("Herstel"), N_("Advies en hulp")),
    *(N_("Bladeren"), N_("Eerder"), N_("Later")),
    N_("Deze maand kennen we niet. Schrijf bijvoorbeeld 2026-12."),
)


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DUTCH)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Europe/Amsterdam")
    Babel(app, locale_selector=chosen)
    # Dutch is the source: most pages need no catalogue for what stands in their template.
    app.jinja_env.install_gettext_callables(_translated, _translated_number, newstyle=True)
    # A page says some thirty words: without asking its context each time which gettext it has.
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]
    app.context_processor(_around)

    @app.url_defaults
    def keep_the_language(endpoint: str, values: dict[str, Any]) -> None:
        """Who reads the public pages in a language goes on in it."""
        if endpoint.startswith("public.") and chosen() != DUTCH:
            values.setdefault("taal", chosen())


def _translated(text: str) -> str:
    return text if chosen() == DUTCH else str(get_translations().ugettext(text))


def _translated_number(one: str, more: str, n: int) -> str:
    if chosen() == DUTCH:
        return one if n == 1 else more
    return str(get_translations().ungettext(one, more, n))


def chosen() -> str:
    """The language of this answer: that of the address on public pages and for what is not
    there; else, and when it is none of ours, Dutch."""
    if not has_request_context():
        return DUTCH
    around = request.environ
    if _CHOSEN not in around:  # Once: a page asks for each of its words.
        asked = request.args.get("taal", DUTCH) if request.blueprint in ("public", None) else DUTCH
        around[_CHOSEN] = asked if asked in LANGUAGES else DUTCH
    return str(around[_CHOSEN])


def _around() -> dict[str, Any]:
    language = chosen()
    return {"language": language, "direction": LANGUAGES[language].direction}


# -- notation -------------------------------------------------------------------------------------


def long_date(day: dt.date) -> str:
    """'donderdag 26 november', 'четвер, 26 листопада'."""
    language = chosen()
    if language == DUTCH:
        return notation.long_date(day)
    return format_date(day, LANGUAGES[language].day, locale=language)


def month(day: dt.date) -> str:
    """'november 2026', 'листопад 2026'."""
    language = chosen()
    return notation.month(day) if language == DUTCH else format_date(day, "LLLL y", locale=language)


def clock(time: dt.time) -> str:
    """'9.30' in Dutch, '9:30' elsewhere."""
    return notation.clock(time) if chosen() == DUTCH else f"{time.hour}:{time.minute:02d}"


def euros(cents: int) -> str:
    """'€2,50', '2,50 €', '€3'; what costs nothing is said in words by whoever shows it."""
    language = chosen()
    if language == DUTCH:
        return notation.euros(cents)
    pattern = "0.00" if cents % 100 else "0"
    number = format_decimal(Decimal(cents) / 100, pattern, locale=language)
    return LANGUAGES[language].euros.format(number)


def hours_said(hours: dict[int, list[Span]]) -> list[tuple[str, str]]:
    """Opening hours in words: ('maandag t/m vrijdag', '9.00–17.00 uur'), same days together.

    Other languages write spans with a dash, so that no word needs another case.
    """
    language = chosen()
    if language == DUTCH:
        return houses.hours_said(hours)
    same: dict[tuple[Span, ...], list[int]] = defaultdict(list)
    for weekday, spans in sorted(hours.items()):
        if spans:
            same[tuple(spans)].append(weekday)
    return [
        (
            _weekdays(days, language),
            ", ".join(f"{clock(span.start)}–{clock(span.end)}" for span in spans),
        )
        for spans, days in same.items()
    ]


def _weekdays(days: Sequence[int], language: str) -> str:
    names = get_day_names("wide", "stand-alone", locale=language)
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = []
    for run in runs:
        first, last = names[run[0]], names[run[-1]]
        parts += [f"{first} – {last}"] if len(run) > 2 else [names[day] for day in run]
    comma = {"ar": "، ", "ti": "፣ "}.get(language, ", ")
    return comma.join(parts)
