"""Random days on the roster: all verbs, in any order, against a notebook that knows what must be.

After each step the database says the same as the notebook: who holds which seat. No seat has two,
nobody is in two places at once, nobody loses a seat by what another does, and the remembered steps
of every place add up to what it is now.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from peewee import Database

import models
from models import (
    HOLDING,
    Membership,
    Person,
    Place,
    PlaceChange,
    PlaceState,
    Role,
    Seat,
    Shift,
    ShiftState,
    Swap,
    db,
)
from rules import Refused, people, single_shifts, swapping
from rules.for_another import free_seat, mark, sign_up, write_name
from rules.patterns import SeatWish
from rules.rostering import ask_cover, keep_seat, leave_seat, take_over, take_seat
from rules.undoing import undo
from rules.wall_time import to_utc
from tests.cast import make_cast, make_person, make_shift
from tests.conftest import NOW, TODAY
from tests.often import often

pytestmark = pytest.mark.slow

#: Somebody's id or a written name, with the state of their place; None for an open seat.
Holder = tuple[int | str, str] | None
# Mostly those who can do something; a viewer and somebody of another house try now and then.
WHO, SEAT = st.sampled_from([0, 0, 1, 1, 2, 2, 3, 3, 4, 5]), st.integers(0, 9)
#: Mostly whoever is on the seat, or may act for others.
RIGHTLY = st.sampled_from([True, True, True, True, False])


@dataclass
class Act:
    """The last thing done to a seat: by whom, and what was before on every seat it touched."""

    by: int
    before: dict[int, Holder]
    undone: bool = False


class Roster(RuleBasedStateMachine):
    """Five people of one house and one of another, ten seats around now, some at one hour."""

    @initialize()
    def begin(self) -> None:
        tables = reversed(models.ALL_TABLES)
        for table in tables:
            table.delete().execute()
        cast = make_cast(TODAY)
        self.now = NOW
        self.coordinator = cast.coordinator
        wil = make_person("Wil", house=cast.wolfsbos)
        Membership.create(person=wil, house=cast.knooppunt, role=Role.volunteer)
        self.people = [
            cast.volunteer,
            cast.key_holder,
            wil,
            cast.coordinator,
            cast.other_volunteer,
            cast.viewer,
        ]
        later = TODAY + dt.timedelta(days=5)
        shifts = [
            make_shift(cast.wolfsbos, TODAY, seats=2),
            make_shift(cast.wolfsbos, later, seats=2),
            make_shift(cast.wolfsbos, later, seats=2, title="Bar", start_time=dt.time(12)),
            make_shift(cast.wolfsbos, later + dt.timedelta(days=2), seats=2),
            make_shift(cast.wolfsbos, later, qualification="key_holder", title="Sleutel"),
            make_shift(cast.knooppunt, later, title="Elders"),
        ]
        self.seats: list[Seat] = [seat for shift in shifts for seat in shift.seats]
        self.held: dict[int, Holder] = {seat.id: None for seat in self.seats}
        self.acts: dict[int, Act] = {}
        for who, at in ((0, 3), (1, 5), (2, 6), (1, 8), (0, 0)):
            self.takes(who, at)

    # -- what people do -----------------------------------------------------------------------

    @rule(who=WHO, at=SEAT)
    def takes(self, who: int, at: int) -> None:
        seat, person = self.seats[at], self.people[who]
        own = self.held[seat.id]
        if self._does(take_seat, seat, person, by=person):
            assert own is None or own[0] == person.id, "only an open seat, or one's own"
            self._now_holds(seat, person, (person.id, "confirmed"), own)

    @rule(who=WHO, at=SEAT)
    def takes_over(self, who: int, at: int) -> None:
        seat, person = self.seats[at], self.people[who]
        before = self.held[seat.id]
        if self._does(take_over, seat, person, by=person):
            assert before is None or before[0] == person.id or before[1] == "seeking_cover"
            self._now_holds(seat, person, (person.id, "confirmed"), before)

    @rule(who=WHO, at=SEAT, rightly=RIGHTLY)
    def leaves(self, who: int, at: int, rightly: bool) -> None:
        seat, person = self._own(at, who, rightly)
        if self._does(leave_seat, seat, person, by=person):
            own = self.held[seat.id]
            if own and own[0] == person.id:
                self._set(person, {seat.id: None})

    @rule(who=WHO, at=SEAT, rightly=RIGHTLY)
    def asks_for_cover(self, who: int, at: int, rightly: bool) -> None:
        seat, person = self._own(at, who, rightly)
        if self._does(ask_cover, seat, person, by=person):
            self._now_holds(seat, person, (person.id, "seeking_cover"), self.held[seat.id])

    @rule(who=WHO, at=SEAT, rightly=RIGHTLY)
    def comes_after_all(self, who: int, at: int, rightly: bool) -> None:
        seat, person = self._own(at, who, rightly)
        if self._does(keep_seat, seat, person, by=person):
            own = self.held[seat.id]
            assert own is not None
            assert own[0] == person.id
            if own[1] == "seeking_cover":
                self._set(person, {seat.id: (person.id, "confirmed")})

    # -- what is done for them ----------------------------------------------------------------

    @rule(by=WHO, who=WHO, at=SEAT, rightly=RIGHTLY)
    def is_signed_up(self, by: int, who: int, at: int, rightly: bool) -> None:
        seat, person = self.seats[at], self.people[who]
        actor = self.coordinator if rightly else self.people[by]
        before = self.held[seat.id]
        if self._does(lambda s, a, now: sign_up(s, person, a, now), seat, actor, by=actor):
            assert before is None or before[0] == person.id or before[1] == "seeking_cover"
            self._now_holds(seat, actor, (person.id, "confirmed"), before)

    @rule(by=WHO, at=SEAT)
    def is_written_down(self, by: int, at: int) -> None:
        seat, actor = self.seats[at], self.people[by]
        before = self.held[seat.id]
        if self._does(lambda s, a, now: write_name(s, "Henk", a, now), seat, actor, by=actor):
            assert before is None or before[0] == "Henk"
            if before is None:
                self._set(actor, {seat.id: ("Henk", "confirmed")})

    @rule(by=WHO, at=SEAT)
    def is_freed(self, by: int, at: int) -> None:
        if self.now.second % 2:
            return
        seat, actor = self.seats[at], self.people[by]
        if self._does(free_seat, seat, actor, by=actor) and self.held[seat.id]:
            self._set(actor, {seat.id: None})

    @rule(at=SEAT, state=st.sampled_from(["present", "excused", "absent", "confirmed"]))
    def is_marked(self, at: int, state: str) -> None:
        seat = self.seats[at]
        place = Place.select().where(Place.seat == seat).order_by(Place.id.desc()).first()
        if place is None:
            return
        was, who = place.state, place.person_id or place.name
        before = self.held[seat.id]
        marked = self._does(
            lambda _s, a, now: mark(place, PlaceState(state), a, now),
            seat,
            self.coordinator,
            by=self.coordinator,
        )
        if marked and was != state:
            if state in HOLDING:
                assert before is None or before[0] == who
                self._set(self.coordinator, {seat.id: (who, state)})
            else:
                self._set(self.coordinator, {seat.id: None})

    # -- swapping -----------------------------------------------------------------------------

    @rule(at=SEAT, to=SEAT)
    def asks_to_swap(self, at: int, to: int) -> None:
        taken = [seat for seat in self.seats if self.held[seat.id]] or self.seats
        mine, theirs = taken[at % len(taken)], taken[to % len(taken)]
        holder = self.held[mine.id]
        other = Place.get_or_none(Place.seat == theirs, Place.state.in_(HOLDING))
        if holder is None or other is None or not isinstance(holder[0], int):
            return
        person = Person.get_by_id(holder[0])
        self._does(lambda s, p, now: swapping.ask(s, p, other, now), mine, person, by=person)

    @precondition(lambda self: Swap.select().exists())
    @rule(data=st.data(), answer=st.sampled_from(["agree", "decline", "withdraw"]))
    def answers(self, data: st.DataObject, answer: str) -> None:
        swap = data.draw(st.sampled_from(list(Swap.select().order_by(Swap.id))))
        own, other = swap.place, swap.other_place
        was = swap.state
        who = other.person if answer != "withdraw" else own.person
        verb: Callable[..., Any] = getattr(swapping, answer)
        done = self._does(lambda _s, p, now: verb(swap, p, now), own.seat, who, by=who)
        if done and answer == "agree" and was == "asked":
            for place in (own, other):
                holder = self.held[place.seat_id]
                assert holder is not None
                assert holder[0] == place.person_id
            self._set(
                who,
                {
                    own.seat_id: (other.person_id, "confirmed"),
                    other.seat_id: (own.person_id, "confirmed"),
                },
            )

    # -- back, and on ---------------------------------------------------------------------------

    @rule(who=WHO, at=SEAT, rightly=RIGHTLY)
    def undoes(self, who: int, at: int, rightly: bool) -> None:
        seat, person = self.seats[at], self.people[who]
        if rightly and self.acts:
            last = list(self.acts)[-1]
            seat = Seat.get_by_id(last)
            person = Person.get_by_id(self.acts[last].by)
        if self._does(undo, seat, person, by=person):
            act = self.acts[seat.id]
            assert act.by == person.id, "one undoes only what one did"
            if not act.undone:
                self.held.update(act.before)
                for touched in act.before:
                    self.acts[touched] = Act(person.id, {}, undone=True)

    @rule(hours=st.sampled_from([0, 0, 0, 0, 0, 0, 1, 3, 50]), seconds=st.integers(1, 12))
    def time_passes(self, hours: int, seconds: int) -> None:
        self.now += dt.timedelta(hours=hours, seconds=seconds)

    @rule(at=SEAT, back=st.booleans())
    def is_called_off_or_brought_back(self, at: int, back: bool) -> None:
        verb = single_shifts.bring_back if back else single_shifts.call_off
        shift = Shift.get_by_id(self.seats[at].shift_id)
        self._does(
            lambda _s, a, now: verb(shift, a, now),
            self.seats[at],
            self.coordinator,
            by=self.coordinator,
        )

    @rule(at=SEAT, days=st.integers(-1, 3), hour=st.sampled_from([9, 12, 13]))
    def is_moved(self, at: int, days: int, hour: int) -> None:
        shift = Shift.get_by_id(self.seats[at].shift_id)
        seats = [
            SeatWish(seat.role, seat.qualification, seat.required, id=seat.id)
            for seat in shift.seats.order_by(Seat.position)
        ]
        started = to_utc(shift.date, shift.start_time) <= self.now
        moved = self._does(
            lambda _s, a, now: single_shifts.change_shift(
                shift,
                seats,
                a,
                now,
                title=shift.title,
                date=shift.date + dt.timedelta(days=days),
                start_time=dt.time(hour),
                end_time=dt.time(hour + 3),
            ),
            self.seats[at],
            self.coordinator,
            by=self.coordinator,
        )
        if moved and started:
            # Who was there already, is not there yet on another day.
            self._forget_marks(shift)

    def _forget_marks(self, shift: Shift) -> None:
        again = Shift.get_by_id(shift.id)
        if to_utc(again.date, again.start_time) > self.now:
            for seat in shift.seats:
                holder = self.held[seat.id]
                if holder and holder[1] == "present":
                    self._set(self.coordinator, {seat.id: (holder[0], "confirmed")})

    @rule(who=WHO)
    def goes_away(self, who: int) -> None:
        """Somebody leaves the house; their seats stay until somebody frees them."""
        person = self.people[who]
        house = self.seats[0].house
        member = people.membership(house, person.id)
        if self.now.second % 7 == 0 and member and person != self.coordinator:
            people.leave_house(member, self.coordinator, self.now)

    # -- what must hold ---------------------------------------------------------------------------

    @invariant()
    def the_database_says_what_the_notebook_says(self) -> None:
        if not hasattr(self, "held"):
            return
        rows = Place.select().where(Place.state.in_(HOLDING))
        found = [(row.seat_id, (row.person_id or row.name, str(row.state))) for row in rows]
        assert len(dict(found)) == len(found), "no seat with two"
        assert dict(found) == {seat: holder for seat, holder in self.held.items() if holder}

    @invariant()
    def nobody_is_in_two_places_at_once(self) -> None:
        rows = (
            Place.select(Place, Shift)
            .join(Shift)
            .where(
                Place.state.in_(HOLDING),
                Place.person.is_null(False),
                Shift.state == ShiftState.planned,
            )
            .order_by(Place.person, Shift.date, Shift.start_time)
        )
        for one, two in pairwise(rows):
            if one.person_id == two.person_id and one.shift.date == two.shift.date:
                assert one.shift.end_time <= two.shift.start_time

    @invariant()
    def the_steps_add_up_to_the_present(self) -> None:
        last: dict[int, PlaceChange] = {}
        came: Counter[int] = Counter()
        for step in PlaceChange.select().order_by(PlaceChange.id):
            before = last.get(step.place_id)
            was = before is not None and before.state in HOLDING
            came[step.place_id] += (step.state in HOLDING) - was
            assert before is None or before.at <= step.at
            last[step.place_id] = step
        for place in Place.select():
            assert last[place.id].state == place.state
            assert last[place.id].at == place.changed_at
            assert came[place.id] == (place.state in HOLDING)

    # -- how --------------------------------------------------------------------------------------

    def _does(self, verb: Callable[..., Any], seat: Seat, person: Person, *, by: Person) -> bool:
        """Whether a verb did it. Refused, it leaves everything as it was (the invariants see)."""
        assert not db.in_transaction()
        try:
            verb(Seat.get_by_id(seat.id), Person.get_by_id(person.id), self.now)
        except Refused:
            return False
        return True

    def _now_holds(self, seat: Seat, by: Person, holder: Holder, before: Holder) -> None:
        if holder != before:
            self._set(by, {seat.id: holder})

    def _set(self, by: Person, news: dict[int, Holder]) -> None:
        act = Act(by.id, {seat: self.held[seat] for seat in news})
        self.held.update(news)
        for seat in news:
            self.acts.pop(seat, None)  # So that the last act stands last.
            self.acts[seat] = act

    def _own(self, at: int, who: int, rightly: bool) -> tuple[Seat, Person]:
        """A seat with whoever is on it; else with somebody who tries."""
        seat, holder = self.seats[at], self.held[self.seats[at].id]
        if rightly and holder and isinstance(holder[0], int):
            return seat, Person.get_by_id(holder[0])
        return seat, self.people[who]


def test_whatever_people_do_the_roster_stays_true(database: Database) -> None:
    run_state_machine_as_test(
        Roster,
        settings=settings(
            max_examples=often(settings().max_examples // 2),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
