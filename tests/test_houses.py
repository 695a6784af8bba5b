"""Houses: their address on the web, rooms, opening hours and partners."""

from __future__ import annotations

import datetime as dt

import pytest

from models import AuditEntry, House, Occurrence, OpeningHours, Partner, Room
from rules import houses
from rules.houses import NameTaken, RoomInUse, Span, TooMany
from tests.cast import Cast, count_rows, make_activity, make_occurrence
from tests.conftest import NOW, TODAY


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Huis van de Buurt Krakeel", "krakeel"),
        ("Het Aniënhuis", "anienhuis"),
        ("’t Oor / de Steên", "t-oor-de-steen"),
        ("Nieuw", "nieuw-2"),
        ("Wolfsbos", "wolfsbos-2"),
        ("Huis van de Buurt", "huis-van-de-buurt"),
        ("البيت", "huis"),
        ("Heel " * 15, "heel-heel-heel-heel-heel-heel-heel-h"),
    ],
)
def test_a_new_house_gets_a_short_address_of_its_own(cast: Cast, name: str, slug: str) -> None:
    assert houses.add_house(name, "Hoogeveen", cast.admin, NOW).slug == slug


def test_the_address_of_a_house_stays_when_its_name_changes(cast: Cast) -> None:
    houses.change_house(cast.wolfsbos, cast.coordinator, NOW, name="De Wolfskuil", town="Assen")
    house = House.get_by_id(cast.wolfsbos.id)
    assert (house.slug, house.name, house.town) == ("wolfsbos", "De Wolfskuil", "Assen")
    with pytest.raises(TypeError):
        houses.change_house(cast.wolfsbos, cast.coordinator, NOW, slug="anders")
    assert [row.action for row in AuditEntry.select()] == ["house.change"]


# -- rooms ----------------------------------------------------------------------------------------


def test_a_house_has_each_room_once_and_the_other_house_its_own(cast: Cast) -> None:
    houses.add_room(cast.wolfsbos, "Keuken", cast.coordinator, NOW)
    with pytest.raises(NameTaken):
        houses.add_room(cast.wolfsbos, "KEUKEN", cast.coordinator, NOW)
    houses.add_room(cast.knooppunt, "Keuken", cast.other_coordinator, NOW)
    assert [room.name for room in houses.rooms_of(cast.wolfsbos)] == ["Keuken"]


def test_a_room_is_renamed_but_not_to_the_name_of_another(cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    houses.add_room(cast.wolfsbos, "Huiskamer", None, NOW)
    houses.rename_room(kitchen, "keuken", None, NOW)
    with pytest.raises(NameTaken):
        houses.rename_room(kitchen, "huiskamer", None, NOW)
    assert {room.name for room in houses.rooms_of(cast.wolfsbos)} == {"keuken", "Huiskamer"}


def test_a_room_goes_only_when_nothing_happens_in_it(cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    cooking = make_activity(cast.wolfsbos, room=kitchen)
    assert houses.rooms_of(cast.wolfsbos)[0].uses == 1
    with pytest.raises(RoomInUse):
        houses.remove_room(kitchen, None, NOW)
    cooking.room = None
    cooking.save()
    once = make_occurrence(cooking, TODAY, room=kitchen)
    with pytest.raises(RoomInUse):
        houses.remove_room(kitchen, None, NOW)
    Occurrence.update(date=TODAY - dt.timedelta(days=1)).where(Occurrence.id == once.id).execute()
    houses.remove_room(kitchen, None, NOW)
    assert count_rows(Room) == 0


def test_a_house_cannot_fill_its_page_with_rooms(cast: Cast) -> None:
    for number in range(houses.MOST_ROOMS):
        houses.add_room(cast.wolfsbos, f"Kamer {number}", None, NOW)
    with pytest.raises(TooMany):
        houses.add_room(cast.wolfsbos, "Kamer te veel", None, NOW)


# -- opening hours --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("9-17", [("09:00", "17:00")]),
        ("9.00–17.00 uur", [("09:00", "17:00")]),
        ("9:30 tot 17:00", [("09:30", "17:00")]),
        ("13.00-17.00 en 9.00-12.00", [("09:00", "12:00"), ("13:00", "17:00")]),
        ("9-12, 13-17", [("09:00", "12:00"), ("13:00", "17:00")]),
    ],
)
def test_opening_hours_are_read_as_people_write_them(
    text: str, spans: list[tuple[str, str]]
) -> None:
    wanted = [Span(*map(dt.time.fromisoformat, span)) for span in spans]
    assert houses.read_hours(text) == wanted


@pytest.mark.parametrize("text", ["dicht", "9", "17-9", "9-9", "9-13 en 12-17", "9-25", "9.75-12"])
def test_opening_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        houses.read_hours(text)


def test_opening_hours_are_replaced_and_said_with_equal_days_together(cast: Cast) -> None:
    nine_to_five = [Span(dt.time(9), dt.time(17))]
    evening = [*nine_to_five, Span(dt.time(19), dt.time(21))]
    hours = {0: nine_to_five, 1: nine_to_five, 2: [], 3: evening}
    houses.set_hours(cast.wolfsbos, hours, cast.coordinator, NOW)
    found = houses.hours_of(cast.wolfsbos)
    assert found[3] == evening
    assert houses.hours_said(found) == [
        ("maandag en dinsdag", "9.00–17.00 uur"),
        ("donderdag", "9.00–17.00 en 19.00–21.00 uur"),
    ]
    assert OpeningHours.select().where(OpeningHours.house == cast.knooppunt).count() == 5


# -- partners -------------------------------------------------------------------------------------


def test_two_houses_share_one_partner(cast: Cast) -> None:
    houses.add_partner(cast.wolfsbos, "GGZ Drenthe", None, NOW)
    houses.add_partner(cast.wolfsbos, "Cosis", None, NOW)
    assert [each.name for each in houses.partners_elsewhere(cast.knooppunt)] == [
        "Cosis",
        "GGZ Drenthe",
    ]
    houses.add_partner(cast.knooppunt, "ggz drenthe", None, NOW)
    with pytest.raises(NameTaken):
        houses.add_partner(cast.knooppunt, "GGZ DRENTHE", None, NOW)
    assert count_rows(Partner) == 2
    assert [each.name for each in houses.partners_of(cast.wolfsbos)] == ["GGZ Drenthe", "Cosis"]


def test_a_partner_leaves_one_house_only(cast: Cast) -> None:
    partner = houses.add_partner(cast.wolfsbos, "Cosis", None, NOW)
    houses.add_partner(cast.knooppunt, "Cosis", None, NOW)
    houses.remove_partner(cast.wolfsbos, partner.id, cast.coordinator, NOW)
    houses.remove_partner(cast.wolfsbos, partner.id, cast.coordinator, NOW)
    assert houses.partners_of(cast.wolfsbos) == []
    assert houses.partners_of(cast.knooppunt) == [partner]
