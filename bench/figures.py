"""What figures cost: /cijfers with 10 million visits against 10 thousand, in the same 20 houses.

    python bench/figures.py

Both databases have 10 years of openings of 20 houses; in one about 10,000 visits are spread over
them, in the other 10,000,000. What is made is what the page reads: the roll-up by hour, day and
month, openings, activities with the dates of the programme. Events are not made: no figure reads
them (a test asserts it), and 10 million take two gigabytes. CPU time per request, straight to the
WSGI app, in turns, in one run: with log-in, gate, queries, template and compression.
"""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from asking import NOW, app_in, asker, cookie_of, cpu_milliseconds
from flask import Flask
from playhouse.test_utils import count_queries

import database as databases
import models
from models import AgeGroup, House, OpeningHours, Role, SumPart
from rules.count_hours import GROUP_KEYS
from tests.cast import make_activity, make_house, make_person

HOUSES, YEARS, ACTIVITIES = 20, 10, 12
TODAY = NOW.date()
FIRST = dt.date(TODAY.year - YEARS, 12, 1)
HOURS = range(9, 17)
SIZES = {"10 thousand": 10_000, "10 million": 10_000_000}
PAGES = {
    "/cijfers (this month)": ("/cijfers", "huis=huis-0", "coordinator"),
    "/cijfers (a year)": ("/cijfers", "huis=huis-0&jaar=2026", "coordinator"),
    "/cijfers (a year, protected)": ("/cijfers", "huis=huis-0&jaar=2025", "viewer"),
    "/cijfers/huizen (a year)": ("/cijfers/huizen", "jaar=2026", "coordinator"),
}
TURNS, WARM_UP = 60, 8


def fill(visits: int) -> int:
    """Houses with so many visits; returns how many it became."""
    luck = random.Random(20261126)
    days = [FIRST + dt.timedelta(days=n) for n in range((TODAY - FIRST).days + 1)]
    days = [day for day in days if day.weekday() < 5]
    a_day = visits / HOUSES / len(days)
    made = 0
    for number in range(HOUSES):
        house = make_house(f"huis-{number}", f"Huis {number}")
        for weekday in range(5):
            OpeningHours.create(
                house=house, weekday=weekday, start_time=dt.time(9), end_time=dt.time(17)
            )
        activities = [make_activity(house, f"Activiteit {n}").id for n in range(ACTIVITIES)]
        put_on(house, days, activities)
        made += count(house, days, activities, a_day, luck)
        House.update(openings_until=TODAY - dt.timedelta(days=1)).where(
            House.id == house.id
        ).execute()
    return made


def put_on(house: House, days: list[dt.date], activities: list[int]) -> None:
    """Each activity once a week, all years: what a protected page is held against."""
    insert(
        "occurrence (house_id, activity_id, original_date, date, start_time, end_time, state,"
        " note, extra, dropped)",
        [
            (
                house.id,
                activity,
                *(str(day),) * 2,
                "10:00:00",
                "11:30:00",
                "planned",
                "",
                False,
                False,
            )
            for day in days
            for n, activity in enumerate(activities)
            if n % 5 == day.weekday()
        ],
    )


def count(
    house: House, days: list[dt.date], activities: list[int], a_day: float, luck: random.Random
) -> int:
    """Visitors of a house, straight into the tables that keep their sums."""
    hours: list[tuple[Any, ...]] = []
    sums: Counter[tuple[dt.date, str, int]] = Counter()
    by_day: Counter[dt.date] = Counter()
    groups = (None, *AgeGroup)
    for day in days:
        left = int(a_day) + (luck.random() < a_day % 1)
        cells: Counter[tuple[int, int | None, AgeGroup | None]] = Counter()
        while left:
            # Many come for the same: a busy hour has a dozen in it.
            n = min(left, 1 + luck.randrange(12)) if a_day > 12 else 1
            activity = activities[day.weekday() + luck.randrange(8)]
            cells[luck.choice(HOURS), luck.choice((None, activity)), luck.choice(groups)] += n
            left -= n
        for (hour, activity, group), n in cells.items():
            about = n, n // 5, n // 2
            hours.append((house.id, str(day), hour, activity, group and group.value, *about))
            month = day.replace(day=1)
            sums[month, SumPart.activity.value, activity or 0] += n
            sums[month, SumPart.group.value, GROUP_KEYS[group] if group else 0] += n
            sums[month, SumPart.slot.value, day.weekday() * 24 + hour] += n
            by_day[day] += n
    insert(
        'count_hour (house_id, date, hour, activity_id, "group", n, firsts, asked)',
        hours,
    )
    insert(
        "count_day (house_id, date, n, firsts, asked, by_hand)",
        [(house.id, str(day), n, n // 5, n // 2, False) for day, n in by_day.items()],
    )
    insert(
        "count_month (house_id, month, part, key, n, firsts, asked)",
        [
            (house.id, str(month), part, key, n, n // 5, n // 2)
            for (month, part, key), n in sums.items()
        ],
    )
    insert(
        "opening (house_id, date, start_time, end_time, state, counted, answered)",
        [
            (house.id, str(day), "09:00:00", "17:00:00", "open", day in by_day, False)
            for day in days
            if day < TODAY or day in by_day
        ],
    )
    return sum(by_day.values())


def insert(table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        models.db.connection().executemany(f"INSERT INTO {table} VALUES ({places})", rows)


def made_app(folder: Path, visits: int) -> tuple[Flask, dict[str, str], dict[str, int]]:
    """An app with so many visits, the cookies of its people, and the sizes of its tables."""
    app = app_in(folder)
    database = app.extensions["database"]
    with databases.connected(database):
        models.db.initialize(database)
        with database.atomic():
            made = fill(visits)
            people = {
                role: make_person(role.value.title(), "Kijker")
                for role in (Role.coordinator, Role.viewer)
            }
            for house in House.select():
                for role, person in people.items():
                    models.Membership.create(person=person, house=house, role=role)
        cookies = {role.value: cookie_of(app, person) for role, person in people.items()}
        database.execute_sql("ANALYZE")
        sums = (models.CountHour, models.CountDay, models.CountMonth)
        tables = (*sums, models.Opening, models.Occurrence)
        sizes = {table.__name__: table.select().count() for table in tables}
    file = folder / "app.sqlite3"
    return app, cookies, {"visits": made, **sizes, "MB": file.stat().st_size // 10**6}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        apps = {}
        for kind, visits in SIZES.items():
            apps[kind] = made_app(Path(name, kind.replace(" ", "-")), visits)
            print(f"{kind}: " + ", ".join(f"{n:,} {what}" for what, n in apps[kind][2].items()))
        for page, (path, query, who) in PAGES.items():
            ask = {}
            for kind, (app, cookies, _sizes) in apps.items():
                models.db.initialize(app.extensions["database"])
                ask[kind] = asker(app, path, query, cookies[who], accepts="br, gzip")
                with count_queries() as queries:
                    ask[kind]()
            times: dict[str, list[float]] = {kind: [] for kind in ask}
            for turn in range(TURNS + WARM_UP):
                for kind, work in ask.items():
                    models.db.initialize(apps[kind][0].extensions["database"])
                    spent = cpu_milliseconds(work)
                    if turn >= WARM_UP:
                        times[kind].append(spent)
            small, large = (median(times[kind]) for kind in SIZES)
            print(
                f"{page:30} {small:6.1f} ms, {large:6.1f} ms: {large / small:.2f} times"
                f"  ({queries.count} queries)"
            )
        for app, _cookies, _sizes in apps.values():
            app.extensions["press"].close()
            app.extensions["database"].close_all()


if __name__ == "__main__":
    main()
