"""The demo holds the facts of the file, and enough life to try every page on."""

from __future__ import annotations

import datetime as dt
import json
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from peewee import Database, SqliteDatabase, fn, sqlite3

import demo
import models
from models import (
    HOLDING,
    Activity,
    ActivityText,
    Closure,
    CountEvent,
    CountHour,
    CountMonth,
    Credential,
    House,
    HousePartner,
    Installation,
    Membership,
    Occurrence,
    Opening,
    OpeningHours,
    Partner,
    PatternSeat,
    Person,
    Place,
    PlaceState,
    Role,
    Room,
    Seat,
    Shift,
    ShiftPattern,
    ShiftState,
    SumPart,
    TallySheet,
)
from rules import count_hours, login_cards, opening_up, poster_edits, roster_lists, rostering
from rules.closed_days import closed_days
from rules.roster_lists import Offer
from tests.cast import make_house
from tests.conftest import NOW, TODAY

FACTS: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "data" / "hoogeveen.json").read_text()
)
SLUGS = ["wolfsbos", "knooppunt"]


@pytest.fixture(scope="module")
def filled_once() -> dict[str, Any]:
    """A demo that was made once, for the tests of this file on SQLite."""
    return {}


@pytest.fixture
def filled(database: Database, filled_once: dict[str, Any]) -> None:
    """A demo of TODAY in the test's database."""
    if not isinstance(database, SqliteDatabase):
        demo.fill(TODAY, NOW)
        return
    if "copy" not in filled_once:
        demo.fill(TODAY, NOW)
        filled_once["copy"] = sqlite3.connect(":memory:", check_same_thread=False)
        database.connection().backup(filled_once["copy"])
    else:
        filled_once["copy"].backup(database.connection())


def facts_of(slug: str) -> dict[str, Any]:
    return next(house for house in FACTS["houses"] if house["slug"] == slug)


def house_of(slug: str) -> House:
    return House.get(House.slug == slug)


def everything() -> dict[str, list[Any]]:
    """All rows without ids, and without fingerprints, which are made of ids as well."""
    found = {}
    for table in (Activity, Occurrence, Shift, Place, CountEvent, CountHour, Person):
        skip = {"id", "fingerprint"} | {field.name for field in table._meta.refs}
        fields = [field for field in table._meta.sorted_fields if field.name not in skip]
        found[table.__name__] = sorted(map(repr, table.select(*fields).tuples()))
    return found


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_house_has_all_that_the_file_says_of_it(slug: str) -> None:
    house, facts = house_of(slug), facts_of(slug)
    partners = Partner.select(Partner.name).join(HousePartner).where(HousePartner.house == house)
    assert [house.name, house.town, house.tagline] == [
        facts["name"],
        facts["town"],
        facts["tagline"],
    ]
    assert [room.name for room in Room.select().where(Room.house == house).order_by(Room.id)] == (
        facts["rooms"]
    )
    assert [row.name for row in partners.order_by(HousePartner.position)] == facts["partners"]
    assert OpeningHours.select().where(OpeningHours.house == house).count() == sum(
        len(span["days"].split(",")) for span in facts["opening_hours"]
    )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_house_has_every_activity_of_the_file(slug: str) -> None:
    made = Activity.select().where(Activity.house == house_of(slug)).order_by(Activity.id)
    for activity, facts in zip(made, facts_of(slug)["activities"], strict=True):
        dates = [text.replace("-", "") for text in facts.get("dates", ())]
        assert activity.title == facts["title"]
        assert activity.category == facts["category"]
        assert activity.rule == (f"RDATE:{','.join(dates)}" if dates else facts["rule"])
        assert f"{activity.start_time:%H:%M}" == facts["start"]
        assert (activity.end_time and f"{activity.end_time:%H:%M}") == facts["end"]
        assert activity.room.name == facts["room"]
        assert (activity.partner and activity.partner.name) == facts.get("partner")
        for name in ("summary", "cost_note"):
            assert getattr(activity, name) == facts.get(name, "")
        for name in ("cost_cents", "capacity", "minimum"):
            assert getattr(activity, name) == facts.get(name)
        assert activity.sign_up == facts.get("sign_up", "none")
        assert activity.highlighted == facts.get("highlighted", False)
        assert activity.not_in_school_holidays == facts.get("not_in_school_holidays", False)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_house_has_every_roster_pattern_of_the_file(slug: str) -> None:
    made = ShiftPattern.select().where(ShiftPattern.house == house_of(slug))
    wanted = FACTS["roster_patterns"][slug]
    for pattern, facts in zip(made.order_by(ShiftPattern.id), wanted, strict=True):
        assert pattern.title == facts["title"]
        assert pattern.rule == facts.get("rule", "")
        assert (pattern.activity and pattern.activity.title) == facts.get("activity")
        assert [f"{pattern.start_time:%H:%M}", f"{pattern.end_time:%H:%M}"] == [
            facts["start"],
            facts["end"],
        ]
        seats = PatternSeat.select().where(PatternSeat.pattern == pattern)
        assert [
            (seat.role, seat.qualification, seat.required)
            for seat in seats.order_by(PatternSeat.position)
        ] == [
            (seat["role"], seat.get("qualification", ""), seat["required"])
            for seat in facts["seats"]
        ]


