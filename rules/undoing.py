"""'Ongedaan maken': the last thing that somebody did to a seat, within some seconds."""

from __future__ import annotations

import datetime as dt

from peewee import IntegrityError

from models import (
    HOLDING,
    Message,
    MessageState,
    Person,
    Place,
    PlaceChange,
    PlaceState,
    Seat,
    Shift,
    ShiftState,
    Step,
    Swap,
    SwapState,
    db,
    for_one_writer,
)
from rules import Refused, places
from rules.rostering import (
    ShiftCancelled,
    ShiftOver,
    check_fit,
    has_ended,
    must_help,
    taken,
)

#: So long a page offers it, and so much later it may still arrive over a slow connection.
OFFERED = dt.timedelta(seconds=10)
ACCEPTED = OFFERED + dt.timedelta(seconds=20)


#: The steps with which a place begins.
_COMING = (Step.take, Step.take_over, Step.put, Step.swap)


class NothingToUndo(Refused):
    """Too late, or somebody did something to the seat since."""


def undo(seat: Seat, person: Person, now: dt.datetime) -> None:
    """Take back the last thing that a person did to a seat: their own, or as a coordinator.

    Taking is released, leaving is held again, a request for cover ends, who was covered seeks
    cover again, and after a swap both stand where they stood. A second tap does nothing. What had
    not been told yet is not told any more.

    :raises NothingToUndo: when it was more than :data:`ACCEPTED` ago, or not the last thing.
    :raises SeatTaken: when somebody has the freed seat by now.
    :raises Overlaps, NotQualified, NotAHelper: when who would come back is busy elsewhere by now,
        or has left the house.
    :raises ShiftOver, ShiftCancelled: when the shift has ended, or does not take place any more.
    """
    try:
        with db.atomic():
            _undo(seat, person, now)
    except IntegrityError:
        raise taken(seat, person, now) from None


def _undo(seat: Seat, person: Person, now: dt.datetime) -> None:
    last = _last_step(seat)
    if last is None or last.by_id != person.id or now - last.at > ACCEPTED:
        raise NothingToUndo
    if last.step == Step.undo:
        return
    together = _done_together(last)
    # Always in the order of ids, so that two who undo at once do not wait for each other.
    for owner in sorted({step.place.person_id for step in together if step.place.person_id}):
        for_one_writer(Person(id=owner))
    for shift_id in sorted({step.shift_id for step in together}):
        # Who was there is noted afterwards, and may be put right then.
        if has_ended(places.hold_still(shift_id), now) and last.step != Step.mark:
            raise ShiftOver
    now_last = _last_step(seat)
    if now_last != last:
        # The other of two taps at once did it a moment ago; or somebody did something else.
        if now_last and now_last.step == Step.undo and now_last.by_id == person.id:
            return
        raise NothingToUndo
    # First who goes, then who comes back: a seat has one holder at every moment.
    for goes in (True, False):
        for step in together:
            before = _state_before(step)
            if (before not in HOLDING) is goes:
                _restore(step, before, person, now)
    _untell(together, person)
    if last.step == Step.swap:
        _reopen_swap(together, now)


def _last_step(seat: Seat) -> PlaceChange | None:
    """The last step at a seat; what was done at one that is gone since, is no step at this one."""
    last: PlaceChange | None = (
        PlaceChange.select(PlaceChange, Place)
        .join(Place)
        .where(Place.seat == seat, PlaceChange.at == Place.changed_at)
        .order_by(PlaceChange.id.desc())
        .first()
    )
    return last


def _done_together(last: PlaceChange) -> list[PlaceChange]:
    """The steps that were one act: who was covered with who covers, both sides of a swap."""
    if last.step not in (Step.take_over, Step.put, Step.swap):
        return [last]
    same = PlaceChange.select(PlaceChange, Place).join(Place)
    same = same.where(
        PlaceChange.by == last.by_id, PlaceChange.at == last.at, PlaceChange.house == last.house_id
    )
    if last.step == Step.swap:
        steps = list(same.where(PlaceChange.step == Step.swap))
        return _of_one_swap(last, steps)
    covered = same.where(PlaceChange.step == Step.covered, Place.seat == last.place.seat_id)
    return [*covered, last]


def _of_one_swap(last: PlaceChange, steps: list[PlaceChange]) -> list[PlaceChange]:
    """The four steps of a swap: both left their seats and came on the other's."""
    seats = {last.place.seat_id}
    owners = {step.place.person_id for step in steps if step.place.seat_id in seats}
    return [step for step in steps if step.place.person_id in owners]


def _state_before(step: PlaceChange) -> PlaceState:
    """The state of the place before a step; released when the step made the place."""
    if step.step in _COMING and step.state in HOLDING:
        return PlaceState.released
    earlier = (
        PlaceChange.select()
        .where(PlaceChange.place == step.place_id, PlaceChange.id < step.id)
        .order_by(PlaceChange.id.desc())
        .first()
    )
    return PlaceState(earlier.state) if earlier else PlaceState.confirmed


def _restore(step: PlaceChange, before: PlaceState, person: Person, now: dt.datetime) -> None:
    place = step.place
    if before in HOLDING and step.state not in HOLDING:
        shift = Shift.get_by_id(place.shift_id)
        if shift.state == ShiftState.cancelled:
            raise ShiftCancelled
        if place.person_id is not None:
            must_help(place.house_id, place.person)
            check_fit(place.seat, shift, place.person)
    if not places.change(place, before, Step.undo, person, now, only_from=(step.state,)):
        raise NothingToUndo


def _untell(together: list[PlaceChange], person: Person) -> None:
    """Drop what this act would have told others and nobody has sent or seen yet."""
    Message.delete().where(
        Message.shift.in_([step.shift_id for step in together]),
        Message.about == person,
        Message.at == together[0].at,
        Message.state == MessageState.waiting,
        Message.seen_at.is_null(),
    ).execute()


def _reopen_swap(together: list[PlaceChange], now: dt.datetime) -> None:
    """The request that was agreed to is asked again."""
    ids = [step.place_id for step in together]
    Swap.update(state=SwapState.asked, answered_at=None).where(
        Swap.place.in_(ids), Swap.other_place.in_(ids), Swap.state == SwapState.agreed
    ).execute()
