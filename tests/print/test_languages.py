"""Documents in other languages: words that can be drawn, figures in their order, titles."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from babel.messages.pofile import read_po

from documents.faces import undrawable, width
from documents.look import Look
from documents.month import month_of_house
from documents.poster import poster
from documents.press import Press
from documents.speech import day_and_month, month_name, span, unbroken
from documents.titles import price_note, titled, titles_of
from documents.words import LANGUAGES, TRANSLATIONS, _, direction, number, speaking
from models import Activity, ActivityText, House
from rules.activity_texts import Text
from tests.cast import Cast, make_activity, make_occurrence
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.print.sheets import assert_good_paper, letters_of, read_aloud

OTHERS = [each for each in LANGUAGES if each != "nl"]
NOVEMBER = dt.date(2026, 11, 1)
LUNCH = {
    "en": "Lunch together",
    "ar": "غداء مشترك",
    "uk": "Спільний обід",
    "pl": "Wspólny obiad",
    "tr": "Birlikte öğle yemeği",
    "ti": "ሓቢርካ ምሳሕ",
}


def catalogue(language: str) -> Any:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", OTHERS)
def test_our_faces_have_every_letter_of_every_word(language: str) -> None:
    for message in catalogue(language):
        for said in message.string if message.pluralizable else (message.string,):
            assert undrawable(said) == [], said


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_printed_has_words_in_each_language(language: str) -> None:
    with speaking(language):
        for label in ("Elke week", "Op deze dagen", "Let op", "Turfblad", "Geen inloop", "herstel"):
            assert _(label) != label
        one, more = "Er is nog %(num)s plek open.", "Er zijn nog %(num)s plekken open."
        forms = {number(one, more, n) for n in range(120)}
        assert len(forms) >= {"ar": 6, "uk": 3, "pl": 3, "tr": 1}.get(language, 2)
        assert not forms & {one, more}


@pytest.mark.parametrize(
    ("language", "said"),
    {
        "ar": [
            (1, "بقي مكان شاغر واحد (1)."),
            (2, "بقي مكانان شاغران (2)."),
            (4, "بقيت 4 أماكن شاغرة."),
        ],
        "uk": [(1, "Ще вільне 1 місце."), (3, "Ще вільні 3 місця."), (25, "Ще вільно 25 місць.")],
        "pl": [(22, "Wolne są jeszcze 22 miejsca."), (5, "Wolnych jest jeszcze 5 miejsc.")],
        "en": [(1, "1 place is still open."), (2, "2 places are still open.")],
    }.items(),
)
def test_a_number_takes_its_form(language: str, said: list[tuple[int, str]]) -> None:
    one, more = "Er is nog %(num)s plek open.", "Er zijn nog %(num)s plekken open."
    with speaking(language):
        for n, words in said:
            assert number(one, more, n) % {"num": n} == words


def test_arabic_alone_runs_from_right_to_left() -> None:
    for language in LANGUAGES:
        with speaking(language):
            assert direction() == ("rtl" if language == "ar" else "ltr")


# -- titles ---------------------------------------------------------------------------------------


def test_a_title_is_that_of_the_language_where_somebody_entered_it(cast: Cast) -> None:
    lunch = make_activity(cast.wolfsbos, "Samen lunchen", summary="Soep")
    yoga = make_activity(cast.wolfsbos, "Yoga (55+)")
    ActivityText.create(activity=lunch, language="ar", title=LUNCH["ar"], summary="")
    ids = [lunch.id, yoga.id]
    with speaking("ar"), counted() as statements:
        texts = titles_of(ids)
        assert texts == {lunch.id: Text(LUNCH["ar"], "")}
        assert titled(lunch, texts) == (LUNCH["ar"], "", "ar")
        assert titled(yoga, texts) == ("\u2066Yoga (55+)\u2069", "", "nl"), "its brackets stay"
    assert len(statements) == 1
    with speaking("uk"):
        assert titled(lunch, titles_of(ids)) == ("Samen lunchen", "Soep", "nl")
    with counted() as statements:
        assert titles_of(ids) == {}
    assert statements == []


def test_the_words_that_all_houses_use_beside_a_price_are_translated() -> None:
    with speaking("en"):
        assert price_note("Gratis") == "free"
        assert price_note("incl. koffie") == "incl. koffie"
    assert price_note("gratis") == "gratis"


def test_a_language_costs_the_month_one_query_however_many_series(cast: Cast) -> None:
    counts = []
    for number_of in range(2):
        for n in range(1 + 4 * number_of):
            row = make_activity(cast.wolfsbos, f"Iets {number_of} {n}")
            make_occurrence(row, TODAY)
            ActivityText.create(activity=row, language="uk", title=f"Щось {n}")
        for language in ("nl", "uk"):
            with counted() as statements:
                facts = month_of_house(cast.wolfsbos, NOVEMBER, language)
            counts.append(len(statements))
    assert counts[1] == counts[0] + 1
    assert counts[2:] == counts[:2]
    assert {series.title_language for series in facts.series} == {"uk"}


# -- the poster -----------------------------------------------------------------------------------


@pytest.fixture
def house(cast: Cast) -> House:
    """A house with one activity in each language, and two that are Dutch everywhere."""
    lunch = make_activity(cast.wolfsbos, "Samen lunchen", cost_cents=250)
    for language, title in LUNCH.items():
        ActivityText.create(activity=lunch, language=language, title=title)
    make_occurrence(lunch, TODAY)
    for title in ("Yoga (55+)", "Koken & eten"):
        make_occurrence(make_activity(cast.wolfsbos, title), TODAY)
    House.update(phone="0528123456", street="Straat 1").execute()
    return House.get_by_id(cast.wolfsbos.id)


def hang(press: Press, house: House, language: str, style: Any = "kleur") -> bytes:
    look = Look(language, style)
    return bytes(poster(press, house, NOVEMBER, "a4", "https://b.example", NOW, look).bytes)


@pytest.mark.slow
@pytest.mark.parametrize("style", ["kleur", "zwartwit", "groot"])
@pytest.mark.parametrize("language", OTHERS)
def test_a_poster_speaks_the_language_of_who_reads_it(
    press: Press, house: House, language: str, style: str
) -> None:
    pdf = hang(press, house, language, style)
    assert_good_paper(pdf, smallest=18 if style == "groot" else 12)
    read = "".join(read_aloud(pdf).split())
    with speaking(language):
        labels = [_("Op deze dagen"), _("Loop gewoon binnen."), _("Vragen? Kom langs of bel")]
    for text in (LUNCH[language], *labels, "Yoga (55+)", "Koken & eten", "0528-12 34 56"):
        assert as_painted("".join(text.split())) in read, text
    for dutch in ("Samen lunchen", "november", "donderdag", "Vragen", " uur"):
        assert dutch not in read_aloud(pdf), dutch


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_stand_from_left_to_right_on_paper(
    press: Press, house: House, language: str
) -> None:
    """By where the ink is, whatever order the file has them in."""
    letters = letters_of(hang(press, house, language))
    phone = lines_of(letters, "-")
    assert any("0528-123456" in line for line in phone), phone
    times = ("10.00–16.00",) if language == "nl" else ("10:00–16:00",)
    activity = Activity.get()
    assert (activity.start_time, activity.end_time) == (dt.time(10), dt.time(16))
    assert any(each in line for each in times for line in lines_of(letters, "–"))
    assert any("Yoga(55+)" in line for line in lines_of(letters, "Y"))


def lines_of(letters: list[dict[str, Any]], mark: str) -> list[str]:
    """For each letter ``mark`` what stands on its line, from left to right."""
    return [
        "".join(
            each["text"]
            for each in sorted(letters, key=lambda each: each["x0"])
            if abs(each["bottom"] - one["bottom"]) < 1
        )
        for one in letters
        if one["text"] == mark
    ]


@pytest.mark.parametrize("language", OTHERS)
def test_the_longest_month_of_a_language_fits_the_masthead(
    press: Press, house: House, language: str
) -> None:
    """It is on one line, of at least 64 points."""
    with speaking(language):
        months = [dt.date(2027, month, 1) for month in range(1, 13)]
        longest = max(months, key=lambda month: width(month_name(month), 700))
    look = Look(language, "kleur")
    pdf = bytes(poster(press, house, longest, "a4", "https://b.example", NOW, look).bytes)
    large = [each for each in letters_of(pdf) if each["size"] >= 63.9]
    assert len({round(each["bottom"]) for each in large}) == 1


def as_painted(text: str) -> str:
    """As the letters lie on paper from left to right: Arabic from its end, lam and alef as one."""
    if not re.search("[\u0600-\u06ff]", text):
        return text
    return re.sub("([اأإآ])ل", r"ل\1", text[::-1])


def test_in_arabic_a_span_of_times_in_a_sentence_begins_where_it_begins() -> None:
    """The marks stand inside what no line may break: set by itself it would be turned round."""
    with speaking("ar"):
        said = f"{span(dt.time(9), dt.time(17))} و {day_and_month(dt.date(2026, 12, 31))}"
        marked = [found[0] for found in unbroken().finditer(said)]
    assert marked == ["\u20669:00–17:00\u2069", "31 ديسمبر"]
