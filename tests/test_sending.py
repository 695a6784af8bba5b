"""Emptying the outbox: each message by one worker, tried again with pauses, dropped when untrue."""

from __future__ import annotations

import datetime as dt

import pytest
from peewee import Database

from models import (
    Message,
    MessageKind,
    Person,
    Place,
    PlaceHow,
    PlaceState,
    Seat,
    Shift,
    ShiftState,
    Step,
    Swap,
    SwapState,
    db,
)
from rules import for_another, outbox, places, sending
from rules.outbox import GRACE, tell
from rules.sending import PAUSES, TRIES
from tests.at_once import at_once
from tests.cast import Cast, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted

NEXT = TODAY + dt.timedelta(days=7)
LATER = NOW + GRACE


def seat_of(cast: Cast, **facts: object) -> Seat:
    return make_shift(cast.wolfsbos, NEXT, **facts).seats.get()  # type: ignore[arg-type]


def told(
    cast: Cast, kind: MessageKind = MessageKind.put_on, person: Person | None = None
) -> Message:
    """A message that is true: somebody was put on a shift."""
    to = person or cast.volunteer
    seat = seat_of(cast)
    make_place(seat, to, NOW)
    tell([to], kind, NOW, shift=seat.shift, about=cast.coordinator)
    return Message.select().order_by(Message.id.desc()).get()


def state_of(message: Message) -> tuple[str, int]:
    row = Message.get_by_id(message.id)
    return row.state, row.tries


def test_nothing_is_sent_before_it_can_no_longer_be_undone(cast: Cast) -> None:
    message = told(cast)
    assert sending.people_due(LATER - dt.timedelta(seconds=1)) == []
    assert sending.people_due(LATER) == [cast.volunteer.id]
    [news] = sending.claim(cast.volunteer.id, LATER, by_mail=True)
    assert news.id == message.id
    assert (news.about, news.house.name) == ("Corrie", cast.wolfsbos.name)
    sending.sent([news], LATER)
    assert state_of(message) == ("sent", 1)
    assert Message.get().sent_at == LATER
    assert sending.people_due(LATER + dt.timedelta(days=1)) == []


def test_of_two_workers_at_once_each_message_is_taken_by_one(
    cast: Cast, database: Database
) -> None:
    ids = {told(cast).id for _ in range(5)}
    took = at_once(database, *[lambda: sending.claim(cast.volunteer.id, LATER, by_mail=True)] * 4)
    taken = [news.id for each in took for news in each]
    assert sorted(taken) == sorted(ids)
    assert sending.claim(cast.volunteer.id, LATER, by_mail=True) == []


def test_who_fell_over_while_sending_lets_another_try_after_a_pause(cast: Cast) -> None:
    told(cast)
    assert len(sending.claim(cast.volunteer.id, LATER, by_mail=True)) == 1
    soon = LATER + PAUSES[0] - dt.timedelta(seconds=1)
    assert sending.people_due(soon) == []
    assert len(sending.claim(cast.volunteer.id, LATER + PAUSES[0], by_mail=True)) == 1


def test_five_tries_with_longer_and_longer_pauses_and_it_is_given_up(cast: Cast) -> None:
    message, moment = told(cast), LATER
    for tries, pause in enumerate((*PAUSES, PAUSES[-1]), start=1):
        news = sending.claim(cast.volunteer.id, moment, by_mail=True)
        assert len(news) == 1
        sending.not_sent(news)
        assert state_of(message) == ("failed" if tries == TRIES else "waiting", tries)
        assert sending.people_due(moment + pause - dt.timedelta(seconds=1)) == []
        moment += pause
    assert sending.people_due(moment) == []


def test_who_falls_over_at_every_try_sends_no_sixth(cast: Cast) -> None:
    message, moment = told(cast), LATER
    for pause in (*PAUSES, PAUSES[-1]):
        assert len(sending.claim(cast.volunteer.id, moment, by_mail=True)) == 1
        moment += pause
    assert sending.claim(cast.volunteer.id, moment, by_mail=True) == []
    assert state_of(message) == ("failed", TRIES)


def test_a_refusal_for_good_is_not_tried_again(cast: Cast) -> None:
    message = told(cast)
    sending.not_sent(sending.claim(cast.volunteer.id, LATER, by_mail=True), for_good=True)
    assert state_of(message) == ("failed", 1)


@pytest.mark.parametrize("facts", [{"email": None}, {"active": False}], ids=str)
def test_who_cannot_be_mailed_is_left_to_a_coordinator(
    cast: Cast, facts: dict[str, object]
) -> None:
    message = told(cast)
    Person.update(**facts).where(Person.id == cast.volunteer.id).execute()
    assert sending.claim(cast.volunteer.id, LATER, by_mail=True) == []
    assert state_of(message) == ("not_sent", 0)


def test_without_a_mail_server_nothing_is_sent(cast: Cast) -> None:
    message = told(cast)
    assert sending.claim(cast.volunteer.id, LATER, by_mail=False) == []
    assert state_of(message) == ("not_sent", 0)
    # When there is one later, nobody gets the news of last week.
    assert sending.people_due(LATER + dt.timedelta(days=3)) == []