@pytest.mark.usefixtures("filled")
def test_the_closures_of_the_file_are_there_and_the_public_holidays_are_decided() -> None:
    for closure, facts in zip(
        Closure.select().order_by(Closure.id), FACTS["closures"], strict=True
    ):
        assert (closure.house and closure.house.slug) == facts["house"]
        assert [str(closure.first_date), str(closure.last_date)] == [facts["from"], facts["to"]]
        assert [closure.kind, closure.reason] == [facts["kind"], facts["reason"]]
        assert closure.closes == (True if closure.kind == "public_holiday" else None)
    assert sorted(
        closed_days(house_of("wolfsbos"), dt.date(2026, 12, 24), dt.date(2027, 1, 2))
    ) == [dt.date(2026, 12, day) for day in (25, 26, 31)] + [dt.date(2027, 1, 1)]


@pytest.mark.usefixtures("filled")
def test_the_lunch_of_31_december_is_a_week_earlier_with_its_cooks() -> None:
    lunch = (
        Occurrence.select()
        .join(Activity)
        .where(Activity.title == "Samen lunchen", Occurrence.original_date == dt.date(2026, 12, 31))
        .get()
    )
    assert (lunch.date, lunch.state) == (dt.date(2026, 12, 24), "moved")
    walk_in = Occurrence.select().join(Activity)
    on_31 = walk_in.where(
        Activity.title == "Inloop met koffie", Occurrence.date == dt.date(2026, 12, 31)
    ).get()
    assert on_31.state == "cancelled"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_house_has_at_least_twelve_volunteers_with_and_without_infix(slug: str) -> None:
    members = Membership.select(Membership, Person).join(Person)
    people = [
        member.person
        for member in members.where(
            Membership.house == house_of(slug), Membership.role == Role.volunteer
        )
    ]
    assert len(people) >= 12
    assert any(person.infix for person in people)
    assert len({person.full_name for person in people}) == len(people)


@pytest.mark.usefixtures("filled")
def test_the_people_to_try_it_as_have_their_roles_and_nobody_has_a_password() -> None:
    roles = {
        row.person.email: (row.house.slug, row.role)
        for row in Membership.select(Membership, Person, House).join(Person).switch().join(House)
        if row.person.email
    }
    assert roles == {
        "coordinator@wolfsbos.example": ("wolfsbos", "coordinator"),
        "vrijwilliger@wolfsbos.example": ("wolfsbos", "volunteer"),
        "meekijker@wolfsbos.example": ("wolfsbos", "viewer"),
        "coordinator@knooppunt.example": ("knooppunt", "coordinator"),
        "vrijwilliger@knooppunt.example": ("knooppunt", "volunteer"),
    }
    admins = Person.select().where(Person.is_admin)
    assert [person.email for person in admins] == ["beheer@buurtbord.example"]
    assert {login.email for login in demo.LOGINS} == {*roles, "beheer@buurtbord.example"}
    assert Credential.select().count() == 0


@pytest.mark.usefixtures("filled")
def test_no_phone_number_can_be_a_real_one() -> None:
    phones = [row.phone for row in (*Person.select(), *House.select()) if row.phone]
    # After an area code no local number begins with a 1.
    assert phones
    assert all(phone.startswith("05281") and len(phone) == 10 for phone in phones)
    assert len(set(phones)) == len(phones)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("slug", SLUGS)
