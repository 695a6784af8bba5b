"""Language: Dutch is the source; visitors choose another with ``?taal=`` on the public pages.

The words come from the catalogues in translations/; how each language writes days, times and money
stands in documents/languages.py, for the public pages and for paper. What people typed stays
Dutch, unless they entered it in more languages.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from flask import Flask, has_request_context, request
from flask_babel import Babel, get_translations

from documents.languages import DUTCH as DUTCH
from documents.languages import LANGUAGES as LANGUAGES
from documents.tongues import Tongue, tongue
from rules import houses
from rules.houses import Span

_CHOSEN = "buurtbord.language"


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


def _tongue() -> Tongue:
    return tongue(chosen())


def long_date(day: dt.date) -> str:
    """'donderdag 26 november', 'четвер, 26 листопада'."""
    return _tongue().long_date(day)


def month(day: dt.date) -> str:
    """'november 2026', 'листопад 2026'."""
    return _tongue().month_and_year(day)


def clock(time: dt.time) -> str:
    """'9.30' in Dutch, '9:30' elsewhere."""
    return _tongue().clock(time)


def euros(cents: int) -> str:
    """'€2,50', '2,50 €', '€3'; what costs nothing is said in words by whoever shows it."""
    return _tongue().euros(cents)


def hours_said(hours: dict[int, list[Span]]) -> list[tuple[str, str]]:
    """Opening hours in words: ('maandag t/m vrijdag', '9.00–17.00 uur'), same days together.

    Other languages write spans with a dash, so that no word needs another case.
    """
    if chosen() == DUTCH:
        return houses.hours_said(hours)
    same: dict[tuple[Span, ...], list[int]] = defaultdict(list)
    for weekday, spans in sorted(hours.items()):
        if spans:
            same[tuple(spans)].append(weekday)
    speaks = _tongue()
    return [
        (
            speaks.weekdays_in_words(days),
            speaks.hours_in_words([f"{clock(span.start)}–{clock(span.end)}" for span in spans]),
        )
        for spans, days in same.items()
    ]
