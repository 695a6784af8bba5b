"""Rules and days as people say them."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.recurrence import Kind, build_rule
from rules.rule_words import days_in_words, in_words

#: A Thursday.
FIRST = dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=TH", "elke donderdag"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "elke dinsdag en donderdag"),
        ("FREQ=WEEKLY;BYDAY=FR,WE,TH", "elke woensdag t/m vrijdag"),
        ("FREQ=WEEKLY;BYDAY=MO,TH,FR,SA", "elke maandag en donderdag t/m zaterdag"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "elke dag"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "elke werkdag"),
        ("FREQ=WEEKLY", "elke donderdag"),
        ("FREQ=DAILY", "elke dag"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO", "om de week op dinsdag"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TU", "elke 3 weken op dinsdag"),
        ("FREQ=MONTHLY;BYDAY=-1TH", "laatste donderdag van de maand"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "1e en 3e maandag van de maand"),
        ("FREQ=MONTHLY;BYDAY=-1WE,2WE", "2e en laatste woensdag van de maand"),
        ("FREQ=MONTHLY;BYDAY=1MO,2WE", "1e maandag en 2e woensdag van de maand"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1TH", "om de maand: laatste donderdag"),
        ("FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYDAY=2SA", "in oneven maanden: 2e zaterdag"),
        ("FREQ=MONTHLY;BYMONTH=2,4,6,8,10,12;BYDAY=-1TH", "in even maanden: laatste donderdag"),
        ("FREQ=MONTHLY;BYMONTH=1,5;BYDAY=1MO,3MO", "in januari en mei: 1e en 3e maandag"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO;WKST=MO", "elke 3 weken op maandag"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "op de 15e en laatste dag van de maand"),
        ("FREQ=YEARLY;BYMONTH=9;BYDAY=4SA", "elk jaar op de 4e zaterdag van september"),
        ("FREQ=MONTHLY;BYMONTH=6,7;BYDAY=TH", "in juni en juli: elke donderdag"),
        # 'In juni: elke donderdag' could be said of this June alone.
        ("FREQ=MONTHLY;BYMONTH=6;BYDAY=TH", "elk jaar in juni: elke donderdag"),
        ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5", "elk jaar op 5 mei"),
        ("FREQ=YEARLY;BYMONTH=5,6;BYMONTHDAY=5,9", "elk jaar op 5 en 9 mei en juni"),
        ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5,-1", "elk jaar op de 5e en laatste dag van mei"),
        ("FREQ=YEARLY;BYWEEKNO=2,9;BYDAY=FR", "op vrijdag in week 2 en 9"),
        ("RDATE:20261209", "9 december 2026"),
        ("RDATE:20261209,20261216", "9 en 16 december 2026"),
        ("RDATE:20261130,20261209", "30 november en 9 december 2026"),
        ("RDATE:20261209,20270106", "9 december 2026 en 6 januari 2027"),
        ("RDATE:20261130,20261209,20270106", "30 november, 9 december 2026 en 6 januari 2027"),
        ("RDATE:20261209,20270106,20270113", "9 december 2026, 6 en 13 januari 2027"),
    ],
)
def test_a_rule_is_said_in_plain_dutch(rule: str, words: str) -> None:
    assert in_words(rule, FIRST) == words


def test_even_and_odd_weeks_are_said_with_the_pause_they_make() -> None:
    assert in_words(build_rule(Kind.odd_weeks, [4]), FIRST) == "in oneven weken op vrijdag"
    assert in_words(build_rule(Kind.even_weeks, [0]), FIRST) == "in even weken op maandag"
    paused = ",".join(str(week) for week in range(1, 54, 2) if not 26 < week < 36)
    rule = f"FREQ=YEARLY;BYWEEKNO={paused};BYDAY=FR"
    assert in_words(rule, FIRST) == "in oneven weken op vrijdag, niet in week 27 t/m 35"


def test_days_share_the_name_of_their_month_and_year() -> None:
    def said(*pairs: tuple[str, str], years: bool = False) -> str:
        spans = [(dt.date.fromisoformat(a), dt.date.fromisoformat(b)) for a, b in pairs]
        return days_in_words(spans, years=years)

    third, ninth = ("2026-12-03",) * 2, ("2026-12-09",) * 2
    week, turn = ("2026-12-07", "2026-12-11"), ("2026-12-28", "2027-01-02")
    later = ("2027-01-13",) * 2
    assert said(third, ninth) == "3 en 9 december"
    assert said(third, week) == "3 en 7 t/m 11 december"
    assert said(third, turn) == "3 en 28 december t/m 2 januari"
    # '28 december t/m 2 en 13 januari' would be misread.
    assert said(turn, later) == "28 december t/m 2 januari en 13 januari"
    assert said(turn, later, years=True) == "28 december 2026 t/m 2 januari en 13 januari 2027"
    assert said(third, later, years=True) == "3 december 2026 en 13 januari 2027"