def test_visits_of_eight_weeks_lie_behind_today(slug: str) -> None:
    house = house_of(slug)
    first = TODAY - dt.timedelta(weeks=8)
    counted = {
        row.date: row.total
        for row in CountHour.select(CountHour.date, fn.SUM(CountHour.n).alias("total"))
        .where(CountHour.house == house, CountHour.date >= first)
        .group_by(CountHour.date)
    }
    assert first <= min(counted) < first + dt.timedelta(days=3)
    assert max(counted) == TODAY
    rows = Opening.select().where(Opening.house == house, Opening.date >= first)
    openings = {row.date: row for row in rows}
    uncounted = {day for day, row in openings.items() if not row.counted}
    # Of one a coordinator said that nobody counted, of another nothing is known yet.
    assert sorted(openings[day].state for day in uncounted) == ["not_counted", "open"]
    assert set(counted) == set(openings) - uncounted
    assert all(1 <= total <= 120 for total in counted.values())
    # Nobody has come in yet who comes in after ten this morning.
    assert all(
        row.hour <= 10
        for row in CountHour.select().where(CountHour.house == house, CountHour.date == TODAY)
    )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("slug", SLUGS)
def test_the_same_months_of_last_year_have_visits_of_all_ages(slug: str) -> None:
    house = house_of(slug)
    for first in (dt.date(2025, 10, 1), dt.date(2025, 11, 1), dt.date(2026, 10, 1)):
        rows = CountMonth.select().where(CountMonth.house == house, CountMonth.month == first)
        sums = {part: {row.key: row.n for row in rows if row.part == part} for part in SumPart}
        assert sum(sums[SumPart.group].values()) > 300
        assert len(sums[SumPart.activity]) >= 4
        assert len(sums[SumPart.slot]) >= 20
        assert {0, 3, 4} <= set(sums[SumPart.group])
        assert sum(row.firsts for row in rows) > 0
    settled = House.get_by_id(house.id).openings_until
    assert settled == TODAY - dt.timedelta(days=1)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("slug", SLUGS)
def test_the_roll_up_is_that_of_the_taps(slug: str) -> None:
    house = house_of(slug)
    rows = CountHour.select().where(CountHour.house == house)
    columns = ("date", "hour", "activity_id", "group", "n")
    kept = {tuple(getattr(row, name) for name in columns) for row in rows}
    count_hours.rebuild(house)
    assert {tuple(getattr(row, name) for name in columns) for row in rows.clone()} == kept
    assert CountEvent.select().where(CountEvent.kind == "undo").exists()


@pytest.mark.usefixtures("filled")
def test_taps_of_more_than_thirty_days_ago_forgot_who_and_when() -> None:
    old = CountEvent.date < TODAY - dt.timedelta(days=30)
    known = CountEvent.happened_at.is_null(False) | CountEvent.actor.is_null(False)
    assert CountEvent.select().where(old).exists()
    assert not CountEvent.select().where(old, known | CountEvent.device.is_null(False)).exists()
    assert not CountEvent.select().where(~old, CountEvent.happened_at.is_null()).exists()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("slug", SLUGS)
def test_the_roster_reaches_six_weeks_ahead_and_two_back_with_gaps(slug: str) -> None:
    house = house_of(slug)
    dates = [shift.date for shift in Shift.select().where(Shift.house == house)]
    assert min(dates) <= TODAY - dt.timedelta(days=12)
    assert max(dates) >= TODAY + dt.timedelta(weeks=6)
    held = Place.select(Place.seat).where(Place.state.in_(HOLDING))
    ahead = (
        Seat.select()
        .join(Shift)
        .where(
            Seat.house == house,
            Shift.date.between(TODAY, TODAY + dt.timedelta(weeks=6)),
            Shift.state == ShiftState.planned,
        )
    )
    gaps = ahead.where(Seat.id.not_in(held), Seat.required).count()
    assert 5 <= gaps < ahead.count() / 3


@pytest.mark.usefixtures("filled")
def test_one_person_seeks_cover() -> None:
    (place,) = Place.select().where(Place.state == PlaceState.seeking_cover)
    assert place.shift.date > TODAY
    assert [call.outcome for call in place.shift.calls.order_by(models.Call.id)] == [
        "no",
        "no_answer",
    ]


