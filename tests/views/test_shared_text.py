"""The text about open seats that people share in WhatsApp and mail."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask

from models import House, Person, PlaceState, Seat
from tests.browser_of import Browser
from tests.cast import Cast, make_place, make_shift
from tests.conftest import NOW, TODAY

TOMORROW = TODAY + dt.timedelta(days=1)
SATURDAY = TODAY + dt.timedelta(days=2)
SHARE = "/rooster/open/tekst"
BrowserOf = Callable[[Person | None], Browser]


def seat_on(cast: Cast, date: dt.date = SATURDAY, **facts: Any) -> Seat:
    return make_shift(cast.wolfsbos, date, **facts).seats.order_by(Seat.position).first()


def shared(browser: Browser, address: str = SHARE) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", browser.get(address).text, re.DOTALL)
    return found[1].removeprefix("\n").replace("&#39;", "'").replace("&amp;", "&") if found else ""


def test_the_text_says_when_what_and_where_to_sign_up(
    app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    app.config["BASE_URL"] = "https://buurtbord.example"
    first, _second, extra = make_shift(
        cast.wolfsbos, TOMORROW, seats=3, title="Gastvrouw of gastheer"
    ).seats.order_by(Seat.position)
    Seat.update(required=False).where(Seat.id == extra.id).execute()
    seat_on(
        cast,
        TOMORROW,
        start_time=dt.time(14),
        end_time=dt.time(16),
        title="Bar",
        qualification="alcohol",
    )
    held = seat_on(cast, SATURDAY, title="Kookploeg")
    make_place(held, cast.volunteer, NOW, state=PlaceState.seeking_cover)
    assert first
    assert shared(browser_of(cast.coordinator)).splitlines() == [
        "Wie kan helpen bij Huis van de Buurt Wolfsbos?",
        "",
        "Vrijdag 27 november",
        "- 9.45–13.00 uur, Gastvrouw of gastheer: 2 plekken, 1 extra plek",
        "- 14.00–16.00 uur, Bar: 1 plek (mag alcohol schenken)",
        "",
        "Zaterdag 28 november",
        "- 9.45–13.00 uur, Kookploeg: vervanging gezocht",
        "",
        "Kun jij? Meld je aan:",
        "https://buurtbord.example/rooster/open?huis=wolfsbos",
        "Of bel 0528-12 34 56.",
    ]


def test_the_text_names_nobody_and_only_this_house(cast: Cast, browser_of: BrowserOf) -> None:
    House.update(phone="").execute()
    held = seat_on(cast, SATURDAY)
    make_place(held, cast.volunteer, NOW, state=PlaceState.seeking_cover)
    make_shift(cast.knooppunt, SATURDAY, title="Biljart")
    page = browser_of(cast.key_holder).get(SHARE).text
    for hidden in ("Joop", "Berg", "Biljart", "Of bel"):
        assert hidden not in page


@pytest.mark.parametrize(
    ("period", "days"),
    [("", [0, 3]), ("?wat=week", [0, 3]), ("?wat=volgende", [4, 10]), ("?wat=maand", [0, 30])],
)
def test_the_period_is_this_week_the_next_or_a_month(
    cast: Cast, browser_of: BrowserOf, period: str, days: list[int]
) -> None:
    """Today is a Thursday: this week has four days left."""
    for n in range(-1, 40):
        seat_on(cast, TODAY + dt.timedelta(days=n), title=f"Dag {n}.")
    text = shared(browser_of(cast.volunteer), SHARE + period)
    assert [int(n) for n in re.findall(r"Dag (-?\d+)\.", text)] == [*range(days[0], days[1] + 1)]


def test_the_buttons_carry_the_whole_text(cast: Cast, browser_of: BrowserOf) -> None:
    seat_on(cast, SATURDAY, title="Koffie & thee #1 + 50% = 'leuk'?")
    browser = browser_of(cast.volunteer)
    page, text = browser.get(SHARE).text, shared(browser)
    whatsapp, mail = (
        re.search(rf'href="({scheme}[^"]*)"', page)[1].replace("&amp;", "&")
        for scheme in ("https://wa.me/", "mailto:")
    )
    assert "Koffie & thee #1 + 50% = 'leuk'?" in text
    assert parse_qs(urlsplit(whatsapp).query)["text"] == [text]
    query = dict(part.split("=", 1) for part in mail.removeprefix("mailto:?").split("&"))
    assert unquote(query["subject"]) == "Open plekken bij Huis van de Buurt Wolfsbos"
    assert unquote(query["body"]) == text.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        ("", "De komende maand is er niets open."),
        ("?wat=", "De komende maand is er niets open."),
        ("?wat=week", "Deze week is er niets meer open."),
        ("?wat=volgende", "Volgende week is er niets open."),
        ("?wat=maand", "De komende maand is er niets open."),
    ],
)
def test_without_gaps_there_is_nothing_to_share(
    cast: Cast, browser_of: BrowserOf, period: str, sentence: str
) -> None:
    seat_on(cast, TODAY + dt.timedelta(days=31))
    page = browser_of(cast.volunteer).get(SHARE + period).text
    assert sentence in page
    assert "Mooi" not in page
    assert "wa.me" not in page


@pytest.mark.parametrize(("days", "tab"), [(3, "week"), (4, "volgende"), (11, "maand")])
def test_without_a_choice_the_first_period_with_something_open_is_shown(
    cast: Cast, browser_of: BrowserOf, days: int, tab: str
) -> None:
    """Today is a Thursday: the next week begins in four days."""
    seat_on(cast, TODAY + dt.timedelta(days=days), title="Bar")
    browser = browser_of(cast.volunteer)
    assert f'href="{SHARE}?wat={tab}" aria-current="page"' in browser.get(SHARE).text
    assert shared(browser) == shared(browser, f"{SHARE}?wat={tab}") != ""
    if tab != "week":
        page = browser.get(f"{SHARE}?wat=week").text
        assert "Deze week is er niets meer open." in page, "what was chosen is shown"


@pytest.mark.parametrize("period", ["jaar", "week%00", "%F0%9F%99%82", "['week']", "9" * 300])
def test_a_period_that_is_none_is_a_sentence(
    cast: Cast, browser_of: BrowserOf, period: str
) -> None:
    answer = browser_of(cast.volunteer).get(f"{SHARE}?wat={period}")
    assert answer.status_code == 400
    assert "Kies iets uit de lijst." in answer.text
