"""Whatever is typed is read or refused with its piece; whatever is said of a rule is read back."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.recurrence import BadRule, expand, parse
from rules.rule_reading import ReadRule, Unreadable, read_series, read_words
from rules.rule_words import in_words

#: A Thursday.
TODAY = dt.date(2026, 11, 26)

VOCABULARY = (
    *("elke", "iedere", "donderdag", "do", "ma", "vr", "donderdagen", "werkdag", "weekend"),
    *("dag", "dagen", "week", "weken", "maand", "maanden", "jaar", "om de", "andere", "even"),
    *("oneven", "wekelijks", "maandelijks", "jaarlijks", "1x", "keer", "eens", "per", "in", "op"),
    *("van", "vd", "vanaf", "t/m", "-", "tot en met", "in plaats van", "niet", "behalve", "ook"),
    *("1", "2", "3", "9", "31", "53", "0", "2027", "1e", "3e", "laatste", "31e", "0e", "9-12"),
    *("31-2", "9-12-2026", "2027-01-07", "'27", "december", "feb", "mei", "en", ",", ";", ":"),
)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=14).map(" ".join))
def test_any_words_are_a_rule_with_dates_or_are_refused_with_a_piece(text: str) -> None:
    read_or_refuse(text)


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=60))
def test_any_text_is_a_rule_with_dates_or_is_refused_with_a_piece(text: str) -> None:
    read_or_refuse(text)


def read_or_refuse(text: str) -> None:
    end = TODAY + dt.timedelta(days=100)
    for read in (read_series, read_words):
        try:
            found = read(text, TODAY)
        except Unreadable as refusal:
            piece = refusal.piece
        else:
            assert all(TODAY <= each <= end for each in found.dates(TODAY, end))
            continue
        assert bool(piece) == bool(text.strip())
        assert len(piece) <= 40


DAYS = st.lists(
    st.sampled_from(("MO", "TU", "WE", "TH", "FR", "SA", "SU")), min_size=1, max_size=7, unique=True
)
COUNTED = st.lists(
    st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1]), st.sampled_from(("MO", "TH"))),
    min_size=1,
    max_size=4,
    unique=True,
)
MONTH_DAYS = st.lists(st.sampled_from([-1, *range(1, 32)]), min_size=1, max_size=4, unique=True)
MONTHS = st.sampled_from(["1,3,5,7,9,11", "2,4,6,8,10,12"]) | st.lists(
    st.integers(1, 12), min_size=1, max_size=4, unique=True
).map(lambda months: ",".join(map(str, months)))
WEEKS = st.lists(st.integers(1, 53), min_size=1, max_size=3, unique=True) | st.builds(
    lambda parity, begin, end: [w for w in range(1 + parity, 54, 2) if not begin < w < end],
    st.integers(0, 1),
    st.integers(20, 30),
    st.integers(20, 36),
)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Every rule that :func:`rules.recurrence.parse` takes, but for weeks from another day."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}"]
    interval = draw(st.sampled_from([1, 1, 2, 3, 6, 12, 52])) if freq != "YEARLY" else 1
    if interval > 1:
        parts.append(f"INTERVAL={interval}")
    if freq == "WEEKLY":
        parts.append(f"BYDAY={','.join(draw(DAYS))}")
    if freq in ("MONTHLY", "YEARLY") and interval == 1 and draw(st.booleans()):
        parts.append(f"BYMONTH={draw(MONTHS)}")
    if freq in ("MONTHLY", "YEARLY"):
        by = draw(st.sampled_from(["BYMONTHDAY", "BYDAY", "counted", "BYWEEKNO"]))
        if by == "BYMONTHDAY":
            parts.append(f"BYMONTHDAY={','.join(map(str, draw(MONTH_DAYS)))}")
        elif by == "BYWEEKNO":
            parts += [
                f"BYWEEKNO={','.join(map(str, draw(WEEKS)))}",
                f"BYDAY={','.join(draw(DAYS))}",
            ]
        else:
            parts.append(f"BYDAY={','.join(draw(DAYS if by == 'BYDAY' else COUNTED))}")
    return ";".join(parts)


@pytest.mark.slow
@settings(max_examples=300)
@given(rules(), st.dates(TODAY, TODAY + dt.timedelta(days=120)))
def test_what_is_said_of_a_rule_is_read_as_the_same_dates(rule: str, first: dt.date) -> None:
    try:
        interval = parse(rule).interval
    except BadRule:
        return
    end = first + dt.timedelta(days=500)
    expected = expand(rule, first, None, first, end)
    text = in_words(rule, first)
    if interval > 1 and expected:
        text += f", vanaf {expected[0]:%-d-%-m-%Y}"
    assert read_words(text, TODAY).dates(first, end) == set(expected)


@given(st.lists(st.dates(TODAY, dt.date(2030, 12, 31)), min_size=1, max_size=30, unique=True))
def test_what_is_said_of_single_dates_is_read_as_the_same_dates(found: list[dt.date]) -> None:
    rule = "RDATE:" + ",".join(f"{each:%Y%m%d}" for each in sorted(found))
    assert read_words(in_words(rule, found[0]), TODAY) == ReadRule(rule, named=True)
