"""Both real houses with their dates of November 2026 to January 2027, straight into the tables."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from models import (
    Activity,
    Closure,
    ClosureKind,
    House,
    HousePartner,
    Occurrence,
    OccurrenceState,
    OpeningHours,
    Partner,
    Room,
)
from rules.recurrence import DAY_CODES, expand

FACTS = Path(__file__).resolve().parents[2] / "data" / "hoogeveen.json"
FIRST, LAST = dt.date(2026, 11, 1), dt.date(2027, 1, 31)


def make_programme(facts: Path = FACTS) -> dict[str, House]:
    """Fills the empty tables; returns the houses by slug.

    Kerst and New Year close both houses, and the lunch of 31 December is a week earlier.
    """
    known = json.loads(facts.read_text(encoding="utf-8"))
    houses = {each["slug"]: _house(each) for each in known["houses"]}
    closures = [
        Closure.create(
            house=houses[each["house"]] if each["house"] else None,
            first_date=each["from"],
            last_date=each["to"],
            kind=each["kind"],
            reason=each["reason"],
            closes=each["kind"] == ClosureKind.public_holiday or None,
        )
        for each in known["closures"]
    ]
    closures = [Closure.get_by_id(closure.id) for closure in closures]
    for each in known["houses"]:
        for activity in each["activities"]:
            _activity(houses[each["slug"]], activity, closures)
    lunch = Occurrence.get(
        Occurrence.original_date == dt.date(2026, 12, 31),
        Occurrence.activity == Activity.get(Activity.title == "Samen lunchen"),
    )
    lunch.date, lunch.state, lunch.closure = dt.date(2026, 12, 24), OccurrenceState.moved, None
    lunch.save()
    return houses


def _house(facts: dict[str, Any]) -> House:
    house = House.create(
        slug=facts["slug"],
        name=facts["name"],
        town=facts["town"],
        tagline=facts["tagline"],
        # The data file knows no street and no phone; these are made up.
        street="Wolfsbosstraat 1" if facts["slug"] == "wolfsbos" else "Knooppuntlaan 12",
        phone="0528123456" if facts["slug"] == "wolfsbos" else "0528654321",
    )
    for name in facts["rooms"]:
        Room.create(house=house, name=name)
    for position, name in enumerate(facts["partners"]):
        partner, _ = Partner.get_or_create(name=name)
        HousePartner.create(house=house, partner=partner, position=position)
    for hours in facts["opening_hours"]:
        for code in hours["days"].split(","):
            OpeningHours.create(
                house=house,
                weekday=DAY_CODES.index(code),
                start_time=hours["open"],
                end_time=hours["close"],
            )
    return house


def _activity(house: House, facts: dict[str, Any], closures: list[Closure]) -> None:
    dates = [dt.date.fromisoformat(day) for day in facts.get("dates", [])]
    rule = facts["rule"] or "RDATE:" + ",".join(f"{day:%Y%m%d}" for day in dates)
    first = dt.date.fromisoformat(facts.get("first", "2026-01-01"))
    activity = Activity.create(
        house=house,
        title=facts["title"],
        summary=facts.get("summary", ""),
        category=facts["category"],
        room=Room.get_or_none(Room.house == house, Room.name == facts.get("room")),
        cost_cents=facts.get("cost_cents"),
        cost_note=facts.get("cost_note", ""),
        sign_up=facts.get("sign_up", "none"),
        rule=rule,
        start_time=facts["start"],
        end_time=facts["end"],
        first_date=first,
        not_in_school_holidays=facts.get("not_in_school_holidays", False),
        highlighted=facts.get("highlighted", False),
    )
    for day in expand(rule, first, None, FIRST, LAST):
        stop = _stops(activity, day, closures)
        Occurrence.create(
            house=house,
            activity=activity,
            original_date=day,
            date=day,
            start_time=activity.start_time,
            end_time=activity.end_time,
            room=activity.room,
            state=OccurrenceState.cancelled if stop else OccurrenceState.planned,
            closure=stop,
        )


def _stops(activity: Activity, day: dt.date, closures: list[Closure]) -> Closure | None:
    for closure in closures:
        if closure.house_id not in (None, activity.house_id):
            continue
        if not closure.first_date <= day <= closure.last_date:
            continue
        if closure.closes or closure.kind == ClosureKind.closed:
            return closure
        if closure.kind == ClosureKind.school_holiday and activity.not_in_school_holidays:
            return closure
    return None
