"""Figures as pages and charts: exact for who runs the house, protected for who looks along."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest

from models import AgeGroup, House, Membership, Person, Role
from tests.browser_of import Browser
from tests.cast import Cast, make_activity
from tests.counting_queries import counted
from tests.visits import close, count

Browsers = Callable[[Person | None], Browser]


def on(house: House, day: int, n: int, **facts: object) -> None:
    count(house, dt.date(2026, 11, day), n, **facts)  # type: ignore[arg-type]


def plain(page: str) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))


def test_coordinators_read_exact_numbers(browser_of: Browsers, cast: Cast) -> None:
    on(cast.wolfsbos, 2, 43)
    page = browser_of(cast.coordinator).get("/cijfers").text
    assert "<strong>43</strong>" in page
    assert "Op 1 van 18 openingen geteld." in page
    assert "Gemiddeld 43 bezoekers per opening." in page
    assert "afgerond" not in page


def test_viewers_read_rounded_numbers_and_that_they_are(browser_of: Browsers, cast: Cast) -> None:
    on(cast.wolfsbos, 2, 43)
    on(cast.wolfsbos, 3, 3)
    for address in ("/cijfers", "/cijfers?jaar=2026", "/cijfers?week=2026-W45"):
        page = browser_of(cast.viewer).get(address).text
        assert "<strong>50</strong>" in page  # 45, and something from 1 to 4
        assert "afgerond op vijf" in page
        for exact in (">43<", ">46<", ">3<"):
            assert exact not in page
    assert "&lt;5" in browser_of(cast.viewer).get("/cijfers").text


def test_zero_closed_and_not_counted_read_differently(browser_of: Browsers, cast: Cast) -> None:
    close(cast.wolfsbos, dt.date(2026, 11, 4))
    on(cast.wolfsbos, 2, 0)
    page = browser_of(cast.coordinator).get("/cijfers").text
    rows = {plain(row.split("</th>")[0]).strip(): row for row in page.split('<th scope="row">')}
    assert ">0<" in rows["ma 2"]
    assert "niet geteld" in rows["di 3"]
    assert "dicht: Schilders" in rows["wo 4"]


def test_visitors_are_split_for_coordinators(browser_of: Browsers, cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos, "Schilderen <met> verf")
    on(cast.wolfsbos, 2, 7, activity=activity, group=AgeGroup.senior, firsts=3)
    on(cast.wolfsbos, 3, 5, hour=14)
    page = browser_of(cast.coordinator).get("/cijfers").text
    text = plain(page)
    assert "Schilderen &lt;met&gt; verf 7" in text
    assert "Gewoon binnen 5" in text
    assert "ouderen 7 niet gevraagd 5" in text
    assert "Gevraagd bij 7 van de 12 bezoekers." in text
    assert "3 kwamen voor het eerst deze maand, voor zover het gevraagd is." in text
    on(cast.wolfsbos, 4, 9, asked=8)
    text = plain(browser_of(cast.coordinator).get("/cijfers").text)
    assert "3 van de 11 aan wie het is gevraagd kwamen deze maand voor het eerst." in text
    heat = page.split('class="figures heat"')[1].split("</table>")[0]
    assert [each for each in plain(heat).split() if each.isdigit()] == [
        *("10", "7", "11", "12", "13", "14", "5")
    ]


@pytest.mark.parametrize(
    ("firsts", "asked", "words"),
    [
        (0, 0, ""),
        (0, 8, "0 van de 8 aan wie het is gevraagd kwamen deze maand voor het eerst."),
        (1, 8, "1 van de 8 aan wie het is gevraagd kwam deze maand voor het eerst."),
        (3, 3, "3 kwamen voor het eerst deze maand, voor zover het gevraagd is."),
    ],
)
def test_first_visits_are_told_of_as_many_as_were_asked(
    browser_of: Browsers, cast: Cast, firsts: int, asked: int, words: str
) -> None:
    on(cast.wolfsbos, 2, 9, firsts=firsts, asked=asked)
    text = plain(browser_of(cast.coordinator).get("/cijfers").text)
    assert words in text
    assert ("voor het eerst" in text) is bool(words)
    year = plain(browser_of(cast.coordinator).get("/cijfers?jaar=2026").text)
    assert words.replace("deze maand", "die maand") in year


def test_viewers_read_first_visits_rounded(browser_of: Browsers, cast: Cast) -> None:
    for day in (5, 6, 7, 8, 9):
        count(cast.wolfsbos, dt.date(2026, 10, day), 33, firsts=2, asked=9 if day == 5 else 8)
    text = plain(browser_of(cast.viewer).get("/cijfers?maand=2026-10").text)
    assert "10 van de 40 aan wie het is gevraagd kwamen deze maand voor het eerst." in text
    rows = browser_of(cast.viewer).get("/cijfers/bezoeken.csv?maand=2026-10").text
    assert "Samen;Gevraagd of het de eerste keer was;;;40;" in rows


def test_viewers_get_no_split_of_a_month_that_runs(browser_of: Browsers, cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos, "Schilderen")
    on(cast.wolfsbos, 2, 40, activity=activity, group=AgeGroup.senior)
    page = browser_of(cast.viewer).get("/cijfers").text
    assert "Schilderen" not in page
    assert "ouderen" not in page
    assert "alleen bij maanden die voorbij zijn" in page


# -- periods --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "words", "earlier"),
    [
        ("?dag=2026-11-26", "donderdag 26 november 2026", "dag=2026-11-25"),
        ("?week=2026-W48", "week 48 van 2026", "week=2026-W47"),
        ("?maand=2026-11", "november 2026", "maand=2026-10"),
        ("?kwartaal=2026-K4", "4e kwartaal van 2026", "kwartaal=2026-K3"),
        ("?jaar=2026", "2026", "jaar=2025"),
    ],
)
def test_each_period_has_a_page_and_a_way_back(
    browser_of: Browsers, cast: Cast, address: str, words: str, earlier: str
) -> None:
    on(cast.wolfsbos, 25, 8)
    page = browser_of(cast.coordinator).get(f"/cijfers{address}").text
    assert f"<strong>{words}</strong>" in page
    assert f'href="/cijfers?{earlier}"' in page
    assert page.count('aria-current="page"') == 1


@pytest.mark.parametrize(
    "asked",
    [
        *("maand=2026", "maand=2026-13", "maand=x", "maand=0000-01", "maand=9999-12"),
        *("maand=2026-1", "jaar=1999", "jaar=99999", "jaar=2026%00", "week=2026-W54"),
        *("kwartaal=2026-K5", "kwartaal=2026-4", "kwartaal=²026-K1", "dag=2026-02-30"),
        *("dag=2026-11-26T10:00", "dag=20261126", "dag=2101-01-01", "dag=-1"),
        *("maand=2026-11&jaar=2026", "dag=%F0%9F%98%80"),
    ],
)
def test_a_period_that_is_none_is_a_sentence(browser_of: Browsers, cast: Cast, asked: str) -> None:
    browser = browser_of(cast.coordinator)
    for page in ("", "/huizen", "/verloop.svg", "/bezoeken.csv", "/bezoeken.xlsx"):
        assert browser.get(f"/cijfers{page}?{asked}").status_code == 400, page


@pytest.mark.parametrize(
    "edge",
    ["maand=2000-01", "maand=2100-12", "jaar=2000", "jaar=2100", "dag=2100-12-31", "week=2100-W52"],
)
def test_the_first_and_the_last_period_are_pages(
    browser_of: Browsers, cast: Cast, edge: str
) -> None:
    assert browser_of(cast.coordinator).get(f"/cijfers?{edge}").status_code == 200


def test_an_empty_month_is_a_page_with_a_next_step(browser_of: Browsers, cast: Cast) -> None:
    answer = browser_of(cast.coordinator).get("/cijfers?maand=2027-03")
    assert answer.status_code == 200
    assert "nog niets geteld" in answer.text
    assert 'href="/tellen"' in answer.text
    assert "maand=2027-02" in answer.text
    assert "maand=2027-04" in answer.text


def test_viewers_of_an_empty_month_get_no_step_that_they_may_not_take(
    browser_of: Browsers, cast: Cast
) -> None:
    assert 'href="/tellen"' not in browser_of(cast.viewer).get("/cijfers").text


def test_a_period_is_compared_in_words(browser_of: Browsers, cast: Cast) -> None:
    count(cast.wolfsbos, dt.date(2026, 10, 1), 10)
    count(cast.wolfsbos, dt.date(2025, 11, 3), 20)
    on(cast.wolfsbos, 2, 15)
    text = plain(browser_of(cast.coordinator).get("/cijfers").text)
    assert "1 t/m 25 november 2026 op 1 van 18 openingen geteld 15 15" in text
    assert "1 t/m 25 oktober 2026 op 1 van 17 openingen geteld 10 10 nu +50%" in text
    assert "1 t/m 25 november 2025 op 1 van 17 openingen geteld 20 20 nu −25%" in text
    assert "Deze periode loopt nog. We vergelijken even veel dagen, tot en met gisteren." in text


# -- charts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["verloop", "activiteiten", "leeftijd", "huizen"])
def test_a_chart_is_a_picture_that_the_page_shows(
    browser_of: Browsers, cast: Cast, name: str
) -> None:
    on(cast.wolfsbos, 2, 43, group=AgeGroup.adult)
    browser = browser_of(cast.coordinator)
    answer = browser.get(f"/cijfers/{name}.svg?maand=2026-11")
    assert answer.content_type == "image/svg+xml"
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    page = browser.get("/cijfers/huizen" if name == "huizen" else "/cijfers").text
    assert f'src="/cijfers/{name}.svg?maand=2026-11"' in page
    alt = re.search(f'{name}.svg[^>]*alt="([^"]+)"', page)
    assert alt is not None
    assert alt[1] in answer.text


def test_a_chart_that_the_browser_has_is_not_sent_again(browser_of: Browsers, cast: Cast) -> None:
    on(cast.wolfsbos, 2, 43)
    browser = browser_of(cast.coordinator)
    first = browser.get("/cijfers/verloop.svg")
    known = {"If-None-Match": first.headers["ETag"]}
    again = browser.get("/cijfers/verloop.svg", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    # The browser keeps what it has with the headers that came last.
    for name in ("Content-Security-Policy", "ETag"):
        assert again.headers[name] == first.headers[name]
    on(cast.wolfsbos, 3, 1)
    assert browser.get("/cijfers/verloop.svg", headers=known).status_code == 200


def test_charts_of_viewers_hold_what_their_page_shows(browser_of: Browsers, cast: Cast) -> None:
    for day, n in ((2, 43), (3, 3), (4, 1)):
        on(cast.wolfsbos, day, n)
    drawn = browser_of(cast.viewer).get("/cijfers/verloop.svg?week=2026-W45").text
    assert ">45<" in drawn
    assert drawn.count("&lt;5<") == 2
    assert ">43<" not in drawn
    assert ">3<" not in drawn


def test_an_unknown_chart_is_no_page(browser_of: Browsers, cast: Cast) -> None:
    assert browser_of(cast.coordinator).get("/cijfers/geheim.svg").status_code == 404


# -- who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["", "/huizen", "/verloop.svg", "/huizen.svg", "/bezoeken.csv", "/bezoeken.xlsx"]
)
def test_volunteers_and_other_houses_see_no_figures(
    browser_of: Browsers, cast: Cast, page: str
) -> None:
    assert browser_of(cast.volunteer).get(f"/cijfers{page}").status_code == 403
    other = browser_of(cast.other_coordinator)
    assert other.get(f"/cijfers{page}?huis=wolfsbos").status_code == 404


def test_houses_stand_side_by_side_for_who_sees_several(browser_of: Browsers, cast: Cast) -> None:
    on(cast.wolfsbos, 2, 43)
    on(cast.knooppunt, 2, 12)
    assert "naast elkaar" not in browser_of(cast.coordinator).get("/cijfers").text
    Membership.create(person=cast.coordinator, house=cast.knooppunt, role=Role.viewer)
    browser = browser_of(cast.coordinator)
    page = browser.get("/cijfers?huis=wolfsbos").text
    assert "Huizen naast elkaar" in page
    text = plain(browser.get("/cijfers/huizen?huis=wolfsbos").text)
    # Exact where one is the coordinator, rounded where one looks along.
    assert "Huis van de Buurt Wolfsbos op 1 van 18 openingen geteld 43 43" in text
    assert "Het Knooppunt op 1 van 18 openingen geteld 10 10" in text
    assert "Samen op 2 van 36 openingen geteld 55 30" in text
    assert "Waar je meekijkt zijn de aantallen afgerond op vijf." in text


def test_where_somebody_only_helps_a_house_is_not_beside_others(
    browser_of: Browsers, cast: Cast
) -> None:
    on(cast.knooppunt, 2, 12)
    Membership.create(person=cast.coordinator, house=cast.knooppunt, role=Role.volunteer)
    page = browser_of(cast.coordinator).get("/cijfers/huizen?huis=wolfsbos").text
    assert "12" not in plain(page.split("<table")[1].split("</table>")[0])
    assert "Knooppunt" not in page.split("<table")[1].split("</table>")[0]


# -- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["maand=2026-11", "jaar=2026", "week=2026-W46"])
def test_the_page_asks_a_fixed_number_of_questions(
    browser_of: Browsers, cast: Cast, period: str
) -> None:
    browser = browser_of(cast.coordinator)
    on(cast.wolfsbos, 2, 1)
    browser.get(f"/cijfers?{period}")  # Openings of before are made once a day.
    with counted() as few:
        browser.get(f"/cijfers?{period}")
    for day in range(3, 25):
        on(cast.wolfsbos, day, day)
    with counted() as many:
        browser.get(f"/cijfers?{period}")
    assert len(few) == len(many)


@pytest.mark.parametrize(
    ("who", "day", "title", "labels"),
    [
        ("viewer", 19, "Per dag", ["do"]),
        ("coordinator", 19, "Per uur", ["10"]),
        ("coordinator", 20, "Per dag", ["vr"]),
    ],
)
def test_the_chart_of_a_day_is_of_its_hours_or_of_the_day(
    browser_of: Browsers, cast: Cast, who: str, day: int, title: str, labels: list[str]
) -> None:
    on(cast.wolfsbos, 19, 12)
    on(cast.wolfsbos, 20, 0)
    browser = browser_of(getattr(cast, who))
    drawing = browser.get(f"/cijfers/verloop.svg?dag=2026-11-{day}").text
    assert f">{title}</title>" in drawing
    assert re.search(r">Bezoekers op (donderdag|vrijdag) \d\d november 2026, per ", drawing)
    axis = drawing.split('<g class="x"')[1].split("</g>")[0]
    assert re.findall(r"<text[^>]*>([^<]*)", axis) == labels
    page = browser.get(f"/cijfers?dag=2026-11-{day}").text
    assert f'<h2 id="delen">{title}</h2>' in page


@pytest.mark.parametrize("who", ["coordinator", "viewer"])
def test_ages_that_nobody_was_asked_are_no_split(
    browser_of: Browsers, cast: Cast, who: str
) -> None:
    """22 visitors a day are 20 for who looks along: their sum is not what a table of all says."""
    for day in range(1, 32):
        count(cast.wolfsbos, dt.date(2026, 10, day), 22)
    browser = browser_of(getattr(cast, who))
    page = browser.get("/cijfers?maand=2026-10").text
    assert "niet gevraagd" not in page
    assert "Per leeftijd" not in page
    assert "niet gevraagd" not in browser.get("/cijfers/bezoeken.csv?maand=2026-10").text
    assert ("Het totaal telt afgeronde dagen op" in page) == (who == "viewer")
