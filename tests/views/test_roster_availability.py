"""'Wanneer kan ik niet?': saying it, taking it back, wishes, and a coordinator who does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from models import Membership, Person, Place, Role, RosterWish, Unavailable, WishKind
from rules import wishes
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_place, make_shift
from tests.conftest import NOW, TODAY

OWN = "/rooster/wanneer"
Open = Callable[[Person | None], Browser]
FRIDAY = TODAY + dt.timedelta(days=1)


def days(**changes: str) -> dict[str, str]:
    return {"first_date": "2026-11-27", "last_date": "", "part": "", **changes}


def address_of(person: Person) -> str:
    return f"/mensen/{person.id}/wanneer"


def test_a_volunteer_says_when_they_cannot_and_takes_it_back(cast: Cast, browser_of: Open) -> None:
    browser = browser_of(cast.volunteer)
    said = browser.post(OWN, days(last_date="2026-12-02", part="morning"))
    assert (said.status_code, said.location) == (303, OWN)
    row = Unavailable.get()
    assert (row.person, row.first_date, row.last_date, row.part_of_day) == (
        cast.volunteer,
        FRIDAY,
        dt.date(2026, 12, 2),
        "morning",
    )
    shown = browser.get(OWN).text
    assert "27 november t/m 2 december 2026" in shown
    assert "ochtend" in shown
    assert browser.post(f"{OWN}/weg", {"row": row.id, "dagen": "1"}).status_code == 303
    assert count_rows(Unavailable) == 0


def test_without_a_last_day_it_is_one_day(cast: Cast, browser_of: Open) -> None:
    browser_of(cast.volunteer).post(OWN, days())
    assert (Unavailable.get().first_date, Unavailable.get().last_date) == (FRIDAY, FRIDAY)


def test_a_double_tap_says_it_once_also_after_it_was_taken_back(
    cast: Cast, browser_of: Open
) -> None:
    browser = browser_of(cast.volunteer)
    form = browser.fields(OWN, OWN) | days()
    browser.post(OWN, form)
    browser.post(f"{OWN}/weg", {"row": Unavailable.get().id, "dagen": "1"})
    assert browser.post(OWN, form).status_code == 303
    assert count_rows(Unavailable) == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (days(first_date=""), "Vul de eerste dag in."),
        (days(first_date="gisteren"), "Deze dag bestaat niet."),
        (days(first_date="2026-11-25"), "Deze dag is al voorbij."),
        (days(first_date="2026-11-01", last_date="2026-11-25"), "Deze dagen zijn al voorbij."),
        (days(last_date="2026-11-26"), "De laatste dag ligt voor de eerste."),
        (days(last_date="2028-01-01"), "Dit is langer dan een jaar."),
        (days(first_date="2098-01-01"), "Dit is meer dan twee jaar vooruit."),
        (days(first_date="9999-12-31"), "Dit jaar klopt niet."),
        (days(part="nacht"), "Kies iets uit de lijst."),
        (days(part="\x00"), "Kies iets uit de lijst."),
    ],
)
def test_days_that_make_no_sense_come_back_with_what_was_typed(
    cast: Cast, browser_of: Open, fields: dict[str, str], sentence: str
) -> None:
    answer = browser_of(cast.volunteer).post(OWN, fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{fields["first_date"]}"' in answer.text
    assert count_rows(Unavailable) == 0


def test_shifts_in_the_way_are_said_with_a_link_and_stay(cast: Cast, browser_of: Open) -> None:
    shift = make_shift(cast.wolfsbos, FRIDAY)
    make_place(shift.seats.get(), cast.volunteer, NOW)
    browser = browser_of(cast.volunteer)
    assert "Je staat dan wel op het rooster" not in browser.get(OWN).text
    browser.post(OWN, days())
    shown = browser.get(OWN).text
    assert "Je staat dan wel op het rooster" in shown
    assert f'href="/rooster/dienst/{shift.id}"' in shown
    assert Place.get().state == "confirmed"


# -- wishes ---------------------------------------------------------------------------------------


def test_wishes_are_added_and_taken_back(cast: Cast, browser_of: Open) -> None:
    browser = browser_of(cast.volunteer)
    browser.post(f"{OWN}/wens", {"wens": "most_a_week", "most": "2"})
    for _ in range(2):
        browser.post(f"{OWN}/wens", {"wens": "not_on", "weekday": "1", "weekday_part": "evening"})
    browser.post(f"{OWN}/wens", {"wens": "together", "other": str(cast.key_holder.id)})
    kinds = sorted(wish.kind for wish in RosterWish.select())
    assert kinds == [WishKind.most_a_week, WishKind.not_on, WishKind.together]
    shown = browser.get(OWN).text
    assert "Niet op dinsdag, avond" in shown
    assert "Graag samen met Anneke Bos" in shown
    assert '<option selected value="2">' in shown
    wish = RosterWish.get(RosterWish.kind == WishKind.together)
    browser.post(f"{OWN}/weg", {"row": wish.id, "wens": "1"})
    browser.post(f"{OWN}/wens", {"wens": "most_a_week", "most": "0"})
    assert [wish.kind for wish in RosterWish.select()] == [WishKind.not_on]


@pytest.mark.parametrize(
    "fields",
    [
        {"wens": "most_a_week", "most": "8"},
        {"wens": "most_a_week", "most": "-1"},
        {"wens": "most_a_week", "most": "💥"},
        {"wens": "not_on", "weekday": "7", "weekday_part": ""},
        {"wens": "not_on", "weekday": str(2**70), "weekday_part": ""},
        {"wens": "not_on", "weekday": "1", "weekday_part": "nacht"},
        {"wens": "together", "other": "0"},
        {"wens": "together", "other": "stranger"},
        {"wens": "together", "other": "self"},
        {"wens": "together", "other": str(2**70)},
    ],
)
def test_wishes_that_make_no_sense_are_refused_at_the_field(
    cast: Cast, browser_of: Open, fields: dict[str, str]
) -> None:
    people = {"stranger": cast.other_volunteer.id, "self": cast.volunteer.id}
    given = {name: str(people.get(value, value)) for name, value in fields.items()}
    answer = browser_of(cast.volunteer).post(f"{OWN}/wens", given)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert count_rows(RosterWish) == 0


@pytest.mark.parametrize("row", ["", "x", "-1", str(2**70), "\x00", "1e5"])
def test_nonsense_takes_nothing_away(cast: Cast, browser_of: Open, row: str) -> None:
    browser = browser_of(cast.volunteer)
    assert browser.post(f"{OWN}/weg", {"row": row, "dagen": "1"}).status_code in (303, 400)
    assert browser.post(f"{OWN}/wens", {"wens": row}).status_code == 400


# -- of somebody else -----------------------------------------------------------------------------


def test_a_coordinator_says_it_for_somebody_of_the_house(cast: Cast, browser_of: Open) -> None:
    browser, page = browser_of(cast.coordinator), address_of(cast.volunteer)
    assert page in browser.get(f"/mensen/{cast.volunteer.id}").text
    assert "Wanneer kan Joop niet?" in browser.get(page).text
    said = browser.post(page, days())
    assert (said.status_code, said.location) == (303, page)
    browser.post(f"{page}/wens", {"wens": "most_a_week", "most": "1"})
    assert Unavailable.get().person == RosterWish.get().person == cast.volunteer
    browser.post(f"{page}/weg", {"row": Unavailable.get().id, "dagen": "1"})
    assert count_rows(Unavailable) == 0


def test_a_coordinator_sees_only_shifts_of_their_house_in_the_way(
    cast: Cast, browser_of: Open
) -> None:
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role="volunteer")
    here, there = (
        make_shift(house, FRIDAY, start_time=dt.time(hour), end_time=dt.time(hour + 2))
        for house, hour in ((cast.wolfsbos, 9), (cast.knooppunt, 13))
    )
    for shift in (here, there):
        make_place(shift.seats.get(), cast.volunteer, NOW)
    browser = browser_of(cast.coordinator)
    browser.post(address_of(cast.volunteer), days())
    shown = browser.get(address_of(cast.volunteer)).text
    assert f"/rooster/dienst/{here.id}" in shown
    assert f"/rooster/dienst/{there.id}" not in shown
    own = browser_of(cast.volunteer).get(OWN).text
    assert f"/rooster/dienst/{there.id}" in own
    assert "Het Knooppunt" in own


def test_who_does_not_help_here_has_no_such_page(cast: Cast, browser_of: Open) -> None:
    browser = browser_of(cast.coordinator)
    for stranger in (cast.other_volunteer, cast.viewer):
        for step in ("", "/wens", "/weg"):
            assert browser.post(address_of(stranger) + step, days()).status_code == 404
    assert browser_of(cast.volunteer).get(address_of(cast.key_holder)).status_code == 403
    assert count_rows(Unavailable) == 0


def test_a_row_of_somebody_else_is_left_alone(cast: Cast, browser_of: Open) -> None:
    row = Unavailable.create(person=cast.key_holder, first_date=FRIDAY, last_date=FRIDAY)
    browser_of(cast.volunteer).post(f"{OWN}/weg", {"row": row.id, "dagen": "1"})
    page = address_of(cast.volunteer)
    browser_of(cast.coordinator).post(f"{page}/weg", {"row": row.id, "dagen": "1"})
    assert count_rows(Unavailable) == 1


def test_ones_own_page_leads_to_it(cast: Cast, browser_of: Open) -> None:
    assert f'href="{OWN}"' in browser_of(cast.volunteer).get("/account").text
    assert OWN not in browser_of(cast.viewer).get("/account").text


def test_a_coordinator_reads_nothing_of_people_of_another_house(
    cast: Cast, browser_of: Open
) -> None:
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    wishes.wish_together(cast.volunteer, cast.knooppunt, cast.other_volunteer.id)
    wish = RosterWish.get()
    address = f"/mensen/{cast.volunteer.id}/wanneer"
    here = browser_of(cast.coordinator)
    assert "Dirk" not in here.get(address).text
    here.post(f"{address}/weg", {"row": wish.id})
    assert RosterWish.select().count() == 1
    assert "Dirk" in browser_of(cast.other_coordinator).get(address).text
    assert "Dirk" in browser_of(cast.volunteer).get("/rooster/wanneer").text


def test_my_shifts_lead_to_the_days_on_which_i_cannot(cast: Cast, browser_of: Open) -> None:
    assert f'href="{OWN}"' in browser_of(cast.volunteer).get("/rooster/mijn").text
