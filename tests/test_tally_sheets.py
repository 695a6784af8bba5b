"""Tally sheets: made with a number, entered once, and never added to taps by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest
from peewee import Database, IntegrityError

import models
from models import (
    Activity,
    AuditEntry,
    CountChoice,
    CountDay,
    CountEvent,
    CountHour,
    CountSource,
    House,
    Occurrence,
    Opening,
    OpeningHours,
    OpeningState,
    Person,
    TallySheet,
)
from rules import count_choices, count_hours, counting, sheet_entry, tally_sheets
from rules.corrections import Right, correct
from rules.count_choices import undecided
from rules.count_events import Batch
from rules.day_counts import read_day
from rules.sheet_entry import Cell, LookFirst
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_activity, make_occurrence
from tests.conftest import NOW, TODAY

DAY = dt.timedelta(days=1)
YESTERDAY = TODAY - DAY
#: Yesterday's hours are over by now.
TAPS, SHEET = CountSource.taps, CountSource.sheet


def make(house: House, date: dt.date = YESTERDAY) -> TallySheet:
    """A sheet that was made on its day, from nine to twelve."""
    OpeningHours.update(end_time=dt.time(12)).execute()
    at = NOW - (TODAY - date)
    return tally_sheets.make_sheet(house, date, None, at, date)


def tap(
    cast: Cast, hour: int, n: int = 1, date: dt.date = YESTERDAY, received: dt.datetime = NOW
) -> None:
    at = dt.datetime.combine(date, dt.time(hour - 1, 30))  # Hoogeveen is an hour ahead of UTC.
    event = {"id": str(uuid4()), "house": "wolfsbos", "kind": "visit", "n": n}
    batch = Batch("phone", received, ({**event, "at": at.isoformat() + "Z"},))
    counting.receive(cast.volunteer, [cast.wolfsbos], batch, received)


def enter(
    sheet: TallySheet,
    numbers: Mapping[Cell, int],
    choices: Mapping[int, CountSource] | None = None,
    by: Person | None = None,
    now: dt.datetime = NOW,
) -> None:
    """Look first, as people do, and then enter."""
    with pytest.raises(LookFirst) as first:
        sheet_entry.enter(sheet, numbers, {}, by, now, seen="")
    seen = first.value.look.fingerprint
    sheet_entry.enter(sheet, numbers, choices or {}, by, now, seen=seen)


def total(house: House, date: dt.date = YESTERDAY) -> int:
    return counting.day_total(house, date)


def hours(house: House, date: dt.date = YESTERDAY) -> dict[int, int]:
    found: dict[int, int] = {}
    for row in CountHour.select().where(CountHour.house == house, CountHour.date == date):
        found[row.hour] = found.get(row.hour, 0) + row.n
    return found


def holds_after_rebuilding(house: House) -> bool:
    def every() -> list[tuple[object, ...]]:
        return sorted(
            CountHour.select(CountHour.date, CountHour.hour, CountHour.n, CountHour.firsts).tuples()
        ) + sorted(CountDay.select(CountDay.date, CountDay.n, CountDay.by_hand).tuples())

    before = every()
    count_hours.rebuild(house)
    return before == every()


# -- making ---------------------------------------------------------------------------------------


def test_a_sheet_has_the_hours_of_the_day_and_a_column_for_each_activity(cast: Cast) -> None:
    koffie = make_occurrence(
        make_activity(cast.wolfsbos, start_time=dt.time(10), end_time=dt.time(11, 30)), TODAY
    )
    evening = make_activity(cast.wolfsbos, "Zang", start_time=dt.time(19), end_time=None)
    make_occurrence(evening, TODAY)
    off = make_activity(cast.wolfsbos, "Yoga", start_time=dt.time(7), end_time=dt.time(8))
    make_occurrence(off, TODAY, state="cancelled")
    sheet = tally_sheets.make_sheet(cast.wolfsbos, TODAY, cast.volunteer, NOW, TODAY)
    layout = tally_sheets.layout_of(sheet, TODAY)
    assert layout.hours == (*range(9, 17), 19, 20)
    assert [(c.title, c.occurrence, c.hours) for c in layout.columns[1:]] == [
        ("Inloop met koffie", koffie.id, (10, 11)),
        ("Zang", Occurrence.get(Occurrence.activity == evening).id, (19, 20)),
    ]
    assert layout.columns[0].hours == layout.hours
    assert layout.cells[:5] == [(9, 0), (10, 0), (10, 1), (11, 0), (11, 1)]


def test_each_sheet_has_a_number_of_its_own(cast: Cast) -> None:
    one = tally_sheets.make_sheet(cast.wolfsbos, TODAY, None, NOW, TODAY)
    other = tally_sheets.make_sheet(cast.knooppunt, TODAY, None, NOW, TODAY)
    assert one.number != other.number
    assert all(1000 < each.number < 10_000 for each in (one, other))
    assert AuditEntry.select().where(AuditEntry.action == "sheet.make").count() == 2


def test_the_same_sheet_is_printed_again_until_it_is_entered_or_the_programme_changes(
    cast: Cast,
) -> None:
    def again(**options: bool) -> TallySheet:
        return tally_sheets.make_sheet(cast.wolfsbos, TODAY, None, NOW, TODAY, **options)

    first = again()
    assert again() == first
    assert again(another=True) != first
    make_occurrence(make_activity(cast.wolfsbos), TODAY)
    assert again() not in (first, None)
    assert count_rows(TallySheet) == 3


def test_sheets_that_are_made_at_once_have_different_numbers(
    cast: Cast, database: Database
) -> None:
    def verb() -> int:
        return int(
            tally_sheets.make_sheet(cast.wolfsbos, TODAY, None, NOW, TODAY, another=True).number
        )

    assert len(set(at_once(database, *[verb] * 6))) == 6


def test_there_is_no_sheet_for_a_day_that_is_over_too_far_or_has_nothing(cast: Cast) -> None:
    saturday = TODAY + 2 * DAY
    for day, refusal in (
        (YESTERDAY, tally_sheets.DayIsOver),
        (TODAY + dt.timedelta(days=63), tally_sheets.DayTooFar),
        (dt.date(2100, 1, 1), tally_sheets.DayTooFar),
        (saturday, tally_sheets.NothingToTally),
    ):
        with pytest.raises(refusal):
            tally_sheets.make_sheet(cast.wolfsbos, day, None, NOW, TODAY)
    make_occurrence(make_activity(cast.wolfsbos, "Repair café"), saturday)
    sheet = tally_sheets.make_sheet(cast.wolfsbos, saturday, None, NOW, TODAY)
    assert tally_sheets.layout_of(sheet, TODAY).hours == tuple(range(10, 16))


def test_entering_follows_the_paper_also_when_the_programme_changed(cast: Cast) -> None:
    koffie = make_activity(cast.wolfsbos, start_time=dt.time(9), end_time=dt.time(12))
    date = make_occurrence(koffie, YESTERDAY)
    sheet = make(cast.wolfsbos)
    Occurrence.update(state="cancelled", start_time=dt.time(15), end_time=None).execute()
    Activity.update(title="Anders").execute()
    layout = tally_sheets.layout_of(TallySheet.get_by_id(sheet.id), TODAY)
    assert [column.title for column in layout.columns] == ["", "Inloop met koffie"]
    enter(sheet, {(10, 1): 4})
    assert [(e.occurrence_id, e.n) for e in CountEvent.select() if e.n] == [(date.id, 4)]


def test_who_came_for_something_that_was_removed_since_just_walked_in(cast: Cast) -> None:
    date = make_occurrence(
        make_activity(cast.wolfsbos, start_time=dt.time(9), end_time=dt.time(12)), YESTERDAY
    )
    sheet = make(cast.wolfsbos)
    date.delete_instance()
    enter(sheet, {(10, 0): 2, (10, 1): 4})
    assert hours(cast.wolfsbos)[10] == 6
    done = sheet_entry.entered(TallySheet.get_by_id(sheet.id), TODAY)
    assert done
    assert {cell: n for cell, n in done.numbers.items() if n} == {(10, 0): 6}


# -- finding --------------------------------------------------------------------------------------


def test_a_number_that_is_unknown_or_of_another_house_is_refused(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    assert tally_sheets.find_sheet(sheet.number, [cast.wolfsbos]) == sheet
    with pytest.raises(tally_sheets.SheetOfAnotherHouse):
        tally_sheets.find_sheet(sheet.number, [cast.knooppunt])
    for number in (1, 0, -5, 2**31 - 1):
        with pytest.raises(tally_sheets.UnknownSheet):
            tally_sheets.find_sheet(number, [cast.wolfsbos])


# -- entering -------------------------------------------------------------------------------------


def test_a_sheet_counts_each_of_its_cells_and_zero_is_a_count(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    enter(sheet, {(9, 0): 7, (11, 0): 2}, by=cast.volunteer)
    assert hours(cast.wolfsbos) == {9: 7, 10: 0, 11: 2}
    assert total(cast.wolfsbos) == 9
    row = TallySheet.get_by_id(sheet.id)
    assert (row.entered_at, row.entered_by) == (NOW, cast.volunteer)
    opening = Opening.get()
    assert (opening.date, opening.counted) == (YESTERDAY, True)
    assert CountDay.get().by_hand
    # Of ten o'clock it says that nobody came: that is a count, but keeps no tap from counting.
    assert {(c.hour, c.counts) for c in CountChoice.select()} == {(9, "sheet"), (11, "sheet")}
    assert holds_after_rebuilding(cast.wolfsbos)
    assert total(cast.knooppunt) == 0


def test_nothing_is_stored_before_somebody_has_looked(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    with pytest.raises(LookFirst) as first:
        sheet_entry.enter(sheet, {(9, 0): 7}, {}, None, NOW, seen="")
    assert first.value.look.total == 7
    assert first.value.look.hours == {9: 7, 10: 0, 11: 0}
    with pytest.raises(LookFirst):  # Other numbers than those that were seen.
        sheet_entry.enter(sheet, {(9, 0): 8}, {}, None, NOW, seen=first.value.look.fingerprint)
    assert count_rows(CountEvent) == count_rows(CountChoice) == 0


def test_a_second_time_shows_the_first_and_changes_nothing(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    enter(sheet, {(9, 0): 7}, by=cast.volunteer)
    with pytest.raises(sheet_entry.AlreadyEntered):
        sheet_entry.enter(sheet, {(9, 0): 70}, {}, cast.coordinator, NOW + DAY, seen="")
    assert total(cast.wolfsbos) == 7
    done = sheet_entry.entered(TallySheet.get_by_id(sheet.id), TODAY)
    assert done
    assert (done.total, done.by, done.at) == (7, "Joop", NOW)
    assert done.numbers[9, 0] == 7


def test_two_who_send_at_the_same_moment_enter_it_once(cast: Cast, database: Database) -> None:
    sheet = make(cast.wolfsbos)
    seen = []
    for n in (5, 6):
        with pytest.raises(LookFirst) as first:
            sheet_entry.enter(sheet, {(9, 0): n}, {}, None, NOW, seen="")
        seen.append(first.value.look.fingerprint)

    def send(n: int) -> None:
        sheet_entry.enter(sheet, {(9, 0): n}, {}, None, NOW, seen=seen[n - 5])

    outcomes = at_once(database, *[lambda n=n: send(n) for n in (5, 6, 5, 6)])
    refused = [each for each in outcomes if isinstance(each, sheet_entry.AlreadyEntered)]
    assert outcomes.count(None) == 1
    assert len(refused) == 3
    assert total(cast.wolfsbos) in (5, 6)
    assert holds_after_rebuilding(cast.wolfsbos)


def test_a_sheet_of_a_day_that_still_comes_is_refused(cast: Cast) -> None:
    sheet = make(cast.wolfsbos, TODAY + DAY)
    with pytest.raises(sheet_entry.SheetToCome):
        sheet_entry.enter(sheet, {}, {}, None, NOW, seen="")


@pytest.mark.parametrize("n", [-1, 501, 2**70])
def test_a_number_that_no_cell_can_say_is_refused(cast: Cast, n: int) -> None:
    sheet = make(cast.wolfsbos)
    with pytest.raises(sheet_entry.NoSuchNumber):
        sheet_entry.enter(sheet, {(9, 0): n}, {}, None, NOW, seen="")


def test_cells_that_are_not_on_the_sheet_are_not_read(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    enter(sheet, {(9, 0): 1, (23, 0): 9, (9, 4): 9, (-1, 0): 9})
    assert total(cast.wolfsbos) == 1


def test_empty_hours_of_today_that_are_not_over_are_no_count_yet(cast: Cast) -> None:
    """At ten o'clock the paper is entered; from then on the host taps."""
    sheet = make(cast.wolfsbos, TODAY)
    enter(sheet, {(9, 0): 3})
    assert [choice.hour for choice in CountChoice.select()] == [9]
    tap(cast, 10, date=TODAY, received=NOW + dt.timedelta(minutes=40))
    assert total(cast.wolfsbos, TODAY) == 4


