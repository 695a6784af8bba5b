"""Which partners were there: noted on an opening, never on a visit."""

from __future__ import annotations

import datetime as dt

import pytest

from models import HousePartner, Opening, OpeningHours, OpeningPartner, OpeningState, Partner
from rules import partners_present
from rules.houses import remove_partner
from rules.partners_present import note_partners, presence
from tests.cast import Cast, count_rows
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted

NINE = "0900"


@pytest.fixture
def partners(cast: Cast) -> list[Partner]:
    """Two of Wolfsbos, and one of Knooppunt."""
    made = [Partner.create(name=name) for name in ("GGZ Drenthe", "Cosis", "WMO")]
    for house, some in ((cast.wolfsbos, made[:2]), (cast.knooppunt, made[2:])):
        for partner in some:
            HousePartner.create(house=house, partner=partner)
    return made


def note(cast: Cast, ticked: list[Partner], shown: list[Partner], key: str = NINE) -> None:
    ids = [{partner.id for partner in some} for some in (ticked, shown)]
    note_partners(cast.wolfsbos, TODAY, {key: ids[0]}, {key: ids[1]}, cast.volunteer, NOW, TODAY)


def names(cast: Cast) -> list[str]:
    return sorted(presence(cast.wolfsbos, TODAY, TODAY)[0].names)


def test_who_was_there_is_noted_on_the_opening_of_the_day(
    cast: Cast, partners: list[Partner]
) -> None:
    ggz, cosis, _wmo = partners
    assert names(cast) == []
    for _twice in range(2):
        note(cast, [ggz, cosis], [])
    assert names(cast) == ["Cosis", "GGZ Drenthe"]
    opening = Opening.get()
    assert (opening.date, opening.start_time, opening.counted) == (TODAY, dt.time(9), False)
    note(cast, [ggz], [ggz, cosis])
    assert names(cast) == ["GGZ Drenthe"]


def test_what_another_ticked_meanwhile_stays(cast: Cast, partners: list[Partner]) -> None:
    ggz, cosis, _wmo = partners
    note(cast, [ggz], [])
    note(cast, [cosis], [])
    assert names(cast) == ["Cosis", "GGZ Drenthe"]


def test_partners_of_another_house_and_openings_that_are_none_are_refused(
    cast: Cast, partners: list[Partner]
) -> None:
    with pytest.raises(partners_present.NotYourPartner):
        note(cast, [partners[2]], [])
    with pytest.raises(partners_present.NoSuchOpening):
        note(cast, [partners[0]], [], key="1000")
    OpeningHours.delete().execute()
    with pytest.raises(partners_present.NoSuchOpening):
        note(cast, [partners[0]], [])
    assert count_rows(OpeningPartner) == count_rows(Opening) == 0


def test_each_opening_of_a_day_has_its_own_and_a_closed_one_has_none(
    cast: Cast, partners: list[Partner]
) -> None:
    OpeningHours.delete().execute()
    for start, end, state in ((9, 12, "open"), (13, 17, "open"), (19, 21, "closed")):
        Opening.create(
            house=cast.wolfsbos,
            date=TODAY,
            start_time=dt.time(start),
            end_time=dt.time(end),
            state=OpeningState(state),
        )
    note(cast, [partners[0]], [], key="1300")
    assert [(each.key, each.names) for each in presence(cast.wolfsbos, TODAY, TODAY)] == [
        ("0900", []),
        ("1300", ["GGZ Drenthe"]),
    ]


def test_who_was_there_stays_named_when_the_house_has_left_the_partner(
    cast: Cast, partners: list[Partner]
) -> None:
    note(cast, [partners[0]], [])
    remove_partner(cast.wolfsbos, partners[0].id, None, NOW)
    assert names(cast) == ["GGZ Drenthe"]
    note(cast, [], [partners[0]])
    assert names(cast) == []


def test_the_list_takes_a_fixed_number_of_questions(cast: Cast, partners: list[Partner]) -> None:
    with counted() as few:
        presence(cast.wolfsbos, TODAY, TODAY)
    note(cast, partners[:2], [])
    with counted() as many:
        presence(cast.wolfsbos, TODAY, TODAY)
    assert len(few) == len(many)
