"""The desk tablet: codes that pair it, once and in time; whose names it knows, and how."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Database

import models
from models import AuditEntry, DeskPairing, Device, Person
from rules import access, desks, people
from rules.access import Access
from rules.passwords import Brakes, TooManyTries
from rules.roster_lists import RosterShift, shifts_between
from rules.short_names import names_at_the_door
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted

QUARTER = dt.timedelta(minutes=15)
WRONG = "ACDEFGHJ"


def pair(code: str, now: dt.datetime = NOW, brakes: Brakes | None = None, place: str = "") -> str:
    return desks.pair(code, "Chrome op Android", brakes or Brakes(), place, now)


def code_of(cast: Cast, now: dt.datetime = NOW) -> str:
    return desks.make_code(cast.wolfsbos, cast.coordinator, now)


# -- codes ----------------------------------------------------------------------------------------


def test_a_code_makes_a_browser_the_desk_of_its_house(cast: Cast) -> None:
    standing = access.standing_of(pair(code_of(cast)))
    assert standing is not None
    assert standing.person is None
    assert standing.desk == cast.wolfsbos
    assert standing.houses == [cast.wolfsbos]
    assert standing.device.label == "Chrome op Android"


def test_a_code_has_eight_letters_of_which_none_looks_like_another(cast: Cast) -> None:
    assert not set("BILOSUZ01") & set(desks.LETTERS)
    for _time in range(20):
        assert re.fullmatch(f"[{desks.LETTERS}]{{8}}", code_of(cast))


def test_only_its_fingerprint_is_kept(cast: Cast) -> None:
    code = code_of(cast)
    kept = DeskPairing.get()
    assert kept.hash == access.hashed(code)
    assert code not in repr(DeskPairing.select().dicts().get())


@pytest.mark.parametrize("typed", [str.lower, lambda code: f" {code[:4]}-{code[4:]} ", "\t".join])
def test_a_code_may_be_typed_as_people_type(cast: Cast, typed: object) -> None:
    assert pair(typed(code_of(cast)))  # type: ignore[operator]


def test_a_code_works_once_and_a_quarter_of_an_hour(cast: Cast) -> None:
    code = code_of(cast)
    assert pair(code, NOW + QUARTER - dt.timedelta(seconds=1))
    with pytest.raises(desks.CodeRefused):
        pair(code)
    late = code_of(cast)
    with pytest.raises(desks.CodeRefused):
        pair(late, NOW + QUARTER)
    assert count_rows(Device) == 1


def test_a_new_code_of_a_house_makes_its_last_one_worthless_and_no_other(cast: Cast) -> None:
    theirs = desks.make_code(cast.knooppunt, cast.other_coordinator, NOW)
    old, new = code_of(cast), code_of(cast)
    with pytest.raises(desks.CodeRefused):
        pair(old)
    assert pair(new)
    desk = access.standing_of(pair(theirs))
    assert desk is not None
    assert desk.desk == cast.knooppunt


@pytest.mark.parametrize("code", ["", WRONG, "\x00", "x" * 5000, "😀", "' OR 1=1 --", str(2**70)])
def test_nonsense_is_no_code(cast: Cast, code: str) -> None:
    code_of(cast)
    with pytest.raises(desks.CodeRefused):
        pair(code)
    assert count_rows(Device) == 0


def test_guessing_is_slowed_down_where_it_happens_and_nowhere_else(cast: Cast) -> None:
    code, brakes = code_of(cast), Brakes()
    for _guess in range(5):
        with pytest.raises(desks.CodeRefused):
            pair(WRONG, brakes=brakes, place="far")
    with pytest.raises(TooManyTries):
        pair(code, brakes=brakes, place="far")
    assert pair(code, brakes=brakes, place="near")


def test_of_two_tablets_with_one_code_one_becomes_the_desk(database: Database, cast: Cast) -> None:
    for _round in range(5):
        code = code_of(cast)
        outcomes = at_once(database, lambda code=code: pair(code), lambda code=code: pair(code))
        assert sorted(type(each).__name__ for each in outcomes) == ["CodeRefused", "str"]
    assert count_rows(Device) == 5


def test_of_two_codes_made_at_once_one_is_left(database: Database, cast: Cast) -> None:
    codes = at_once(database, lambda: code_of(cast), lambda: code_of(cast))
    assert all(isinstance(code, str) for code in codes), codes
    assert count_rows(DeskPairing) == 1


def test_it_is_written_down_who_paired_and_unpaired(cast: Cast) -> None:
    pair(code_of(cast))
    device = Device.get()
    desks.unpair(cast.wolfsbos, device.id, cast.coordinator, NOW)
    entries = AuditEntry.select().order_by(AuditEntry.id)
    noted = [(each.action, each.person, each.house) for each in entries]
    assert noted == [
        (action, cast.coordinator, cast.wolfsbos)
        for action in ("desk.code", "desk.pair", "desk.unpair")
    ]


# -- what it is -----------------------------------------------------------------------------------


def test_a_coordinator_may_turn_the_browser_in_hand_into_the_desk(cast: Cast) -> None:
    secret = access.add_device(cast.coordinator, "Chrome op Android", NOW)
    device = Device.get()
    desk = access.standing_of(
        desks.pair_this(cast.wolfsbos, device, device.label, cast.coordinator, NOW)
    )
    assert desk is not None
    assert desk.desk == cast.wolfsbos
    assert access.standing_of(secret) is None


def test_a_desk_may_count_in_its_own_house_and_nothing_else(cast: Cast) -> None:
    desk = access.standing_of(pair(code_of(cast)))
    assert desk is not None
    may = {each for each in Access if desk.may(each, cast.wolfsbos)}
    assert may == {Access.door, Access.desk}
    assert not any(desk.may(each, house) for each in Access for house in (cast.knooppunt, None))
    assert desk.role_in(cast.wolfsbos) is None


def test_no_person_is_a_desk(cast: Cast) -> None:
    for person in (cast.admin, cast.coordinator, cast.volunteer):
        standing = access.standing_of(access.add_device(person, "", NOW))
        assert standing is not None
        assert standing.desk is None
        assert not standing.may(Access.desk, cast.wolfsbos)


def test_a_tablet_that_was_unpaired_is_nobody_at_once(cast: Cast) -> None:
    secret = pair(code_of(cast))
    device = Device.get()
    assert not desks.unpair(cast.knooppunt, device.id, cast.other_coordinator, NOW)
    assert access.standing_of(secret) is not None
    assert [each.id for each in desks.desks_of(cast.wolfsbos)] == [device.id]
    assert desks.unpair(cast.wolfsbos, device.id, cast.coordinator, NOW)
    assert access.standing_of(secret) is None
    assert desks.desks_of(cast.wolfsbos) == []
    assert not desks.unpair(cast.wolfsbos, device.id, cast.coordinator, NOW)


def test_the_browser_of_a_person_is_no_tablet_to_unpair(cast: Cast) -> None:
    access.add_device(cast.volunteer, "", NOW)
    assert not desks.unpair(cast.wolfsbos, Device.get().id, cast.coordinator, NOW)


def test_only_a_coordinator_of_the_house_unpairs(cast: Cast) -> None:
    may = {
        name
        for name in vars(cast)
        if isinstance(person := getattr(cast, name), Person)
        and desks.may_unpair(person, cast.wolfsbos)
    }
    assert may == {"admin", "coordinator"}


# -- whose names it knows -------------------------------------------------------------------------


def test_it_counts_for_the_active_helpers_of_its_house(cast: Cast) -> None:
    every = [each for each in vars(cast).values() if isinstance(each, Person)]
    found = [each for each in every if desks.helper_of(cast.wolfsbos, each.id)]
    assert found == [cast.coordinator, cast.volunteer, cast.key_holder]
    for nobody in (None, 0, -1, 9999, 2**31, 2**70):
        assert desks.helper_of(cast.wolfsbos, nobody) is None


def test_who_was_made_inactive_or_left_is_no_helper(cast: Cast) -> None:
    Person.update(active=False).where(Person.id == cast.volunteer.id).execute()
    assert desks.helper_of(cast.wolfsbos, cast.volunteer.id) is None
    member = people.membership(cast.wolfsbos, cast.key_holder.id)
    assert member is not None
    people.leave_house(member, cast.coordinator, NOW)
    assert desks.helper_of(cast.wolfsbos, cast.key_holder.id) is None
    names = [each.name for each in desks.helpers_at(cast.wolfsbos, []).others]
    assert names == ["Corrie"]


def today_at(cast: Cast) -> list[RosterShift]:
    return shifts_between(cast.wolfsbos, None, TODAY, TODAY, NOW)


def test_those_who_are_on_today_come_first_and_each_name_once(cast: Cast) -> None:
    for _shift in range(2):
        make_place(make_shift(cast.wolfsbos, TODAY).seats[0], cast.volunteer, NOW)
    off = make_shift(cast.wolfsbos, TODAY, state=models.ShiftState.cancelled)
    make_place(off.seats[0], cast.key_holder, NOW)
    helpers = desks.helpers_at(cast.wolfsbos, today_at(cast))
    assert [each.name for each in helpers.on] == ["Joop"]
    assert [each.name for each in helpers.others] == ["Anneke", "Corrie"]


def test_nothing_is_offered_at_the_desk_and_a_written_name_is_its_first_word(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TODAY, seats=3)
    one, two, _open = shift.seats.order_by(models.Seat.position)
    make_place(one, cast.volunteer, NOW)
    models.Place.create(
        house=cast.wolfsbos, shift=shift, seat=two, name="Truus de Vries", at=NOW, changed_at=NOW
    )
    (seen,) = today_at(cast)
    assert seen.others() == ["Joop", "Truus"]
    assert not seen.offered
    assert seen.mine is None


def test_the_desk_asks_as_often_however_many_help(cast: Cast) -> None:
    make_shift(cast.wolfsbos, TODAY)
    with counted() as few:
        desks.helpers_at(cast.wolfsbos, today_at(cast))
    for n in range(30):
        person = make_person(f"Buur{n}", "Jansen", house=cast.wolfsbos)
        make_place(make_shift(cast.wolfsbos, TODAY).seats[0], person, NOW)
    with counted() as many:
        assert len(desks.helpers_at(cast.wolfsbos, today_at(cast)).on) == 30
    assert len(many) == len(few) == 3


@pytest.mark.parametrize(
    ("people_there", "called"),
    [
        ([("Joop", "Berg")], ["Joop"]),
        ([("Joop", "Berg"), ("Joop", "Dam")], ["Joop B.", "Joop D."]),
        ([("Joop", "Berg"), ("joop", "Bos")], ["Joop Be.", "joop Bo."]),
        ([("Joop", "Bos"), ("Joop", "Bosman")], ["Joop B. 1", "Joop B. 2"]),
        ([("Joop", "Berg"), ("Joop", "Berg")], ["Joop B. 1", "Joop B. 2"]),
        ([("Joop", "Berg"), ("Joop", "")], ["Joop B.", "Joop"]),
        ([("Joop", ""), ("Joop", "")], ["Joop 1", "Joop 2"]),
        ([("Joop", "Bo"), ("Joop", "Ba")], ["Joop B. 1", "Joop B. 2"]),
    ],
)
def test_at_the_door_namesakes_are_told_apart_without_a_last_name(
    people_there: list[tuple[str, str]], called: list[str]
) -> None:
    rows = [(n, first, last) for n, (first, last) in enumerate(people_there, 1)]
    assert list(names_at_the_door(rows).values()) == called


@given(
    st.lists(st.tuples(st.sampled_from(["Jo", "jo", "Al"]), st.text("abc", max_size=4)), max_size=8)
)
def test_at_the_door_no_two_are_called_the_same_and_no_last_name_is_told(
    people_there: list[tuple[str, str]],
) -> None:
    rows = [(n, first, last) for n, (first, last) in enumerate(people_there, 1)]
    called = names_at_the_door(rows)
    assert len({name.casefold() for name in called.values()}) == len(rows)
    for person_id, _first, last in rows:
        if len(last) > 1:
            assert last not in called[person_id].partition(" ")[2]
