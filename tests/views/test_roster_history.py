"""What a coordinator reads under 'Wat is er veranderd?': all that was done, and by whom."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from itertools import product

import pytest
from flask import Flask

from models import (
    AuditEntry,
    Call,
    CallOutcome,
    Person,
    Place,
    PlaceChange,
    PlaceHow,
    PlaceState,
    Shift,
    Step,
)
from rules import calling, for_another, rostering, single_shifts, undoing
from rules.patterns import SeatWish
from rules.shift_edits import FOLLOWED
from rules.shift_history import PlaceStep, Rung, ShiftEdit, history_of
from tests.browser_of import Browser
from tests.call_list import all_experienced
from tests.cast import Cast, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from views.roster_history import history_words

BrowserOf = Callable[[Person | None], Browser]
NEXT_WEEK = TODAY + dt.timedelta(days=7)
MINUTE = dt.timedelta(minutes=1)


def read(browser: Browser, shift: Shift) -> list[str]:
    """The sentences of the list, newest first."""
    text = browser.get(f"/rooster/dienst/{shift.id}").text.partition("Wat is er veranderd?")[2]
    return [html.unescape(each) for each in re.findall(r'<div class="what"><p>(.*?)</p>', text)]


def test_who_changed_called_off_and_brought_back_a_shift_stands_there(
    cast: Cast, browser_of: BrowserOf
) -> None:
    by = cast.coordinator
    facts = {"title": "Koken", "date": NEXT_WEEK, "start_time": dt.time(9), "end_time": dt.time(12)}
    shift = single_shifts.add_shift(cast.wolfsbos, [SeatWish("Kok")], by, NOW, **facts)
    rostering.take_seat(shift.seats.get(), cast.volunteer, NOW + MINUTE)
    wishes = [SeatWish("Kok", id=shift.seats.get().id)]
    facts["title"] = "Samen koken"
    single_shifts.change_shift(shift, wishes, by, NOW + 2 * MINUTE, **facts)
    single_shifts.call_off(shift, by, NOW + 3 * MINUTE)
    single_shifts.bring_back(shift, cast.admin, NOW + 4 * MINUTE)
    facts = {"house": cast.wolfsbos, "action": FOLLOWED, "subject": "shift", "subject_id": shift.id}
    AuditEntry.create(person=by, at=NOW + 5 * MINUTE, **facts)
    AuditEntry.create(at=NOW + 6 * MINUTE, **facts)
    assert read(browser_of(by), shift) == [
        "De dienst volgt weer de vaste dienst",
        "Corrie liet dit weer de vaste dienst volgen",
        "Bea liet deze dienst weer doorgaan",
        "Corrie zei deze dienst af",
        "Corrie wijzigde deze dienst",
        "Joop meldde zich aan",
        "Corrie maakte deze dienst",
    ]


def test_who_was_rung_by_whom_and_what_they_said_stands_there(
    cast: Cast, browser_of: BrowserOf
) -> None:
    all_experienced(cast)
    shift, by = make_shift(cast.wolfsbos, NEXT_WEEK), cast.coordinator
    seat = shift.seats.get().id
    said = (
        (cast.key_holder, CallOutcome.no),
        (cast.volunteer, CallOutcome.no_answer),
        (cast.volunteer, CallOutcome.yes),
    )
    for n, (person, outcome) in enumerate(said):
        calling.record_call(shift, seat, person, outcome, by, NOW + n * MINUTE)
    Call.update(by=None).where(Call.outcome == CallOutcome.no).execute()
    assert read(browser_of(by), shift) == [
        "Corrie meldde Joop aan",
        "Corrie belde Joop, en die komt",
        "Corrie belde Joop, maar die nam niet op",
        "Iemand belde Anneke, maar die kan niet",
    ]


def test_who_noted_who_was_there_and_who_took_it_back_stands_there(
    cast: Cast, browser_of: BrowserOf
) -> None:
    shift = make_shift(cast.wolfsbos, TODAY)  # 9.45 to 13.00 in Hoogeveen; it is 10.00
    seat = shift.seats.get()
    place = make_place(seat, cast.volunteer, NOW)
    marks = (
        PlaceState.absent,
        PlaceState.excused,
        PlaceState.present,
        PlaceState.confirmed,
        PlaceState.absent,
    )
    for n, state in enumerate(marks):
        for_another.mark(place, state, cast.coordinator, NOW + n * MINUTE)
    undoing.undo(seat, cast.coordinator, NOW + 4 * MINUTE + dt.timedelta(seconds=5))
    assert read(browser_of(cast.coordinator), shift)[:6] == [
        "Corrie maakte het ongedaan: Joop staat er weer op",
        "Corrie noteerde: Joop was er niet",
        "Corrie maakte weer open of Joop er was",
        "Corrie noteerde: Joop was er",
        "Corrie noteerde: Joop was afgemeld",
        "Corrie noteerde: Joop was er niet",
    ]


def test_taking_back_says_who_did_it_and_what_it_came_to(cast: Cast, browser_of: BrowserOf) -> None:
    shift, soon = make_shift(cast.wolfsbos, NEXT_WEEK), dt.timedelta(seconds=5)
    seat, by = shift.seats.get(), cast.coordinator
    rostering.take_seat(seat, cast.volunteer, NOW)
    undoing.undo(seat, cast.volunteer, NOW + soon)
    rostering.take_seat(seat, cast.volunteer, NOW + MINUTE)
    rostering.ask_cover(seat, cast.volunteer, NOW + 2 * MINUTE)
    undoing.undo(seat, cast.volunteer, NOW + 2 * MINUTE + soon)
    rostering.leave_seat(seat, cast.volunteer, NOW + 3 * MINUTE)
    undoing.undo(seat, cast.volunteer, NOW + 3 * MINUTE + soon)
    for_another.free_seat(seat, by, NOW + 4 * MINUTE)
    undoing.undo(seat, by, NOW + 4 * MINUTE + soon)
    rostering.ask_cover(seat, cast.volunteer, NOW + 5 * MINUTE)
    for_another.sign_up(seat, cast.key_holder, by, NOW + 6 * MINUTE)
    assert read(browser_of(by), shift) == [
        "Corrie meldde Anneke aan",
        "Joop is vervangen: Corrie regelde het",
        "Joop vroeg vervanging",
        "Corrie maakte het ongedaan: Joop staat er weer op",
        "Corrie haalde Joop eraf",
        "Joop maakte het ongedaan en staat er weer op",
        "Joop maakte de plek vrij",
        "Joop maakte iets ongedaan",
        "Joop vroeg vervanging",
        "Joop meldde zich aan",
        "Joop maakte het ongedaan en staat er niet meer op",
        "Joop meldde zich aan",
    ]


def test_the_history_of_another_shift_or_row_is_not_in_it(cast: Cast) -> None:
    shift, other = (make_shift(cast.wolfsbos, NEXT_WEEK) for _ in range(2))
    single_shifts.call_off(other, cast.coordinator, NOW)
    facts = {"house": cast.wolfsbos, "subject_id": str(shift.id), "at": NOW}
    AuditEntry.create(subject="person", action="shift.change", **facts)
    AuditEntry.create(subject="shift", action="something else", **facts)
    assert history_of(shift) == []
    assert len(history_of(other)) == 1


def test_a_history_takes_three_queries_however_long_it_is(app: Flask, cast: Cast) -> None:
    shift, counts = make_shift(cast.wolfsbos, NEXT_WEEK, seats=8), []
    for _ in range(2):
        for seat in shift.seats:
            person = make_person(f"P{seat.id}-{len(counts)}", house=cast.wolfsbos)
            now = NOW + len(counts) * MINUTE
            rostering.take_seat(seat, person, now)
            rostering.leave_seat(seat, person, now)
            single_shifts.call_off(shift, cast.coordinator, now)
            single_shifts.bring_back(shift, cast.coordinator, now)
            Call.create(
                house=cast.wolfsbos, shift=shift, person=person, outcome="no", by=cast.admin, at=now
            )
        with app.test_request_context(), counted() as statements:
            words = [history_words(event) for event in history_of(shift)]
        counts.append((len(words), len(statements)))
    assert counts == [(40, 3), (80, 3)]


@pytest.mark.parametrize("by", [None, "self", "another"])
def test_every_step_has_words_of_at_most_twelve(app: Flask, cast: Cast, by: str | None) -> None:
    """Whatever came before, whoever did it, also for a name without an account."""
    who = {None: None, "self": cast.volunteer, "another": cast.coordinator}[by]
    events: list[PlaceStep | ShiftEdit | Rung] = []
    for step, state, how, before, person in product(
        Step, PlaceState, PlaceHow, [None, *PlaceState], (cast.volunteer, None)
    ):
        place = Place(person=person, name="" if person else "Buurvrouw Riet", how=how)
        change = PlaceChange(place=place, step=step, state=state, by=who, at=NOW)
        events.append(PlaceStep(change, before))
    with app.test_request_context():
        for event in events:
            words = history_words(event)
            assert len(words.replace("Buurvrouw Riet", "Riet").split()) <= 12
            assert "%" not in words
            assert "Joop" in words or "Riet" in words
            if by == "another" and event.change.step not in (
                Step.take,
                Step.leave,
                Step.ask_cover,
                Step.take_over,
            ):
                assert "Corrie" in words
