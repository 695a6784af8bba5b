"""Words that people type, read as rules and dates; and what cannot be read, named."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.recurrence import parse
from rules.rule_reading import (
    NoSuchDay,
    OtherWeekday,
    ReadRule,
    Unreadable,
    read_series,
    read_words,
)
from rules.word_tokens import MOST_CHARACTERS

#: A Thursday.
TODAY = dt.date(2026, 11, 26)
EVEN = f"FREQ=YEARLY;BYWEEKNO={','.join(str(week) for week in range(2, 53, 2))}"
ODD = f"FREQ=YEARLY;BYWEEKNO={','.join(str(week) for week in range(1, 54, 2))}"
NO_SUMMER = "FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,9,10,11,12"
WORKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
FORTNIGHTLY = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO"


def day(text: str) -> dt.date:
    """'3/11' of the coming year, or with its year: '3/11/2026'."""
    number, month, *year = map(int, text.split("/"))
    return dt.date(year[0] if year else 2026 + (month < 11), month, number)


def dates(*texts: str) -> str:
    return "RDATE:" + ",".join(f"{day(text):%Y%m%d}" for text in texts)


# -- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("elke donderdag", "FREQ=WEEKLY;BYDAY=TH"),
        ("elke do", "FREQ=WEEKLY;BYDAY=TH"),
        ("Elke Do.", "FREQ=WEEKLY;BYDAY=TH"),
        ("iedere donderdag", "FREQ=WEEKLY;BYDAY=TH"),
        ("alle donderdagen", "FREQ=WEEKLY;BYDAY=TH"),
        ("donderdag", "FREQ=WEEKLY;BYDAY=TH"),
        ("don", "FREQ=WEEKLY;BYDAY=TH"),
        ("donderdags", "FREQ=WEEKLY;BYDAY=TH"),
        ("'s maandags", "FREQ=WEEKLY;BYDAY=MO"),
        ("elke donderdagmiddag", "FREQ=WEEKLY;BYDAY=TH"),
        ("elke donderdag avond", "FREQ=WEEKLY;BYDAY=TH"),
        ("wekelijks op maandag", "FREQ=WEEKLY;BYDAY=MO"),
        ("elke week op dinsdag en donderdag", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("1x per week op di", "FREQ=WEEKLY;BYDAY=TU"),
        ("ma, wo en vr", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("ma/wo/vr", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("ma + wo & vr", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("woensdag t/m vrijdag", "FREQ=WEEKLY;BYDAY=WE,TH,FR"),
        ("ma-vr", WORKDAYS),
        ("maandag tot en met vrijdag", WORKDAYS),
        ("elke werkdag", WORKDAYS),
        ("doordeweeks", WORKDAYS),
        ("elk weekend", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("zaterdag t/m maandag", "FREQ=WEEKLY;BYDAY=MO,SA,SU"),
        ("elke dag", "FREQ=DAILY"),
        ("dagelijks", "FREQ=DAILY"),
        ("elke dag behalve zondag", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
        ("ma t/m vr, niet op woensdag", "FREQ=WEEKLY;BYDAY=MO,TU,TH,FR"),
        ("om de week op dinsdag", FORTNIGHTLY),
        ("om de andere week dinsdag", FORTNIGHTLY),
        ("om de 2 weken op di", FORTNIGHTLY),
        ("elke twee weken op dinsdag", FORTNIGHTLY),
        ("tweewekelijks op dinsdag", FORTNIGHTLY),
        ("14-daags op dinsdag", FORTNIGHTLY),
        ("eens in de twee weken op di", FORTNIGHTLY),
        ("1 keer per 2 weken, op dinsdag", FORTNIGHTLY),
        ("om de drie weken op maandag", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO;WKST=MO"),
        ("even weken op ma", f"{EVEN};BYDAY=MO"),
        ("elke even week op maandag", f"{EVEN};BYDAY=MO"),
        ("maandag in de even weken", f"{EVEN};BYDAY=MO"),
        ("oneven weken: vrijdag", f"{ODD};BYDAY=FR"),
        ("in oneven weken op woensdag en vrijdag", f"{ODD};BYDAY=WE,FR"),
        ("op vrijdag in week 2 en 9", "FREQ=YEARLY;BYWEEKNO=2,9;BYDAY=FR"),
        ("week 2-4: vrijdag", "FREQ=YEARLY;BYWEEKNO=2,3,4;BYDAY=FR"),
        ("laatste donderdag van de maand", "FREQ=MONTHLY;BYDAY=-1TH"),
        ("laatste donderdag vd maand", "FREQ=MONTHLY;BYDAY=-1TH"),
        ("laatste do v.d. maand", "FREQ=MONTHLY;BYDAY=-1TH"),
        ("elke laatste donderdag", "FREQ=MONTHLY;BYDAY=-1TH"),
        ("laatste donderdag van elke maand", "FREQ=MONTHLY;BYDAY=-1TH"),
        ("maandelijks op de laatste donderdag", "FREQ=MONTHLY;BYDAY=-1TH"),
        ("1x per maand, laatste donderdag", "FREQ=MONTHLY;BYDAY=-1TH"),
        ("1e en 3e maandag van de maand", "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        ("1e en 3e ma", "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        ("1ste & 3de ma per maand", "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        ("eerste en derde maandag", "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        ("1e maandag en 2e woensdag", "FREQ=MONTHLY;BYDAY=1MO,2WE"),
        ("2e zaterdag in oneven maanden", "FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYDAY=2SA"),
        ("in even maanden: laatste do", "FREQ=MONTHLY;BYMONTH=2,4,6,8,10,12;BYDAY=-1TH"),
        ("2e za van januari, mei en september", "FREQ=MONTHLY;BYMONTH=1,5,9;BYDAY=2SA"),
        ("1e ma van de maand, niet in juli en aug", f"{NO_SUMMER};BYDAY=1MO"),
        ("om de maand: laatste donderdag", "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1TH"),
        ("elke 3 maanden op de 1e maandag", "FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO"),
        ("15e van de maand", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("elke maand op de 15e", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("op de 1e en laatste dag van de maand", "FREQ=MONTHLY;BYMONTHDAY=1,-1"),
        ("in juni en juli: elke donderdag", "FREQ=MONTHLY;BYMONTH=6,7;BYDAY=TH"),
        ("elke donderdag van september t/m juni", f"{NO_SUMMER};BYDAY=TH"),
        ("elk jaar op 5 mei", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5"),
        ("jaarlijks op 5 mei", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5"),
        ("elk jaar op de 4e zaterdag van september", "FREQ=MONTHLY;BYMONTH=9;BYDAY=4SA"),
    ],
)  # fmt: skip
def test_a_rule_is_read_in_many_spellings(text: str, rule: str) -> None:
    assert read_words(text, TODAY) == ReadRule(rule)


def test_a_pause_in_numbered_weeks_is_left_out() -> None:
    read = read_words("in oneven weken op vrijdag, niet in week 27 t/m 35", TODAY)
    assert parse(read.rule).weeks == tuple(week for week in range(1, 54, 2) if not 27 <= week <= 35)


@pytest.mark.parametrize(
    ("text", "rule", "first", "last"),
    [
        ("elke dag 7 t/m 11 december", "FREQ=DAILY", "7/12", "11/12"),
        ("dagelijks van 7 december t/m 8 januari", "FREQ=DAILY", "7/12", "8/1"),
        ("elke donderdag vanaf 7 januari", "FREQ=WEEKLY;BYDAY=TH", "7/1", None),
        ("elke do m.i.v. 7-1", "FREQ=WEEKLY;BYDAY=TH", "7/1", None),
        ("met ingang van 7 januari elke donderdag", "FREQ=WEEKLY;BYDAY=TH", "7/1", None),
        ("elke donderdag t/m 31 maart 2027", "FREQ=WEEKLY;BYDAY=TH", None, "31/3"),
        ("elke donderdag vanaf 7 jan t/m 31 mrt", "FREQ=WEEKLY;BYDAY=TH", "7/1", "31/3"),
        ("elke donderdag van 1 september t/m 30 juni", "FREQ=WEEKLY;BYDAY=TH", "1/9/2026", "30/6"),
        ("elke donderdag 7 t/m 28 januari", "FREQ=WEEKLY;BYDAY=TH", "7/1", "28/1"),
        ("elke donderdag in december", "FREQ=WEEKLY;BYDAY=TH", "1/12", "31/12"),
        ("elke week vanaf 1 december", "FREQ=WEEKLY;BYDAY=TU", "1/12", None),
        ("om de week op dinsdag vanaf 1 december", FORTNIGHTLY, "1/12", None),
        # The first of them, when the day that is named is another.
        ("om de week op dinsdag vanaf 28 november", FORTNIGHTLY, "1/12", None),
        # It began three weeks ago: nobody speaks of November of next year.
        ("om de week op dinsdag, vanaf 3 november", FORTNIGHTLY, "3/11/2026", None),
        ("elke 3 dagen vanaf 1 december", "FREQ=DAILY;INTERVAL=3", "1/12", None),
    ],
)
def test_a_rule_begins_and_ends_when_that_is_said(
    text: str, rule: str, first: str | None, last: str | None
) -> None:
    expected = ReadRule(rule, first and day(first), last and day(last))
    assert read_words(text, TODAY) == expected


# -- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("9 december", dates("9/12")),
        ("wo 9 dec.", dates("9/12")),
        ("woensdag 9 december 2026", dates("9/12")),
        ("9 dec '26", dates("9/12")),
        ("9-12-2026", dates("9/12")),
        ("9-12-26", dates("9/12")),
        ("09/12/2026", dates("9/12")),
        ("9.12.2026", dates("9/12")),
        ("2026-12-09", dates("9/12")),
        ("9-12", dates("9/12")),
        ("9/12", dates("9/12")),
        ("9 en 16 dec", dates("9/12", "16/12")),
        ("op 9 en op 16 december", dates("9/12", "16/12")),
        ("9, 16 en 23 december 2026", dates("9/12", "16/12", "23/12")),
        ("wo 9 en do 17 december", dates("9/12", "17/12")),
        ("op de 9e en 16e december", dates("9/12", "16/12")),
        ("30 december en 6 januari", dates("30/12", "6/1")),
        ("30 december en 6 januari 2027", dates("30/12", "6/1")),
        ("30 november; 9 december 2026; 6 januari 2027", dates("30/11", "9/12", "6/1")),
        ("2, 7 t/m 9 en 14 december", dates("2/12", "7/12", "8/12", "9/12", "14/12")),
        ("9-12, 16-12-2026", dates("9/12", "16/12")),
        ("9 en 16-12", dates("9/12", "16/12")),
        ("9-12, 16-12 en 6-1", dates("9/12", "16/12", "6/1")),
        # Without a year the first that comes.
        ("26 november", dates("26/11/2026")),
        ("25 november", dates("25/11/2027")),
        ("29 februari", dates("29/2/2028")),
    ],
)
def test_dates_are_read_in_many_spellings(text: str, rule: str) -> None:
    assert read_words(text, TODAY) == ReadRule(rule, named=True)


def test_days_in_a_row_are_a_period_of_named_days() -> None:
    for text in ("7 t/m 11 december", "7-11 december", "ma 7 t/m vr 11 dec", "7/12 t/m 11/12"):
        assert read_words(text, TODAY) == ReadRule("FREQ=DAILY", day("7/12"), day("11/12"), True)


def test_a_closed_day_takes_a_date_from_a_rule_and_not_from_those_who_name_it() -> None:
    closed = {day("9/12"), day("31/12")}
    window = day("1/12"), day("31/12")
    for text in ("9 en 10 december", "elke donderdag, ook op 9 en 31 december"):
        assert day("9/12") in read_series(text, TODAY).dates(*window, closed)
    for text in ("elke woensdag", "elke dag 7 t/m 11 december"):
        found = read_series(text, TODAY).dates(*window)
        assert day("9/12") in found
        assert read_series(text, TODAY).dates(*window, closed) == found - closed
    period = read_series("7 t/m 11 december", TODAY)
    assert len(period.dates(*window, closed)) == 5


# -- a series with what deviates ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("elke donderdag", ["3/12", "10/12", "17/12", "24/12", "31/12"]),
        ("elke donderdag, niet op 24 december", ["3/12", "10/12", "17/12", "31/12"]),
        ("elke do behalve 24 en 31 dec", ["3/12", "10/12", "17/12"]),
        ("elke do, niet van 10 december t/m 5 januari", ["3/12"]),
        ("elke do, ook op 9 december", ["3/12", "9/12", "10/12", "17/12", "24/12", "31/12"]),
        (
            "laatste donderdag van de maand, donderdag 24 in plaats van 31 december",
            ["24/12"],
        ),
        ("laatste do, 24 ipv 31 december", ["24/12"]),
        ("laatste do, 24 i.p.v. do 31 dec, 5 in plaats van 28 januari", ["24/12"]),
        ("9 en 16 december, 10 in plaats van 9 december", ["10/12", "16/12"]),
        ("9 december, 16 december in plaats van 23 december", ["9/12", "16/12"]),
        ("elke dinsdag, t/m 8 december; elke donderdag, vanaf 17 december",
         ["1/12", "8/12", "17/12", "24/12", "31/12"]),
        ("elke dinsdag; in oneven weken op vrijdag, niet op 15 december",
         ["1/12", "4/12", "8/12", "18/12", "22/12", "29/12"]),
        ("woensdag 16 in plaats van 9 december", ["16/12"]),
        ("niet op 24 december", []),
    ],
)  # fmt: skip
def test_december_of_a_series(text: str, expected: list[str]) -> None:
    found = read_series(text, TODAY).dates(day("1/12"), day("31/12"))
    assert sorted(found) == [day(each) for each in expected]


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("elke donderdag, niet op 24 december", "niet op 24 december"),
        ("elke donderdag, ook op 9 december", "ook op 9 december"),
        ("elke maandag; 1e zaterdag van de maand", "1e zaterdag van de maand"),
        (
            "laatste do, donderdag 24 in plaats van 31 december",
            "donderdag 24 in plaats van 31 december",
        ),
    ],
)
def test_what_one_rule_cannot_hold_is_refused_where_one_is_asked(text: str, piece: str) -> None:
    read_series(text, TODAY)
    with pytest.raises(Unreadable) as refusal:
        read_words(text, TODAY)
    assert refusal.value.piece == piece


# -- what cannot be read --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("onzin", "onzin"),
        ("elke donderdag om 10 uur", "om 10 uur"),
        ("elke donderdag 10.00-12.00", "10.00-12.00"),
        ("2x per maand", "2x per maand"),
        ("elke maandag, 2 keer per maand", "2 keer per maand"),
        ("eens per week", "eens per week"),
        ("elke week", "elke week"),
        ("elke donderdag tot 31 maart", "tot 31 maart"),
        ("elke donderdag vanaf de zomer", "vanaf de zomer"),
        ("elke maand op donderdag", "elke maand op donderdag"),
        ("op de 15e", "15e"),
        ("elke tweede week op maandag", "tweede week op maandag"),
        ("6e maandag van de maand", "6e maandag van de maand"),
        ("32e dag van de maand", "32e dag van de maand"),
        ("week 54 op maandag", "54 op maandag"),
        ("week 0 op maandag", "0 op maandag"),
        ("elke maandag niet in de kerstvakantie", "niet in de kerstvakantie"),
        ("morgen", "morgen"),
        ("elke 0 weken op maandag", "elke 0 weken op maandag"),
        ("elke 400 dagen", "elke 400 dagen"),
        ("niet", "niet"),
        ("van de maand", "van de maand"),
        ("elke donderdag 🎉", "🎉"),
        ("elke donderdag\x00", "�"),
        ("...", "..."),
        (" ; ;", "; ;"),
        ("vanaf 3 december", "vanaf 3 december"),
        # Of September, or up to and including the ninth?
        ("7-9 en 14 december", "7-9 en 14 december"),
        ("elke do, niet op 24 december en 2-1", "24 december en 2-1"),
    ],
)
def test_the_piece_that_is_not_understood_is_named(text: str, piece: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_words(text, TODAY)
    assert refusal.value.piece == piece


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("elke maandag en om de week op vrijdag", "om de week op vrijdag"),
        ("elke maandag en de 1e zaterdag van de maand", "1e zaterdag van de maand"),
        ("om de week op maandag, elke 3 weken", "elke 3 weken"),
        ("even weken op maandag in oneven weken", "oneven weken"),
        ("elke donderdag en vrijdag 27 november", "vrijdag 27 november"),
        ("9 december elke donderdag", "elke donderdag"),
        ("elke dag op maandag", "op maandag"),
        ("elke do vanaf 1 december vanaf 2 december", "vanaf 2 december"),
        ("elke do van 1 t/m 31 december t/m 5 januari", "t/m 5 januari"),
        ("elke do vanaf 31 december 2027 t/m 1 december 2027", "31 december 2027"),
        ("om de maand in oneven maanden: 1e maandag", "om de maand in oneven maanden: 1e maand…"),
    ],
)
def test_a_contradiction_is_named_where_it_begins(text: str, piece: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_words(text, TODAY)
    assert refusal.value.piece == piece


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("31 februari", "31 februari"),
        ("elke do vanaf 31 februari", "31 februari"),
        ("elke do, niet op 24 en 31 november", "31 november"),
        ("30-2-2027", "30-2-2027"),
        ("9-13", "9-13"),
        ("29 februari 2027", "29 februari 2027"),
        ("elk jaar op 31 juni", "31 juni"),
        ("9-12-1850", "9-12-1850"),
    ],
)
def test_a_day_that_is_not_there_is_named(text: str, piece: str) -> None:
    with pytest.raises(NoSuchDay) as refusal:
        read_series(text, TODAY)
    assert refusal.value.piece == piece


@pytest.mark.parametrize(
    ("text", "piece", "meant"),
    [
        ("donderdag 25 november 2026", "donderdag 25 november 2026", "25/11/2026"),
        ("do 9 december", "do 9 december", "9/12"),
        ("wo 9 en wo 17 december", "wo 17 december", "17/12"),
        ("elke do, vrijdag 24 in plaats van 31 december", "vrijdag 24 december", "24/12"),
        ("elke do vanaf vr 3 december", "vr 3 december", "3/12"),
    ],
)
def test_a_date_with_another_weekday_is_named_with_the_day_it_is(
    text: str, piece: str, meant: str
) -> None:
    with pytest.raises(OtherWeekday) as refusal:
        read_series(text, TODAY)
    assert refusal.value.piece == piece
    assert refusal.value.day == day(meant)


def test_a_long_piece_is_cut() -> None:
    with pytest.raises(Unreadable) as refusal:
        read_words("we beginnen pas als iedereen er is en de koffie klaar staat", TODAY)
    assert refusal.value.piece == "we beginnen pas als iedereen er is en d…"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "elke donderdag, " * 10_000,
        "🎉" * MOST_CHARACTERS,
        "\x00" * MOST_CHARACTERS,
        "ﷺ" * MOST_CHARACTERS,
        "1," * (MOST_CHARACTERS // 2),
        "1, 2 " * 1000 + "december",
        "9 december en " * 400 + "x",
        ";" * MOST_CHARACTERS,
        "t/m " * 1000,
        "\ud800",
        "٣ december",
        "elke ma; " * 600 + "x",
    ],
    ids=lambda text: text.encode("ascii", "backslashreplace").decode()[:12],
)
def test_a_flood_is_refused_with_a_piece_of_it(text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_series(text, TODAY)
    assert 0 < len(refusal.value.piece) <= 40


def test_nothing_has_no_piece() -> None:
    for text in ("", "   ", "\n\t"):
        with pytest.raises(Unreadable) as refusal:
            read_words(text, TODAY)
        assert refusal.value.piece == ""


def test_more_days_than_a_rule_can_hold_are_refused_as_one_rule_and_read_as_a_series() -> None:
    text = "1 december 2026 t/m 30 april 2027 en 1 juni t/m 30 augustus 2027"
    with pytest.raises(Unreadable):
        read_words(text, TODAY)
    found = read_series(text, TODAY).dates(TODAY, dt.date(2027, 12, 31))
    assert len(found) == 151 + 91
