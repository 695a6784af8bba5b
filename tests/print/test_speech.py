"""How documents say days, times, money and lists, in each of the seven languages."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import speech
from documents.notes import notes
from documents.poster_blocks import blocks_of
from documents.words import LANGUAGES, speaking
from rules.month_words import Happening, Slot, Span, say_month
from tests.print.months import month_with

THURSDAY = dt.date(2026, 11, 26)
TEN, FOUR = dt.time(10), dt.time(16)
OTHERS = [each for each in LANGUAGES if each != "nl"]
#: Kept apart, from left to right.
AR = "\u2066{}\u2069".format


def december(*days: int) -> list[dt.date]:
    return [dt.date(2026, 12, day) for day in days]


SAID = {
    "nl": {
        "month_name": "december",
        "long_date": "donderdag 26 november",
        "every": "elke donderdag",
        "days": "30 november t/m 6 december 2026",
        "label": "wo 2 en 16, vr 4",
        "dates": "donderdag 3, 10 en vrijdag 11 december, en vrijdag 1 januari",
        "span": "19 december t/m 3 januari",
        "weekdays": "maandag t/m vrijdag en zondag",
        "times": "10.00–16.00",
        "euros": "€2,50",
    },
    "en": {
        "month_name": "December",
        "long_date": "Thursday 26 November",
        "every": "every Thursday",
        "days": "30 November to 6 December 2026",
        "label": "Wed 2 and 16, Fri 4",
        "dates": "Thursday 3, 10 and Friday 11 December, and Friday 1 January",
        "span": "19 December to 3 January",
        "weekdays": "Monday – Friday, Sunday",
        "times": "10:00–16:00",
        "euros": "€2.50",
    },
    "ar": {
        "month_name": "ديسمبر",
        "long_date": "الخميس، 26 نوفمبر",
        "every": "كل يوم خميس",
        "days": "من 30 نوفمبر إلى 6 ديسمبر 2026",
        "label": "الأربعاء 2 و16، الجمعة 4",
        "dates": "الخميس 3، 10 والجمعة 11 ديسمبر، والجمعة 1 يناير",
        "span": "من 19 ديسمبر إلى 3 يناير",
        "weekdays": "الاثنين – الجمعة، الأحد",
        "times": AR("10:00–16:00"),
        "euros": AR("€2.50"),
    },
    "uk": {
        "month_name": "грудень",
        "long_date": "четвер, 26 листопада",
        "every": "щочетверга",
        "days": "з 30 листопада по 6 грудня 2026",
        "label": "ср 2 і 16, пт 4",
        "dates": "четвер 3, 10 і пʼятниця 11 грудня, та пʼятниця 1 січня",
        "span": "з 19 грудня по 3 січня",
        "weekdays": "понеділок – пʼятниця, неділя",
        "times": "10:00–16:00",
        "euros": "2,50\xa0€",
    },
    "pl": {
        "month_name": "grudzień",
        "long_date": "czwartek, 26 listopada",
        "every": "w każdy czwartek",
        "days": "od 30 listopada do 6 grudnia 2026",
        "label": "śr. 2 i 16, pt. 4",
        "dates": "czwartek 3, 10 i piątek 11 grudnia oraz piątek 1 stycznia",
        "span": "od 19 grudnia do 3 stycznia",
        "weekdays": "poniedziałek – piątek, niedziela",
        "times": "10:00–16:00",
        "euros": "2,50\xa0€",
    },
    "tr": {
        "month_name": "Aralık",
        "long_date": "26 Kasım Perşembe",
        "every": "her perşembe",
        "days": "30 Kasım – 6 Aralık 2026",
        "label": "Çar 2 ve 16, Cum 4",
        "dates": "3 ve 10 Aralık Perşembe ve 11 Aralık Cuma, 1 Ocak Cuma",
        "span": "19 Aralık – 3 Ocak",
        "weekdays": "Pazartesi – Cuma, Pazar",
        "times": "10:00–16:00",
        "euros": "€2,50",
    },
    "ti": {
        "month_name": "ታሕሳስ",
        "long_date": "ሓሙስ፣ 26 ሕዳር",
        "every": "ነፍሲ ወከፍ ሓሙስ",
        "days": "ካብ 30 ሕዳር ክሳብ 6 ታሕሳስ 2026",
        "label": "ረቡ 2፣ 16፣ ዓር 4",
        "dates": "ሓሙስ 3፣ 10፣ ዓርቢ 11 ታሕሳስ፣ ዓርቢ 1 ጥሪ",
        "span": "ካብ 19 ታሕሳስ ክሳብ 3 ጥሪ",
        "weekdays": "ሰኑይ – ዓርቢ፣ ሰንበት",
        "times": "10:00–16:00",
        "euros": "€2.50",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_days_and_times_in_its_own_way(language: str) -> None:
    with speaking(language):
        assert {
            "month_name": speech.month_name(dt.date(2026, 12, 1)),
            "long_date": speech.long_date(THURSDAY),
            "every": speech.every_weekday(3),
            "days": speech.days(dt.date(2026, 11, 30), dt.date(2026, 12, 6)),
            "label": speech.day_label(december(2, 4, 16)),
            "dates": speech.dates_in_words([*december(3, 10, 11), dt.date(2027, 1, 1)]),
            "span": speech.span_in_words(Span(dt.date(2026, 12, 19), dt.date(2027, 1, 3))),
            "weekdays": speech.weekdays_in_words([0, 1, 2, 3, 4, 6]),
            "times": speech.span(TEN, FOUR),
            "euros": speech.euros(250),
        } == SAID[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_of_days_is_said_by_its_ends(language: str) -> None:
    with speaking(language):
        label = speech.day_label(december(7, 8, 9, 12))
        span = speech.span_in_words(Span(*december(7, 11)))
        days = speech.days(*december(7, 11))
    assert "8" not in label
    assert all(each in label for each in ("7", "9", "12"))
    assert span in days.replace(" 2026", ""), "with the year where it stands alone"


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_day_needs_no_end(language: str) -> None:
    with speaking(language):
        assert speech.span_in_words(Span(THURSDAY, THURSDAY)) == speech.day_and_month(THURSDAY)
        assert "2026" in speech.days(THURSDAY, THURSDAY)
        assert speech.dates_in_words([]) == ""
        assert speech.and_join(["Koffie"]) == "Koffie"
        assert speech.and_join([]) == ""


@pytest.mark.parametrize(
    ("language", "word"),
    {
        "nl": "gratis",
        "en": "free",
        "ar": "مجاني",
        "uk": "безкоштовно",
        "pl": "bezpłatnie",
        "tr": "ücretsiz",
        "ti": "ብናጻ",
    }.items(),
)
def test_what_costs_nothing_is_said_in_words(language: str, word: str) -> None:
    with speaking(language):
        assert speech.euros(0) == word


def test_turkish_has_a_capital_of_its_own_for_i() -> None:
    with speaking("tr"):
        assert speech.sentence_start("ilk gün") == "İlk gün"
    with speaking("en"):
        assert speech.sentence_start("in May") == "In May"


def test_what_reads_from_left_to_right_is_kept_apart_in_arabic_alone() -> None:
    for language in LANGUAGES:
        with speaking(language):
            said = [speech.phone("0528123456"), speech.apart("Yoga (55+)"), speech.apart("")]
        plain = ["0528-12 34 56", "Yoga (55+)", ""]
        assert said == ([*map(AR, plain[:2]), ""] if language == "ar" else plain)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_and_a_time_are_kept_together_in_a_sentence(language: str) -> None:
    with speaking(language):
        sentence = f"{speech.long_date(THURSDAY)}, {speech.span(TEN, FOUR)}"
        sentence += " uur" if language == "nl" else ""
        found = [each.group() for each in speech.unbroken().finditer(sentence)]
        date = speech.day_and_month(THURSDAY)
    assert found[0] == date
    assert len(found) == 2
    assert "16" in found[1]


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    sets=st.lists(
        st.frozensets(st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)), min_size=1, max_size=9),
        min_size=2,
        max_size=8,
        unique=True,
    )
)
@settings(max_examples=60, deadline=None)
def test_other_dates_are_never_said_in_the_same_words(
    language: str, sets: list[frozenset[dt.date]]
) -> None:
    def within_a_year(days: frozenset[dt.date]) -> frozenset[dt.date]:
        """No year is said in a sentence: the dates of a poster lie in one."""
        return frozenset(day.replace(year=2026) for day in days)

    with speaking(language):
        for one, other in combinations({within_a_year(days) for days in sets}, 2):
            assert speech.dates_in_words(sorted(one)) != speech.dates_in_words(sorted(other))
        months = {frozenset(day.replace(year=2026, month=12) for day in days) for days in sets}
        for one, other in combinations(months, 2):
            assert speech.day_label(sorted(one)) != speech.day_label(sorted(other))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_days_months_spans_or_weeks_are_said_alike(language: str) -> None:
    year = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    with speaking(language):
        assert len({speech.day_and_month(day) for day in year}) == 365
        assert len({speech.long_date(day) for day in year}) == 365
        assert len({speech.month_name(day) for day in year}) == 12
        assert len({speech.weekday(n) for n in range(7)}) == 7
        assert len({speech.every_weekday(n) for n in range(7)}) == 7
        ends = list(combinations(year[::13], 2))
        assert len({speech.span_in_words(Span(*pair)) for pair in ends}) == len(ends)
        assert len({speech.days(*pair) for pair in ends}) == len(ends)
        weeks = [days for size in range(1, 8) for days in combinations(range(7), size)]
        assert len({speech.weekdays_in_words(days) for days in weeks}) == len(weeks)
        times = [dt.time(hour, minute) for hour in range(24) for minute in (0, 5, 30)]
        assert len({speech.clock(time) for time in times}) == len(times)


#: One date of a weekly series in December: whether it is on, when, and where it moved to.
_FATES = st.sampled_from(["on", "off", "later", "moved"])


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    fates=st.lists(st.lists(_FATES, min_size=5, max_size=5), min_size=2, max_size=4, unique_by=str),
    closed=st.frozensets(st.sampled_from(december(3, 10, 17, 24, 31)), max_size=2),
)
@settings(max_examples=40, deadline=None)
def test_months_that_differ_are_never_told_in_the_same_words(
    language: str, fates: list[list[str]], closed: frozenset[dt.date]
) -> None:
    said = {}
    for fate in fates:
        spoken = say_month([_date(n, each) for n, each in enumerate(fate)], december(1)[0], closed)
        facts = month_with(spoken, sorted(closed))
        with speaking(language):
            words = repr((blocks_of(facts.series), notes(facts)))
        assert said.setdefault(words, spoken) == spoken


def _date(week: int, fate: str) -> Happening:
    day = dt.date(2026, 12, 3) + dt.timedelta(weeks=week)
    start = dt.time(11) if fate == "later" else TEN
    on = day - dt.timedelta(days=2) if fate == "moved" else day
    return Happening(day, Slot(on, start, FOUR), cancelled=fate == "off")


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_of_let_op_has_no_dutch_but_the_title(language: str) -> None:
    closed = december(25)
    told = []
    for fates in (["on", "on", "later", "moved", "on"], ["on", "off", "on", "on", "on"]):
        happenings = [_date(n, fate) for n, fate in enumerate(fates)]
        facts = month_with(say_month(happenings, december(1)[0], frozenset(closed)), closed)
        with speaking(language):
            told += notes(facts)
    assert len(told) == 5
    for sentence in told:
        for dutch in (
            "Dicht",
            "geen",
            "plaats",
            "december",
            "donderdag",
            "dinsdag",
            " is op ",
            "uur",
        ):
            assert dutch not in sentence, sentence
        assert sentence[-1] in ".።", sentence
