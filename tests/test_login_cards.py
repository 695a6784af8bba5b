"""Login cards of several people: made together, or not at all."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Database

from models import AuditEntry, LoginToken, Membership, Person, Role
from rules import access, login_cards, people
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_person
from tests.conftest import NOW
from tests.counting_queries import counted


def working(person: Person) -> int:
    return int(
        LoginToken.select().where(LoginToken.person == person, LoginToken.revoked.is_null()).count()
    )


def test_everybody_of_the_house_is_listed_with_whether_they_have_a_card(cast: Cast) -> None:
    member = people.membership(cast.wolfsbos, cast.volunteer.id)
    assert member is not None
    people.make_card(member, cast.coordinator, NOW)
    found = login_cards.holders(cast.wolfsbos, cast.coordinator)
    # By main name: Van der Berg, Bos, Kijker, Mulder.
    assert [(each.name, each.has_card) for each in found] == [
        ("Joop", True),
        ("Anneke", False),
        ("Mees", False),
        ("Corrie", False),
    ]
    assert all(each.yours for each in found)
    people.revoke_card(member, cast.coordinator, NOW)
    assert not any(e.has_card for e in login_cards.holders(cast.wolfsbos, cast.coordinator))


def test_namesakes_are_told_apart_without_a_whole_last_name(cast: Cast) -> None:
    make_person("Joop", "Bergsma", house=cast.wolfsbos)
    make_person("Joop", "Drent", house=cast.wolfsbos)
    named = [each.name for each in login_cards.holders(cast.wolfsbos, cast.coordinator)]
    assert sorted(name for name in named if name.startswith("Joop")) == [
        "Joop B. 1",
        "Joop B. 2",
        "Joop D.",
    ]


def test_whom_a_coordinator_answers_for_is_the_same_one_by_one_and_together(cast: Cast) -> None:
    elsewhere = make_person("Twee", "Huizen", house=cast.wolfsbos)
    Membership.create(person=elsewhere, house=cast.knooppunt, role=Role.viewer)
    both = make_person("Beide", "Huizen", house=cast.wolfsbos, role=Role.coordinator)
    Membership.create(person=both, house=cast.knooppunt, role=Role.coordinator)
    Membership.create(person=cast.admin, house=cast.wolfsbos, role=Role.volunteer)
    for by in (cast.coordinator, cast.admin, both):
        for each in login_cards.holders(cast.wolfsbos, by):
            assert each.yours == people.answers_for(by, each.person), (by, each.person)


def test_made_cards_log_in_and_end_the_earlier_ones_but_not_who_is_logged_in(cast: Cast) -> None:
    first, second = access.new_secret(), access.new_secret()
    them = (cast.volunteer.id, cast.key_holder.id)
    for secrets in ((first, second), (access.new_secret(), access.new_secret())):
        login_cards.make_cards(
            cast.wolfsbos, dict(zip(them, secrets, strict=True)), cast.coordinator, NOW
        )
        device = access.redeem(secrets[0], "Telefoon", NOW)
    assert working(cast.volunteer) == working(cast.key_holder) == 1
    for old in (first, second):
        with pytest.raises(access.TokenSpent):
            access.find_token(old, NOW)
    standing = access.standing_of(device)
    assert standing is not None
    assert standing.person == cast.volunteer
    kept = [(each.action, each.subject_id) for each in AuditEntry.select().order_by(AuditEntry.id)]
    assert kept == [("card", str(person)) for person in sorted(them)] * 2


@pytest.mark.parametrize("who", ["other_volunteer", "admin"])
def test_one_who_is_not_of_the_house_stops_all_cards(cast: Cast, who: str) -> None:
    cards = {person.id: access.new_secret() for person in (cast.volunteer, getattr(cast, who))}
    with pytest.raises(login_cards.NobodyHere):
        login_cards.make_cards(cast.wolfsbos, cards, cast.coordinator, NOW)
    Membership.create(person=getattr(cast, who), house=cast.wolfsbos, role=Role.volunteer)
    with pytest.raises(people.NotYourPerson):
        login_cards.make_cards(cast.wolfsbos, cards, cast.coordinator, NOW)
    assert count_rows(LoginToken) == 0


def test_two_who_make_the_same_cards_at_once_leave_one_that_works(
    cast: Cast, database: Database
) -> None:
    them = [cast.volunteer.id, cast.key_holder.id, cast.viewer.id]
    made = at_once(
        database,
        *(
            lambda order=order: login_cards.make_cards(
                cast.wolfsbos,
                {person: access.new_secret() for person in order},
                cast.coordinator,
                NOW,
            )
            for order in (them, them[::-1])
        ),
    )
    assert made == [None, None]
    assert [working(person) for person in them] == [1, 1, 1]


def test_the_list_takes_a_fixed_number_of_queries(cast: Cast) -> None:
    found = []
    for round_ in range(2):
        with counted() as asked:
            login_cards.holders(cast.wolfsbos, cast.coordinator)
        found.append(len(asked))
        for n in range(5):
            make_person(f"Iemand {round_}", f"Nieuw {n}", house=cast.wolfsbos)
    assert found[0] == found[1] <= 5


# -- secrets that are worked out ------------------------------------------------------------------


@given(st.binary(min_size=1), st.text(), st.sets(st.integers(1, 2**31), min_size=1, max_size=5))
def test_the_same_form_has_the_same_secrets_and_each_its_own(
    key: bytes, form: str, people: set[int]
) -> None:
    secrets = login_cards.secrets_of(key, form, sorted(people))
    assert secrets == login_cards.secrets_of(key, form, people)
    assert len(set(secrets.values())) == len(people)
    others = (
        login_cards.secrets_of(key + b"x", form, people),
        login_cards.secrets_of(key, form + "x", people),
    )
    for other in others:
        assert not set(other.values()) & set(secrets.values())
    for secret in secrets.values():
        assert len(secret) == len(access.new_secret())
        assert re.fullmatch(r"[\w-]+", secret, re.ASCII)


def test_cards_count_for_ten_minutes_as_made_just_now_unless_newer_ones_came(cast: Cast) -> None:
    def made(form: str, now: dt.datetime = NOW) -> dict[int, str]:
        cards = login_cards.secrets_of(b"key", form, [cast.volunteer.id, cast.viewer.id])
        login_cards.make_cards(cast.wolfsbos, cards, cast.coordinator, now)
        return cards

    first = made("first")
    assert login_cards.still_count(first, NOW)
    assert not login_cards.still_count({**first, cast.admin.id: "another"}, NOW)
    swapped = dict(zip(first, reversed(first.values()), strict=True))
    assert not login_cards.still_count(swapped, NOW)
    assert not login_cards.still_count(first, NOW + login_cards.AGAIN)
    second = made("second")
    assert not login_cards.still_count(first, NOW)
    assert login_cards.still_count(second, NOW)
    access.revoke_cards(cast.viewer, NOW)
    assert not login_cards.still_count(second, NOW)
