"""What the programme and closures did to a shift stands in its history, with who did it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from models import Activity, AuditEntry, Closure, ClosureKind, Person, Shift, ShiftState
from rules import closures, filling, programme, series_change
from rules.filling import start_pattern
from rules.patterns import SeatWish
from tests.browser_of import Browser
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.test_double_booked import DAY_BEFORE, NEW_YEARS_EVE, with_a_cook
from tests.test_programme import on
from tests.views.test_roster_history import MINUTE, read

BrowserOf = Callable[[Person | None], Browser]


def closed(cast: Cast, kind: ClosureKind, now: dt.datetime) -> Closure:
    days = (NEW_YEARS_EVE, NEW_YEARS_EVE, kind, "Oudjaar")
    return closures.add_closure(cast.wolfsbos, *days, cast.coordinator, now)[0]


def test_who_closed_the_house_and_who_opened_it_again_stands_there(
    cast: Cast, browser_of: BrowserOf
) -> None:
    _lunch, shift = with_a_cook(cast)
    closure = closed(cast, ClosureKind.closed, NOW + MINUTE)
    closures.remove_closure(closure, cast.wolfsbos, cast.admin, NOW + 2 * MINUTE)
    assert Closure.select().count() == 0, "what is told does not lean on the closure itself"
    assert read(browser_of(cast.coordinator), shift) == [
        "Bea liet de activiteit weer doorgaan",
        "Corrie deed het huis die dag dicht",
        "Joop meldde zich aan",
    ]
    assert "deed het huis" not in browser_of(cast.volunteer).get(f"/rooster/dienst/{shift.id}").text


def test_who_cancelled_restored_moved_and_reset_a_date_stands_there(
    cast: Cast, browser_of: BrowserOf
) -> None:
    lunch, shift = with_a_cook(cast)
    by = cast.coordinator
    programme.cancel_date(on(lunch, NEW_YEARS_EVE), "Kok ziek", by, NOW + MINUTE)
    programme.restore_date(on(lunch, NEW_YEARS_EVE), cast.admin, NOW + 2 * MINUTE)
    programme.move_date(on(lunch, NEW_YEARS_EVE), DAY_BEFORE, by, NOW + 3 * MINUTE)
    programme.reset_date(on(lunch, NEW_YEARS_EVE), cast.admin, NOW + 4 * MINUTE)
    assert read(browser_of(by), shift) == [
        "Bea verzette de activiteit",
        "Corrie verzette de activiteit",
        "Bea liet de activiteit weer doorgaan",
        "Corrie liet de activiteit niet doorgaan",
        "Joop meldde zich aan",
    ]


def test_who_changed_put_away_and_took_back_a_series_stands_there(
    cast: Cast, browser_of: BrowserOf
) -> None:
    lunch, shift = with_a_cook(cast)
    by = cast.coordinator
    date = on(lunch, NEW_YEARS_EVE).id
    series_change.change_activity(
        lunch, by, NOW + MINUTE, follow=[date], start_time=dt.time(12, 30)
    )
    series_change.archive_activity(Activity.get_by_id(lunch.id), by, NOW + 2 * MINUTE)
    series_change.unarchive_activity(lunch, cast.admin, NOW + 3 * MINUTE)
    lunch = Activity.get_by_id(lunch.id)
    closed(cast, ClosureKind.school_holiday, NOW + 4 * MINUTE)
    series_change.change_activity(lunch, by, NOW + 5 * MINUTE, not_in_school_holidays=True)
    assert read(browser_of(by), shift) == [
        # The house is open in a school holiday: only the activity pauses.
        "Corrie liet de activiteit niet doorgaan",
        "Bea liet de activiteit weer doorgaan",
        "Corrie liet de activiteit niet doorgaan",
        "Corrie verzette de activiteit",
        "Joop meldde zich aan",
    ]


def test_a_shift_without_an_activity_says_who_closed_and_opened_the_house(
    cast: Cast, browser_of: BrowserOf
) -> None:
    start_pattern(
        cast.wolfsbos,
        "Sleutel",
        [SeatWish("Sleutelhouder")],
        None,
        NOW,
        rule="FREQ=WEEKLY;BYDAY=TH",
        first_date=TODAY,
        start_time=dt.time(9),
        end_time=dt.time(10),
    )
    shift = Shift.get(Shift.date == NEW_YEARS_EVE)
    closure = closed(cast, ClosureKind.closed, NOW + MINUTE)
    closures.decide_closure(closure, cast.wolfsbos, False, cast.admin, NOW + 2 * MINUTE)
    assert read(browser_of(cast.coordinator), shift) == [
        "Bea deed het huis die dag weer open",
        "Corrie deed het huis die dag dicht",
    ]
    # And when the roster brings itself in line, nobody did it.
    Closure.update(closes=True).execute()
    filling.extend_roster(cast.wolfsbos, TODAY, NOW + 3 * MINUTE, NEW_YEARS_EVE)
    assert Shift.get_by_id(shift.id).state == ShiftState.cancelled
    assert read(browser_of(cast.coordinator), shift)[0] == "Het huis ging die dag dicht"


def test_looking_at_what_a_series_would_become_leaves_nothing_in_the_history(cast: Cast) -> None:
    lunch, _shift = with_a_cook(cast)
    before = AuditEntry.select().count()
    found = series_change.plan_change(lunch, NOW, start_time=dt.time(12, 30))
    assert found.held
    assert AuditEntry.select().count() == before