# -- taps and a sheet -----------------------------------------------------------------------------


def test_an_hour_with_taps_asks_which_counts_and_nothing_is_added(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    tap(cast, 9, n=12)
    tap(cast, 10, n=3)
    with pytest.raises(LookFirst) as first:
        sheet_entry.enter(sheet, {(9, 0): 15}, {}, None, NOW, seen="")
    look = first.value.look
    # Of ten o'clock the sheet says nothing: its taps go on counting, and nobody is asked.
    assert {hour: (each.taps, each.sheet) for hour, each in look.both.items()} == {9: (12, 15)}
    with pytest.raises(sheet_entry.WhichCounts):
        sheet_entry.enter(sheet, {(9, 0): 15}, {}, None, NOW, seen=look.fingerprint)
    assert total(cast.wolfsbos) == 15
    assert TallySheet.get().entered_at is None


@pytest.mark.parametrize(("counts", "expected"), [(TAPS, 12), (SHEET, 15)])
def test_the_one_that_was_chosen_counts_and_the_other_stays(
    cast: Cast, counts: CountSource, expected: int
) -> None:
    sheet = make(cast.wolfsbos)
    tap(cast, 9, n=12)
    enter(sheet, {(9, 0): 15}, {9: counts}, by=cast.volunteer)
    assert hours(cast.wolfsbos)[9] == expected
    assert not undecided(cast.wolfsbos, YESTERDAY, TODAY)
    other = TAPS if counts == SHEET else SHEET
    count_choices.choose(cast.wolfsbos, YESTERDAY, 9, other, cast.coordinator, NOW)
    assert hours(cast.wolfsbos)[9] == 27 - expected
    assert holds_after_rebuilding(cast.wolfsbos)


def test_taps_that_came_between_the_look_and_the_saving_are_looked_at_again(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    with pytest.raises(LookFirst) as first:
        sheet_entry.enter(sheet, {(9, 0): 15}, {}, None, NOW, seen="")
    tap(cast, 9)
    with pytest.raises(LookFirst) as second:
        sheet_entry.enter(sheet, {(9, 0): 15}, {}, None, NOW, seen=first.value.look.fingerprint)
    assert second.value.look.both[9].taps == 1


def test_taps_that_arrive_later_are_kept_do_not_add_and_ask(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    enter(sheet, {(9, 0): 15, (10, 0): 1}, by=cast.volunteer)
    tap(cast, 9, n=3, received=NOW + DAY)
    tap(cast, 10, n=2, received=NOW + DAY)
    assert total(cast.wolfsbos) == 16
    asked = undecided(cast.wolfsbos, YESTERDAY, TODAY)
    assert [(each.hour, each.taps, each.sheet, each.counts) for each in asked] == [
        (9, 3, 15, "sheet"),
        (10, 2, 1, "sheet"),
    ]
    assert [each.late for each in read_day(cast.wolfsbos, YESTERDAY).both] == [3, 2]
    assert not undecided(cast.knooppunt, YESTERDAY, TODAY)
    count_choices.choose(cast.wolfsbos, YESTERDAY, 9, SHEET, cast.coordinator, NOW + DAY)
    count_choices.choose(cast.wolfsbos, YESTERDAY, 10, TAPS, cast.coordinator, NOW + DAY)
    assert not undecided(cast.wolfsbos, YESTERDAY, TODAY)
    assert hours(cast.wolfsbos) == {9: 15, 10: 2, 11: 0}
    tap(cast, 9, received=NOW + 2 * DAY)
    assert [each.hour for each in undecided(cast.wolfsbos, YESTERDAY, TODAY)] == [9]
    # Who chose before did not choose this.
    choices = CountChoice.select().order_by(CountChoice.hour).limit(2)
    assert [(each.by, each.at) for each in choices] == [
        (None, None),
        (cast.coordinator, NOW + DAY),
    ]
    assert holds_after_rebuilding(cast.wolfsbos)


@pytest.mark.parametrize("taps_first", [True, False])
def test_an_hour_of_which_the_sheet_says_nothing_is_its_taps_in_any_order(
    cast: Cast, taps_first: bool
) -> None:
    sheet = make(cast.wolfsbos)
    if taps_first:
        tap(cast, 10, n=20)
    enter(sheet, {(9, 0): 7})
    if not taps_first:
        tap(cast, 10, n=20)
    assert hours(cast.wolfsbos) == {9: 7, 10: 20, 11: 0}
    assert [(c.hour, c.counts) for c in CountChoice.select()] == [(9, "sheet")]
    assert not undecided(cast.wolfsbos, YESTERDAY, TODAY)
    assert holds_after_rebuilding(cast.wolfsbos)


def right_is(cast: Cast, hour: int, n: int, was: int) -> None:
    right = Right(hour, 0, n, was)
    correct(cast.wolfsbos, YESTERDAY, [right], "Nageteld", cast.coordinator, NOW, TODAY)


def test_who_chooses_after_a_correction_gets_the_number_of_the_choice(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    tap(cast, 9, n=12)
    enter(sheet, {(9, 0): 20, (10, 0): 3}, {9: SHEET})
    right_is(cast, 9, 12, 20)
    right_is(cast, 10, 4, 3)
    assert total(cast.wolfsbos) == 16
    there = read_day(cast.wolfsbos, YESTERDAY).hours[9]
    assert (there.if_taps, there.if_sheet) == (12, 12)
    # Whoever says again what counts already leaves the correction.
    count_choices.choose(cast.wolfsbos, YESTERDAY, 9, SHEET, cast.coordinator, NOW)
    assert hours(cast.wolfsbos)[9] == 12
    count_choices.choose(cast.wolfsbos, YESTERDAY, 9, TAPS, cast.coordinator, NOW)
    assert hours(cast.wolfsbos) == {9: 12, 10: 4, 11: 0}
    there = read_day(cast.wolfsbos, YESTERDAY).hours[9]
    assert (there.if_taps, there.if_sheet) == (12, 20)
    count_choices.choose(cast.wolfsbos, YESTERDAY, 9, SHEET, cast.coordinator, NOW)
    assert hours(cast.wolfsbos)[9] == 20
    steps = [each.steps[0] for each in read_day(cast.wolfsbos, YESTERDAY).corrections]
    assert [(each.hour, each.before, each.after, each.gone) for each in steps] == [
        (10, 3, 4, False),
        (9, 20, 12, True),
    ]
    assert holds_after_rebuilding(cast.wolfsbos)


def test_an_hour_that_was_taken_back_can_be_corrected_again(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    tap(cast, 9, n=12)
    enter(sheet, {(9, 0): 20}, {9: SHEET})
    right_is(cast, 9, 12, 20)
    count_choices.choose(cast.wolfsbos, YESTERDAY, 9, TAPS, None, NOW)
    right_is(cast, 9, 15, 12)
    assert hours(cast.wolfsbos)[9] == 15
    count_choices.choose(cast.wolfsbos, YESTERDAY, 9, SHEET, None, NOW)
    assert hours(cast.wolfsbos)[9] == 20
    assert holds_after_rebuilding(cast.wolfsbos)


@pytest.mark.parametrize(("counts", "expected"), [(TAPS, 15), (SHEET, 14)])
def test_a_sheet_of_a_corrected_hour_is_what_its_look_said(
    cast: Cast, counts: CountSource, expected: int
) -> None:
    sheet = make(cast.wolfsbos)
    tap(cast, 9, n=12)
    right_is(cast, 9, 15, 12)
    right_is(cast, 10, 2, 0)  # Nobody tapped then.
    numbers = {(9, 0): 14, (10, 0): 3}
    with pytest.raises(LookFirst) as first:
        sheet_entry.enter(sheet, numbers, {}, None, NOW, seen="")
    look = first.value.look
    assert (look.both[9].if_taps, look.both[9].if_sheet) == (15, 14)
    assert look.replaced == {10}
    sheet_entry.enter(sheet, numbers, {9: counts}, None, NOW, seen=look.fingerprint)
    assert hours(cast.wolfsbos) == {9: expected, 10: 3, 11: 0}
    assert holds_after_rebuilding(cast.wolfsbos)


def test_what_was_corrected_between_the_look_and_the_saving_is_looked_at_again(
    cast: Cast,
) -> None:
    sheet = make(cast.wolfsbos)
    with pytest.raises(LookFirst) as first:
        sheet_entry.enter(sheet, {(9, 0): 14}, {}, None, NOW, seen="")
    right_is(cast, 9, 15, 0)
    with pytest.raises(LookFirst) as second:
        sheet_entry.enter(sheet, {(9, 0): 14}, {}, None, NOW, seen=first.value.look.fingerprint)
    assert second.value.look.replaced == {9}


def test_the_undecided_hours_say_what_each_choice_would_give(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    enter(sheet, {(9, 0): 15})
    right_is(cast, 9, 17, 15)
    tap(cast, 9, n=3, received=NOW + DAY)
    (asked,) = undecided(cast.wolfsbos, YESTERDAY, TODAY)
    assert (asked.if_taps, asked.if_sheet) == (3, 17)


def test_a_look_says_which_hour_is_running_and_which_cannot_be_entered_any_more(
    cast: Cast,
) -> None:
    sheet = make(cast.wolfsbos, TODAY)  # It is ten o'clock.

    def look(numbers: Mapping[Cell, int], now: dt.datetime = NOW) -> sheet_entry.Look:
        with pytest.raises(LookFirst) as first:
            sheet_entry.enter(sheet, numbers, {}, None, now, seen="")
        return first.value.look

    empty, said = look({(9, 0): 3}), look({(9, 0): 3, (10, 0): 2})
    assert (empty.running, empty.later) == (None, (10, 11))
    assert (said.running, said.later) == (10, (11,))
    evening = look({(9, 0): 3, (10, 0): 2}, NOW + dt.timedelta(hours=3))
    assert (evening.running, evening.later) == (None, ())
    morning = look({(9, 0): 3, (10, 0): 2}, NOW + DAY)
    assert (morning.running, morning.later) == (None, ())


def test_nobody_can_know_the_id_of_a_cell_before_it_is_entered(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    name = f"buurtbord:sheet:{cast.wolfsbos.id}:{sheet.number}:9:0"
    guess = uuid5(NAMESPACE_URL, name)
    counting.add_visit(cast.volunteer, cast.wolfsbos, guess, NOW)
    enter(sheet, {(9, 0): 7})
    assert hours(cast.wolfsbos)[9] == 7
    cells = CountEvent.select(CountEvent.id).where(CountEvent.kind == "sheet").tuples()
    assert {id.version for (id,) in cells} == {4}


def test_what_was_entered_is_found_by_its_date_when_an_activity_is_on_twice(cast: Cast) -> None:
    koffie = make_activity(cast.wolfsbos, start_time=dt.time(9), end_time=dt.time(12))
    make_occurrence(koffie, YESTERDAY)
    second = make_occurrence(koffie, YESTERDAY - DAY)
    Occurrence.update(date=YESTERDAY).where(Occurrence.id == second.id).execute()
    sheet = make(cast.wolfsbos)
    numbers = {(9, 1): 3, (9, 2): 4, (10, 0): 1}
    enter(sheet, numbers)
    done = sheet_entry.entered(TallySheet.get_by_id(sheet.id), TODAY)
    assert done
    assert {cell: n for cell, n in done.numbers.items() if n} == numbers


def test_late_taps_of_one_hour_do_not_ask_about_another(cast: Cast) -> None:
    first, second = make(cast.wolfsbos), make(cast.wolfsbos, YESTERDAY - DAY)
    for sheet in (first, second):
        enter(sheet, {(9, 0): 5, (10, 0): 5})
    for hour, date in ((9, YESTERDAY), (10, YESTERDAY - DAY)):
        tap(cast, hour, date=date)
    count_choices.choose(cast.wolfsbos, YESTERDAY, 9, SHEET, None, NOW)
    count_choices.choose(cast.wolfsbos, YESTERDAY - DAY, 10, SHEET, None, NOW)
    tap(cast, 9)
    asked = undecided(cast.wolfsbos, YESTERDAY - DAY, TODAY)
    assert [(each.date, each.hour) for each in asked] == [(YESTERDAY, 9)]


def test_nobody_is_kept_as_who_chose_where_nobody_chose(cast: Cast) -> None:
    row = {"house": cast.wolfsbos, "date": YESTERDAY, "counts": TAPS}
    CountChoice.create(hour=9, **row)
    with pytest.raises(IntegrityError), models.db.atomic():
        CountChoice.create(hour=10, by=cast.coordinator, **row)


def test_of_a_sheet_that_a_phone_sends_what_was_there_first_counts(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    tap(cast, 9, n=2)

    def line(hour: int, n: int) -> dict[str, object]:
        at = dt.datetime.combine(YESTERDAY, dt.time(hour - 1, 30)).isoformat() + "Z"
        facts = {"kind": "sheet", "n": n, "sheet": sheet.number, "at": at}
        return {"id": str(uuid4()), "house": "wolfsbos", **facts}

    batch = Batch("phone", NOW, (line(9, 8), line(10, 6)))
    counting.receive(cast.volunteer, [cast.wolfsbos], batch, NOW)
    assert hours(cast.wolfsbos) == {9: 2, 10: 6}
    assert CountDay.get().by_hand
    asked = undecided(cast.wolfsbos, YESTERDAY, TODAY)
    assert [(each.hour, each.taps, each.sheet, each.counts) for each in asked] == [
        (9, 2, 8, "taps")
    ]
    done = sheet_entry.entered(TallySheet.get_by_id(sheet.id), TODAY)
    assert done
    assert done.total == 14
    assert done.taps == {9}
    assert holds_after_rebuilding(cast.wolfsbos)


def sent_by_phone(cast: Cast, *lines: tuple[int, int]) -> None:
    """A sheet that a phone sends, as hours with their numbers."""
    sheet = make(cast.wolfsbos)
    events = []
    for hour, n in lines:
        at = dt.datetime.combine(YESTERDAY, dt.time(hour - 1, 30)).isoformat() + "Z"
        facts = {"kind": "sheet", "n": n, "sheet": sheet.number, "at": at}
        events.append({"id": str(uuid4()), "house": "wolfsbos", **facts})
    counting.receive(cast.volunteer, [cast.wolfsbos], Batch("phone", NOW, tuple(events)), NOW)


@pytest.mark.parametrize(("counts", "expected"), [(TAPS, 5), (SHEET, 8)])
def test_a_sheet_that_a_phone_sends_does_not_add_to_a_correction_and_asks(
    cast: Cast, counts: CountSource, expected: int
) -> None:
    right_is(cast, 9, 5, 0)  # Nobody tapped then.
    sent_by_phone(cast, (9, 8), (10, 6))
    assert hours(cast.wolfsbos) == {9: 5, 10: 6}
    (asked,) = undecided(cast.wolfsbos, YESTERDAY, TODAY)
    assert (asked.hour, asked.taps, asked.sheet, asked.corrected) == (9, 0, 8, 5)
    assert (asked.if_taps, asked.if_sheet) == (5, 8)
    assert [each.hour for each in read_day(cast.wolfsbos, YESTERDAY).both] == [9]
    count_choices.choose(cast.wolfsbos, YESTERDAY, 9, counts, cast.coordinator, NOW)
    assert hours(cast.wolfsbos) == {9: expected, 10: 6}
    assert not undecided(cast.wolfsbos, YESTERDAY, TODAY)
    assert holds_after_rebuilding(cast.wolfsbos)


def test_a_correction_to_what_was_there_before_holds_against_a_phone_too(cast: Cast) -> None:
    right_is(cast, 9, 5, 0)
    right_is(cast, 9, 0, 5)
    sent_by_phone(cast, (9, 8))
    assert hours(cast.wolfsbos) == {9: 0}
    assert [each.hour for each in undecided(cast.wolfsbos, YESTERDAY, TODAY)] == [9]


def test_a_phone_that_sends_another_sheet_asks_who_chose_the_taps_again(cast: Cast) -> None:
    tap(cast, 9, n=3)
    sent_by_phone(cast, (9, 8))
    count_choices.choose(cast.wolfsbos, YESTERDAY, 9, TAPS, cast.coordinator, NOW)
    assert not undecided(cast.wolfsbos, YESTERDAY, TODAY)
    sent_by_phone(cast, (9, 4))
    assert hours(cast.wolfsbos) == {9: 3}
    (asked,) = undecided(cast.wolfsbos, YESTERDAY, TODAY)
    assert (asked.if_taps, asked.if_sheet) == (3, 12)


def test_a_sheet_of_which_all_taps_were_taken_back_is_asked_about(cast: Cast) -> None:
    visit = uuid4()
    at = dt.datetime.combine(YESTERDAY, dt.time(8, 30))
    counting.add_visit(cast.volunteer, cast.wolfsbos, visit, at)
    sent_by_phone(cast, (9, 8))
    counting.undo_visit(cast.volunteer, cast.wolfsbos, visit, NOW)
    assert hours(cast.wolfsbos) == {9: 0}
    (asked,) = undecided(cast.wolfsbos, YESTERDAY, TODAY)
    assert (asked.if_taps, asked.if_sheet) == (0, 8)


def test_there_is_nothing_to_choose_where_only_one_counted(cast: Cast) -> None:
    tap(cast, 9)
    for hour in (9, 10, 99):
        with pytest.raises(count_choices.NothingToChoose):
            count_choices.choose(cast.wolfsbos, YESTERDAY, hour, SHEET, None, NOW)


def test_two_sheets_of_one_hour_add_up_since_they_stood_at_two_doors(cast: Cast) -> None:
    first = make(cast.wolfsbos)
    second = tally_sheets.make_sheet(
        cast.wolfsbos, YESTERDAY, None, NOW - DAY, YESTERDAY, another=True
    )
    enter(first, {(9, 0): 5})
    enter(second, {(9, 0): 6})
    assert hours(cast.wolfsbos)[9] == 11


def test_a_sheet_counts_where_all_taps_of_the_hour_were_taken_back(cast: Cast) -> None:
    first, visit = make(cast.wolfsbos), uuid4()
    counting.add_visit(cast.volunteer, cast.wolfsbos, visit, NOW - DAY)
    enter(first, {(10, 0): 4}, {10: TAPS})
    counting.undo_visit(cast.volunteer, cast.wolfsbos, visit, NOW)
    second = tally_sheets.make_sheet(
        cast.wolfsbos, YESTERDAY, None, NOW - DAY, YESTERDAY, another=True
    )
    enter(second, {(10, 0): 3})
    assert hours(cast.wolfsbos)[10] == 7


def test_an_opening_that_was_called_closed_was_open_after_all(cast: Cast) -> None:
    sheet = make(cast.wolfsbos)
    Opening.create(
        house=cast.wolfsbos,
        date=YESTERDAY,
        start_time=dt.time(9),
        end_time=dt.time(12),
        state=OpeningState.closed,
    )
    enter(sheet, {(9, 0): 1})
    opening = Opening.get()
    assert (opening.state, opening.counted) == ("open", True)
