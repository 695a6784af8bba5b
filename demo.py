"""The demo: two real houses with invented people, visits behind today and a roster ahead.

The facts come from data/hoogeveen.json, what is invented from data/demo.json. Nothing is left to
chance: the same day gives the same demo. demo_life.py puts people on shifts, demo_roster.py lets
them use the roster, demo_visits.py counts who came in, demo_counting.py sees to what paper, a
coordinator and partners add, demo_printing.py to what the house made of its paper.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import demo_counting
import demo_life
import demo_printing
import demo_roster
import demo_visits
from models import (
    ALL_TABLES,
    Activity,
    ActivityText,
    Closure,
    ClosureKind,
    House,
    HousePartner,
    Installation,
    Membership,
    Occurrence,
    OpeningHours,
    Partner,
    Person,
    Qualification,
    Role,
    Room,
    Rotation,
    SignUpKind,
    db,
)
from rules import filling, horizon, patterns, programme
from rules.recurrence import DAY_CODES

DATA = Path(__file__).parent / "data"
#: How far visits reach back and shifts reach ahead of today.
WEEKS_OF_VISITS = 8
WEEKS_OF_OLD_SHIFTS = 8

Facts = Mapping[str, Any]


class NotADemo(Exception):
    """This database holds something real, which a demo may not replace."""


@dataclass(frozen=True)
class Login:
    """Somebody whom a visitor of the demo can be, and what they are there."""

    email: str
    what: str


#: Whom to try the demo as; product.md and the tests know them by these addresses.
LOGINS = (
    Login("vrijwilliger@wolfsbos.example", "volunteer at Wolfsbos"),
    Login("coordinator@wolfsbos.example", "coordinator of Wolfsbos"),
    Login("meekijker@wolfsbos.example", "viewer at Wolfsbos"),
    Login("vrijwilliger@knooppunt.example", "volunteer at Knooppunt"),
    Login("coordinator@knooppunt.example", "coordinator of Knooppunt"),
    Login("beheer@buurtbord.example", "administrator"),
)


def filled_on() -> dt.date | None:
    """The day for which the demo was last filled; None when this database is no demo."""
    row = Installation.select().first()
    return row.demo_since if row else None


def may_fill() -> bool:
    """Whether this database is a demo already, or has neither houses nor people."""
    empty = not House.select().exists() and not Person.select().exists()
    return empty or filled_on() is not None


def fill(today: dt.date, now: dt.datetime) -> None:
    """Make the demo anew for a day, in one transaction. What an earlier demo held is gone.

    :raises NotADemo: when the database is neither empty nor a demo.
    """
    facts = json.loads((DATA / "hoogeveen.json").read_text())
    invented = json.loads((DATA / "demo.json").read_text())
    with db.atomic():
        if not may_fill():
            raise NotADemo
        # Children first: no row is ever looked up for its children, because those are gone.
        for table in reversed(ALL_TABLES):
            table.delete().execute()
        Installation.create(demo_since=today)
        houses = [_make_house(each, invented["houses"][each["slug"]]) for each in facts["houses"]]
        _make_closures(facts["closures"], {house.slug: house for house in houses})
        admin = _make_person(invented["admin"], is_admin=True)
        for house, house_facts in zip(houses, facts["houses"], strict=True):
            own = invented["houses"][house.slug]
            _make_people(house, own)
            _make_programme(house, house_facts["activities"], own.get("texts", {}), today)
            horizon.extend_horizon(house, today, now)
            _make_patterns(house, facts["roster_patterns"].get(house.slug, []), own, today, now)
            if "moved" in own:
                _move(house, own["moved"], admin, today, now)
            old = today - dt.timedelta(weeks=WEEKS_OF_OLD_SHIFTS)
            filling.extend_roster(house, old, now, today + filling.AHEAD)
            demo_life.make_roster(house, own, old, today, now)
            demo_roster.remember_steps(house)
            if "seeks_cover" in own:
                demo_life.seek_cover(house, own["seeks_cover"], today, now)
            demo_roster.live(house, _coordinator_of(house), today, now)
            demo_visits.make_visits(house, today - dt.timedelta(weeks=WEEKS_OF_VISITS), today, now)
            demo_counting.live(house, _coordinator_of(house), today, now)
            demo_printing.live(house, _coordinator_of(house), today, now)


# -- houses and people ----------------------------------------------------------------------------


def _make_house(facts: Facts, own: Facts) -> House:
    house = House.create(
        slug=facts["slug"],
        name=facts["name"],
        town=facts["town"],
        tagline=facts["tagline"],
        **{name: own[name] for name in ("street", "postcode", "phone", "email", "colour")},
    )
    for name in facts["rooms"]:
        Room.create(house=house, name=name)
    for position, name in enumerate(facts["partners"]):
        partner, _new = Partner.get_or_create(name=name)
        HousePartner.create(house=house, partner=partner, position=position)
    for span in facts["opening_hours"]:
        for code in span["days"].split(","):
            OpeningHours.create(
                house=house,
                weekday=DAY_CODES.index(code),
                start_time=_time(span["open"]),
                end_time=_time(span["close"]),
            )
    return house


def _make_people(house: House, own: Facts) -> None:
    groups = (
        (Role.coordinator, [own["coordinator"]]),
        (Role.viewer, [own["viewer"]] if "viewer" in own else []),
        (Role.volunteer, own["volunteers"]),
    )
    numbers = _phone_numbers(house)
    for role, people in groups:
        for facts in people:
            person = _make_person(facts, phone=next(numbers))
            Membership.create(person=person, house=house, role=role)
            for kind in facts.get("has", ()):
                Qualification.create(person=person, kind=kind)


def _coordinator_of(house: House) -> Person:
    coordinators = (Membership.house == house) & (Membership.role == Role.coordinator)
    member: Membership = (
        Membership.select(Membership, Person).join(Person).where(coordinators).get()
    )
    return member.person


def _make_person(facts: Facts, **more: Any) -> Person:
    first_name, infix, last_name = facts["name"]
    return Person.create(
        first_name=first_name,
        infix=infix,
        last_name=last_name,
        email=facts.get("email"),
        language=facts.get("language", "nl"),
        **more,
    )


def _phone_numbers(house: House) -> Iterator[str]:
    start = int(house.phone) + 1
    return (f"{number:010d}" for number in range(start, start + 1000))


# -- programme ------------------------------------------------------------------------------------


def _make_closures(closures: list[Facts], houses: Mapping[str, House]) -> None:
    for facts in closures:
        kind = ClosureKind(facts["kind"])
        Closure.create(
            house=houses[facts["house"]] if facts["house"] else None,
            first_date=dt.date.fromisoformat(facts["from"]),
            last_date=dt.date.fromisoformat(facts["to"]),
            kind=kind,
            reason=facts["reason"],
            # Both houses have answered 'dicht?' for the public holidays of the file.
            closes=True if kind == ClosureKind.public_holiday else None,
        )


def _make_programme(house: House, activities: list[Facts], texts: Facts, today: dt.date) -> None:
    # A month before the first visits, so that nothing on a poster seems to begin just now.
    begin = (today - dt.timedelta(weeks=WEEKS_OF_VISITS)).replace(day=1)
    rooms = {room.name: room for room in Room.select().where(Room.house == house)}
    partners = {partner.name: partner for partner in Partner.select()}
    for facts in activities:
        dates = [dt.date.fromisoformat(text) for text in facts.get("dates", ())]
        first = dt.date.fromisoformat(facts["first"]) if "first" in facts else begin
        activity = Activity.create(
            house=house,
            # The same in every demo, so that a calendar that follows it finds its events again.
            uid=uuid5(NAMESPACE_URL, f"demo/{house.slug}/{facts['title']}"),
            title=facts["title"],
            summary=facts.get("summary", ""),
            category=facts["category"],
            room=rooms[facts["room"]],
            partner=partners[facts["partner"]] if "partner" in facts else None,
            cost_cents=facts.get("cost_cents"),
            cost_note=facts.get("cost_note", ""),
            sign_up=facts.get("sign_up", SignUpKind.none),
            capacity=facts.get("capacity"),
            minimum=facts.get("minimum"),
            rule="RDATE:" + ",".join(f"{date:%Y%m%d}" for date in dates)
            if dates
            else facts["rule"],
            start_time=_time(facts["start"]),
            end_time=_time(facts["end"]) if facts["end"] else None,
            first_date=min(dates, default=first),
            last_date=max(dates, default=None),
            not_in_school_holidays=facts.get("not_in_school_holidays", False),
            highlighted=facts.get("highlighted", False),
        )
        for language, (title, summary) in texts.get(facts["title"], {}).items():
            ActivityText.create(activity=activity, language=language, title=title, summary=summary)


def _move(house: House, moved: Facts, by: Person, today: dt.date, now: dt.datetime) -> None:
    """Move one date, unless it is so far off that nobody can know of it yet."""
    original = dt.date.fromisoformat(moved["from"])
    horizon.keep_filled(house, today, now, original)
    occurrence = (
        Occurrence.select()
        .join(Activity)
        .where(
            Occurrence.house == house,
            Occurrence.original_date == original,
            Activity.title == moved["activity"],
        )
        .first()
    )
    if occurrence is not None:
        programme.move_date(occurrence, dt.date.fromisoformat(moved["to"]), by, now)


# -- roster patterns ------------------------------------------------------------------------------


def _make_patterns(
    house: House, facts: list[Facts], own: Facts, today: dt.date, now: dt.datetime
) -> None:
    begin = today - dt.timedelta(weeks=WEEKS_OF_OLD_SHIFTS)
    activities = {
        activity.title: activity for activity in Activity.select().where(Activity.house == house)
    }
    people = demo_life.helpers_of(house)
    for each in facts:
        seats = [
            patterns.SeatWish(
                role=seat["role"],
                qualification=seat.get("qualification", ""),
                required=seat["required"],
                fixed=[
                    patterns.FixedWish(
                        person=next(p for p in people if p.first_name == wish["who"]),
                        rotation=Rotation(wish.get("rotation", Rotation.every)),
                    )
                    for wish in own["fixed"]
                    if (wish["pattern"], wish["seat"]) == (each["title"], position)
                ],
            )
            for position, seat in enumerate(each["seats"])
        ]
        patterns.add_pattern(
            house,
            each["title"],
            seats,
            None,
            now,
            first_date=begin,
            activity=activities[each["activity"]] if "activity" in each else None,
            rule=each.get("rule", ""),
            start_time=_time(each["start"]),
            end_time=_time(each["end"]),
        )


def _time(text: str) -> dt.time:
    return dt.time.fromisoformat(text)