def test_what_waited_for_days_is_not_sent_any_more(cast: Cast) -> None:
    message = told(cast)
    late = NOW + sending.STALE
    assert sending.claim(cast.volunteer.id, late, by_mail=True) == []
    assert state_of(message) == ("not_sent", 0)


def test_what_was_seen_or_told_by_phone_is_not_mailed(cast: Cast) -> None:
    told(cast)
    Message.update(seen_at=NOW).execute()
    assert sending.people_due(LATER) == []


# -- what is no longer true -----------------------------------------------------------------------


def test_who_was_put_on_and_taken_off_before_they_heard_hears_nothing(cast: Cast) -> None:
    seat = seat_of(cast)
    for_another.sign_up(seat, cast.volunteer, cast.coordinator, NOW)
    for_another.free_seat(seat, cast.coordinator, NOW + dt.timedelta(seconds=20))
    assert Message.select().count() == 2
    assert sending.claim(cast.volunteer.id, LATER + GRACE, by_mail=True) == []
    assert Message.select().count() == 0


def test_who_knew_of_it_hears_that_they_are_off(cast: Cast) -> None:
    seat = seat_of(cast)
    for_another.sign_up(seat, cast.volunteer, cast.coordinator, NOW)
    sending.sent(sending.claim(cast.volunteer.id, LATER, by_mail=True), LATER)
    for_another.free_seat(seat, cast.coordinator, LATER)
    [news] = sending.claim(cast.volunteer.id, LATER + GRACE, by_mail=True)
    assert news.kind == MessageKind.taken_off


def test_nobody_is_asked_for_cover_that_is_no_longer_sought(cast: Cast) -> None:
    seat = seat_of(cast)
    place = make_place(seat, cast.volunteer, NOW, state=PlaceState.seeking_cover)
    outbox.tell_coordinators(MessageKind.cover_wanted, NOW, shift=seat.shift, about=cast.volunteer)
    with db.atomic():
        places.change(place, PlaceState.confirmed, Step.keep, cast.volunteer, NOW)
    assert sending.claim(cast.coordinator.id, LATER, by_mail=True) == []
    assert Message.select().count() == 0


def test_a_swap_that_was_answered_is_not_asked_any_more(cast: Cast) -> None:
    mine = make_place(seat_of(cast), cast.volunteer, NOW)
    theirs = make_place(seat_of(cast), cast.key_holder, NOW)
    swap = Swap.create(house=cast.wolfsbos, place=mine, other_place=theirs, at=NOW)
    tell(
        [cast.key_holder], MessageKind.swap_asked, NOW, shift=theirs.shift,
        about=cast.volunteer, swap=swap,
    )  # fmt: skip
    [news] = sending.claim(cast.key_holder.id, LATER, by_mail=True)
    assert (news.kind, news.about) == (MessageKind.swap_asked, "Joop")
    Message.update(tries=0, sent_at=None).execute()
    Swap.update(state=SwapState.withdrawn).execute()
    assert sending.claim(cast.key_holder.id, LATER, by_mail=True) == []


@pytest.mark.parametrize("kind", [MessageKind.shift_cancelled, MessageKind.shift_moved])
def test_who_left_the_shift_need_not_hear_what_became_of_it(cast: Cast, kind: MessageKind) -> None:
    seat = seat_of(cast)
    place = make_place(seat, cast.volunteer, NOW)
    if kind == MessageKind.shift_cancelled:
        Shift.update(state=ShiftState.cancelled).execute()
    tell([cast.volunteer], kind, NOW, shift=Shift.get(), was=(TODAY, dt.time(10), dt.time(12)))
    with db.atomic():
        places.change(place, PlaceState.released, Step.leave, cast.volunteer, NOW)
    assert sending.claim(cast.volunteer.id, LATER, by_mail=True) == []


def test_a_claim_takes_as_many_queries_to_read_much_as_little(cast: Cast) -> None:
    told(cast)
    with counted() as few:
        sending.claim(cast.volunteer.id, LATER, by_mail=True)
    for _ in range(9):
        told(cast)
    Message.update(tries=0).execute()
    with counted() as many:
        assert len(sending.claim(cast.volunteer.id, LATER, by_mail=True)) == 10
    # Each message is claimed by an UPDATE of its own.
    assert len(many) - len(few) == 9


def test_a_name_that_two_have_is_told_apart(cast: Cast) -> None:
    other = make_person("Corrie", "Zwart", house=cast.wolfsbos)
    seat = seat_of(cast)
    place = make_place(seat, cast.volunteer, NOW)
    assert place.how == PlaceHow.self
    tell([cast.volunteer], MessageKind.put_on, NOW, shift=seat.shift, about=other)
    [news] = sending.claim(cast.volunteer.id, LATER, by_mail=True)
    assert news.about == "Corrie Z."
    assert Place.select().count() == 1
