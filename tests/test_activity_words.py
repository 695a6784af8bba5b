"""When an activity is, in words: what is stored of it, whatever its rule says."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from models import ClosureKind, Occurrence
from rules import programme
from rules.activity_words import coming_in_words
from rules.closures import add_closure
from rules.rule_reading import read_series
from rules.series_change import change_activity
from tests.browser_of import Browser
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.views.test_programme import add_lunch, the_date
from tests.views.test_programme_edit import add_coffee

NEW_YEARS_EVE = dt.date(2026, 12, 31)


def test_the_lunch_a_week_earlier_is_said_in_one_line(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    programme.move_date(the_date(lunch, NEW_YEARS_EVE), dt.date(2026, 12, 24), None, NOW)
    add_closure(
        *(cast.wolfsbos, NEW_YEARS_EVE, NEW_YEARS_EVE, ClosureKind.closed, "Oudjaar", None, NOW)
    )
    said = "laatste donderdag van de maand, donderdag 24 in plaats van 31 december"
    assert coming_in_words(lunch, TODAY).words == said
    page = Browser(app, cast.volunteer).get(f"/programma/activiteit/{lunch.id}").text
    assert "Laatste donderdag van de maand" in page
    assert "donderdag 24 in plaats van 31 december" in page.casefold()


def test_what_people_cancelled_is_said_and_what_a_closed_house_stops_is_not(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    day = dt.date(2026, 12, 24)
    programme.cancel_date(the_date(coffee, dt.date(2026, 12, 10)), "Kok ziek", None, NOW)
    add_closure(cast.wolfsbos, day, day, ClosureKind.closed, "Kerst", None, NOW)
    assert coming_in_words(coffee, TODAY).words == "elke donderdag, niet op 10 december"


def test_a_rule_that_begins_later_is_said_with_what_comes_before_it(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    change_activity(coffee, None, NOW, since=dt.date(2026, 12, 14), rule="FREQ=WEEKLY;BYDAY=FR")
    words = coming_in_words(coffee, TODAY).words
    stored = {row.date for row in Occurrence.select().where(Occurrence.date >= TODAY)}
    ahead = {day for day in stored if day <= TODAY + dt.timedelta(weeks=13)}
    assert read_series(words, TODAY).dates(TODAY, TODAY + dt.timedelta(weeks=13)) == ahead
    assert "vrijdag" in words


def test_a_series_that_is_over_is_said_by_its_rule(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos, last_date=dt.date(2026, 11, 19))
    assert coming_in_words(coffee, TODAY).words == ""
    page = Browser(app, cast.volunteer).get(f"/programma/activiteit/{coffee.id}").text
    assert "Elke donderdag" in page
    assert "Er komen geen dagen meer." in page


def test_it_takes_three_queries_however_much_there_is(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos, rule="FREQ=DAILY", last_date=dt.date(2027, 6, 1))
    with counted() as statements:
        assert coming_in_words(coffee, TODAY).words == "elke dag"
    assert len(statements) == 3