@pytest.mark.usefixtures("filled")
def test_nobody_is_on_two_shifts_at_once_or_lacks_what_a_seat_asks() -> None:
    places = list(
        Place.select(Place, Shift, Seat)
        .join(Shift)
        .switch(Place)
        .join(Seat)
        .where(Place.state.in_(HOLDING))
        .order_by(Place.person, Shift.date, Shift.start_time)
    )
    for _who, on_day in groupby(places, key=lambda place: (place.person_id, place.shift.date)):
        shifts = [place.shift for place in on_day]
        for one, next_one in pairwise(shifts):
            assert one.end_time <= next_one.start_time
    skills = set(
        models.Qualification.select(models.Qualification.person, models.Qualification.kind).tuples()
    )
    for place in places:
        wanted = place.seat.qualification
        assert not wanted or (place.person_id, wanted) in skills


@pytest.mark.usefixtures("filled")
def test_the_volunteer_of_wolfsbos_has_a_next_shift_and_may_take_another() -> None:
    house = house_of("wolfsbos")
    volunteer = Person.get(Person.email == "vrijwilliger@wolfsbos.example")
    assert roster_lists.next_shift(volunteer, NOW) is not None
    last = TODAY + dt.timedelta(weeks=3)
    offers = [
        seat
        for shift in roster_lists.open_seats(house, volunteer, TODAY, last, NOW)
        for seat in shift.seats
        if seat.offer is Offer.take
    ]
    assert offers
    rostering.take_seat(Seat.get_by_id(offers[0].id), volunteer, NOW)


@pytest.mark.slow
@pytest.mark.parametrize("day", [1, 2, 3])
def test_before_and_in_a_weekend_both_houses_can_open_on_their_next_day(
    database: Database, day: int
) -> None:
    today = TODAY + dt.timedelta(days=day)
    demo.fill(today, NOW + dt.timedelta(days=day))
    for house in House.select():
        checks = [opening_up.may_we_open(house, today + dt.timedelta(days=n)) for n in range(4)]
        assert next(check for check in checks if check.openings).ok


@pytest.mark.usefixtures("filled")
def test_single_extra_shifts_bring_a_second_person_to_wolfsbos() -> None:
    single = Shift.select().where(Shift.pattern.is_null())
    assert {shift.house.slug for shift in single} == {"wolfsbos"}
    assert {shift.date.weekday() for shift in single} == {0, 2, 4}
    assert {shift.title for shift in single} == {"Gastvrouw of gastheer"}
    assert all(shift.seats.count() == 1 for shift in single)


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_filling_it_again_on_the_same_day_gives_the_same_demo() -> None:
    once = everything()
    demo.fill(TODAY, NOW)
    again = everything()
    for table, rows in once.items():
        assert again[table] == rows, table
    assert Installation.select().count() == 1


@pytest.mark.usefixtures("filled")
def test_filling_it_on_another_day_moves_it_along() -> None:
    tomorrow = TODAY + dt.timedelta(days=1)
    demo.fill(tomorrow, NOW + dt.timedelta(days=1))
    assert demo.filled_on() == tomorrow
    assert CountHour.select(fn.MAX(CountHour.date)).scalar() == tomorrow


def test_a_database_with_a_real_house_is_never_filled(database: Database) -> None:
    house = make_house("echt", "Een echt huis")
    with pytest.raises(demo.NotADemo):
        demo.fill(TODAY, NOW)
    assert list(House.select()) == [house]
    assert demo.filled_on() is None


@pytest.mark.usefixtures("filled")
def test_wolfsbos_made_its_paper_its_own() -> None:
    house = house_of("wolfsbos")
    edit = poster_edits.edit_of(house, dt.date(2026, 12, 1))
    assert edit is not None
    assert edit.greeting.startswith("Kom binnen")
    assert Activity.get_by_id(edit.highlight_id).title == "Samen lunchen"
    with_logo = [each.name for each in poster_edits.partners_with_logos(house) if each.logo]
    assert with_logo == ["WMO"]
    coordinator = Person.get(Person.email == "coordinator@wolfsbos.example")
    assert sum(holder.has_card for holder in login_cards.holders(house, coordinator)) == 5
    sheets = TallySheet.select(TallySheet.date).where(
        TallySheet.house == house, TallySheet.date >= TODAY
    )
    assert {sheet.date for sheet in sheets} == {TODAY, TODAY + dt.timedelta(days=1)}
    languages = ActivityText.select(ActivityText.language).join(Activity)
    found = {text.language for text in languages.where(Activity.house == house)}
    assert found == {"en", "ar", "uk", "pl", "tr", "ti"}
